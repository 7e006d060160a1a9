// Replaying a partition's journal: the facts are folded, nothing is evaluated, and the index gets
// what it has missed.

#include <algorithm>

#include "runtime/engine/partition_slot.hpp"

namespace skald::runtime {

Result<Recovery> Partition::recover(JournalCallbacks callbacks) {
  auto recovery = ports_.journal.recover(
      Lsn{1}, [this](JournalEntry const& entry) { return replay(entry); }, std::move(callbacks));
  if (!recovery.ok()) return recovery;
  appended_ = durable_ = recovery->last;
  now_ = last_recorded_;
  return recovery;
}

Result<void> Partition::replay(JournalEntry const& entry) {
  SKALD_TRY(for_each_frame(entry.payload,
                           [&](std::string_view frame) { return replay_frame(frame, entry.lsn); }));
  if (entry.lsn > ports_.index.applied()) {
    ports_.index.apply(std::exchange(puts_, {}), entry.lsn);
  }
  puts_.clear();
  retire(entry.lsn);
  return {};
}

Result<void> Partition::replay_frame(std::string_view frame, Lsn lsn) {
  auto batch = decode(frame);
  if (!batch.ok()) return std::move(batch).error();
  for (auto const& deployment : batch->deployments) {
    last_recorded_ = std::max(last_recorded_, deployment.at);
    ports_.deployed(deployment);
  }
  for (auto& event : batch->events) {
    last_recorded_ = std::max(last_recorded_, event.at);
    prune_events(event.at);
    if (!event.sinks.empty()) outbox_.owe(event);
    events_.add(std::move(event.event), event.at);
  }
  for (auto const& sent : batch->sent) {
    last_recorded_ = std::max(last_recorded_, sent.at);
    outbox_.fold(sent);
  }
  for (auto const& fact : batch->schedules) {
    last_recorded_ = std::max(last_recorded_, fact.at);
    schedules_.fold(fact);
  }
  for (auto const& fact : batch->locks) {
    last_recorded_ = std::max(last_recorded_, fact.at);
    locks_.fold(fact);
  }
  if (batch->entries.empty()) return {};
  return replay_run(batch->entries, frame, lsn);
}

// Nothing can follow any more: the memory holds what lives, however long the log is.
bool Partition::is_over(Slot const& slot) const {
  bool const leaves_children = slot.state.end == EndStatus::killed && !slot.open_children.empty();
  return !hears_late_answers(slot.state) && !keeps_for_parent(slot) && !leaves_children;
}

// An ended run leaves the memory when it is over, and so do the children that stayed for it.
void Partition::release_over(Slot const& ended, Lsn lsn) {
  if (!is_awaited(ended) && is_over(ended)) retired_.emplace_back(lsn, ended.handle);
  if (keeps_for_parent(ended)) return;
  for (auto const handle : ended.children) {
    auto const* child = find(handle);
    if (child != nullptr && child->state.status == RunStatus::ended) release_over(*child, lsn);
  }
}

// The parent has written down what it had to of a child.
void Partition::release_told(Slot const& parent, Record const& record, Lsn lsn) {
  std::string run;
  if (auto const* begun = std::get_if<ChildStarted>(&record.body)) {
    run = child_run(parent.state.run, begun->activation, begun->attempt);
  } else if (auto const* ended = std::get_if<ChildEnded>(&record.body)) {
    auto const attempt = parent.state.activations.at(ended->activation).attempt;
    run = child_run(parent.state.run, ended->activation, attempt);
  } else {
    return;
  }
  auto const* child = find(run);
  if (child != nullptr && child->state.status == RunStatus::ended) release_over(*child, lsn);
}

Result<void> Partition::replay_run(std::vector<Entry> const& entries, std::string_view frame,
                                   Lsn lsn) {
  auto const& run = entries.front().run;
  auto* slot = find(run);
  auto const* started = std::get_if<RunStarted>(&entries.front().record.body);
  if (slot != nullptr && started != nullptr) {
    return Error{ErrorCode::corrupt, "the journal has two starts of run '" + run + "'",
                 "`skald doctor` examines the data directory"};
  }
  if (slot == nullptr) {
    if (started == nullptr) {
      return Error{ErrorCode::corrupt,
                   "the journal has facts of run '" + run + "' without its start",
                   "`skald doctor` examines the data directory"};
    }
    auto graph = ports_.graph(started->graph);
    if (graph == nullptr) {
      return Error{ErrorCode::corrupt,
                   "run '" + run + "' began on a workflow that was never deployed here", ""};
    }
    slot = &make_slot(run, std::move(graph));
    slot->state.parent = started->parent;
    adopt(*slot);
  }
  for (auto const& entry : entries) {
    last_recorded_ = std::max(last_recorded_, entry.record.at);
    evolve(*slot->graph, slot->state, entry.record);
    release_told(*slot, entry.record, lsn);
  }
  slot->last = lsn;
  add_history(*slot, frame);
  index_run(*slot);
  tell_ancestors(*slot);
  bool const ended = slot->state.status == RunStatus::ended;
  if (ended == slot->counted) {
    slot->counted = !ended;
    live_ += ended ? std::size_t(-1) : 1;
    if (!ended) adopt_again(*slot);
  }
  if (!ended) return {};
  events_.forget_run(run);
  close_child(*slot);
  release_over(*slot, lsn);
  auto const* parent = slot->state.parent ? find(slot->state.parent->run) : nullptr;
  bool const last = parent != nullptr && parent->open_children.empty();
  if (last && parent->state.end == EndStatus::killed) release_over(*parent, lsn);
  return {};
}

// The journal has been replayed: what had ended leaves the memory, all else goes on.
void Partition::begin(Time now) {
  now_ = std::max(now_, now);
  prune_events(now_);
  std::vector<std::uint64_t> handles;
  for (auto const& [handle, slot] : handles_) handles.push_back(handle);
  // What one run does now may reach another before its turn.
  std::map<std::uint64_t, std::set<std::pair<ActivationId, std::uint32_t>>> open;
  for (auto const& [handle, slot] : handles_) {
    for (auto const& [id, live] : slot->state.activations) {
      if (live.phase == Phase::open) open[handle].emplace(id, live.attempt);
    }
  }
  for (auto const handle : handles) {
    auto& slot = *find(handle);
    if (slot.state.status == RunStatus::ended) {
      if (!keeps_for_parent(slot)) retired_.emplace_back(slot.last, handle);
      follow_effects(slot,
                     std::nullopt);  // starts that it still owes, children that a kill has left
      drain(now_);
      continue;
    }
    if (is_orphan(slot)) {
      apply(slot, KillRun{"its parent run was killed", {}}, now_);
    } else {
      apply(slot, Recovered{begun_children(slot), open[handle]}, now_);
    }
    follow_effects(slot, std::nullopt);
    set_timer(slot);
    drain(now_);
  }
  schedules_.begin();
  locks_.begin();
  outbox_.begin(now_);
}

}  // namespace skald::runtime
