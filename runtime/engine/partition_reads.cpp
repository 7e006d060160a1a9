// Questions to a partition: how a run stands, and telling those who wait for it.

#include <algorithm>

#include "runtime/engine/partition_slot.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::runtime {
namespace {

Error no_such_run(std::string const& run) {
  return {ErrorCode::not_found, "there is no run '" + run + "'", "`skald ls` lists the runs"};
}

}  // namespace

Result<Json> Partition::summary(std::string const& run) const {
  auto const text = ports_.index.get(run_key(run));
  if (!text.ok()) return text.error();
  if (!*text) return Json();
  return parse_json(**text);
}

std::map<std::string, std::size_t> Partition::unoffered() const {
  std::map<std::string, std::size_t> counts;
  for (auto const& [function, calls] : unoffered_) counts[function] = calls.size();
  return counts;
}

Result<RunReport> Partition::report(std::string const& run) const {
  if (auto const* slot = find(run)) return report_of_slot(*slot);
  auto const known = summary(run);
  if (!known.ok()) return known.error();
  if (known->is_null()) return no_such_run(run);
  return report_of_summary(*known);
}

State const* Partition::state(std::string const& run) const {
  auto const* slot = find(run);
  return slot == nullptr ? nullptr : &slot->state;
}

std::optional<LiveHistory> Partition::live_history(std::string const& run) const {
  auto const* slot = find(run);
  if (slot == nullptr) return std::nullopt;
  return LiveHistory{slot->graph, slot->chunk_number, slot->chunk, slot->last};
}

// What would be undone now, in order; of a child that undoes itself also what it would undo.
Json Partition::plan_of(Slot const& slot) const {
  Json undos = Json::array();
  for (auto const id : preview_plan(*slot.graph, slot.state)) {
    auto const& armed = slot.state.armed.at(id);
    auto const& task = slot.graph->task(armed.task);
    auto const outcome = armed.outcome.value_or(saga::Outcome::in_doubt);
    Json by = Json::array();
    if (task.compensate.valid()) {
      for (auto const step : slot.graph->list(task.compensate).tasks) {
        by.push_back(slot.graph->task(step).name);
      }
    }
    Json undo =
        Json::object({{"task", task.name},
                      {"path", task.path},
                      {"key", effect_key(*slot.graph, slot.state, armed.task, armed.number)},
                      {"outcome", armed.outcome ? saga::to_string(outcome) : "open"},
                      {"by", by}});
    if (auto const* child = task.compensate.valid() ? nullptr : child_of(slot, armed)) {
      undo.set("child", child->state.run);
      undo.set("undos", plan_of(*child));
    }
    undos.push_back(std::move(undo));
  }
  return undos;
}

// The run that an armed effect has started, while the memory holds it.
Partition::Slot const* Partition::child_of(Slot const& slot, Armed const& armed) const {
  if (!armed.child.empty()) return find(armed.child);
  auto const at = slot.state.activations.find(armed.id);
  if (at == slot.state.activations.end() || at->second.child_graph.empty()) return nullptr;
  return find(child_run(slot.state.run, armed.id, at->second.attempt));
}

Result<Json> Partition::plan(std::string const& run) const {
  auto const* slot = find(run);
  if (slot == nullptr) return no_such_run(run);
  return Json::object({{"id", run}, {"status", status_of(*slot)}, {"undos", plan_of(*slot)}});
}

void Partition::when_ended(std::string const& run, std::uint64_t ticket, Ended done) {
  auto* slot = find(run);
  if (slot == nullptr) return done(report(run));
  auto const state = report_of_slot(*slot);
  slot->waiters.emplace_back(ticket, std::move(done));
  if (state.over) notify_when_durable(*slot);
}

void Partition::when_over(std::string const& run, std::function<void()> done) {
  auto* slot = find(run);
  if (slot == nullptr) return done();
  slot->at_end.push_back(std::move(done));
  if (slot->state.status == RunStatus::ended) notify_when_durable(*slot);
}

void Partition::when_changed(std::string const& run, std::uint64_t ticket, Changed changed) {
  auto* slot = find(run);
  if (slot == nullptr) {
    if (auto const known = report(run); known.ok()) changed(known->records);
    return;
  }
  slot->watchers.emplace_back(ticket, std::move(changed));
  notify_when_durable(*slot);
}

void Partition::when_durable(std::string const& run, std::function<void()> action) {
  auto const* slot = find(run);
  if (slot == nullptr || slot->last <= durable_) return action();
  after_durable(std::move(action));
}

void Partition::forget(std::string const& run, std::uint64_t ticket) {
  auto* slot = find(run);
  if (slot == nullptr) return;
  std::erase_if(slot->waiters, [&](auto const& waiter) { return waiter.first == ticket; });
  std::erase_if(slot->watchers, [&](auto const& watcher) { return watcher.first == ticket; });
}

}  // namespace skald::runtime
