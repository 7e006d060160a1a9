#pragma once

// The StepGraph is a workflow ready to run: immutable data, every name resolved to an index, every
// expression compiled. Tasks, lists and policies stand in dense arrays and refer to each other by
// index. It holds no run state and no source spans. A run uses the graph it began with for ever.
//
// Thread-safety: const after construction; share it freely.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/json_schema.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "dsl/jq/jq.hpp"

namespace skald::graph {

using TaskIndex = base::StrongInt<struct TaskTag>;
using ListIndex = base::StrongInt<struct ListTag>;

// An expression and the earlier tasks whose outputs its $tasks names.
struct Expression {
  struct TaskUse {
    std::string name;
    TaskIndex task;
  };

  std::optional<jq::Program> program;  // always set after construction
  std::vector<TaskUse> tasks;

  jq::Program const& code() const { return *program; }
};

// A JSON value with expressions in it. A template without any is one constant.
struct Template {
  enum class Kind : std::uint8_t { constant, expression, object, array };
  struct Member;  // {std::string key; Template value}

  Kind kind = Kind::constant;
  Json constant;
  Expression expression;
  std::vector<Member> members;
  std::vector<Template> items;

  static Template of(Json value);
};

struct Template::Member {
  std::string key;
  Template value;
};

inline Template Template::of(Json value) {
  Template result;
  result.constant = std::move(value);
  return result;
}

// A length of time: fixed, or an expression that gives an ISO 8601 text or {days, hours, ...}.
struct DurationValue {
  Duration fixed;
  std::optional<Template> dynamic;
};

struct RetryPolicy {
  enum class Backoff : std::uint8_t { constant, linear, exponential };

  DurationValue delay;
  Backoff backoff = Backoff::constant;
  std::optional<Duration> increment;  // linear: added each time; default: the delay
  double multiplier = 2;              // exponential
  std::optional<Duration> max_delay;  // cap of the delay before jitter
  Duration jitter_from;
  Duration jitter_to;                        // 0: no jitter
  std::optional<std::uint32_t> max_retries;  // retries, not attempts; absent: without end
  std::optional<Duration> max_duration;      // from the first attempt to the last
  std::optional<Duration> attempt_duration;  // deadline of one attempt
  std::optional<Expression> when;
  std::optional<Expression> except_when;
};

// Where the flow goes behind a task.
struct Then {
  enum class Kind : std::uint8_t { next, exit, end, task };
  Kind kind = Kind::next;
  TaskIndex target;  // kind == task: in the same list
};

// The task kinds. Each is data only; the machine gives them meaning.

// A call of the outside: `function` is "http" or the name of a registered function; `with` gives
// its arguments.
struct Call {
  std::string function;
  Template with;
  bool callback = false;  // done when its participant calls back, not when it answers
};
struct Do {
  ListIndex body;
};
struct Set {
  Template value;
};
struct Switch {
  struct Case {
    std::string name;
    std::optional<Expression> when;  // absent: default
    Then then;
  };
  std::vector<Case> cases;
};
struct For {
  std::string each = "item";  // variable names, without '$'
  std::string at = "index";
  Expression in;
  std::optional<Expression> while_;
  ListIndex body;
  std::uint32_t concurrency = 0;  // 0: one after the other, data flowing through (OWS)
};
struct Fork {
  std::vector<ListIndex> branches;  // each a list of one task
  bool compete = false;
};
struct Try {
  struct Catch {
    std::vector<Template::Member> filter;  // errors.with: type, status, title, detail, instance
    std::string as = "error";
    std::optional<Expression> when;
    std::optional<Expression> except_when;
    std::optional<RetryPolicy> retry;
    ListIndex body;  // none: no catch.do
    Then then;       // of the try's list, behind the handler; next: as the try's own `then` says
  };
  ListIndex body;
  Catch handler;
};
struct Raise {
  Template error;  // {type, status, title?, detail?, instance?}
};
struct Wait {
  DurationValue duration;
};
struct EventFilter {
  struct Attribute {
    std::string name;  // CloudEvents attribute, or "data"
    Template value;    // a constant must be equal; an expression on the event must be true
  };
  struct Correlation {
    std::string name;
    Expression from;                 // evaluated on the event
    std::optional<Template> expect;  // evaluated when the task begins
  };
  std::vector<Attribute> with;
  std::vector<Correlation> correlate;
};
struct Listen {
  enum class Mode : std::uint8_t { one, any, all };
  enum class Read : std::uint8_t { data, envelope, raw };

  // The events that end an `any`: they are no part of the output.
  struct End {
    Mode mode = Mode::one;
    std::vector<EventFilter> filters;
  };

  // What is done with each event, one after the other. Its `body` is a loop's list.
  struct Foreach {
    std::string item = "item";  // variable names, without '$'
    std::string at = "index";
    ListIndex body;
    std::optional<Template> output_as;
    std::optional<JsonSchema> output_schema;
    std::optional<Template> export_as;
    std::optional<JsonSchema> export_schema;
  };

  Mode mode = Mode::one;
  Read read = Read::data;
  std::vector<EventFilter> filters;  // any without filters: every event
  std::optional<Expression> until;   // of an `any`: on the array of what it has so far
  std::optional<End> until_events;
  std::optional<Foreach> foreach;
};
struct Emit {
  Template event;  // CloudEvents attributes and data
};
// Runs another workflow as a child. What a completed child did is undone with its parent.
struct RunWorkflow {
  std::string ns;
  std::string name;
  std::string version;  // empty: the newest that is deployed when the child starts
  Template input;
  bool await = true;             // false: started, and nobody waits for it
  bool cancel_on_abort = false;  // a start that is still owed when its run unwinds is dropped

  // "namespace/name" or "namespace/name/version".
  std::string workflow() const { return ns + "/" + name + (version.empty() ? "" : "/" + version); }
};

using TaskKind =
    std::variant<Call, Do, Set, Switch, For, Fork, Try, Raise, Wait, Listen, Emit, RunWorkflow>;

// Answers that mean "not finished yet": the call is made again with the same key.
struct Ongoing {
  std::vector<std::uint16_t> status;
  DurationValue every;  // unless the answer says when
};

// How an uncertain or refused call is treated beyond the rules (SAGA: undoOn, doneOn, redeliver,
// ongoing).
struct EffectPolicy {
  bool undo_on_refused = false;
  std::vector<std::uint16_t> done_on;  // statuses that count as done, of a call in an undo block
  bool redeliver = true;
  std::optional<Ongoing> ongoing = std::nullopt;
};

struct Task {
  TaskIndex index;
  std::string name;
  std::string path;  // JSON pointer in the document: "/do/0/reserve/fork/branches/1/flight"
  ListIndex list;    // the list it stands in
  std::uint32_t position = 0;  // in that list
  TaskKind kind;
  std::optional<Expression> when;  // `if`
  std::optional<Template> input_from;
  std::optional<JsonSchema> input_schema;
  std::optional<Template> output_as;
  std::optional<JsonSchema> output_schema;
  std::optional<Template> export_as;
  std::optional<JsonSchema> export_schema;
  std::optional<DurationValue> timeout;
  std::optional<Template> lock;  // the name of a lock that is taken before the task begins
  std::optional<RetryPolicy> retry;
  ListIndex compensate;  // none: nothing to undo
  ListIndex probe;       // of a call: a read that tells whether its effect has happened
  EffectPolicy effect;
  bool pivot = false;  // once it has succeeded nothing before it is undone any more
  Then then;
  bool output_used = false;  // some expression reads it through $tasks
};

enum class ListRole : std::uint8_t {
  root,
  body,
  loop,
  branch,
  attempt,
  handler,
  compensate,
  finally,
  probe
};

struct List {
  ListIndex index;
  ListRole role = ListRole::root;
  TaskIndex owner;  // none for the root and for saga.finally
  std::vector<TaskIndex> tasks;
};

struct SagaPolicy {
  enum class Order : std::uint8_t { reverse, dependency };
  enum class Exhausted : std::uint8_t { suspend, proceed };
  enum class Recover : std::uint8_t { backward, forward, forward_then_backward };
  std::optional<RetryPolicy> retry;
  Order order = Order::reverse;
  Exhausted exhausted = Exhausted::suspend;
  Recover recover = Recover::backward;
  std::uint32_t forward_tries = 0;  // forward_then_backward: retries of a call beyond its own
  ListIndex finally;                // runs before the end of a run is recorded; none: nothing
};

// When the workflow starts by itself: by one of cron, every, after and on.
struct Schedule {
  enum class Overlap : std::uint8_t { skip, queue, allow };  // a run while another goes on
  enum class Missed : std::uint8_t { once, none, all };      // after the engine was down

  std::string cron;       // base/cron.hpp
  std::string time_zone;  // its name, for people; empty: UTC
  std::string zone_rule;  // base/time_zone.hpp
  std::optional<Duration> every;
  std::optional<Duration> after;  // from the end of one run to the next
  std::optional<Listen> on;       // without foreach
  Overlap overlap = Overlap::skip;
  Missed missed = Missed::once;
};

struct WorkflowName {
  std::string ns;  // "travel"
  std::string name;
  std::string version;

  auto operator<=>(WorkflowName const&) const = default;
  std::string text() const { return ns + "/" + name + "/" + version; }
};

struct StepGraph {
  WorkflowName id;
  std::string dsl;
  std::optional<Template> input_from;
  std::optional<JsonSchema> input_schema;
  std::optional<Template> output_as;
  std::optional<JsonSchema> output_schema;
  std::optional<DurationValue> timeout;
  SagaPolicy saga;
  std::optional<Schedule> schedule;
  Json definition;  // the document, when an expression reads $workflow.definition; else null
  std::vector<std::string> secrets;  // names that $secrets has
  ListIndex root;
  std::vector<Task> tasks;
  std::vector<List> lists;

  Task const& task(TaskIndex index) const { return tasks[index.value]; }
  List const& list(ListIndex index) const { return lists[index.value]; }
  // The task with that path, or nullptr.
  Task const* find(std::string_view path) const;
};

// "call", "do", ...: the key that makes a task of this kind.
std::string_view kind_name(Task const& task);
// "root", "body", ...
std::string_view to_string(ListRole role);

// Checks every index, role and cross reference; the machine relies on them. An error names the
// first that is broken.
Result<void> verify(StepGraph const& graph);

// The graph as JSON and back; expressions as their text. from_json verifies what it read.
Json to_json(StepGraph const& graph);
Result<StepGraph> from_json(Json const& json);

// Of what the graph does: equal for documents that differ only in comments, key order, quoting,
// white space (also inside expressions), spans and metadata.
Digest digest(StepGraph const& graph);

// The variables an expression may use, without '$'; also how jq programs of a graph are compiled.
// Loop and catch variables come on top.
std::vector<std::string> const& standard_variables();

}  // namespace skald::graph
