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
  if (auto const root = probe_root(graph, state, call.scope); root.valid()) {
    auto const& action = activation_of(state, scope_of(state, root).owner);
    effect.probes = effect_key(graph, state, action.task, action.number);
  }
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
ChildEffect child_effect(graph::StepGraph const& graph, State const& state,
                         Activation const& activation) {
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
  return effect;
}

// Starts that nobody waits for are made even when their run has unwound or ended meanwhile.
ChildEffect owed_effect(graph::StepGraph const& graph, State const& state, ActivationId id,
                        OwedStart const& start) {
  ChildEffect effect;
  effect.child = child_run(state.run, id, 1);
  effect.workflow = std::get<graph::RunWorkflow>(graph.task(start.task).kind).workflow();
  effect.input = start.input;
  effect.parent = {state.run, id, 1, true, false};
  return effect;
}

// Undos without a block are children that undo themselves.
ChildEffect unwind_effect(State const& state, ActivationId undoes) {
  ChildEffect effect;
  effect.want = ChildEffect::Want::unwind;
  effect.child = state.armed.at(undoes).child;
  effect.parent = {state.run, undoes, 1, false, true};
  return effect;
}

class EffectList {
 public:
  EffectList(graph::StepGraph const& graph, State const& state)
      : graph_(graph), state_(state), expressions_(graph, state, Time{}, limits_) {}

  void add(Activation const& activation) {
    auto const& kind = graph_.task(activation.task).kind;
    bool const open = activation.phase == Phase::open;
    bool const waiting = activation.phase == Phase::waiting;
    if (open && std::holds_alternative<graph::Call>(kind)) {
      effects_.emplace_back(call_effect(graph_, state_, activation, expressions_));
    } else if ((open || waiting) && std::holds_alternative<graph::RunWorkflow>(kind)) {
      effects_.emplace_back(child_effect(graph_, state_, activation));
    } else if (open) {
      effects_.emplace_back(PublishEffect{activation.id, activation.detail});
    } else if (auto const* listen = std::get_if<graph::Listen>(&kind);
               listen != nullptr && waiting) {
      effects_.emplace_back(SubscribeEffect{activation.id, constant_types(*listen)});
    }
  }

  void add_owed(ActivationId id, OwedStart const& start) {
    effects_.emplace_back(owed_effect(graph_, state_, id, start));
  }

  void add_child_undo(ActivationId undoes) { effects_.emplace_back(unwind_effect(state_, undoes)); }

  std::vector<Effect> take() {
    if (!state_.lock_requests.empty()) {
      auto const& first = state_.lock_requests.front();
      auto const above = state_.locks.empty() ? std::string() : state_.locks.rbegin()->first;
      effects_.emplace_back(LockEffect{first.activation, first.name, first.withdrawn, above});
    }
    bool const more =
        !state_.held && (!state_.ready_scopes.empty() || !state_.ready_activations.empty() ||
                         !state_.ready_unwindings.empty());
    if (more) effects_.emplace_back(ContinueEffect{});
    return std::move(effects_);
  }

 private:
  graph::StepGraph const& graph_;
  State const& state_;
  Limits const limits_;
  Expressions expressions_;
  std::vector<Effect> effects_;
};

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
  EffectList list(graph, state);
  for (auto const& [id, activation] : state.activations) list.add(activation);
  for (auto const& [id, start] : state.owed) list.add_owed(id, start);
  for (auto const& [undoes, place] : state.child_undos) list.add_child_undo(undoes);
  return list.take();
}

std::vector<Effect> pending(graph::StepGraph const& graph, State const& state,
                            std::set<ActivationId> const& among) {
  EffectList list(graph, state);
  for (auto const id : among) {
    auto const at = state.activations.find(id);
    if (at != state.activations.end()) list.add(at->second);
    auto const owed = state.owed.find(id);
    if (owed != state.owed.end()) list.add_owed(id, owed->second);
    if (state.child_undos.contains(id)) list.add_child_undo(id);
  }
  return list.take();
}

}  // namespace skald::runtime
