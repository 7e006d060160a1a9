#include "runtime/machine/find_step.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

using graph::StepGraph;

// "hotel:2" in its parts.
struct Name {
  std::string_view task;
  std::optional<std::uint32_t> number;
};

Name parse(std::string_view text) {
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, std::nullopt};
  auto const digits = text.substr(colon + 1);
  std::uint32_t number = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  bool const whole = error == std::errc{} && end == digits.data() + digits.size();
  if (!whole || digits.empty()) return {text, std::nullopt};
  return {text.substr(0, colon), number};
}

bool names(Name const& name, graph::Task const& task, std::uint32_t number) {
  return (name.task == task.name || name.task == task.path) &&
         (!name.number || *name.number == number);
}

std::string join(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// What can be moved from outside: no composite that is busy with its parts.
bool can_be_moved(Activation const& activation) {
  return activation.phase != Phase::composite;
}

struct Candidate {
  FoundStep step;
  graph::Task const* task = nullptr;
  std::uint32_t number = 1;
  graph::Task const* effect = nullptr;  // that its block undoes
  std::uint32_t effect_number = 1;
};

void add_effect(StepGraph const& graph, State const& state, Candidate& candidate) {
  auto const root = undo_root(state, candidate.step.scope);
  if (!root.valid()) return;
  auto const& block = scope_of(state, root);
  auto const undoes = state.unwindings.at(block.undo_of).plan[block.undo_index].undoes;
  auto const& armed = state.armed.at(undoes);
  candidate.effect = &graph.task(armed.task);
  candidate.effect_number = armed.number;
}

std::vector<Candidate> candidates(StepGraph const& graph, State const& state) {
  std::vector<Candidate> all;
  for (auto const& [id, activation] : state.activations) {
    if (!can_be_moved(activation)) continue;
    all.push_back({{id, activation.scope}, &graph.task(activation.task), activation.number});
  }
  for (auto const& waiting : state.suspensions) {
    if (waiting.activation.valid()) continue;
    auto const& scope = scope_of(state, waiting.scope);
    auto const task = graph.list(scope.list).tasks[scope.position];
    auto const seen = state.entries.find(task);
    all.push_back({{{}, waiting.scope},
                   &graph.task(task),
                   seen == state.entries.end() ? 1 : seen->second + 1});
  }
  for (auto& candidate : all) add_effect(graph, state, candidate);
  return all;
}

Error several(std::string_view name, std::vector<std::string> const& found) {
  return {ErrorCode::invalid_argument,
          "'" + std::string(name) + "' fits several steps: " + join(found),
          "name one of them, as written"};
}

// Nothing fits: is it that there is no such task, or only that it is not under way?
Error none(StepGraph const& graph, std::string_view name, std::string const& what,
           std::vector<std::string> possible) {
  auto const wanted = parse(name);
  bool const known = std::any_of(graph.tasks.begin(), graph.tasks.end(), [&](auto const& task) {
    return task.name == wanted.task || task.path == wanted.task;
  });
  std::sort(possible.begin(), possible.end());
  auto const hint =
      possible.empty() ? "`skald show` draws the run" : "those that are: " + join(possible);
  if (known) {
    return {ErrorCode::failed_precondition, "'" + std::string(name) + "' is not " + what, hint};
  }
  return {ErrorCode::not_found, "the workflow has no step '" + std::string(name) + "'", hint};
}

}  // namespace

std::string step_name(graph::Task const& task, std::uint32_t number) {
  return number > 1 ? task.name + ":" + std::to_string(number) : task.name;
}

Result<FoundStep> find_step(StepGraph const& graph, State const& state, std::string_view name) {
  auto const wanted = parse(name);
  auto const all = candidates(graph, state);
  std::vector<FoundStep> direct;
  std::vector<FoundStep> by_effect;
  std::vector<std::string> direct_names;
  std::vector<std::string> effect_names;
  std::vector<std::string> possible;
  for (auto const& one : all) {
    possible.push_back(step_name(*one.task, one.number));
    if (names(wanted, *one.task, one.number)) {
      direct.push_back(one.step);
      direct_names.push_back(one.task->path + ":" + std::to_string(one.number));
    } else if (one.effect != nullptr && names(wanted, *one.effect, one.effect_number)) {
      by_effect.push_back(one.step);
      effect_names.push_back(one.task->path + ":" + std::to_string(one.number));
    }
  }
  if (direct.size() > 1) return several(name, direct_names);
  if (direct.size() == 1) return direct.front();
  if (by_effect.size() > 1) return several(name, effect_names);
  if (by_effect.size() == 1) return by_effect.front();
  return none(graph, name, "under way", std::move(possible));
}

Result<FoundUndo> find_undo(StepGraph const& graph, State const& state, std::string_view name) {
  auto const wanted = parse(name);
  std::vector<FoundUndo> found;
  std::vector<std::string> found_names;
  std::vector<std::string> possible;
  for (auto const& [id, unwinding] : state.unwindings) {
    for (std::uint32_t i = 0; i < unwinding.plan.size(); ++i) {
      auto const& undo = unwinding.plan[i];
      if (undo.status == UndoStatus::done || undo.status == UndoStatus::skipped) continue;
      auto const& armed = state.armed.at(undo.undoes);
      auto const& task = graph.task(armed.task);
      possible.push_back(step_name(task, armed.number));
      if (!names(wanted, task, armed.number)) continue;
      found.push_back({id, i});
      found_names.push_back(task.path + ":" + std::to_string(armed.number));
    }
  }
  if (found.size() > 1) return several(name, found_names);
  if (found.size() == 1) return found.front();
  // A step of the block, or of the block of an undo that is running.
  auto const step = find_step(graph, state, name);
  auto const root = step.ok() ? undo_root(state, step->scope) : ScopeId{};
  if (!root.valid()) return none(graph, name, "being undone", std::move(possible));
  auto const& block = scope_of(state, root);
  return FoundUndo{block.undo_of, block.undo_index};
}

}  // namespace skald::runtime
