#include "runtime/engine/index_follower.hpp"

#include "runtime/engine/direct_index.hpp"
#include "runtime/engine/log.hpp"
#include "runtime/journal/inspect.hpp"

namespace skald::runtime {
namespace {

// Of the keys and values in run_summary.cpp; another stamp means: build it again from the log.
constexpr std::string_view kLayout = "skald-index-1 of ";

// An index is thrown away because the log has everything in it. A damaged log has not.
Result<void> check_whole(std::string const& journal_dir) {
  auto const end = inspect_log(journal_dir, [](LogFrame const&) -> Result<void> { return {}; });
  if (!end.ok()) return end.error();
  return end->damage ? Result<void>(to_error(*end->damage)) : Result<void>();
}

}  // namespace

Result<std::unique_ptr<IndexFollower>> IndexFollower::open(std::string const& dir,
                                                           std::string const& journal_dir) {
  auto const journal = summarize_log(journal_dir);
  if (!journal.ok()) return journal.error();
  RocksIndexOptions options;
  options.dir = dir;
  options.stamp = std::string(kLayout) + journal->identity;
  options.journal_last = journal->last;
  options.may_discard = [&journal_dir] { return check_whole(journal_dir); };
  auto opened = RocksIndex::open(options);
  if (!opened.ok()) return std::move(opened).error();
  if (opened->discarded) {
    log().warn("the index in {} is built again from the log: {}", dir, *opened->discarded);
  }
  return std::unique_ptr<IndexFollower>(new IndexFollower(std::move(opened->index)));
}

IndexFollower::IndexFollower(std::unique_ptr<RocksIndex> index)
    : index_(std::move(index)), follower_(*index_, {}, [](Error const& error) {
        log().error("the index is given up until the next start: {}", error.message);
      }) {}

void IndexFollower::apply(std::vector<std::pair<std::string, std::string>> puts, Lsn lsn) {
  IndexBatch batch;
  batch.reserve(puts.size());
  for (auto& [key, value] : puts) {
    batch.push_back(IndexChange::put(std::move(key), std::move(value)));
  }
  follower_.submit(lsn, std::move(batch));
}

Result<std::optional<std::string>> IndexFollower::get(std::string_view key) const {
  return index_->get(key);
}

void IndexFollower::scan(
    std::string_view prefix, std::string_view after,
    std::function<bool(std::string_view, std::string_view)> const& visit) const {
  scan_after(*index_, prefix, after, visit);
}

bool IndexFollower::wait_applied(Lsn lsn, Duration patience) const {
  return lsn.value == 0 || follower_.wait_applied(lsn, patience).ok();
}

}  // namespace skald::runtime
