#include "tests/simulation/journal_watch.hpp"

#include "tests/simulation/violation.hpp"

namespace skald::simulation {

Result<runtime::Recovery> JournalWatch::recover(Lsn from, runtime::JournalVisitor const& visit,
                                                runtime::JournalCallbacks callbacks) {
  runs_.clear();
  started_.clear();
  locks_.clear();
  doomed_.clear();
  family_ = Lsn{0};
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
    for (auto const& fact : batch->locks) look(fact);
    for (auto const& entry : batch->entries) {
      look_at_locks(entry);
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
      look_at_holds(entry);
      look_at_kills(entry);
      if (is_of_family(entry)) family_ = lsn;
      run->second.check(entry.record, lsn);
    }
    return {};
  });
  require(result.ok(), "a journal entry can not be read");
}

// First come, first served; and a lock is free only when its holder has ended or given it back.
void JournalWatch::look(runtime::LockFact const& fact) {
  auto const at = locks_.find(fact.name);
  if (auto const* granted = std::get_if<runtime::LockGranted>(&fact.body)) {
    bool const free = at == locks_.end() || !at->second.holder;
    bool const again = !free && at->second.holder->run == granted->run;  // by another request
    require(free || again, "a lock has two holders: " + fact.name);
    bool const first = again || at == locks_.end() || at->second.waiters.empty() ||
                       at->second.waiters.begin()->second.run == granted->run;
    require(first, "a lock is given to one that has not waited longest: " + fact.name);
  } else if (auto const* released = std::get_if<runtime::LockReleased>(&fact.body)) {
    auto const run = runs_.find(released->run);
    bool const holds =
        run != runs_.end() && !run->second.ended() && run->second.state().locks.contains(fact.name);
    require(!holds, "a lock is taken from a run that goes on: " + fact.name);
  }
  runtime::evolve(locks_, fact);
}

// What a run holds, it holds by the word of the lock's home.
void JournalWatch::look_at_locks(runtime::Entry const& entry) {
  if (!std::holds_alternative<runtime::LockTaken>(entry.record.body)) return;
  auto const& name = runs_.at(entry.run).state().lock_requests.front().name;
  auto const at = locks_.find(name);
  require(at != locks_.end() && at->second.holder && at->second.holder->run == entry.run,
          "a run takes a lock that it was not given: " + name);
}

// The run that waits for that one to end, or to have undone itself; none when there is none.
RunChecker const* JournalWatch::waits_for(std::string const& run) const {
  auto const& link = runs_.at(run).state().parent;
  if (!link || link->one_way) return nullptr;
  auto const& parent = runs_.at(link->run).state();
  auto const at = parent.activations.find(link->activation);
  bool const runs = at != parent.activations.end() && at->second.phase == runtime::Phase::open &&
                    at->second.attempt == link->attempt;
  return runs || parent.child_undos.contains(link->activation) ? &runs_.at(link->run) : nullptr;
}

bool JournalWatch::is_waited_for(std::string const& run, std::string const& ancestor) const {
  auto const* at = waits_for(run);
  while (at != nullptr && at->state().run != ancestor) at = waits_for(at->state().run);
  return at != nullptr;
}

// A run that is held holds the runs that it waits for.
void JournalWatch::look_at_holds(runtime::Entry const& entry) const {
  auto const& body = entry.record.body;
  bool const begins = std::holds_alternative<runtime::TaskEntered>(body) ||
                      std::holds_alternative<runtime::AttemptStarted>(body) ||
                      std::holds_alternative<runtime::AttemptResent>(body) ||
                      std::holds_alternative<runtime::UndoStarted>(body);
  if (!begins) return;
  for (auto const* at = waits_for(entry.run); at != nullptr; at = waits_for(at->state().run)) {
    require(!at->state().held, "something begins below a run that is held");
  }
}

// About a child: in its parent, its start and its end.
bool JournalWatch::is_of_family(runtime::Entry const& entry) const {
  auto const& body = entry.record.body;
  auto const& run = runs_.at(entry.run);
  auto const undoes_child = [&run](auto const& fact) {
    auto const& undo = run.state().unwindings.at(fact.unwinding).plan[fact.index];
    return !run.state().armed.at(undo.undoes).child.empty();
  };
  if (auto const* entered = std::get_if<runtime::TaskEntered>(&body)) {
    return std::holds_alternative<graph::RunWorkflow>(run.graph().task(entered->task).kind);
  }
  if (auto const* undo = std::get_if<runtime::UndoStarted>(&body)) return undoes_child(*undo);
  if (auto const* undo = std::get_if<runtime::UndoEnded>(&body)) return undoes_child(*undo);
  if (auto const* begin = std::get_if<runtime::RunStarted>(&body)) return begin->parent.has_value();
  bool const end = std::holds_alternative<runtime::RunEnded>(body);
  return (end && run.state().parent) || std::holds_alternative<runtime::ChildStarted>(body) ||
         std::holds_alternative<runtime::ChildEnded>(body);
}

// A kill takes with it all that is at work for the run: of these nothing follows but their end. A
// child that had ended, and undoes what came late, is not.
void JournalWatch::look_at_kills(runtime::Entry const& entry) {
  auto const* end = std::get_if<runtime::RunEnded>(&entry.record.body);
  bool const killed = end != nullptr && end->status == runtime::EndStatus::killed;
  require(killed || !doomed_.contains(entry.run),
          "a child goes on although its parent was killed: " + entry.run);
  if (auto const* begin = std::get_if<runtime::RunStarted>(&entry.record.body)) {
    auto const& link = begin->parent;
    bool const gone = link && !link->one_way && runs_.contains(link->run) &&
                      runs_.at(link->run).state().end == runtime::EndStatus::killed;
    require(!gone, "a child begins although its parent was killed: " + entry.run);
  }
  doomed_.erase(entry.run);
  if (!killed) return;
  for (auto const& [id, run] : runs_) {
    auto const& link = run.state().parent;
    bool const below = link && !link->one_way && link->run == entry.run;
    if (below && !run.ended() && !run.undoes_what_came_late()) doomed_.insert(id);
  }
}

std::optional<Lsn> JournalWatch::started(std::string const& run) const {
  auto const at = started_.find(run);
  if (at == started_.end()) return std::nullopt;
  return at->second;
}

}  // namespace skald::simulation
