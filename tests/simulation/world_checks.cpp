// What is compared at rest: live states with replayed ones, and the participants' books with what
// the runs say they did.

#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace skald::simulation {

// Law 1: what the records give is what lives.
void World::compare_states() {
  for (auto const& [id, run] : journal_.runs()) {
    auto const* live = partition_->state(id);
    if (live == nullptr) continue;
    if (runtime::to_json(*live) == runtime::to_json(run.state())) continue;
    throw Violation("the replayed state differs from the live one: " + id +
                    "\n  live: " + to_text(runtime::to_json(*live)) +
                    "\n  replayed: " + to_text(runtime::to_json(run.state())));
  }
}

bool World::knows_success(std::string const& id, runtime::ActivationId activation) const {
  auto const run = journal_.runs().find(id);
  if (run == journal_.runs().end()) return false;
  auto const act = run->second.acts().find(activation);
  return act != run->second.acts().end() && act->second.outcome == saga::Outcome::succeeded;
}

// What the engine was told, early or late, stands in its records, if it can be undone at all.
void World::check_heard() const {
  for (auto const& [key, who] : heard_) {
    auto const& run = journal_.runs().at(who.first);
    auto const& act = run.acts().at(who.second);
    auto const end = *run.state().end;
    // Given up by an operator: nothing undoes it any more, or what is around it does.
    bool const left =
        act.given_up && (end == runtime::EndStatus::completed || act.replaced_by.valid());
    bool const matters =
        run.graph().task(act.task).compensate.valid() && !left && end != runtime::EndStatus::killed;
    require(!matters || knows_success(who.first, who.second), "a success was ignored: " + key);
  }
}

// Every child that was asked for has run, and nobody runs without a parent that asked for it.
void World::check_children() const {
  for (auto const& [id, run] : journal_.runs()) {
    for (auto const& [activation, act] : run.acts()) {
      bool const killed = *run.state().end == runtime::EndStatus::killed;
      auto const* kind = std::get_if<graph::RunWorkflow>(&run.graph().task(act.task).kind);
      bool const owed = kind != nullptr && !kind->await && !act.given_up && !act.evidence &&
                        act.outcome == saga::Outcome::succeeded;
      require(!owed || killed || !act.child.empty(), "a start was lost: " + id);
      if (act.child.empty()) continue;
      auto const child = journal_.runs().find(act.child);
      if (child == journal_.runs().end()) {
        require(act.open || killed || act.child_status == runtime::EndStatus::cancelled,
                "a child was never started: " + act.child);
        continue;
      }
      check_child(run, act, child->second);
    }
    check_link(run);
  }
}

// A child of a run that undid it is undone, or its parent says that it was killed before; an
// awaited one has ended as its parent was told.
void World::check_child(RunChecker const& parent, RunChecker::Act const& act,
                        RunChecker const& child) const {
  using runtime::EndStatus;
  auto const end = *child.state().end;
  bool const killed = *parent.state().end == EndStatus::killed;
  require(!killed || !act.open || end == EndStatus::killed,
          "a child goes on although its parent was killed: " + act.child);
  bool const kept = end == EndStatus::completed && child.state().parent->keeps;
  require(!kept || act.open || act.undoable || !child.keeps_something(),
          "what a child did is forgotten: " + act.child);
  bool const undone = act.planned && !parent.graph().task(act.task).compensate.valid();
  if (killed || !act.child_status) return;
  bool const as_told = end == *act.child_status || child.killed_behind_its_end() ||
                       (undone && (end == EndStatus::compensated || end == EndStatus::killed));
  require(as_told, "a child ended otherwise than its parent was told: " + act.child);
  if (!undone) return;
  require(act.skipped || child.has_gone_back(),
          "a child is not undone with its parent: " + act.child);
  require(!act.skipped || !parent.state().exceptions.is_null(),
          "a child was killed before it was undone, and its parent does not say so: " + act.child);
}

void World::check_link(RunChecker const& child) const {
  auto const& link = child.state().parent;
  if (!link) return;
  auto const& id = child.state().run;
  auto const at = journal_.runs().find(link->run);
  require(at != journal_.runs().end(), "a child without a parent: " + id);
  auto const& parent = at->second;
  bool const killed = *parent.state().end == runtime::EndStatus::killed;
  require(killed || child.state().reason != "its parent run was killed",
          "a run is killed with a parent that was not: " + id);
  auto const& act = parent.acts().at(link->activation);
  require(act.attempt >= link->attempt || (link->one_way && killed),
          "a child that its parent did not ask for: " + id);
}

// Every run has ended, so every lock is free.
void World::check_locks() const {
  for (auto const& [name, lock] : journal_.locks()) {
    throw Violation("a lock is held when nobody is left: " + name + " by " + lock.holder->run);
  }
}

// Every saga is all booked or all undone.
void World::check_ledger() {
  for (auto const& [id, run] : journal_.runs()) {
    run.check_end();
    auto const end = *run.state().end;
    if (end == runtime::EndStatus::killed) continue;
    bool const completed = end == runtime::EndStatus::completed;
    for (auto const& [activation, act] : run.acts()) {
      auto const& task = run.graph().task(act.task);
      bool const call = std::holds_alternative<graph::Call>(task.kind);
      if (!call || act.in_undo || !task.compensate.valid()) continue;
      auto const key = runtime::effect_key(run.graph(), run.state(), act.task, act.number);
      bool const booked = participants_.booked(key);
      // A plain participant may do the work after its undo and nobody hears of it: no engine can
      // know. With the barrier, or an answer, there is no excuse.
      bool const unknowable = participants_.plain(key) && act.outcome != saga::Outcome::succeeded;
      bool const by_hand = act.skipped || act.excused || act.evidence;
      if (act.replaced_by.valid() || unknowable || by_hand) continue;
      if (act.dropped) {
        require(booked || !act.completed, "a booking from before the pivot is gone: " + key);
        continue;
      }
      if (act.planned || !completed) {
        require(!booked, "a booking is left behind: " + key);
      } else if (act.completed) {
        require(booked, "a booking of a completed run is gone: " + key);
      }
    }
  }
}

}  // namespace skald::simulation
