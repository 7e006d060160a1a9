// An operator's verbs on a partition: the names of steps become inputs of the machine, and what
// follows is told before it happens.

#include "runtime/engine/operation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/engine/partition_slot.hpp"
#include "runtime/machine/find_step.hpp"
#include "runtime/view/operation.hpp"
#include "runtime/view/run_view.hpp"

namespace skald {
namespace {

constexpr std::array<std::pair<Verb, char const*>, 7> kVerbs = {{{Verb::cancel, "cancel"},
                                                                 {Verb::kill, "kill"},
                                                                 {Verb::suspend, "suspend"},
                                                                 {Verb::resume, "resume"},
                                                                 {Verb::retry, "retry"},
                                                                 {Verb::complete, "complete"},
                                                                 {Verb::skip, "skip"}}};

}  // namespace

char const* to_string(Verb verb) noexcept {
  return kVerbs[static_cast<std::size_t>(verb)].second;
}

std::optional<Verb> parse_verb(std::string_view text) noexcept {
  for (auto const& [verb, word] : kVerbs) {
    if (text == word) return verb;
  }
  return std::nullopt;
}

bool needs_step(Verb verb) noexcept {
  return verb == Verb::retry || verb == Verb::complete || verb == Verb::skip;
}

bool is_below(std::string_view run, std::string_view ancestor) noexcept {
  return run.size() > ancestor.size() && run.starts_with(ancestor) && run[ancestor.size()] == ':';
}

std::vector<Json> parents_first(Json const& runs) {
  std::vector<Json> sorted(runs.items().begin(), runs.items().end());
  std::ranges::stable_sort(
      sorted, {}, [](Json const& run) { return std::ranges::count(run["id"].as_string(), ':'); });
  return sorted;
}

namespace runtime {
namespace {

Result<InputBody> retry_input(graph::StepGraph const& graph, State const& state,
                              Operation const& operation) {
  auto const step = find_step(graph, state, operation.step);
  if (!step.ok()) return step.error();
  return InputBody{
      RetryStep{step->activation, step->scope, operation.value, operation.reason, operation.actor}};
}

Result<InputBody> complete_input(graph::StepGraph const& graph, State const& state,
                                 Operation const& operation) {
  auto const step = find_step(graph, state, operation.step);
  if (!step.ok()) return step.error();
  if (!operation.value) {
    return Error{ErrorCode::invalid_argument, "to complete a step takes its output",
                 "give what its participant would have answered; null when that is nothing"};
  }
  if (!step->activation.valid()) {
    return Error{ErrorCode::failed_precondition, "'" + operation.step + "' has not begun",
                 "retry it with another input, or skip the undo it stands in"};
  }
  return InputBody{
      CompleteStep{step->activation, *operation.value, operation.reason, operation.actor}};
}

// The machine's input for an operation. Errors: as find_step.
Result<InputBody> input_of(graph::StepGraph const& graph, State const& state,
                           Operation const& operation) {
  auto const& reason = operation.reason;
  auto const& actor = operation.actor;
  switch (operation.verb) {
    case Verb::cancel: return InputBody{CancelRun{reason, actor}};
    case Verb::kill: return InputBody{KillRun{reason, actor}};
    case Verb::suspend: return InputBody{SuspendRun{reason, actor}};
    case Verb::resume: return InputBody{ResumeRun{reason, actor, operation.forward}};
    case Verb::retry: return retry_input(graph, state, operation);
    case Verb::complete: return complete_input(graph, state, operation);
    case Verb::skip: break;
  }
  auto const undo = find_undo(graph, state, operation.step);
  if (!undo.ok()) return undo.error();
  return InputBody{SkipUndo{undo->unwinding, undo->index, reason, actor}};
}

// A kill with something to leave wants to be told twice.
Result<void> check_kill(Operation const& operation, Json const& left, std::string const& run) {
  if (operation.verb != Verb::kill || operation.leave_effects || left.size() == 0) return {};
  return Error{ErrorCode::failed_precondition,
               "a kill of run '" + run + "' would leave " + view::left_text(left) + " behind",
               "cancel it, and what has an undo is undone; or kill it with --leave-effects "
               "({\"leaveEffects\": true} in the API, Operation::leave_effects in C++)"};
}

std::string refusal(std::string const& run, Operation const& operation, std::string const& why) {
  std::string text = std::string(to_string(operation.verb)) + " of ";
  if (!operation.step.empty()) text += "'" + operation.step + "' in ";
  return text + "run '" + run + "' is not possible: " + why;
}

void add_words(Json& effect, Operation const& operation) {
  effect.set("verb", to_string(operation.verb));
  if (!operation.step.empty()) effect.set("step", operation.step);
  if (!operation.reason.empty()) effect.set("reason", operation.reason);
  if (!operation.actor.empty()) effect.set("actor", operation.actor);
}

// The effect on another run, told with that of the run that was named.
void add_effect_below(Json& told, std::string const& run, Json const& effect) {
  if (told.is_null()) {
    told = Json::object(
        {{"status", ""}, {"becomes", ""}, {"then", Json::array()}, {"calls", Json::array()}});
  }
  auto then = told["then"];
  for (auto const& sentence : effect["then"].items()) {
    then.push_back("in run " + run + ": " + std::string(sentence.as_string()));
  }
  told.set("then", std::move(then));
  auto calls = told["calls"];
  for (auto call : effect["calls"].items()) {
    call.set("run", run);
    calls.push_back(std::move(call));
  }
  told.set("calls", std::move(calls));
}

}  // namespace

// What comes of it in one run.
Result<Json> Partition::told_effect(Slot const& slot, Operation const& operation, Time now) const {
  auto input = input_of(*slot.graph, slot.state, operation);
  if (!input.ok()) return std::move(input).error();
  auto after = slot.state;
  auto const turn = advance(*slot.graph, after, Input{std::max(now, now_), 0, *std::move(input)},
                            options_.limits);
  if (turn.records.empty()) {
    return Error{ErrorCode::failed_precondition, refusal(slot.state.run, operation, turn.ignored),
                 "`skald show " + slot.state.run + "` draws how it stands"};
  }
  auto effect = view::operation_effect(*slot.graph, slot.state, after, turn.records);
  if (operation.verb == Verb::kill) {
    effect.set("leftBehind", view::left_behind(*slot.graph, slot.state));
  }
  return effect;
}

Result<Json> Partition::preview(std::string const& run, Operation const& operation,
                                Time now) const {
  auto* slot = find(run);
  if (slot == nullptr) return not_live(run);
  if (slot->state.status == RunStatus::ended) return run_has_ended(report_of_slot(*slot));
  if (auto const held = held_above(*slot); operation.verb == Verb::resume && !held.empty()) {
    return Error{ErrorCode::failed_precondition,
                 refusal(run, operation, "run '" + held + "', which waits for it, is held"),
                 "`skald resume " + held + "`: what was held with it goes on with it"};
  }
  if (auto const stops = stopped_by(*slot); operation.forward && !stops.empty()) {
    return Error{ErrorCode::failed_precondition,
                 refusal(run, operation, "run '" + stops + "', which waits for it, has stopped it"),
                 "`skald show " + stops + "` tells why"};
  }
  auto effect = Json::object({{"id", run}});
  add_words(effect, operation);
  Json told;
  for (auto const* each : addressees(*slot, operation)) {
    auto one = told_effect(*each, operation, now);
    if (!one.ok()) return one;
    if (each == slot) {
      told = *std::move(one);
    } else {
      add_effect_below(told, each->state.run, *one);
    }
  }
  add_below(*slot, operation, told);
  for (auto const& member : told.members()) effect.set_shared(member.key, member.value);
  return effect;
}

void Partition::operate(std::string const& run, Operation const& operation, Time now,
                        OperationDone done) {
  auto effect = preview(run, operation, now);
  if (!effect.ok()) return done(std::move(effect).error());
  if (auto allowed = check_kill(operation, (*effect)["leftBehind"], run); !allowed.ok()) {
    return done(std::move(allowed).error());
  }
  for (auto* each : addressees(*find(run), operation)) {
    auto input = input_of(*each->graph, each->state, operation);
    apply(*each, *std::move(input), now);
  }
  drain(now);  // what goes to other runs with it is durable before it is acknowledged
  after_durable([done = std::move(done), effect = *std::move(effect)] { done(effect); });
}

}  // namespace runtime
}  // namespace skald
