#include "compiler/editor/editor_schema.hpp"

namespace skald::compiler {

namespace {

constexpr KeyText kTexts[] = {
    // The workflow.
    {"the workflow", "document",
     "What the workflow is: the version of the language, its name and its own version."},
    {"the workflow", "input", "The schema of the input, and what of it the first task sees."},
    {"the workflow", "use",
     "Components that tasks refer to by name: retries, errors, functions, timeouts, secrets, "
     "authentications."},
    {"the workflow", "do", "The tasks, one after the other, each with its name."},
    {"the workflow", "timeout",
     "How long a run may take in all; when the time is up, what was done is undone and the run "
     "fails with 408."},
    {"the workflow", "output", "What a completed run answers with, and the schema of it."},
    {"the workflow", "schedule",
     "When runs start by themselves: every length of time, by cron, after the last run, or on "
     "events."},
    {"the workflow", "evaluate", "The language of expressions and how they are recognised."},
    {"the workflow", "saga",
     "How what was done is undone: retries, order, direction, and what happens at the very end."},
    {"the workflow", "entity", "One run per key at a time, with a state that outlives the runs."},
    {"the document", "dsl", "The version of the language: '1.0.3'."},
    {"the document", "namespace", "The group it belongs to: letters, digits and inner dashes."},
    {"the document", "name",
     "Its name, unique in the namespace: letters, digits and inner dashes."},
    {"the document", "version",
     "Its own semantic version, '1.2.0'. A version that was deployed never changes."},
    {"the document", "title", "A name for people."},
    {"the document", "summary", "What it is for, as Markdown."},
    {"the document", "tags", "Key and value pairs to find it by."},
    {"the document", "metadata", "Anything; nothing of it changes what the workflow does."},
    {"evaluate", "language", "The language of expressions: jq."},
    {"evaluate", "mode", "strict: an expression is ${ ... } as a whole text."},
    // Components.
    {"use", "authentications", "Ways to authenticate, by name; an endpoint names one with 'use'."},
    {"use", "errors", "Errors by name, for 'raise'."},
    {"use", "extensions", "Tasks that run before or after others."},
    {"use", "functions", "Tasks by name, for 'call'; 'with' is their input."},
    {"use", "retries", "Retry policies by name, for 'retry'."},
    {"use", "secrets", "Names of the secrets that expressions may use through $secrets."},
    {"use", "timeouts", "Lengths of time by name, for 'timeout'."},
    {"use", "catalogs", "Where functions of others are found."},
    // Sagas.
    {"saga", "retry",
     "The retry policy of undos: a name of use.retries, or a policy. Without one an undo is "
     "repeated until it is done."},
    {"saga", "exhausted",
     "What happens when the retries of an undo are used up: 'suspend' the run (default), or "
     "'continue' with older undos."},
    {"saga", "order",
     "'reverse' (default): newest start first, one at a time; 'dependency': in parallel what ran "
     "in parallel."},
    {"saga", "recover",
     "'backward' (default) undoes after a failure; 'forward' retries without end; { "
     "forwardThenBackward: n } does one and then the other."},
    {"saga", "finally", "Tasks that run before the end is recorded, however the run ends."},
    {"a direction", "forwardThenBackward",
     "How often each call is retried beyond its own retries before the run is unwound."},
    // Data.
    {"an input", "schema", "The JSON Schema that the input must fit."},
    {"an input", "from", "An expression or a map: what of the raw input is used."},
    {"an output", "schema", "The JSON Schema that the output must fit."},
    {"an output", "as", "An expression or a map: what is made of the raw output, which is '.'."},
    {"an export", "schema", "The JSON Schema that the new $context must fit."},
    {"an export", "as", "An expression or a map: the new $context, made of the output."},
    {"a schema", "format", "The kind of schema: json."},
    {"a schema", "document", "The schema itself."},
    {"a schema", "resource",
     "The file that the schema is read from when the workflow is checked or deployed."},
    {"a resource", "name", "A name for people."},
    {"a resource", "endpoint",
     "The file: a path that starts at the workflow's folder, or file:///..."},
    {"a schedule", "every", "A run every so often: { minutes: 15 }, or PT15M."},
    {"a schedule", "cron",
     "Minute, hour, day of the month, month, day of the week: '0 6 * * MON-FRI'. In UTC, unless "
     "'timezone' says otherwise."},
    {"a schedule", "after", "A run so long after the last one has ended."},
    {"a schedule", "on", "A run for events: one, any or all of some filters."},
    {"a schedule", "read",
     "What of an event the run gets: 'data' (default), 'envelope' (the whole event) or 'raw'."},
    {"a schedule", "timezone", "The time zone of 'cron': Europe/Berlin."},
    {"a schedule", "overlap",
     "When a run is still going on: 'skip' the new one (default), 'queue' it, or 'allow' both."},
    {"a schedule", "missed",
     "What the engine starts when it was down: 'once' for all that was missed (default), 'none', "
     "or 'all'."},
    // Time.
    {"a timeout", "after", "The length of time: PT30S, or { seconds: 30 }."},
    {"a duration", "days", "Days, added to the other parts."},
    {"a duration", "hours", "Hours, added to the other parts."},
    {"a duration", "minutes", "Minutes, added to the other parts."},
    {"a duration", "seconds", "Seconds, added to the other parts."},
    {"a duration", "milliseconds", "Milliseconds, added to the other parts."},
    // Retries.
    {"a retry policy", "when", "Retry only when this is true of the error."},
    {"a retry policy", "exceptWhen", "Do not retry when this is true of the error."},
    {"a retry policy", "delay", "The time before the first retry, and the unit of the backoff."},
    {"a retry policy", "backoff", "How the delay grows: constant, linear or exponential."},
    {"a retry policy", "limit", "When to give up; without it, never."},
    {"a retry policy", "jitter", "A random time that is added to each delay."},
    {"a backoff", "constant", "Always the same delay."},
    {"a backoff", "linear", "The delay grows by the same time."},
    {"a backoff", "exponential", "The delay doubles each time."},
    {"a linear backoff", "increment", "What is added each time; the delay itself when not given."},
    {"an exponential backoff", "max", "The delay never grows beyond this."},
    {"an exponential backoff", "multiplier", "What the delay is multiplied with each time (2)."},
    {"a limit", "attempt", "Limits of the attempts."},
    {"a limit", "duration", "No retry begins later than this after the first attempt."},
    {"a limit of attempts", "count",
     "How many retries there may be, the first attempt not counted."},
    {"a limit of attempts", "duration", "How long one attempt may take."},
    {"a jitter", "from", "The least that is added."},
    {"a jitter", "to", "The most that is added."},
    // Errors.
    {"an error", "type", "A URI that says what kind of error it is."},
    {"an error", "status", "A status as in HTTP."},
    {"an error", "instance", "Where it happened; the task, when not given."},
    {"an error", "title", "A short text for people."},
    {"an error", "detail", "What happened this time."},
    {"an error filter", "type", "Errors of this type; the last part of the URI is compared."},
    {"an error filter", "status", "Errors with this status."},
    {"an error filter", "instance", "Errors of this task, as a JSON pointer."},
    {"an error filter", "title", "Errors with this title."},
    {"an error filter", "detail", "Errors with this detail."},
};

}  // namespace

std::span<KeyText const> workflow_texts() {
  return kTexts;
}

}  // namespace skald::compiler
