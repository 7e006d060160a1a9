#include "compiler/keywords.hpp"

#include <array>

#include "compiler/keyword_tables.hpp"

namespace skald::compiler {

namespace {

using Keys = Key const;
using Texts = std::string_view const;

// Values that several tables share.
constexpr Keys kDurationKeys[] = {
    {.name = "days", .kinds = kWhole | kExpression},
    {.name = "hours", .kinds = kWhole | kExpression},
    {.name = "minutes", .kinds = kWhole | kExpression},
    {.name = "seconds", .kinds = kWhole | kExpression},
    {.name = "milliseconds", .kinds = kWhole | kExpression},
};

// A key of skald's own.
constexpr Key superset(Key key) {
  key.superset = true;
  return key;
}

constexpr Keys kTimeoutKeys[] = {duration("after", kRequired)};
constexpr Table kTimeout{"a timeout", kTimeoutKeys};

constexpr Keys kSchemaKeys[] = {
    {.name = "format", .kinds = kText},
    {.name = "document"},
    {.name = "resource", .kinds = kMap, .nest = Nest::self, .table = &kResource},
};
constexpr Texts kSchemaPlaces[] = {"document", "resource"};
constexpr Table kSchema{"a schema", kSchemaKeys, kSchemaPlaces};

constexpr Key schema() {
  return {.name = "schema", .kinds = kMap, .nest = Nest::self, .table = &kSchema};
}

constexpr Keys kInputKeys[] = {schema(), {.name = "from", .kinds = kTextOrMap}};
constexpr Keys kOutputKeys[] = {schema(), {.name = "as", .kinds = kTextOrMap}};
constexpr Table kInput{"an input", kInputKeys};
constexpr Table kOutput{"an output", kOutputKeys};
constexpr Table kExport{"an export", kOutputKeys};

// Retry policies.
constexpr Keys kLinearKeys[] = {duration("increment")};
constexpr Keys kExponentialKeys[] = {superset(duration("max")),
                                     superset({.name = "multiplier", .kinds = kNumber})};
constexpr Table kConstant{"a constant backoff", {}};
constexpr Table kLinear{"a linear backoff", kLinearKeys};
constexpr Table kExponential{"an exponential backoff", kExponentialKeys};
constexpr Keys kBackoffKeys[] = {
    {.name = "constant", .kinds = kMap, .nest = Nest::self, .table = &kConstant},
    {.name = "linear", .kinds = kMap, .nest = Nest::self, .table = &kLinear},
    {.name = "exponential", .kinds = kMap, .nest = Nest::self, .table = &kExponential},
};
constexpr Texts kBackoffs[] = {"constant", "linear", "exponential"};
constexpr Table kBackoff{"a backoff", kBackoffKeys, kBackoffs};
constexpr Keys kAttemptKeys[] = {{.name = "count", .kinds = kWhole}, duration("duration")};
constexpr Table kAttempt{"a limit of attempts", kAttemptKeys};
constexpr Keys kLimitKeys[] = {
    {.name = "attempt",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kAttempt,
     .form = "{ count: 3 }"},
    duration("duration"),
};
constexpr Table kLimit{"a limit", kLimitKeys};
constexpr Keys kJitterKeys[] = {duration("from", kRequired), duration("to", kRequired)};
constexpr Table kJitter{"a jitter", kJitterKeys};
constexpr Keys kRetryKeys[] = {
    {.name = "when", .kinds = kText},
    {.name = "exceptWhen", .kinds = kText},
    duration("delay"),
    {.name = "backoff",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kBackoff,
     .form = "{ exponential: {} }, { linear: {} } or { constant: {} }"},
    {.name = "limit",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kLimit,
     .form = "{ attempt: { count: 3 } }"},
    {.name = "jitter",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kJitter,
     .form = "{ from: PT0S, to: PT1S }"},
};
constexpr Table kRetry{"a retry policy", kRetryKeys};
constexpr Key retry() {
  return {.name = "retry",
          .kinds = kTextOrMap,
          .nest = Nest::self,
          .table = &kRetry,
          .form =
              "a policy like { delay: { seconds: 1 }, limit: { attempt: { count: 5 } } }, or "
              "the name of one in use.retries"};
}

constexpr Key timeout() {
  return {.name = "timeout",
          .kinds = kTextOrMap,
          .nest = Nest::self,
          .table = &kTimeout,
          .form = "a map like { after: { seconds: 10 } }, or the name of one in use.timeouts"};
}

// Errors.
constexpr Keys kErrorKeys[] = {
    {.name = "type", .kinds = kText, .need = kRequired},
    {.name = "status", .kinds = kWhole | kExpression, .need = kRequired},
    {.name = "instance", .kinds = kText},
    {.name = "title", .kinds = kText},
    {.name = "detail", .kinds = kText},
};
constexpr Table kError{.what = "an error",
                       .keys = kErrorKeys,
                       .form = "{ type: https://shop.example/errors/sold-out, status: 409 }"};
constexpr Keys kFilterKeys[] = {
    {.name = "type", .kinds = kText},     {.name = "status", .kinds = kWhole},
    {.name = "instance", .kinds = kText}, {.name = "title", .kinds = kText},
    {.name = "detail", .kinds = kText},
};
constexpr Table kFilter{"an error filter", kFilterKeys};

// Events.
constexpr Keys kCorrelationKeys[] = {
    {.name = "from", .kinds = kText, .need = kRequired},
    {.name = "expect"},
};
constexpr Table kCorrelation{.what = "a correlation",
                             .keys = kCorrelationKeys,
                             .form = "{ from: .data.order, expect: '${ $workflow.id }' }"};
constexpr Keys kAttributeKeys[] = {
    {.name = "id", .kinds = kText},
    {.name = "source", .kinds = kText},
    {.name = "type", .kinds = kText},
    {.name = "time", .kinds = kText},
    {.name = "subject", .kinds = kText},
    {.name = "datacontenttype", .kinds = kText},
    {.name = "dataschema", .kinds = kText},
    {.name = "specversion", .kinds = kText},
    {.name = "data"},
};
constexpr Table kAttributes{"'with' of an event filter", kAttributeKeys, {}, true};
constexpr Keys kEventFilterKeys[] = {
    {.name = "with",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kAttributes,
     .form = "{ type: order.paid }"},
    {.name = "correlate", .kinds = kMap, .nest = Nest::named, .table = &kCorrelation},
};
constexpr Table kEventFilter{
    .what = "an event filter", .keys = kEventFilterKeys, .form = "{ with: { type: order.paid } }"};
constexpr Texts kStrategies[] = {"one", "any", "all"};
constexpr Keys kUntilKeys[] = {
    {.name = "one", .kinds = kMap, .nest = Nest::self, .table = &kEventFilter},
    {.name = "any", .kinds = kList, .nest = Nest::items, .table = &kEventFilter},
    {.name = "all", .kinds = kList, .nest = Nest::items, .table = &kEventFilter},
};
constexpr Table kUntil{"'until'", kUntilKeys, kStrategies};
constexpr Keys kStrategyKeys[] = {
    {.name = "one",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kEventFilter,
     .form = "{ with: { type: order.paid } }"},
    {.name = "any",
     .kinds = kList,
     .nest = Nest::items,
     .table = &kEventFilter,
     .form = "[ { with: { type: order.paid } } ]"},
    {.name = "all",
     .kinds = kList,
     .nest = Nest::items,
     .table = &kEventFilter,
     .form = "[ { with: { type: order.paid } } ]"},
    {.name = "until", .kinds = kTextOrMap, .nest = Nest::self, .table = &kUntil},
};
constexpr Table kStrategy{"'to' of a listen", kStrategyKeys, kStrategies};
constexpr Texts kReads[] = {"data", "envelope", "raw"};
constexpr Keys kListenKeys[] = {
    {.name = "to",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kStrategy,
     .form = "{ one: { with: { type: order.paid } } }"},
    {.name = "read", .kinds = kText, .words = kReads},
};
constexpr Table kListen{"a listen", kListenKeys};
constexpr Keys kForeachKeys[] = {
    {.name = "item", .kinds = kText},
    {.name = "at", .kinds = kText},
    {.name = "do", .kinds = kList, .nest = Nest::tasks},
    {.name = "output", .kinds = kMap, .nest = Nest::self, .table = &kOutput, .form = "{ as: .id }"},
    {.name = "export", .kinds = kMap, .nest = Nest::self, .table = &kExport, .form = "{ as: .id }"},
};
constexpr Table kForeach{"a foreach", kForeachKeys};
constexpr Keys kEventKeys[] = {
    {.name = "type", .kinds = kText, .need = kRequired},
    {.name = "data"},
};
constexpr Table kEvent{"an event", kEventKeys, {}, true};
constexpr Keys kEmitEventKeys[] = {
    {.name = "with", .kinds = kMap, .need = kRequired, .nest = Nest::self, .table = &kEvent},
};
constexpr Table kEmitEvent{"an event", kEmitEventKeys, {}, true};
constexpr Keys kEmitKeys[] = {
    {.name = "event",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kEmitEvent,
     .form = "{ with: { type: order.paid } }"},
};
constexpr Table kEmit{"an emit", kEmitKeys};

// The other task kinds.
constexpr Keys kForkKeys[] = {
    {.name = "branches",
     .kinds = kList,
     .need = kRequired,
     .nest = Nest::tasks,
     .form = "a list of tasks, each with its name: '- name:'"},
    {.name = "compete", .kinds = kFlag},
};
constexpr Table kFork{"a fork", kForkKeys};
constexpr Keys kForKeys[] = {
    {.name = "each", .kinds = kText},
    {.name = "in", .kinds = kText | kList, .need = kRequired, .form = ".items"},
    {.name = "at", .kinds = kText},
    superset({.name = "concurrency", .kinds = kWhole}),
};
constexpr Table kFor{"a for", kForKeys};
constexpr Keys kErrorsKeys[] = {{.name = "with",
                                 .kinds = kMap,
                                 .nest = Nest::self,
                                 .table = &kFilter,
                                 .form = "{ status: 503 }"}};
constexpr Table kErrors{"the errors to catch", kErrorsKeys};
constexpr Keys kCatchKeys[] = {
    {.name = "errors",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kErrors,
     .form = "{ with: { status: 503 } }"},
    {.name = "as", .kinds = kText},
    {.name = "when", .kinds = kText},
    {.name = "exceptWhen", .kinds = kText},
    retry(),
    {.name = "do", .kinds = kList, .nest = Nest::tasks},
    {.name = "then", .kinds = kText},
};
constexpr Table kCatch{"a catch", kCatchKeys};
constexpr Keys kRaiseKeys[] = {
    {.name = "error",
     .kinds = kTextOrMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kError,
     .form = "the name of one in use.errors, or { type: ..., status: 409 }"},
};
constexpr Table kRaise{"a raise", kRaiseKeys};
constexpr Keys kCaseKeys[] = {
    {.name = "when", .kinds = kText},
    {.name = "then",
     .kinds = kText,
     .need = kRequired,
     .form = "the name of a task, or continue, exit, end"},
};
constexpr Table kCase{.what = "a case",
                      .keys = kCaseKeys,
                      .form = "{ when: .total > 100, then: NAME }, without 'when' for the rest"};

// Processes.
constexpr Keys kRunWorkflowKeys[] = {
    {.name = "namespace", .kinds = kText, .need = kRequired},
    {.name = "name", .kinds = kText, .need = kRequired},
    {.name = "version", .kinds = kText},
    {.name = "input"},
};
constexpr Table kRunWorkflow{"the workflow to run", kRunWorkflowKeys};
constexpr Keys kShellKeys[] = {
    {.name = "command", .kinds = kText, .need = kRequired},
    {.name = "stdin", .kinds = kText},
    {.name = "arguments", .kinds = kList | kExpression},
    {.name = "environment", .kinds = kMap | kExpression},
};
constexpr Table kShell{"a shell command", kShellKeys};
constexpr Texts kScriptLanguages[] = {"js", "javascript", "python"};
constexpr Keys kScriptKeys[] = {
    {.name = "language", .kinds = kText, .need = kRequired, .words = kScriptLanguages},
    {.name = "code", .kinds = kText},
    {.name = "source", .need = kLater, .way_out = "write the script below 'code'"},
    {.name = "stdin", .kinds = kText},
    {.name = "arguments", .kinds = kList | kExpression},
    {.name = "environment", .kinds = kMap | kExpression},
};
constexpr Texts kScriptCode[] = {"code", "source"};
constexpr Table kScript{"a script", kScriptKeys, kScriptCode};
constexpr Texts kReturns[] = {"stdout", "stderr", "code", "all", "none"};
constexpr Texts kOnAborts[] = {"cancel"};
constexpr Texts kProcesses[] = {"workflow", "shell", "script", "container"};
constexpr Keys kRunKeys[] = {
    {.name = "workflow",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kRunWorkflow,
     .form = "{ namespace: shop, name: ship, version: '1.0.0' }"},
    {.name = "shell",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kShell,
     .form = "{ command: ls, arguments: [ '-l' ] }"},
    {.name = "script",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kScript,
     .form = "{ language: python, code: ... }"},
    {.name = "container",
     .need = kLater,
     .way_out = "start the container outside and 'call' it, or use 'shell' where that is allowed"},
    {.name = "await", .kinds = kFlag},
    {.name = "return", .kinds = kText, .words = kReturns},
    {.name = "onAbort", .kinds = kText, .words = kOnAborts},
};
constexpr Table kRun{"a run", kRunKeys, kProcesses};

constexpr Keys kOngoingKeys[] = {
    {.name = "status", .kinds = kWhole | kList},
    duration("every"),
};
constexpr Table kOngoing{"'ongoing'", kOngoingKeys};

constexpr Keys kTaskKeys[] = {
    {.name = "if", .kinds = kText},
    {.name = "input",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kInput,
     .form = "{ from: .order }"},
    {.name = "output", .kinds = kMap, .nest = Nest::self, .table = &kOutput, .form = "{ as: .id }"},
    {.name = "export", .kinds = kMap, .nest = Nest::self, .table = &kExport, .form = "{ as: .id }"},
    timeout(),
    {.name = "then", .kinds = kText},
    {.name = "metadata", .kinds = kMap},
    superset({.name = "compensate",
              .kinds = kList,
              .nest = Nest::tasks,
              .form = "the tasks that undo it, as a list: '- name:'"}),
    superset(retry()),
    superset({.name = "undoOn", .kinds = kText | kList}),
    superset({.name = "doneOn", .kinds = kWhole | kList}),
    superset({.name = "redeliver", .kinds = kFlag}),
    superset({.name = "pivot", .kinds = kFlag}),
    superset({.name = "probe", .kinds = kList, .nest = Nest::tasks}),
    superset({.name = "ongoing", .kinds = kMap, .nest = Nest::self, .table = &kOngoing}),
    superset({.name = "lock", .kinds = kText}),
    superset({.name = "state", .need = kLater}),
};
constexpr Table kTask{"a task", kTaskKeys};

constexpr Texts kAwaited[] = {"callback"};
constexpr Keys kCallTask[] = {
    {.name = "call", .kinds = kText, .need = kRequired},
    {.name = "with", .kinds = kMap | kExpression},
    superset({.name = "await", .kinds = kText, .words = kAwaited}),
};
constexpr Keys kDoTask[] = {{.name = "do", .kinds = kList, .need = kRequired, .nest = Nest::tasks}};
constexpr Keys kEmitTask[] = {{.name = "emit",
                               .kinds = kMap,
                               .need = kRequired,
                               .nest = Nest::self,
                               .table = &kEmit,
                               .form = "{ event: { with: { type: order.paid } } }"}};
constexpr Keys kForTask[] = {
    {.name = "for",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kFor,
     .form = "{ each: item, in: .items }"},
    {.name = "while", .kinds = kText},
    {.name = "do",
     .kinds = kList,
     .need = kRequired,
     .nest = Nest::tasks,
     .form = "a list of tasks, beside 'for'"},
};
constexpr Keys kForkTask[] = {
    {.name = "fork",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kFork,
     .form = "{ branches: [ ... ] }, the branches being a list of tasks"}};
constexpr Keys kListenTask[] = {
    {.name = "listen",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kListen,
     .form = "{ to: { one: { with: { type: order.paid } } } }"},
    {.name = "foreach", .kinds = kMap, .nest = Nest::self, .table = &kForeach},
};
constexpr Keys kRaiseTask[] = {
    {.name = "raise",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kRaise,
     .form = "{ error: NAME }, one of use.errors, or { error: { type: ..., status: 500 } }"}};
constexpr Keys kRunTask[] = {
    {.name = "run",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kRun,
     .form = "{ workflow: { namespace: shop, name: ship } }, { shell: { command: ls } } or "
             "{ script: { language: python, code: ... } }"}};
constexpr Keys kSetTask[] = {
    {.name = "set", .kinds = kTextOrMap, .need = kRequired, .form = "{ name: value }"}};
constexpr Keys kSwitchTask[] = {{.name = "switch",
                                 .kinds = kList,
                                 .need = kRequired,
                                 .nest = Nest::named_items,
                                 .table = &kCase}};
constexpr Keys kTryTask[] = {
    {.name = "try", .kinds = kList, .need = kRequired, .nest = Nest::tasks},
    {.name = "catch",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kCatch,
     .form = "{ errors: { with: { status: 503 } }, do: [ ... ] }"},
};
constexpr Keys kWaitTask[] = {duration("wait", kRequired)};

// `for` stands before `do`, and `try` anywhere: the first keyword that is there makes the kind.
constexpr std::array<TaskKindKeys, 12> kTaskKinds = {{
    {Kind::call, "call", {"a call", kCallTask}},
    {Kind::for_, "for", {"a for", kForTask}},
    {Kind::do_, "do", {"a do", kDoTask}},
    {Kind::emit, "emit", {"an emit", kEmitTask}},
    {Kind::fork, "fork", {"a fork", kForkTask}},
    {Kind::listen, "listen", {"a listen", kListenTask}},
    {Kind::raise, "raise", {"a raise", kRaiseTask}},
    {Kind::run, "run", {"a run", kRunTask}},
    {Kind::set, "set", {"a set", kSetTask}},
    {Kind::switch_, "switch", {"a switch", kSwitchTask}},
    {Kind::try_, "try", {"a try", kTryTask}},
    {Kind::wait, "wait", {"a wait", kWaitTask}},
}};

// Schedules.
constexpr Texts kOverlaps[] = {"skip", "queue", "allow"};
constexpr Texts kMissed[] = {"once", "none", "all"};
constexpr Texts kScheduleKinds[] = {"every", "cron", "after", "on"};
constexpr Keys kScheduleKeys[] = {
    duration("every"),
    {.name = "cron", .kinds = kText},
    duration("after"),
    {.name = "on", .kinds = kMap, .nest = Nest::self, .table = &kStrategy},
    {.name = "read", .kinds = kText, .words = kReads},
    superset({.name = "timezone", .kinds = kText}),
    superset({.name = "overlap", .kinds = kText, .words = kOverlaps}),
    superset({.name = "missed", .kinds = kText, .words = kMissed}),
};
constexpr Table kSchedule{"a schedule", kScheduleKeys, kScheduleKinds};

// The workflow.
constexpr Keys kDocumentKeys[] = {
    {.name = "dsl", .kinds = kText, .need = kRequired, .form = "'1.0.3'"},
    {.name = "namespace", .kinds = kText, .need = kRequired, .form = "shop"},
    {.name = "name", .kinds = kText, .need = kRequired, .form = "order"},
    {.name = "version", .kinds = kText, .need = kRequired, .form = "'1.0.0'"},
    {.name = "title", .kinds = kText},
    {.name = "summary", .kinds = kText},
    {.name = "tags", .kinds = kMap},
    {.name = "metadata", .kinds = kMap},
};
constexpr Table kDocument{"the document", kDocumentKeys};
constexpr Keys kUseKeys[] = {
    {.name = "authentications", .kinds = kMap, .nest = Nest::named, .table = &kAuthentication},
    {.name = "errors", .kinds = kMap, .nest = Nest::named, .table = &kError},
    {.name = "extensions",
     .kinds = kList,
     .need = kLater,
     .nest = Nest::named_items,
     .table = &kExtension,
     .way_out = "write the tasks before and after those they extend"},
    {.name = "functions", .kinds = kMap, .nest = Nest::named_tasks},
    {.name = "retries", .kinds = kMap, .nest = Nest::named, .table = &kRetry},
    {.name = "secrets", .kinds = kList, .nest = Nest::texts},
    {.name = "timeouts", .kinds = kMap, .nest = Nest::named, .table = &kTimeout},
    {.name = "catalogs",
     .kinds = kMap,
     .need = kLater,
     .nest = Nest::named,
     .table = &kCatalog,
     .way_out = "copy the functions you use below use.functions"},
};
constexpr Table kUse{"use", kUseKeys};
constexpr Texts kLanguages[] = {"jq"};
constexpr Texts kModes[] = {"strict", "loose"};
constexpr Keys kEvaluateKeys[] = {
    {.name = "language", .kinds = kText, .words = kLanguages},
    {.name = "mode", .kinds = kText, .words = kModes},
};
constexpr Table kEvaluate{"evaluate", kEvaluateKeys};
constexpr Texts kExhausted[] = {"suspend", "continue"};
constexpr Texts kOrders[] = {"reverse", "dependency"};
constexpr Texts kRecovers[] = {"backward", "forward"};
constexpr Keys kRecoverKeys[] = {
    {.name = "forwardThenBackward", .kinds = kWhole, .need = kRequired}};
constexpr Table kRecover{"a direction", kRecoverKeys};
constexpr Keys kSagaKeys[] = {
    retry(),
    {.name = "exhausted", .kinds = kText, .words = kExhausted},
    {.name = "order", .kinds = kText, .words = kOrders},
    {.name = "recover",
     .kinds = kTextOrMap,
     .nest = Nest::self,
     .table = &kRecover,
     .words = kRecovers},
    {.name = "finally", .kinds = kList, .nest = Nest::tasks},
};
constexpr Table kSaga{"saga", kSagaKeys};
constexpr Keys kWorkflowKeys[] = {
    {.name = "document",
     .kinds = kMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kDocument,
     .form = "{ dsl: '1.0.3', namespace: shop, name: order, version: '1.0.0' }"},
    {.name = "input",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kInput,
     .form = "{ from: .order }"},
    {.name = "use", .kinds = kMap, .nest = Nest::self, .table = &kUse},
    {.name = "do",
     .kinds = kList,
     .need = kRequired,
     .nest = Nest::tasks,
     .form = "a list of tasks, each with its name: '- name:'"},
    timeout(),
    {.name = "output", .kinds = kMap, .nest = Nest::self, .table = &kOutput, .form = "{ as: .id }"},
    {.name = "schedule",
     .kinds = kMap,
     .nest = Nest::self,
     .table = &kSchedule,
     .form = "{ cron: 0 6 * * * }"},
    {.name = "evaluate", .kinds = kMap, .nest = Nest::self, .table = &kEvaluate},
    superset({.name = "saga", .kinds = kMap, .nest = Nest::self, .table = &kSaga}),
    superset({.name = "entity", .need = kLater}),
};
constexpr Table kWorkflow{"the workflow", kWorkflowKeys};

}  // namespace

constinit Table const kDuration{"a duration", kDurationKeys};

Table const& workflow_table() {
  return kWorkflow;
}
Table const& task_table() {
  return kTask;
}
std::span<TaskKindKeys const> task_kinds() {
  return kTaskKinds;
}

}  // namespace skald::compiler
