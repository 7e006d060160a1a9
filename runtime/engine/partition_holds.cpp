// Runs stand still together. Holding a run holds the runs that it waits for, by facts of their own,
// and they go on when it does. Both follow from its state and theirs, so what a crash cuts off is
// done by the restart: children of a held run are held, and those that were held with it are not
// held without it. Resuming a run that only waits for suspended children is about these.

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/engine/partition_slot.hpp"
#include "runtime/machine/tree.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::runtime {
namespace {

constexpr std::size_t kMostNames = 5;

bool has_ended(State const& state) {
  return state.status == RunStatus::ended;
}

// "t:1, t:2 and 7 more"
std::string enumerate(std::vector<std::string> const& runs) {
  std::string text;
  for (std::size_t i = 0; i < std::min(runs.size(), kMostNames); ++i) {
    text += (i == 0 ? "" : ", ") + runs[i];
  }
  if (runs.size() > kMostNames)
    text += " and " + std::to_string(runs.size() - kMostNames) + " more";
  return text;
}

}  // namespace

void Partition::hold_children(Slot const& slot) {
  if (!slot.state.held) return;
  for (auto const handle : slot.open_children) {
    if (auto const* child = find(handle)) hold_child(slot, *child);
  }
}

void Partition::hold_child(Slot const& slot, Slot const& child) {
  auto const& state = slot.state;
  if (!state.held || has_ended(child.state) || child.state.held) return;
  todo_.emplace_back(child.handle, SuspendRun{state.held_reason, state.held_actor, true});
}

void Partition::let_children_go_on(Slot const& slot) {
  if (slot.state.held || has_ended(slot.state)) return;
  for (auto const handle : slot.open_children) {
    auto const* child = find(handle);
    if (child == nullptr || !child->state.held_with_parent) continue;
    auto const& [reason, actor] = slot.resumed;
    todo_.emplace_back(handle, ResumeRun{reason, actor});
  }
}

// The nearest run that waits for this one and is held; empty when there is none.
std::string Partition::held_above(Slot const& slot) const {
  for (auto link = slot.state.parent; link && !link->one_way;) {
    auto const* parent = find(link->run);
    if (parent == nullptr || has_ended(parent->state)) return {};
    if (parent->state.held) return parent->state.run;
    link = parent->state.parent;
  }
  return {};
}

// The run that waits for this one when its stop reaches down to here, or when it undoes this one;
// empty when there is none.
std::string Partition::stopped_by(Slot const& slot) const {
  auto const& link = slot.state.parent;
  auto const* parent = link && !link->one_way ? find(link->run) : nullptr;
  if (parent == nullptr) return {};
  auto const& live = parent->state.activations;
  auto const at = live.find(link->activation);
  bool const stops = at != live.end() && stopped(parent->state, at->second.scope);
  return stops || parent->state.child_undos.contains(link->activation) ? link->run : "";
}

// The runs below this one that are held, or go on, with it.
std::vector<std::string> Partition::moved_with(Slot const& slot, Verb verb) const {
  std::vector<std::string> runs;
  for (auto const handle : slot.open_children) {
    auto const* child = find(handle);
    if (child == nullptr || has_ended(child->state)) continue;
    bool const moved = verb == Verb::suspend ? !child->state.held : child->state.held_with_parent;
    if (!moved) continue;
    runs.push_back(child->state.run);
    std::ranges::move(moved_with(*child, verb), std::back_inserter(runs));
  }
  return runs;
}

// Whom an operation is about: the run that is named. A resume is also about the runs that it waits
// for and whose steps are stuck; only when there is nothing else, about those that somebody holds.
std::vector<Partition::Slot*> Partition::addressees(Slot const& of,
                                                    Operation const& operation) const {
  auto* slot = find(of.handle);
  bool const alone = operation.verb != Verb::resume || operation.forward || of.state.held;
  if (alone) return {slot};
  std::vector<Slot*> stuck;
  std::vector<Slot*> held;
  std::vector<Slot*> all{slot};
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const& state = all[i]->state;
    if (state.held) {
      if (!state.held_with_parent) held.push_back(all[i]);
      continue;  // what is below is held with it
    }
    if (state.status == RunStatus::suspended) stuck.push_back(all[i]);
    for (auto const handle : all[i]->suspended_children) all.push_back(find(handle));
  }
  if (stuck.empty()) stuck = std::move(held);
  if (stuck.empty()) stuck.push_back(slot);
  return stuck;
}

// True when the run still waits for a suspended one once these have gone on.
bool Partition::stays_suspended(Slot const& slot, std::vector<Slot*> const& resumed) const {
  if (slot.state.status == RunStatus::suspended) {
    bool const goes_on = slot.state.held_with_parent || std::ranges::count(resumed, &slot) > 0;
    if (!goes_on) return true;
  }
  return std::ranges::any_of(slot.suspended_children, [&](std::uint64_t handle) {
    return stays_suspended(*find(handle), resumed);
  });
}

// What holding a run, or letting it go on, means for those below it.
void Partition::add_below(Slot const& slot, Operation const& operation, Json& effect) const {
  bool const holds = operation.verb == Verb::suspend;
  bool const resumes = operation.verb == Verb::resume && !operation.forward;
  if (!holds && !resumes) return;
  if (auto const runs = moved_with(slot, operation.verb); !runs.empty()) {
    auto then = effect["then"];
    then.push_back((holds ? "held with it: " : "what was held with it goes on: ") +
                   enumerate(runs));
    effect.set("then", std::move(then));
  }
  if (holds) return;
  auto becomes = std::string(effect["becomes"].as_string());
  if (becomes.empty()) becomes = view::run_status(slot.state);
  if (stays_suspended(slot, addressees(slot, operation))) becomes = "suspended";
  effect.set("status", status_of(slot));
  effect.set("becomes", becomes);
}

}  // namespace skald::runtime
