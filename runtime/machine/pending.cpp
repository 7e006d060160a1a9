// What the world owes a run, read off its state.

#include <algorithm>

#include "runtime/machine/expressions.hpp"
#include "runtime/machine/machine.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
         c == '-' || c == '_' || c == '.' || c == '~';
}

// Percent-encodes what may not stand in a header value or a key.
void append_encoded(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (char const c : text) {
    if (is_plain(c)) {
      out += c;
    } else {
      auto const byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
}

// Adds the constant types of the filters. False when one of them takes any type.
bool add_types(std::vector<graph::EventFilter> const& filters, std::vector<std::string>& types) {
  for (auto const& filter : filters) {
    bool constant = false;
    for (auto const& attribute : filter.with) {
      if (attribute.name != "type" || attribute.value.kind != graph::Template::Kind::constant ||
          !attribute.value.constant.is_string()) {
        continue;
      }
      types.emplace_back(attribute.value.constant.as_string());
      constant = true;
    }
    if (!constant) return false;
  }
  return !filters.empty();
}

std::vector<std::string> constant_types(graph::Listen const& listen) {
  std::vector<std::string> types;
  bool constant = add_types(listen.filters, types);
  if (listen.until_events) constant = add_types(listen.until_events->filters, types) && constant;
  if (!constant) types.clear();  // any type may fit
  return types;
}

CallEffect call_effect(graph::StepGraph const& graph, State const& state, Activation const& call,
                       Expressions const& expressions) {
  auto const& task = graph.task(call.task);
  CallEffect effect;
  effect.activation = call.id;
  effect.attempt = call.attempt;
  effect.function = std::get<graph::Call>(task.kind).function;
  effect.callback = std::get<graph::Call>(task.kind).callback;
  effect.with = call.detail;
  effect.key = effect_key(graph, state, call.task, call.number);
  effect.step = task.path;
  effect.deadline = *call.attempt_deadline;
  effect.withdraw = stopped(state, call.scope);
  if (auto const root = undo_root(state, call.scope); root.valid()) {
    auto const& block = scope_of(state, root);
    auto const undoes = state.unwindings.at(block.undo_of).plan[block.undo_index].undoes;
    auto const& armed = state.armed.at(undoes);
    effect.direction = saga::Direction::undo;
    effect.undoes = effect_key(graph, state, armed.task, armed.number);
    effect.undo = expressions.undo(call.scope);
  }
  return effect;
}

// What a `run` wants of its child: to be found, to run, or to stop.
void add_child(graph::StepGraph const& graph, State const& state, Activation const& activation,
               std::vector<Effect>& effects) {
  if (activation.phase != Phase::waiting && activation.phase != Phase::open) return;
  auto const& task = graph.task(activation.task);
  auto const& kind = std::get<graph::RunWorkflow>(task.kind);
  ChildEffect effect;
  if (activation.phase == Phase::open) {
    bool const stops = stopped(state, activation.scope);
    effect.want = stops ? ChildEffect::Want::stop : ChildEffect::Want::run;
    effect.graph = activation.child_graph;
  }
  auto const attempt = std::max(activation.attempt, 1U);
  effect.child = child_run(state.run, activation.id, attempt);
  effect.workflow = kind.workflow();
  effect.input = activation.detail["input"];
  bool const forward =
      !undo_root(state, activation.scope).valid() && !in_finally(state, activation.scope);
  effect.parent = {state.run, activation.id, attempt, !kind.await,
                   kind.await && forward && !task.pivot && !task.compensate.valid()};
  effects.emplace_back(std::move(effect));
}

// Starts that nobody waits for are made even when their run has unwound or ended meanwhile.
void add_owed(graph::StepGraph const& graph, State const& state, std::vector<Effect>& effects) {
  for (auto const& [id, start] : state.owed) {
    ChildEffect effect;
    effect.child = child_run(state.run, id, 1);
    effect.workflow = std::get<graph::RunWorkflow>(graph.task(start.task).kind).workflow();
    effect.input = start.input;
    effect.parent = {state.run, id, 1, true, false};
    effects.emplace_back(std::move(effect));
  }
}

// Undos without a block are children that undo themselves.
void add_unwinding_children(State const& state, Unwinding const& unwinding,
                            std::vector<Effect>& effects) {
  for (auto const& undo : unwinding.plan) {
    if (undo.status != UndoStatus::running || undo.scope.valid()) continue;
    ChildEffect effect;
    effect.want = ChildEffect::Want::unwind;
    effect.child = state.armed.at(undo.undoes).child;
    effect.parent = {state.run, undo.undoes, 1, false, true};
    effects.emplace_back(std::move(effect));
  }
}

}  // namespace

std::string effect_key(graph::StepGraph const& graph, State const& state, TaskIndex task,
                       std::uint32_t number) {
  std::string key;
  append_encoded(key, state.run);
  append_encoded(key, graph.task(task).path);
  key += ':';
  key += std::to_string(number);
  return key;
}

std::vector<Effect> pending(graph::StepGraph const& graph, State const& state) {
  std::vector<Effect> effects;
  Limits const limits;
  Expressions const expressions(graph, state, Time{}, limits);
  for (auto const& [id, activation] : state.activations) {
    auto const& kind = graph.task(activation.task).kind;
    if (activation.phase == Phase::open && std::holds_alternative<graph::Call>(kind)) {
      effects.emplace_back(call_effect(graph, state, activation, expressions));
    } else if (std::holds_alternative<graph::RunWorkflow>(kind)) {
      add_child(graph, state, activation, effects);
    } else if (activation.phase == Phase::open) {
      effects.emplace_back(PublishEffect{id, activation.detail});
    } else if (auto const* listen = std::get_if<graph::Listen>(&kind);
               listen != nullptr && activation.phase == Phase::waiting) {
      effects.emplace_back(SubscribeEffect{id, constant_types(*listen)});
    }
  }
  add_owed(graph, state, effects);
  for (auto const id : state.active_unwindings) {
    add_unwinding_children(state, state.unwindings.at(id), effects);
  }
  bool const more =
      !state.held && (!state.ready_scopes.empty() || !state.ready_activations.empty() ||
                      !state.ready_unwindings.empty());
  if (more) effects.emplace_back(ContinueEffect{});
  return effects;
}

}  // namespace skald::runtime
