#pragma once

// The members of the graph's structs by name: one list per struct, which serves the writer and the
// reader alike (write.cpp, read.cpp), and the comparison of two graphs (compiler/diff). A member
// whose value is the default is not written, so a new member with a harmless default changes
// neither old graphs nor their digests. For nobody else.

#include <iterator>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include "compiler/graph/step_graph.hpp"

namespace skald::graph {

template <class Owner, class Value>
struct Field {
  std::string_view name;
  Value Owner::*member;
};

template <class Owner, class Value>
constexpr Field<Owner, Value> field(std::string_view name, Value Owner::*member) {
  return {name, member};
}

constexpr auto fields(DurationValue const*) {
  return std::tuple{field("fixed", &DurationValue::fixed),
                    field("dynamic", &DurationValue::dynamic)};
}

constexpr auto fields(RetryPolicy const*) {
  return std::tuple{field("delay", &RetryPolicy::delay),
                    field("backoff", &RetryPolicy::backoff),
                    field("increment", &RetryPolicy::increment),
                    field("multiplier", &RetryPolicy::multiplier),
                    field("maxDelay", &RetryPolicy::max_delay),
                    field("jitterFrom", &RetryPolicy::jitter_from),
                    field("jitterTo", &RetryPolicy::jitter_to),
                    field("maxRetries", &RetryPolicy::max_retries),
                    field("maxDuration", &RetryPolicy::max_duration),
                    field("attemptDuration", &RetryPolicy::attempt_duration),
                    field("when", &RetryPolicy::when),
                    field("exceptWhen", &RetryPolicy::except_when)};
}

constexpr auto fields(Then const*) {
  return std::tuple{field("kind", &Then::kind), field("target", &Then::target)};
}

constexpr auto fields(Call const*) {
  return std::tuple{field("function", &Call::function), field("with", &Call::with),
                    field("callback", &Call::callback)};
}

constexpr auto fields(Do const*) {
  return std::tuple{field("body", &Do::body)};
}

constexpr auto fields(Set const*) {
  return std::tuple{field("value", &Set::value)};
}

constexpr auto fields(Switch::Case const*) {
  return std::tuple{field("name", &Switch::Case::name), field("when", &Switch::Case::when),
                    field("then", &Switch::Case::then)};
}

constexpr auto fields(Switch const*) {
  return std::tuple{field("cases", &Switch::cases)};
}

constexpr auto fields(For const*) {
  return std::tuple{field("each", &For::each), field("at", &For::at),
                    field("in", &For::in),     field("while", &For::while_),
                    field("body", &For::body), field("concurrency", &For::concurrency)};
}

constexpr auto fields(Fork const*) {
  return std::tuple{field("branches", &Fork::branches), field("compete", &Fork::compete)};
}

constexpr auto fields(Try::Catch const*) {
  return std::tuple{
      field("filter", &Try::Catch::filter), field("as", &Try::Catch::as),
      field("when", &Try::Catch::when),     field("exceptWhen", &Try::Catch::except_when),
      field("retry", &Try::Catch::retry),   field("body", &Try::Catch::body),
      field("then", &Try::Catch::then)};
}

constexpr auto fields(Try const*) {
  return std::tuple{field("body", &Try::body), field("handler", &Try::handler)};
}

constexpr auto fields(Raise const*) {
  return std::tuple{field("error", &Raise::error)};
}

constexpr auto fields(Wait const*) {
  return std::tuple{field("duration", &Wait::duration)};
}

constexpr auto fields(EventFilter::Correlation const*) {
  return std::tuple{field("from", &EventFilter::Correlation::from),
                    field("expect", &EventFilter::Correlation::expect)};
}

constexpr auto fields(EventFilter const*) {
  return std::tuple{field("with", &EventFilter::with), field("correlate", &EventFilter::correlate)};
}

constexpr auto fields(Listen::End const*) {
  return std::tuple{field("mode", &Listen::End::mode), field("filters", &Listen::End::filters)};
}

constexpr auto fields(Listen::Foreach const*) {
  return std::tuple{field("item", &Listen::Foreach::item),
                    field("at", &Listen::Foreach::at),
                    field("body", &Listen::Foreach::body),
                    field("outputAs", &Listen::Foreach::output_as),
                    field("outputSchema", &Listen::Foreach::output_schema),
                    field("exportAs", &Listen::Foreach::export_as),
                    field("exportSchema", &Listen::Foreach::export_schema)};
}

constexpr auto fields(Listen const*) {
  return std::tuple{field("mode", &Listen::mode),
                    field("read", &Listen::read),
                    field("filters", &Listen::filters),
                    field("until", &Listen::until),
                    field("untilEvents", &Listen::until_events),
                    field("foreach", &Listen::foreach)};
}

constexpr auto fields(Emit const*) {
  return std::tuple{field("event", &Emit::event)};
}

constexpr auto fields(RunWorkflow const*) {
  return std::tuple{field("namespace", &RunWorkflow::ns),
                    field("name", &RunWorkflow::name),
                    field("version", &RunWorkflow::version),
                    field("input", &RunWorkflow::input),
                    field("await", &RunWorkflow::await),
                    field("cancelOnAbort", &RunWorkflow::cancel_on_abort)};
}

constexpr auto fields(Ongoing const*) {
  return std::tuple{field("status", &Ongoing::status), field("every", &Ongoing::every)};
}

constexpr auto fields(EffectPolicy const*) {
  return std::tuple{field("undoOnRefused", &EffectPolicy::undo_on_refused),
                    field("doneOn", &EffectPolicy::done_on),
                    field("redeliver", &EffectPolicy::redeliver),
                    field("ongoing", &EffectPolicy::ongoing)};
}

constexpr auto fields(Task const*) {
  return std::tuple{field("index", &Task::index),
                    field("name", &Task::name),
                    field("path", &Task::path),
                    field("list", &Task::list),
                    field("position", &Task::position),
                    field("kind", &Task::kind),
                    field("when", &Task::when),
                    field("inputFrom", &Task::input_from),
                    field("inputSchema", &Task::input_schema),
                    field("outputAs", &Task::output_as),
                    field("outputSchema", &Task::output_schema),
                    field("exportAs", &Task::export_as),
                    field("exportSchema", &Task::export_schema),
                    field("timeout", &Task::timeout),
                    field("lock", &Task::lock),
                    field("retry", &Task::retry),
                    field("compensate", &Task::compensate),
                    field("probe", &Task::probe),
                    field("effect", &Task::effect),
                    field("pivot", &Task::pivot),
                    field("then", &Task::then),
                    field("outputUsed", &Task::output_used)};
}

constexpr auto fields(List const*) {
  return std::tuple{field("index", &List::index), field("role", &List::role),
                    field("owner", &List::owner), field("tasks", &List::tasks)};
}

constexpr auto fields(SagaPolicy const*) {
  return std::tuple{field("retry", &SagaPolicy::retry),
                    field("order", &SagaPolicy::order),
                    field("exhausted", &SagaPolicy::exhausted),
                    field("recover", &SagaPolicy::recover),
                    field("forwardTries", &SagaPolicy::forward_tries),
                    field("finally", &SagaPolicy::finally)};
}

constexpr auto fields(Schedule const*) {
  return std::tuple{
      field("cron", &Schedule::cron),          field("timeZone", &Schedule::time_zone),
      field("zoneRule", &Schedule::zone_rule), field("every", &Schedule::every),
      field("after", &Schedule::after),        field("on", &Schedule::on),
      field("overlap", &Schedule::overlap),    field("missed", &Schedule::missed)};
}

constexpr auto fields(WorkflowName const*) {
  return std::tuple{field("namespace", &WorkflowName::ns), field("name", &WorkflowName::name),
                    field("version", &WorkflowName::version)};
}

constexpr auto fields(StepGraph const*) {
  return std::tuple{field("id", &StepGraph::id),
                    field("dsl", &StepGraph::dsl),
                    field("inputFrom", &StepGraph::input_from),
                    field("inputSchema", &StepGraph::input_schema),
                    field("outputAs", &StepGraph::output_as),
                    field("outputSchema", &StepGraph::output_schema),
                    field("timeout", &StepGraph::timeout),
                    field("saga", &StepGraph::saga),
                    field("schedule", &StepGraph::schedule),
                    field("definition", &StepGraph::definition),
                    field("secrets", &StepGraph::secrets),
                    field("root", &StepGraph::root),
                    field("tasks", &StepGraph::tasks),
                    field("lists", &StepGraph::lists)};
}

// Lists of named things are written as objects, so that their order is not in the digest: a map in
// YAML has none. The first is the name, the rest is the value.
constexpr auto named(Template::Member const*) {
  return std::pair{&Template::Member::key, &Template::Member::value};
}
constexpr auto named(Expression::TaskUse const*) {
  return std::pair{&Expression::TaskUse::name, &Expression::TaskUse::task};
}
constexpr auto named(EventFilter::Attribute const*) {
  return std::pair{&EventFilter::Attribute::name, &EventFilter::Attribute::value};
}

using Texts = std::string_view const;

inline constexpr Texts kBackoffTexts[] = {"constant", "linear", "exponential"};
inline constexpr Texts kThenTexts[] = {"continue", "exit", "end", "task"};
inline constexpr Texts kModeTexts[] = {"one", "any", "all"};
inline constexpr Texts kReadTexts[] = {"data", "envelope", "raw"};
inline constexpr Texts kRoleTexts[] = {"root",    "body",       "loop",    "branch", "attempt",
                                       "handler", "compensate", "finally", "probe"};
inline constexpr Texts kOrderTexts[] = {"reverse", "dependency"};
inline constexpr Texts kOverlapTexts[] = {"skip", "queue", "allow"};
inline constexpr Texts kMissedTexts[] = {"once", "none", "all"};
inline constexpr Texts kExhaustedTexts[] = {"suspend", "continue"};
inline constexpr Texts kRecoverTexts[] = {"backward", "forward", "forwardThenBackward"};
inline constexpr Texts kKindTexts[] = {"call", "do",    "set",  "switch", "for",  "fork",
                                       "try",  "raise", "wait", "listen", "emit", "run"};
static_assert(std::size(kKindTexts) == std::variant_size_v<TaskKind>);

constexpr std::span<Texts> texts(RetryPolicy::Backoff const*) {
  return kBackoffTexts;
}
constexpr std::span<Texts> texts(Then::Kind const*) {
  return kThenTexts;
}
constexpr std::span<Texts> texts(Listen::Mode const*) {
  return kModeTexts;
}
constexpr std::span<Texts> texts(Listen::Read const*) {
  return kReadTexts;
}
constexpr std::span<Texts> texts(ListRole const*) {
  return kRoleTexts;
}
constexpr std::span<Texts> texts(SagaPolicy::Order const*) {
  return kOrderTexts;
}
constexpr std::span<Texts> texts(Schedule::Overlap const*) {
  return kOverlapTexts;
}
constexpr std::span<Texts> texts(Schedule::Missed const*) {
  return kMissedTexts;
}
constexpr std::span<Texts> texts(SagaPolicy::Exhausted const*) {
  return kExhaustedTexts;
}
constexpr std::span<Texts> texts(SagaPolicy::Recover const*) {
  return kRecoverTexts;
}

}  // namespace skald::graph
