#include "tests/simulation/journal_watch.hpp"

#include "tests/simulation/violation.hpp"

namespace skald::simulation {

Result<runtime::Recovery> JournalWatch::recover(Lsn from, runtime::JournalVisitor const& visit,
                                                runtime::JournalCallbacks callbacks) {
  runs_.clear();
  started_.clear();
  reading_ = true;
  auto result = inner_.recover(
      from,
      [&](runtime::JournalEntry const& entry) {
        look(entry.payload, entry.lsn);
        return visit(entry);
      },
      std::move(callbacks));
  reading_ = false;
  return result;
}

Lsn JournalWatch::append(std::string payload) {
  auto copy = payload;
  auto const lsn = inner_.append(std::move(payload));
  look(copy, lsn);
  return lsn;
}

void JournalWatch::look(std::string_view payload, Lsn lsn) {
  auto const result = runtime::for_each_frame(payload, [&](std::string_view frame) -> Result<void> {
    auto batch = runtime::decode(frame);
    require(batch.ok(), "a record that was written can not be read");
    for (auto const& entry : batch->entries) {
      if (!reading_) {
        ++records_[runtime::name_of(entry.record.body)];
        if (on_record) on_record(entry, lsn);
      }
      if (auto const* begin = std::get_if<runtime::RunStarted>(&entry.record.body)) {
        require(!runs_.contains(entry.run), "a run is started twice: " + entry.run);
        runs_.emplace(entry.run, RunChecker(*graphs_.at(begin->graph)));
        started_[entry.run] = lsn;
      }
      auto const run = runs_.find(entry.run);
      require(run != runs_.end(), "a record of a run that was not started");
      require(entry.sequence == run->second.state().records + 1, "records are not in a row");
      run->second.check(entry.record, lsn);
    }
    return {};
  });
  require(result.ok(), "a journal entry can not be read");
}

std::optional<Lsn> JournalWatch::started(std::string const& run) const {
  auto const at = started_.find(run);
  if (at == started_.end()) return std::nullopt;
  return at->second;
}

}  // namespace skald::simulation
