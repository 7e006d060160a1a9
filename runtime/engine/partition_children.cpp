// Child runs. They live in the partition of their parent, so one journal holds both: a child is
// started, stopped and unwound, and its end reported, by inputs that share the entries of what led
// to them. What a crash cuts off is asked for again, because pending() of the parent still names
// it; a child that is there already is not started twice.

#include <algorithm>

#include "base/assert.hpp"
#include "runtime/engine/partition_slot.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::runtime {
namespace {

bool has_ended(State const& state) {
  return state.status == RunStatus::ended;
}

// A completed child that has something to undo keeps its root scope for it.
bool keeps_something(State const& state) {
  return state.end == EndStatus::completed && state.scopes.contains(state.root);
}

bool has_pivot(graph::StepGraph const& graph) {
  return std::ranges::any_of(graph.tasks, [](auto const& task) { return task.pivot; });
}

}  // namespace

void Partition::follow_child(Slot& slot, ChildEffect const& effect) {
  using Want = ChildEffect::Want;
  if (effect.want == Want::resolve) return resolve_child(slot, effect);
  auto const [told, fresh] =
      slot.told.try_emplace({effect.parent.activation, effect.parent.attempt}, effect.want);
  if (!fresh && told->second == effect.want) return;
  told->second = effect.want;
  auto* child = find(effect.child);
  if (effect.want == Want::stop) return stop_child(slot, effect);
  if (effect.want == Want::unwind) return unwind_child(slot, effect);
  if (child == nullptr) {
    begin_child(slot, effect, effect.graph);
  } else if (has_ended(child->state)) {
    report_child(*child);  // before a crash, and its parent has not written it down
  }
}

// The answer is a fact of the parent before an awaited child begins; a child that nobody waits for
// begins before its parent goes on, and nothing comes between the two. So neither order loses or
// doubles one. Of several that a turn asks for, the answer to one may stop the others.
void Partition::resolve_child(Slot& slot, ChildEffect const& effect) {
  auto const answer = [&](std::string workflow, std::string digest) {
    auto const graph = ports_.graph(digest);
    bool const pivot = graph != nullptr && has_pivot(*graph);
    todo_.emplace_front(slot.handle, ChildResolved{effect.parent.activation, std::move(workflow),
                                                   std::move(digest), pivot});
  };
  if (auto const* child = find(effect.child); child != nullptr && effect.parent.one_way) {
    if (child->state.status == RunStatus::pending) return;  // it is to begin, the answer behind it
    return answer(child->graph->id.text(), graph::digest(*child->graph).hex());
  }
  // No run begins below one that is held.
  bool const held = slot.state.held;
  auto found = ports_.find && !held ? ports_.find(effect.workflow) : std::nullopt;
  if (!found) {
    unresolved_.insert(slot.handle);
    return;
  }
  auto const digest = found->digest;
  answer(std::move(found->workflow), std::move(found->digest));
  if (effect.parent.one_way) begin_child(slot, effect, digest);
}

void Partition::begin_child(Slot& slot, ChildEffect const& effect, std::string digest) {
  auto graph = ports_.graph(digest);
  SKALD_ASSERT(graph != nullptr, "a child of a workflow that was never deployed");
  auto& child = make_slot(effect.child, std::move(graph));
  child.state.parent = effect.parent;
  slot.children.push_back(child.handle);
  if (!effect.parent.one_way) slot.open_children.insert(child.handle);
  todo_.emplace_front(
      child.handle, StartRun{effect.child, std::move(digest), {}, {}, effect.input, effect.parent});
}

void Partition::stop_child(Slot& slot, ChildEffect const& effect) {
  auto const* child = find(effect.child);
  if (child != nullptr && !has_ended(child->state)) {
    todo_.emplace_back(child->handle, CancelRun{"its parent run " + slot.state.run + " stops", {}});
  } else if (child != nullptr) {
    report_child(*child);
  } else {  // a crash came before it began
    ChildReported never;
    never.activation = effect.parent.activation;
    never.attempt = effect.parent.attempt;
    never.status = EndStatus::cancelled;
    todo_.emplace_back(slot.handle, std::move(never));
  }
}

void Partition::unwind_child(Slot& slot, ChildEffect const& effect) {
  auto* child = find(effect.child);
  if (child == nullptr) {
    ChildReported gone;
    gone.activation = effect.parent.activation;
    gone.status = EndStatus::compensated;
    todo_.emplace_back(slot.handle, std::move(gone));
    return;
  }
  slot.open_children.insert(child->handle);
  if (child->state.end == EndStatus::completed) {
    todo_.emplace_back(child->handle, UnwindRun{"its parent run " + slot.state.run + " unwinds"});
  } else if (has_ended(child->state)) {
    report_child(*child);
  }
  hold_child(slot, *child);  // a crash may have come in between
}

// A child was told what is wanted of it, or its workflow is being looked for.
void Partition::check_child(Slot const& slot, ChildEffect const& effect) const {
  if (effect.want == ChildEffect::Want::resolve) {
    auto const awaits = [&](auto const& input) {
      auto const* resolved = std::get_if<ChildResolved>(&input.second);
      return input.first == slot.handle && resolved != nullptr &&
             resolved->activation == effect.parent.activation;
    };
    SKALD_ASSERT(unresolved_.contains(slot.handle) || std::ranges::any_of(todo_, awaits),
                 "nobody looks for the workflow of a child");
    return;
  }
  auto const told = slot.told.find({effect.parent.activation, effect.parent.attempt});
  SKALD_ASSERT(told != slot.told.end() && told->second == effect.want, "a child was not told");
}

// Children that nothing in their parent asks for any more: it was killed, or an operator's resume
// enters their task anew.
void Partition::stop_orphans(Slot& slot, std::set<std::string> const& wanted) {
  for (auto const handle : slot.open_children) {
    auto const* child = find(handle);
    if (child == nullptr || wanted.contains(child->state.run) || has_ended(child->state)) continue;
    if (child->state.status == RunStatus::pending) continue;  // its start is under way
    if (slot.state.end == EndStatus::killed) {
      todo_.emplace_back(handle, KillRun{"its parent run was killed", {}});
    } else if (!child->state.root_unwinding.valid()) {
      todo_.emplace_back(handle, CancelRun{"its parent run does not wait for it any more", {}});
    }
  }
}

// A child that was found in the journal.
void Partition::adopt(Slot& child) {
  auto const& link = child.state.parent;
  auto* parent = link ? find(link->run) : nullptr;
  if (parent == nullptr) return;
  parent->children.push_back(child.handle);
  if (!link->one_way) parent->open_children.insert(child.handle);
}

// One that had completed goes back for its parent, and so works for it again.
void Partition::adopt_again(Slot& child) {
  auto const& link = child.state.parent;
  auto* parent = link ? find(link->run) : nullptr;
  bool const undone = parent != nullptr && parent->state.child_undos.contains(link->activation);
  if (undone) parent->open_children.insert(child.handle);
}

void Partition::report_child(Slot const& child) {
  auto const& link = child.state.parent;
  auto const* parent = link && !link->one_way ? find(link->run) : nullptr;
  if (parent == nullptr) return;
  todo_.emplace_back(
      parent->handle,
      ChildReported{link->activation, link->attempt, *child.state.end, child.state.output,
                    child.state.error, keeps_something(child.state)});
}

void Partition::close_child(Slot const& child) {
  auto const& link = child.state.parent;
  auto* parent = link ? find(link->run) : nullptr;
  if (parent == nullptr) return;
  parent->open_children.erase(child.handle);
  parent->suspended_children.erase(child.handle);
  parent->asking_children.erase(child.handle);
}

// Its parent has yet to write down how it ended, or that it began if nobody waits for it: until
// then a crash lets the parent ask for it once more.
bool Partition::is_awaited(Slot const& child) const {
  auto const& link = child.state.parent;
  auto const* parent = link ? find(link->run) : nullptr;
  if (parent == nullptr) return false;
  auto const& state = parent->state;
  auto const at = state.activations.find(link->activation);
  bool const under_way = at != state.activations.end();
  if (link->one_way) {
    bool const begins = under_way && at->second.phase == Phase::waiting;
    return begins || state.owed.contains(link->activation);
  }
  if (has_ended(state)) return false;
  return under_way && at->second.phase == Phase::open && at->second.attempt == link->attempt;
}

// A child that nobody waits for was to begin, and its run has stopped meanwhile.
bool Partition::is_withdrawn(Slot const& slot) const {
  auto const& state = slot.state;
  bool const begins = state.status == RunStatus::pending && state.parent;
  return begins && state.parent->one_way && !is_awaited(slot);
}

// Nobody waits for them, they have begun, and the run has not written it down.
std::vector<ChildResolved> Partition::begun_children(Slot const& slot) const {
  std::vector<ChildResolved> begun;
  for (auto const handle : slot.children) {
    auto const* child = find(handle);
    if (child == nullptr || !child->state.parent->one_way || !is_awaited(*child)) continue;
    auto const& state = child->state;
    if (state.status == RunStatus::pending) continue;  // it is to begin
    begun.push_back({state.parent->activation, state.workflow, state.graph, false});
  }
  return begun;
}

// A completed child stays until the run at the top has ended: until then it may have to unwind. So
// does one that was killed, perhaps behind its end: that it can not has to be told.
bool Partition::keeps_for_parent(Slot const& slot) const {
  auto const& link = slot.state.parent;
  bool const killed = link && link->keeps && slot.state.end == EndStatus::killed;
  if (!has_ended(slot.state) || !(keeps_something(slot.state) || killed)) return false;
  auto const* parent = find(link->run);
  if (parent == nullptr) return false;
  return !has_ended(parent->state) || keeps_for_parent(*parent);
}

// The run has ended for good: what its completed children kept is not wanted any more.
void Partition::release_children(Slot const& slot, Lsn lsn) {
  for (auto const handle : slot.children) {
    auto const* child = find(handle);
    if (child == nullptr || !has_ended(child->state)) continue;
    retired_.emplace_back(lsn, handle);
    release_children(*child, lsn);
  }
}

// A run that was waited for by one that a kill has ended.
bool Partition::is_orphan(Slot const& slot) const {
  auto const& link = slot.state.parent;
  if (!link || link->one_way || slot.state.end) return false;
  auto const* parent = find(link->run);
  return parent != nullptr && parent->state.end == EndStatus::killed;
}

void Partition::workflows_changed(Time now) {
  for (auto const handle : std::exchange(unresolved_, {})) {
    if (auto* slot = find(handle)) follow_effects(*slot, std::nullopt);
  }
  drain(now);
}

// Waits for an operator, itself or through a child that it waits for.
bool Partition::stands_still(Slot const& slot) const {
  if (has_ended(slot.state)) return false;
  return slot.state.status == RunStatus::suspended || !slot.suspended_children.empty();
}

// A run whose child is suspended does not go on by itself either: it says so, and those who wait
// for it hear it.
std::string Partition::status_of(Slot const& slot) const {
  return stands_still(slot) ? "suspended" : view::run_status(slot.state);
}

RunReport Partition::report_of_slot(Slot const& slot) const {
  auto report = report_of(slot.state);
  report.status = status_of(slot);
  report.over = report.over || report.status == "suspended";
  return report;
}

namespace {

// True when that was not known.
bool note(std::set<std::uint64_t>& known, std::uint64_t handle, bool is_one) {
  return is_one ? known.insert(handle).second : known.erase(handle) > 0;
}

}  // namespace

// Ancestors know which of the runs they wait for stand still, and which ask for a lock; only a
// change goes further up.
void Partition::tell_ancestors(Slot const& slot) {
  for (auto const* child = &slot; child->state.parent && !child->state.parent->one_way;) {
    auto* parent = find(child->state.parent->run);
    if (parent == nullptr || has_ended(parent->state)) return;
    bool const asks = note(parent->asking_children, child->handle, asks_below(*child));
    auto& suspended = parent->suspended_children;
    bool const stands = note(suspended, child->handle, stands_still(*child));
    if (!asks && !stands) return;
    if (stands) index_run(*parent);
    bool const heard = !parent->waiters.empty() || !parent->watchers.empty();
    if (stands && heard) notify_when_durable(*parent);
    bool const opens = parent->lock_gated && parent->asking_children.empty();
    if (opens) follow_effects(*parent, std::set<ActivationId>());
    child = parent;
  }
}

}  // namespace skald::runtime
