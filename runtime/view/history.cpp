// Every record of a run, as JSON: what `skald history` and the API show.

#include <map>

#include "runtime/machine/machine.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::view {
namespace {

using namespace runtime;

// Writes the fields of one record. Remembers which task an activation is of.
class RecordWriter {
 public:
  explicit RecordWriter(graph::StepGraph const& graph) : graph_(graph) {}

  // What later records refer to.
  void note(Record const& record) {
    if (auto const* entered = std::get_if<TaskEntered>(&record.body)) {
      tasks_[entered->activation] = {entered->task, entered->number};
    } else if (auto const* wanted = std::get_if<LockWanted>(&record.body)) {
      tasks_[wanted->activation] = {wanted->task, 1};
      locks_[wanted->activation] = wanted->name;
    } else if (auto const* planned = std::get_if<PlanRecorded>(&record.body)) {
      plans_[planned->unwinding] = planned->undos;
    } else if (auto const* amended = std::get_if<PlanAmended>(&record.body)) {
      plans_[amended->unwinding].push_back(amended->undoes);
    } else if (auto const* begun = std::get_if<RunStarted>(&record.body)) {
      run_ = begun->run;
    } else if (auto const* child = std::get_if<ChildStarted>(&record.body)) {
      attempts_[child->activation] = child->attempt;
    }
  }

  Json write(Record const& record, std::uint64_t sequence) {
    json_ = Json::object({{"seq", Json(sequence)}, {"at", to_iso8601(record.at)}});
    json_.set("type", name_of(record.body));
    std::visit(*this, record.body);
    return std::move(json_);
  }

  void operator()(RunStarted const& r) {
    run_ = r.run;
    json_.set("run", r.run);
    json_.set("workflow", r.workflow);
    json_.set("graph", r.graph);
    if (!r.start_key.empty()) json_.set("startKey", r.start_key);
    json_.set("input", r.input);
    if (r.data != r.input) json_.set("data", r.data);
    time("deadline", r.deadline);
    if (!r.parent) return;
    json_.set("parent", r.parent->run);
    json_.set("activation", r.parent->activation.value);
    if (r.parent->one_way) json_.set("oneWay", true);
  }
  void operator()(TaskSkipped const& r) {
    set_task(r.task);
    json_.set("scope", r.scope.value);
  }
  void operator()(TaskEntered const& r) {
    tasks_[r.activation] = {r.task, r.number};
    about(r.activation);
    json_.set("scope", r.scope.value);
    json_.set("number", r.number);
    json_.set("input", r.input);
    value("detail", r.detail);
    time("deadline", r.deadline);
    time("attemptDeadline", r.attempt_deadline);
    time("passDeadline", r.pass_deadline);
  }
  void operator()(AttemptStarted const& r) { attempt(r.activation, r.attempt, r.deadline); }
  void operator()(AttemptResent const& r) { attempt(r.activation, r.attempt, r.deadline); }
  void operator()(AttemptEnded const& r) {
    about(r.activation);
    json_.set("attempt", r.attempt);
    json_.set("outcome", saga::to_string(r.outcome));
    if (r.answer.status != 0) json_.set("status", r.answer.status);
    text("message", r.answer.message);
    value("output", r.answer.output);
    time("retryAt", r.retry_at);
    if (r.late) json_.set("late", true);
    if (r.beyond) json_.set("beyond", true);
  }
  void operator()(TaskCompleted const& r) {
    about(r.activation);
    json_.set("output", r.output);
    if (r.context) json_.set("context", *r.context);
    if (r.then.target.valid()) json_.set("then", graph_.task(r.then.target).name);
    if (r.then.kind == graph::Then::Kind::exit) json_.set("then", "exit");
    if (r.then.kind == graph::Then::Kind::end) json_.set("then", "end");
  }
  void operator()(ItemStarted const& r) {
    about(r.activation);
    json_.set("item", r.index);
  }
  void operator()(ScopeEnded const& r) {
    json_.set("scope", r.scope.value);
    value("output", r.output);
    if (r.context) json_.set("context", *r.context);
  }
  void operator()(EventTaken const& r) {
    about(r.activation);
    json_.set("filter", r.filter);
    json_.set("event", r.event);
    value("learned", r.learned);
  }
  void operator()(EventPublished const& r) { about(r.activation); }
  void operator()(Stopping const& r) {
    json_.set("unwinding", r.unwinding.value);
    Json scopes = Json::array();
    for (auto const scope : r.scopes) scopes.push_back(scope.value);
    json_.set("scopes", std::move(scopes));
    if (r.handler.valid()) about(r.handler);
    json_.set("cause", to_string(r.cause.kind));
    value("error", r.cause.error);
    text("reason", r.cause.reason);
    text("actor", r.cause.actor);
    json_.set("next", to_string(r.next));
    if (r.retry_delay.us != 0) json_.set("retryDelay", to_iso8601(r.retry_delay));
  }
  void operator()(PlanRecorded const& r) {
    json_.set("unwinding", r.unwinding.value);
    Json undos = Json::array();
    for (auto const id : r.undos) undos.push_back(undo(id));
    json_.set("undos", std::move(undos));
    if (!r.waits_for.empty()) json_.set("waitsFor", numbers(r.waits_for));
    if (!r.opens.empty()) json_.set("opens", numbers(r.opens));
    plans_[r.unwinding] = r.undos;
  }
  void operator()(PlanAmended const& r) {
    json_.set("unwinding", r.unwinding.value);
    plans_[r.unwinding].push_back(r.undoes);
    about(r.undoes);
  }
  void operator()(UndoStarted const& r) { planned(r.unwinding, r.index); }
  void operator()(UndoEnded const& r) {
    planned(r.unwinding, r.index);
    json_.set("result", r.result == UndoResult::done ? "done" : "skipped");
    text("reason", r.reason);
    text("actor", r.actor);
  }
  void operator()(Unwound const& r) {
    json_.set("unwinding", r.unwinding.value);
    time("retryAt", r.retry_at);
  }
  void operator()(TryRestarted const& r) { about(r.activation); }
  void operator()(RunSuspended const& r) {
    about(r.activation);
    text("reason", r.reason);
    text("actor", r.actor);
    if (r.with_parent) json_.set("withParent", true);
  }
  void operator()(RunResumed const& r) {
    text("reason", r.reason);
    text("actor", r.actor);
  }
  void operator()(PivotPassed const& r) { about(r.activation); }
  void operator()(StopHeld const& r) {
    about(r.activation);
    json_.set("cause", to_string(r.cause.kind));
    value("error", r.cause.error);
    text("reason", r.cause.reason);
    text("actor", r.cause.actor);
  }
  void operator()(FinallyStarted const& r) { (*this)(r.end); }
  void operator()(ChildStarted const& r) {
    about(r.activation);
    attempts_[r.activation] = r.attempt;
    json_.set("workflow", r.workflow);
    json_.set("graph", r.graph);
    json_.set("child", child_run(run_, r.activation, r.attempt));
  }
  void operator()(ChildEnded const& r) {
    about(r.activation);
    json_.set("child", child_run(run_, r.activation, attempts_[r.activation]));
    json_.set("status", to_string(r.status));
    value("output", r.output);
    value("error", r.error);
    if (r.undoable) json_.set("undoable", true);
    time("retryAt", r.retry_at);
  }
  void operator()(RunEnded const& r) {
    json_.set("status", to_string(r.status));
    value("output", r.output);
    value("error", r.error);
    text("reason", r.reason);
    text("actor", r.actor);
  }
  void operator()(StepRetried const& r) { operated(r); }
  void operator()(StepReplaced const& r) { operated(r); }
  void operator()(StepCompleted const& r) {
    operated(r);
    json_.set("output", r.output);
  }
  void operator()(AttemptParked const& r) { about(r.activation); }
  void operator()(CallbackAwaited const& r) { about(r.activation); }
  void operator()(AttemptOngoing const& r) {
    about(r.activation);
    json_.set("attempt", r.attempt);
    if (r.status != 0) json_.set("status", r.status);
    time("againAt", r.again_at);
  }
  void operator()(ProbeStarted const& r) { about(r.activation); }
  void operator()(ProbeEnded const& r) {
    about(r.activation);
    json_.set("outcome", saga::to_string(r.outcome));
    text("message", r.message);
    value("output", r.output);
  }
  void operator()(LockWanted const& r) {
    tasks_[r.activation] = {r.task, 1};
    locks_[r.activation] = r.name;
    lock(r.activation);
    json_.set("scope", r.scope.value);
    json_.set("input", r.input);
    time("deadline", r.deadline);
  }
  void operator()(LockTaken const& r) { lock(r.activation); }
  void operator()(LockGivenUp const& r) {
    lock(r.activation);
    if (r.refused) json_.set("refused", true);
    value("error", r.error);
  }
  void operator()(LockWithdrawn const& r) { lock(r.activation); }
  void operator()(StopLifted const& r) {
    json_.set("unwinding", r.unwinding.value);
    text("reason", r.reason);
    text("actor", r.actor);
  }

 private:
  // Which entry into which task an activation is.
  struct Entry {
    graph::TaskIndex task;
    std::uint32_t number = 1;
  };

  template <class Fact>
  void operated(Fact const& r) {
    about(r.activation);
    text("reason", r.reason);
    text("actor", r.actor);
  }
  void set_task(graph::TaskIndex index) {
    json_.set("task", graph_.task(index).name);
    json_.set("path", graph_.task(index).path);
  }
  void about(ActivationId id) {
    auto const at = tasks_.find(id);
    if (at != tasks_.end()) set_task(at->second.task);
    if (at != tasks_.end() && at->second.number > 1) json_.set("number", at->second.number);
    if (id.valid()) json_.set("activation", id.value);
  }
  void lock(ActivationId id) {
    about(id);
    json_.set("lock", locks_[id]);
  }
  void attempt(ActivationId id, std::uint32_t number, Time deadline) {
    about(id);
    json_.set("attempt", number);
    json_.set("deadline", to_iso8601(deadline));
  }
  static Json numbers(std::vector<std::uint32_t> const& gates) {
    Json list = Json::array();
    for (auto const gate : gates) list.push_back(gate);
    return list;
  }
  Json undo(ActivationId id) {
    Json item = Json::object();
    auto const at = tasks_.find(id);
    if (at != tasks_.end()) item.set("task", graph_.task(at->second.task).name);
    if (at != tasks_.end() && at->second.number > 1) item.set("number", at->second.number);
    item.set("activation", id.value);
    return item;
  }
  void planned(UnwindingId unwinding, std::uint32_t index) {
    json_.set("unwinding", unwinding.value);
    json_.set("undo", index);
    auto const& plan = plans_[unwinding];
    if (index < plan.size()) about(plan[index]);
  }
  void time(std::string_view name, std::optional<Time> at) {
    if (at) json_.set(name, to_iso8601(*at));
  }
  void text(std::string_view name, std::string const& words) {
    if (!words.empty()) json_.set(name, words);
  }
  void value(std::string_view name, Json const& json) {
    if (!json.is_null()) json_.set(name, json);
  }

  graph::StepGraph const& graph_;
  Json json_;
  std::string run_;
  std::map<ActivationId, Entry> tasks_;
  std::map<ActivationId, std::uint32_t> attempts_;  // of children
  std::map<ActivationId, std::string> locks_;
  std::map<UnwindingId, std::vector<ActivationId>> plans_;
};

}  // namespace

struct HistoryWriter::Impl {
  explicit Impl(graph::StepGraph const& graph) : writer(graph) {}
  RecordWriter writer;
  std::uint64_t sequence = 0;
};

HistoryWriter::HistoryWriter(graph::StepGraph const& graph)
    : impl_(std::make_unique<Impl>(graph)) {}
HistoryWriter::~HistoryWriter() = default;

Json HistoryWriter::write(Record const& record) {
  return impl_->writer.write(record, ++impl_->sequence);
}

void HistoryWriter::skip(Record const& record) {
  ++impl_->sequence;
  impl_->writer.note(record);
}

Json history(std::span<Record const> records, graph::StepGraph const& graph) {
  HistoryWriter writer(graph);
  Json list = Json::array();
  for (auto const& record : records) list.push_back(writer.write(record));
  return list;
}

}  // namespace skald::view
