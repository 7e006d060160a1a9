#pragma once

// The journal of the simulated world: a MemoryJournal in manual mode, and the checkers of all runs
// reading along. After a crash the checkers forget everything and read what has survived.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "runtime/engine/partition.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "tests/simulation/run_checker.hpp"

namespace skald::simulation {

class JournalWatch final : public runtime::Journal {
 public:
  using Graphs = std::map<std::string, runtime::GraphPtr>;

  explicit JournalWatch(Graphs const& graphs) : graphs_(graphs) {}

  Result<runtime::Recovery> recover(Lsn from, runtime::JournalVisitor const& visit,
                                    runtime::JournalCallbacks callbacks) override;
  Lsn append(std::string payload) override;
  Lsn durable() const override { return inner_.durable(); }
  std::uint64_t epoch() const override { return inner_.epoch(); }
  runtime::Durability durability() const override { return inner_.durability(); }
  runtime::Space space() const override { return inner_.space(); }
  Result<void> read(Lsn from, runtime::JournalVisitor const& visit) override {
    return inner_.read(from, visit);
  }
  Result<Lsn> drop_before(Lsn keep_from) override { return inner_.drop_before(keep_from); }
  Result<void> close() override { return inner_.close(); }

  Lsn last() const { return inner_.last(); }
  void commit(Lsn up_to) { inner_.commit(up_to); }
  void crash(Lsn keep) { inner_.crash(keep); }
  Digest digest() const { return inner_.digest(); }

  std::map<std::string, RunChecker> const& runs() const { return runs_; }
  // True when the ancestor waits for the run, at any depth.
  bool is_waited_for(std::string const& run, std::string const& ancestor) const;
  // Where the run's start became a fact; none when there is no such run.
  std::optional<Lsn> started(std::string const& run) const;
  // How many records of each kind were written.
  std::map<std::string_view, std::uint64_t> const& records() const { return records_; }
  // Who holds and waits for which lock.
  runtime::LockTable const& locks() const { return locks_; }
  // The newest entry with a fact of what is between a run and its child; 0: none.
  Lsn newest_of_family() const { return family_; }
  // Called for every record, for the story.
  std::function<void(runtime::Entry const&, Lsn)> on_record;

 private:
  void look(std::string_view payload, Lsn lsn);
  void look(runtime::LockFact const& fact);
  void look_at_locks(runtime::Entry const& entry);
  void look_at_holds(runtime::Entry const& entry) const;
  void look_at_kills(runtime::Entry const& entry);
  bool is_of_family(runtime::Entry const& entry) const;
  RunChecker const* waits_for(std::string const& run) const;

  Graphs const& graphs_;
  runtime::MemoryJournal inner_{runtime::MemoryJournal::Commit::manual};
  std::map<std::string, RunChecker> runs_;
  std::map<std::string, Lsn> started_;
  std::map<std::string_view, std::uint64_t> records_;
  runtime::LockTable locks_;
  std::set<std::string> doomed_;  // they were at work for a run that was killed
  bool reading_ = false;
  Lsn family_{0};
};

}  // namespace skald::simulation
