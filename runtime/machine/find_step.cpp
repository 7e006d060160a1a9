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

Candidate suspended(StepGraph const& graph, State const& state, Suspension const& waiting) {
  if (waiting.activation.valid()) {
    auto const& activation = activation_of(state, waiting.activation);
    return {
        {waiting.activation, activation.scope}, &graph.task(activation.task), activation.number};
  }
  auto const& scope = scope_of(state, waiting.scope);
  auto const task = graph.list(scope.list).tasks[scope.position];
  auto const seen = state.entries.find(task);
  return {
      {{}, waiting.scope}, &graph.task(task), seen == state.entries.end() ? 1 : seen->second + 1};
}

// True when the run stands behind its last step: its output could not be made.
bool at_the_end(StepGraph const& graph, State const& state, Suspension const& waiting) {
  if (waiting.activation.valid()) return false;
  auto const& scope = scope_of(state, waiting.scope);
  return scope.position >= graph.list(scope.list).tasks.size();
}

std::vector<Candidate> candidates(StepGraph const& graph, State const& state) {
  std::vector<Candidate> all;
  for (auto const& [id, activation] : state.activations) {
    if (!can_be_moved(activation)) continue;
    all.push_back({{id, activation.scope}, &graph.task(activation.task), activation.number});
  }
  for (auto const& waiting : state.suspensions) {
    bool const begun = waiting.activation.valid();  // then it is among those
    if (begun || at_the_end(graph, state, waiting)) continue;
    all.push_back(suspended(graph, state, waiting));
  }
  for (auto& candidate : all) add_effect(graph, state, candidate);
  return all;
}

// A step as an operator can name it.
struct Named {
  graph::Task const* task = nullptr;
  std::uint32_t number = 1;
};

// Names that tell them apart: "hotel", or "hotel:1, hotel:2" when several are entries of one task,
// or with their paths when several tasks have one name.
std::vector<std::string> names_apart(std::vector<Named> const& all) {
  std::vector<std::string> words;
  for (auto const& one : all) {
    bool entries = false;
    bool namesakes = false;
    for (auto const& other : all) {
      entries = entries || (other.task == one.task && other.number != one.number);
      namesakes = namesakes || (other.task != one.task && other.task->name == one.task->name);
    }
    auto word = namesakes ? one.task->path : one.task->name;
    if (entries || one.number > 1) word += ":" + std::to_string(one.number);
    words.push_back(std::move(word));
  }
  return words;
}

Error several(std::string_view name, std::vector<Named> const& found) {
  return {ErrorCode::invalid_argument,
          "'" + std::string(name) + "' fits several steps: " + join(names_apart(found)),
          "name one of them, as written"};
}

// Nothing fits: is it that there is no such task, or only that it is not under way?
Error none(StepGraph const& graph, std::string_view name, std::string const& what,
           std::vector<Named> const& steps) {
  auto const wanted = parse(name);
  bool const known = std::any_of(graph.tasks.begin(), graph.tasks.end(), [&](auto const& task) {
    return task.name == wanted.task || task.path == wanted.task;
  });
  auto possible = names_apart(steps);
  std::sort(possible.begin(), possible.end());
  auto const hint =
      possible.empty() ? "`skald show` draws the run" : "those that are: " + join(possible);
  if (known) {
    return {ErrorCode::failed_precondition, "'" + std::string(name) + "' is not " + what, hint};
  }
  return {ErrorCode::not_found, "the workflow has no step '" + std::string(name) + "'", hint};
}

// Every view calls the first entry of a task by the task's name alone, so such a name never means
// a later one, also when no other entry fits.
bool means_another(Name const& wanted, std::uint32_t number) {
  return !wanted.number && number > 1;
}

Error is_not(Named const& only, std::string_view name, std::string const& what) {
  return {ErrorCode::failed_precondition,
          "'" + std::string(name) + "' is the first entry of its task, and not " + what,
          "this one is: " + names_apart({only}).front()};
}

// The first of its names that finds it.
template <class Finds>
std::string shortest(graph::Task const& task, std::uint32_t number, Finds const& finds) {
  for (auto const& name : {step_name(task, number), task.name + ":" + std::to_string(number)}) {
    if (finds(name)) return name;
  }
  return task.path + ":" + std::to_string(number);
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
  std::vector<Named> direct_names;
  std::vector<Named> effect_names;
  std::vector<Named> effects;
  std::vector<Named> possible;
  for (auto const& one : all) {
    possible.push_back({one.task, one.number});
    if (names(wanted, *one.task, one.number)) {
      direct.push_back(one.step);
      direct_names.push_back({one.task, one.number});
    } else if (one.effect != nullptr && names(wanted, *one.effect, one.effect_number)) {
      by_effect.push_back(one.step);
      effect_names.push_back({one.task, one.number});
      effects.push_back({one.effect, one.effect_number});
    }
  }
  if (direct.size() > 1) return several(name, direct_names);
  if (direct.size() == 1) {
    auto const& only = direct_names.front();
    if (means_another(wanted, only.number)) return is_not(only, name, "under way");
    return direct.front();
  }
  if (by_effect.size() > 1) return several(name, effect_names);
  if (by_effect.size() == 1) {
    auto const& only = effects.front();
    if (means_another(wanted, only.number)) return is_not(only, name, "being undone");
    return by_effect.front();
  }
  return none(graph, name, "under way", possible);
}

Result<FoundUndo> find_undo(StepGraph const& graph, State const& state, std::string_view name) {
  auto const wanted = parse(name);
  std::vector<FoundUndo> found;
  std::vector<Named> found_names;
  std::vector<Named> possible;
  for (auto const& [id, unwinding] : state.unwindings) {
    for (std::uint32_t i = 0; i < unwinding.plan.size(); ++i) {
      auto const& undo = unwinding.plan[i];
      if (undo.status == UndoStatus::done || undo.status == UndoStatus::skipped) continue;
      auto const& armed = state.armed.at(undo.undoes);
      auto const& task = graph.task(armed.task);
      possible.push_back({&task, armed.number});
      if (!names(wanted, task, armed.number)) continue;
      found.push_back({id, i});
      found_names.push_back({&task, armed.number});
    }
  }
  if (found.size() > 1) return several(name, found_names);
  if (found.size() == 1) {
    auto const& only = found_names.front();
    if (means_another(wanted, only.number)) return is_not(only, name, "being undone");
    return found.front();
  }
  // A step of the block, or of the block of an undo that is running.
  auto const step = find_step(graph, state, name);
  if (!step.ok() && step.error().code == ErrorCode::invalid_argument) return step.error();
  auto const root = step.ok() ? undo_root(state, step->scope) : ScopeId{};
  if (!root.valid()) return none(graph, name, "being undone", possible);
  auto const& block = scope_of(state, root);
  return FoundUndo{block.undo_of, block.undo_index};
}

std::vector<StuckStep> stuck_steps(StepGraph const& graph, State const& state) {
  std::vector<StuckStep> all;
  for (auto const& waiting : state.suspensions) {
    if (at_the_end(graph, state, waiting)) continue;
    auto one = suspended(graph, state, waiting);
    add_effect(graph, state, one);
    StuckStep stuck;
    stuck.begun = waiting.activation.valid();
    bool const call = std::holds_alternative<graph::Call>(one.task->kind);
    bool const run = std::holds_alternative<graph::RunWorkflow>(one.task->kind);
    auto const live = state.activations.find(waiting.activation);
    bool const done = live != state.activations.end() &&
                      live->second.outcome == saga::Outcome::succeeded;  // its output is wrong
    stuck.takes_input = !stuck.begun || (call && !done);
    stuck.can_complete = stuck.begun && (call || run) && !done;
    stuck.reason = waiting.reason;
    stuck.step = shortest(*one.task, one.number, [&](std::string const& name) {
      auto const found = find_step(graph, state, name);
      return found.ok() && found->scope == one.step.scope;
    });
    if (one.effect != nullptr) {
      stuck.undo = shortest(*one.effect, one.effect_number, [&](std::string const& name) {
        return find_undo(graph, state, name).ok();
      });
    }
    all.push_back(std::move(stuck));
  }
  return all;
}

}  // namespace skald::runtime
