#include "tests/support/record_words.hpp"

#include <map>
#include <variant>

namespace skald::runtime {

namespace {

std::string in(Duration duration) {
  return to_human(duration);
}

std::string text_unless_null(std::string const& before, Json const& value) {
  return value.is_null() ? std::string() : before + to_text(value);
}

std::string then_text(graph::StepGraph const& graph, graph::Then const& then) {
  using Kind = graph::Then::Kind;
  switch (then.kind) {
    case Kind::next: return "";
    case Kind::exit: return ", exit";
    case Kind::end: return ", end";
    case Kind::task: return ", then " + graph.task(then.target).name;
  }
  return "";
}

std::string error_text(Json const& error) {
  if (!error.is_object()) return to_text(error);
  auto const& type = error["type"];
  std::string text;
  if (type.is_string()) {
    auto const whole = type.as_string();
    text = whole.substr(whole.find_last_of('/') + 1);
  }
  return text + " " + to_text(error["status"]) +
         (error["detail"].is_string() ? " '" + std::string(error["detail"].as_string()) + "'" : "");
}

}  // namespace

struct Wording {
  Words& words;
  Time at;

  std::string name(ActivationId id) const { return words.name(id); }
  std::string list(std::vector<ActivationId> const& ids) const {
    std::string text;
    for (auto const id : ids) text += (text.empty() ? "" : ", ") + name(id);
    return text.empty() ? "nothing" : text;
  }

  std::string operator()(RunStarted const& fact) const {
    auto text = "run starts with " + to_text(fact.data);
    if (fact.deadline) text += ", deadline in " + in(*fact.deadline - at);
    return text;
  }
  std::string operator()(TaskSkipped const& fact) const {
    return words.graph_.task(fact.task).name + " is skipped";
  }
  std::string operator()(TaskEntered const& fact) const {
    auto text = name(fact.activation) + " begins" + text_unless_null(": ", fact.detail);
    if (fact.deadline) text += ", deadline in " + in(*fact.deadline - at);
    if (fact.attempt_deadline) text += ", attempt 1 within " + in(*fact.attempt_deadline - at);
    if (fact.pass_deadline) text += ", this pass within " + in(*fact.pass_deadline - at);
    return text;
  }
  std::string operator()(AttemptStarted const& fact) const {
    return name(fact.activation) + " attempt " + std::to_string(fact.attempt) + " within " +
           in(fact.deadline - at);
  }
  std::string operator()(AttemptResent const& fact) const {
    return name(fact.activation) + " attempt " + std::to_string(fact.attempt) +
           ", sent again after a restart";
  }
  std::string operator()(AttemptEnded const& fact) const {
    auto text = name(fact.activation) + " attempt " + std::to_string(fact.attempt) + " " +
                saga::to_string(fact.outcome);
    text += text_unless_null(": ", fact.answer.output);
    if (fact.retry_at) text += ", again in " + in(*fact.retry_at - at);
    if (fact.beyond) text += " beyond its limits";
    return text + (fact.late ? " (late)" : "");
  }
  std::string operator()(TaskCompleted const& fact) const {
    auto text = name(fact.activation) + " is done: " + to_text(fact.output);
    if (fact.context) text += ", context " + to_text(*fact.context);
    return text + then_text(words.graph_, fact.then);
  }
  std::string operator()(ItemStarted const& fact) const {
    return name(fact.activation) + " item " + std::to_string(fact.index);
  }
  std::string operator()(ScopeEnded const& fact) const {
    auto text = "scope " + std::to_string(fact.scope.value) + " is done";
    if (!fact.output.is_null()) text += ": " + to_text(fact.output);
    if (fact.context) text += ", context " + to_text(*fact.context);
    return text;
  }
  std::string operator()(EventTaken const& fact) const {
    auto text = name(fact.activation) + " takes event " + to_text(fact.event["id"]);
    if (!fact.learned.is_null()) text += ", learns " + to_text(fact.learned);
    return text;
  }
  std::string operator()(EventPublished const& fact) const {
    return name(fact.activation) + " is published";
  }
  std::string operator()(Stopping const& fact) const {
    std::string text = "STOP (" + std::string(to_string(fact.cause.kind));
    if (!fact.cause.error.is_null()) text += " " + error_text(fact.cause.error);
    if (!fact.cause.reason.empty()) text += " '" + fact.cause.reason + "'";
    text += ") up to " + (fact.handler.valid() ? name(fact.handler) : std::string("the end"));
    if (fact.next != Next::end_run) text += ", then " + std::string(to_string(fact.next));
    if (fact.retry_delay.us > 0) text += " in " + in(fact.retry_delay);
    return text;
  }
  std::string operator()(PlanRecorded const& fact) const {
    return "PLAN undo " + list(fact.undos) + gates(fact);
  }
  // "; c before a, b": which undos stand on the two sides of each gate.
  std::string gates(PlanRecorded const& fact) const {
    std::map<std::uint32_t, std::pair<std::vector<ActivationId>, std::vector<ActivationId>>> sides;
    for (std::size_t i = 0; i < fact.waits_for.size(); ++i) {
      if (fact.opens[i] > 0) sides[fact.opens[i]].first.push_back(fact.undos[i]);
      if (fact.waits_for[i] > 0) sides[fact.waits_for[i]].second.push_back(fact.undos[i]);
    }
    std::string text;
    for (auto const& [gate, side] : sides)
      text += "; " + list(side.first) + " before " + list(side.second);
    return text;
  }
  std::string operator()(PlanAmended const& fact) const {
    return "PLAN undo " + name(fact.undoes) + " once more";
  }
  std::string operator()(UndoStarted const& fact) const {
    return "undo " + std::to_string(fact.index + 1) + " begins";
  }
  std::string operator()(UndoEnded const& fact) const {
    return "undo " + std::to_string(fact.index + 1) +
           (fact.result == UndoResult::done ? " is done" : " is skipped") + who(fact);
  }
  std::string operator()(Unwound const& fact) const {
    return "UNWOUND" + (fact.retry_at ? ", again in " + in(*fact.retry_at - at) : std::string());
  }
  std::string operator()(TryRestarted const& fact) const {
    return name(fact.activation) + " tries again" +
           (fact.deadline ? " within " + in(*fact.deadline - at) : std::string());
  }
  std::string operator()(RunSuspended const& fact) const {
    std::string const with = fact.with_parent ? " with its parent" : "";
    if (!fact.scope.valid()) return "HELD" + with + who(fact);
    return "SUSPENDED: " + fact.reason;
  }
  std::string operator()(RunResumed const&) const { return "RESUMED"; }
  std::string operator()(PivotPassed const& fact) const {
    return "PIVOT " + name(fact.activation) + " has succeeded";
  }
  std::string operator()(StopHeld const& fact) const {
    auto const whose = fact.activation.valid() ? name(fact.activation) : std::string("the run");
    return "HELD " + std::string(to_string(fact.cause.kind)) + " of " + whose;
  }
  std::string operator()(FinallyStarted const& fact) const {
    return "FINALLY, then " + (*this)(fact.end);
  }
  std::string operator()(ChildStarted const& fact) const {
    auto const again =
        fact.attempt > 1 ? " once more, attempt " + std::to_string(fact.attempt) : std::string();
    return name(fact.activation) + " starts a child of " + fact.workflow + again;
  }
  std::string operator()(ChildEnded const& fact) const {
    auto text = "child of " + name(fact.activation) + " is " + to_string(fact.status) +
                text_unless_null(": ", fact.output);
    if (!fact.error.is_null()) text += " (" + error_text(fact.error) + ")";
    if (fact.retry_at) text += ", again in " + in(*fact.retry_at - at);
    return text + (fact.undoable ? ", keeps what it did" : "");
  }
  std::string operator()(RunEnded const& fact) const {
    auto text = "END " + std::string(to_string(fact.status)) + text_unless_null(": ", fact.output);
    if (!fact.error.is_null()) text += " (" + error_text(fact.error) + ")";
    return text;
  }
  std::string operator()(StepRetried const& fact) const {
    auto const what = fact.activation.valid() ? name(fact.activation) : std::string("the step");
    return what + " is to be tried again" + who(fact);
  }
  std::string operator()(StepReplaced const& fact) const {
    auto const what = fact.activation.valid() ? name(fact.activation) : std::string("the step");
    return what + " is given up for another input" + who(fact);
  }
  std::string operator()(StepCompleted const& fact) const {
    return name(fact.activation) + " is done by evidence: " + to_text(fact.output) + who(fact);
  }
  std::string operator()(AttemptParked const& fact) const {
    return name(fact.activation) + " is made again when the run goes on";
  }
  std::string operator()(CallbackAwaited const& fact) const {
    return name(fact.activation) + " awaits its callback";
  }
  std::string operator()(AttemptOngoing const& fact) const {
    return name(fact.activation) + " attempt " + std::to_string(fact.attempt) +
           " is not finished, asked again in " + in(fact.again_at - at);
  }
  std::string operator()(ProbeStarted const& fact) const {
    return name(fact.activation) + " is in doubt: its probe is asked";
  }
  std::string operator()(ProbeEnded const& fact) const {
    return "the probe says that " + name(fact.activation) + " is " + saga::to_string(fact.outcome) +
           text_unless_null(": ", fact.output);
  }
  std::string operator()(LockWanted const& fact) const {
    auto text = name(fact.activation) + " waits for lock " + fact.name;
    if (fact.deadline) text += " for " + in(*fact.deadline - at);
    return text;
  }
  std::string operator()(LockTaken const& fact) const {
    return "LOCK of " + name(fact.activation) + " is held";
  }
  std::string operator()(LockGivenUp const& fact) const {
    return name(fact.activation) + (fact.refused ? " is refused its lock" : " waits no longer") +
           " (" + error_text(fact.error) + ")";
  }
  std::string operator()(LockWithdrawn const& fact) const {
    return "the lock request of " + name(fact.activation) + " is withdrawn";
  }
  std::string operator()(StopLifted const& fact) const { return "FORWARD again" + who(fact); }

  // An operator's name and reason.
  template <class Fact>
  static std::string who(Fact const& fact) {
    auto text = fact.actor.empty() ? std::string() : " by " + fact.actor;
    return fact.reason.empty() ? text : text + ": " + fact.reason;
  }
};

std::string Words::of(Record const& record) {
  if (auto const* wanted = std::get_if<LockWanted>(&record.body)) {
    known_.push_back({wanted->activation, wanted->task, ++waits_[wanted->task]});
  }
  if (auto const* entered = std::get_if<TaskEntered>(&record.body)) {
    known_.push_back({entered->activation, entered->task, entered->number});
  }
  return std::visit(Wording{*this, record.at}, record.body);
}

std::string Words::of(Effect const& effect, State const& state) const {
  if (auto const* call = std::get_if<CallEffect>(&effect)) {
    auto text = "call " + name(call->activation) + " attempt " + std::to_string(call->attempt) +
                " key " + call->key.substr(state.run.size());
    if (!call->undoes.empty()) text += " undoes " + call->undoes.substr(state.run.size());
    if (!call->probes.empty()) text += " probes " + call->probes.substr(state.run.size());
    return text + (call->withdraw ? " (withdraw)" : "");
  }
  if (auto const* wanted = std::get_if<SubscribeEffect>(&effect)) {
    auto text = "listen " + name(wanted->activation);
    for (auto const& type : wanted->types) text += " " + type;
    return text;
  }
  if (auto const* event = std::get_if<PublishEffect>(&effect)) {
    return "publish " + to_text(event->event);
  }
  if (auto const* child = std::get_if<ChildEffect>(&effect)) {
    constexpr char const* kWants[] = {"find", "run", "stop", "unwind"};
    return std::string(kWants[static_cast<int>(child->want)]) + " child " + child->child +
           (child->want == ChildEffect::Want::unwind ? "" : " of " + child->workflow);
  }
  if (auto const* lock = std::get_if<LockEffect>(&effect)) {
    return (lock->withdraw ? "withdraw lock " : "lock ") + lock->name +
           (lock->above.empty() ? "" : " above " + lock->above);
  }
  return "continue";
}

std::string Words::name(ActivationId id) const {
  for (auto const& known : known_) {
    if (known.id != id) continue;
    auto const number = known.number > 1 ? "#" + std::to_string(known.number) : std::string();
    return graph_.task(known.task).name + number;
  }
  return "unknown";
}

ActivationId Words::find(std::string const& wanted) const {
  for (auto at = known_.rbegin(); at != known_.rend(); ++at) {
    if (name(at->id) == wanted) return at->id;
  }
  return {};
}

}  // namespace skald::runtime
