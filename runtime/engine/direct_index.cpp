#include "runtime/engine/direct_index.hpp"

#include <algorithm>
#include <chrono>

#include "base/assert.hpp"

namespace skald::runtime {

void DirectIndex::apply(std::vector<std::pair<std::string, std::string>> puts, Lsn lsn) {
  IndexBatch batch;
  batch.reserve(puts.size());
  for (auto& [key, value] : puts) {
    batch.push_back(IndexChange::put(std::move(key), std::move(value)));
  }
  auto const applied = index_->apply(batch, lsn);
  SKALD_ASSERT(applied.ok(), "an index in memory does not fail");
  std::lock_guard const lock(mutex_);
  progress_.notify_all();
}

bool DirectIndex::wait_applied(Lsn lsn, Duration patience) const {
  std::unique_lock lock(mutex_);
  return progress_.wait_for(lock, std::chrono::microseconds(patience.us),
                            [&] { return applied() >= lsn; });
}

Result<std::optional<std::string>> DirectIndex::get(std::string_view key) const {
  return index_->get(key);
}

void DirectIndex::scan(std::string_view prefix, std::string_view after,
                       std::function<bool(std::string_view, std::string_view)> const& visit) const {
  scan_after(*index_, prefix, after, visit);
}

void scan_after(IndexReader const& reader, std::string_view prefix, std::string_view after,
                std::function<bool(std::string_view, std::string_view)> const& visit) {
  auto range = IndexRange::prefix(prefix);
  if (after > prefix) range.from = std::string(after) + '\0';
  static_cast<void>(reader.scan(range, visit));
}

}  // namespace skald::runtime
