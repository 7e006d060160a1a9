#include "runtime/engine/run_reader.hpp"

namespace skald::runtime {
namespace {

constexpr Duration kIndexPatience = Duration::from_seconds(5);

// Longer than any write takes, but for one on a full disk.
constexpr std::chrono::seconds kDiskPatience{5};

Error stopped() {
  return {ErrorCode::unavailable, "the reading of the run was stopped", "ask again"};
}

}  // namespace

Result<void> RunReader::read(Visit const& visit, std::stop_token const& stop) {
  auto const& unit = engine_.home(run_);
  auto asked = unit.thread->ask_durable(run_, kDiskPatience, [run = run_](Partition& partition) {
    return partition.live_history(run);
  });
  if (!asked) {
    return Error{ErrorCode::overloaded, "the journal is behind",
                 "try again; `/healthz` shows the disk"};
  }
  auto const& live = *asked;
  if (live && graph_ == nullptr) graph_ = live->graph;
  bool const indexed = live && live->chunk_number > chunk_;
  if (indexed) unit.index->wait_applied(live->lsn, kIndexPatience);
  auto const more = read_chunks(live, visit, stop);
  if (!more.ok()) return more.error();
  if (live && *more) {
    auto const read = read_bytes(live->chunk, visit);
    if (!read.ok()) return read.error();
  }
  if (graph_ != nullptr) return {};
  return Error{ErrorCode::not_found, "there is no run '" + run_ + "'", "`skald ls` lists the runs"};
}

// The chunks before the open one; of a run that has left the memory, all there are.
Result<bool> RunReader::read_chunks(std::optional<LiveHistory> const& live, Visit const& visit,
                                    std::stop_token const& stop) {
  auto const& index = *engine_.home(run_).index;
  for (; !live || chunk_ < live->chunk_number; ++chunk_, read_ = 0) {
    if (stop.stop_requested()) return stopped();
    auto const bytes = index.get(history_key(run_, chunk_));
    if (!bytes.ok()) return bytes.error();
    if (!*bytes && live) return Error{ErrorCode::overloaded, "the index is behind", "try again"};
    if (!*bytes) return true;
    auto more = read_bytes(**bytes, visit);
    if (!more.ok() || !*more) return more;
  }
  return true;
}

Result<bool> RunReader::read_bytes(std::string_view chunk, Visit const& visit) {
  bool more = true;
  if (chunk.size() <= read_) return more;
  constexpr std::size_t kLength = 4;  // before each frame
  SKALD_TRY(for_each_frame(chunk.substr(read_), [&](std::string_view frame) -> Result<void> {
    if (!more) return {};
    auto const wants = read_frame(frame, visit);
    if (!wants.ok()) return wants.error();
    more = *wants;
    read_ += kLength + frame.size();
    return {};
  }));
  return more;
}

Result<bool> RunReader::read_frame(std::string_view frame, Visit const& visit) {
  auto const batch = decode(frame);
  if (!batch.ok()) return batch.error();
  bool more = true;
  for (auto const& entry : batch->entries) {
    auto const* started = std::get_if<RunStarted>(&entry.record.body);
    if (graph_ == nullptr && started != nullptr) {
      graph_ = engine_.deployments.by_digest(started->graph);
    }
    if (!visit(entry.record)) more = false;
  }
  return more;
}

}  // namespace skald::runtime
