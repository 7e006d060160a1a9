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
