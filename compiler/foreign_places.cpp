// Words that are foreign in one place only: what to write instead of a key of one table.

#include <algorithm>
#include <array>

#include "compiler/foreign.hpp"

namespace skald::compiler {

namespace {

struct Misplaced {
  std::string_view what;  // the table, as keywords.cpp names it
  std::string_view key;
  std::string_view hint;
};

constexpr std::string_view kRetries = "it is 'limit: { attempt: { count: 3 } }'";
constexpr std::string_view kPause = "it is 'delay: PT1S'";
constexpr std::string_view kFactor = "it is 'backoff: { exponential: { multiplier: 2 } }'";
constexpr std::string_view kLongest = "it is 'backoff: { exponential: { max: PT1M } }'";
constexpr std::string_view kAfter = "it is 'after: { seconds: 5 }', or 'after: PT5S'";
constexpr std::string_view kFilter = "it belongs below 'with'";
constexpr std::string_view kTarget = "'then' names the task to go to, which stands in the list";
constexpr std::string_view kEndpoint = "it is 'endpoint'";
constexpr std::string_view kBeside = "it stands beside 'for', not in it";
constexpr std::string_view kWithin = "it stands within 'for': { in: .items, concurrency: 8 }";
constexpr std::string_view kOnListen = "it stands beside 'listen', on the task";

constexpr std::array kMisplaced = {
    Misplaced{"a retry policy", "count", kRetries},
    Misplaced{"a retry policy", "attempts", kRetries},
    Misplaced{"a retry policy", "attempt", kRetries},
    Misplaced{"a retry policy", "max", kRetries},
    Misplaced{"a retry policy", "maxRetries", kRetries},
    Misplaced{"a retry policy", "maximumAttempts", kRetries},
    Misplaced{"a retry policy", "retries", kRetries},
    Misplaced{"a retry policy", "times", kRetries},
    Misplaced{"a retry policy", "interval", kPause},
    Misplaced{"a retry policy", "wait", kPause},
    Misplaced{"a retry policy", "initialInterval", kPause},
    Misplaced{"a retry policy", "IntervalSeconds", kPause},
    Misplaced{"a retry policy", "multiplier", kFactor},
    Misplaced{"a retry policy", "BackoffRate", kFactor},
    Misplaced{"a retry policy", "backoffCoefficient", kFactor},
    Misplaced{"a retry policy", "maxDelay", kLongest},
    Misplaced{"a retry policy", "maxInterval", kLongest},
    Misplaced{"a retry policy", "maximumInterval", kLongest},
    Misplaced{"a retry policy", "MaxDelaySeconds", kLongest},
    Misplaced{"a retry policy", "if",
              "it is 'when', a condition on the error: $error.status == 503"},
    Misplaced{"a retry policy", "errors", "it is 'when', a condition on the error"},
    Misplaced{"a retry policy", "nonRetryableErrorTypes",
              "it is 'exceptWhen', a condition on the error: $error.status == 404"},
    Misplaced{"a limit", "count", "it is 'attempt: { count: 3 }'"},
    Misplaced{"a limit", "attempts", "it is 'attempt: { count: 3 }'"},
    Misplaced{"a limit", "time", "it is 'duration: PT1M'"},
    Misplaced{"an exponential backoff", "factor", "it is 'multiplier'"},
    Misplaced{"an exponential backoff", "base", "it is 'multiplier'"},
    Misplaced{"an exponential backoff", "cap", "it is 'max: PT1M'"},
    Misplaced{"an exponential backoff", "maxDelay", "it is 'max: PT1M'"},
    Misplaced{"a timeout", "days", kAfter},
    Misplaced{"a timeout", "hours", kAfter},
    Misplaced{"a timeout", "minutes", kAfter},
    Misplaced{"a timeout", "seconds", kAfter},
    Misplaced{"a timeout", "milliseconds", kAfter},
    Misplaced{"a timeout", "duration", kAfter},
    Misplaced{"a for", "item", "it is 'each: item'"},
    Misplaced{"a for", "as", "it is 'each: item'"},
    Misplaced{"a for", "var", "it is 'each: item'"},
    Misplaced{"a for", "items", "it is 'in: .items'"},
    Misplaced{"a for", "of", "it is 'in: .items'"},
    Misplaced{"a for", "list", "it is 'in: .items'"},
    Misplaced{"a for", "index", "it is 'at: index'"},
    Misplaced{"a for", "parallel", "it is 'concurrency: 8', the number that may run at once"},
    Misplaced{"a for", "maxConcurrency", "it is 'concurrency: 8', the number that may run at once"},
    Misplaced{"a for", "parallelism", "it is 'concurrency: 8', the number that may run at once"},
    Misplaced{"a for", "concurrency", kWithin},
    Misplaced{"a for", "each", "it stands within 'for': { each: item, in: .items }"},
    Misplaced{"a for", "in", "it stands within 'for': { each: item, in: .items }"},
    Misplaced{"a for", "at", "it stands within 'for': { in: .items, at: index }"},
    Misplaced{"a for", "do", kBeside},
    Misplaced{"a for", "while", kBeside},
    Misplaced{"a fork", "parallel", "it is 'branches'"},
    Misplaced{"a fork", "tasks", "it is 'branches'"},
    Misplaced{"a fork", "do", "it is 'branches', a list of tasks; one of kind 'do' holds several"},
    Misplaced{"the errors to catch", "status", kFilter},
    Misplaced{"the errors to catch", "type", kFilter},
    Misplaced{"the errors to catch", "title", kFilter},
    Misplaced{"the errors to catch", "detail", kFilter},
    Misplaced{"the errors to catch", "instance", kFilter},
    Misplaced{"the errors to catch", "code", "it is 'with: { status: 503 }'"},
    Misplaced{"a catch", "with", "it stands below 'errors': { with: { status: 503 } }"},
    Misplaced{"a catch", "error",
              "it is 'errors: { with: { status: 503 } }'; 'as' names the variable"},
    Misplaced{"a catch", "status", "it is 'errors: { with: { status: 503 } }'"},
    Misplaced{"a catch", "type", "it is 'errors: { with: { type: ... } }'"},
    Misplaced{"a catch", "if", "it is 'when'"},
    Misplaced{"a catch", "finally", "what runs in every end of the run stands below saga.finally"},
    Misplaced{"a try", "do", "the tasks stand below 'try'"},
    Misplaced{"a try", "finally", "what runs in every end of the run stands below saga.finally"},
    Misplaced{"a case", "if", "it is 'when'"},
    Misplaced{"a case", "condition", "it is 'when'"},
    Misplaced{"a case", "case", "it is 'when'"},
    Misplaced{"a case", "do", kTarget},
    Misplaced{"a case", "call", kTarget},
    Misplaced{"a case", "set", kTarget},
    Misplaced{"a case", "goto", "it is 'then'"},
    Misplaced{"a case", "next", "it is 'then'"},
    Misplaced{"a case", "default", "a case without 'when' is the default"},
    Misplaced{"a resource", "uri", kEndpoint},
    Misplaced{"a resource", "url", kEndpoint},
    Misplaced{"a resource", "path", kEndpoint},
    Misplaced{"a resource", "file", kEndpoint},
    Misplaced{"an endpoint", "url", "it is 'uri'"},
    Misplaced{"an endpoint", "href", "it is 'uri'"},
    Misplaced{"'with' of an OpenAPI call", "params", "did you mean 'parameters'?"},
    Misplaced{"'with' of an OpenAPI call", "arguments", "did you mean 'parameters'?"},
    Misplaced{"'with' of an OpenAPI call", "args", "did you mean 'parameters'?"},
    Misplaced{"'with' of an OpenAPI call", "query", "it belongs below 'parameters'"},
    Misplaced{"'with' of an OpenAPI call", "body", "it belongs below 'parameters'"},
    Misplaced{"'with' of an OpenAPI call", "spec", "it is 'document: { endpoint: pets.yaml }'"},
    Misplaced{"'with' of an HTTP call", "json", "the body of an HTTP call is 'body'"},
    Misplaced{"'with' of an HTTP call", "form", "the body of an HTTP call is 'body'"},
    Misplaced{"'with' of an HTTP call", "timeout", "it stands beside 'with', on the task"},
    Misplaced{"'with' of an HTTP call", "retry", "it stands beside 'with', on the task"},
    Misplaced{"'with' of an HTTP call", "auth",
              "it belongs to the endpoint: { uri: ..., authentication: { use: NAME } }"},
    Misplaced{"'with' of an HTTP call", "authentication",
              "it belongs to the endpoint: { uri: ..., authentication: { use: NAME } }"},
    Misplaced{"a listen", "timeout", kOnListen},
    Misplaced{"a listen", "foreach", kOnListen},
    Misplaced{"a listen", "output", kOnListen},
    Misplaced{"a listen", "export", kOnListen},
    Misplaced{"a listen", "until", "it stands in 'to', beside 'any'"},
    Misplaced{"a listen", "correlate", "it stands beside 'with' of an event in 'to'"},
    Misplaced{"a listen", "one", "it stands below 'to': { one: { with: { type: order.paid } } }"},
    Misplaced{"a listen", "any",
              "it stands below 'to': { any: [ { with: { type: order.paid } } ] }"},
    Misplaced{"a listen", "all",
              "it stands below 'to': { all: [ { with: { type: order.paid } } ] }"},
    Misplaced{"a listen", "event", "it is 'to: { one: { with: { type: order.paid } } }'"},
    Misplaced{"a listen", "for", "it is 'to: { one: { with: { type: order.paid } } }'"},
    Misplaced{"'to' of a listen", "with", "it stands below 'one': { with: { type: order.paid } }"},
    Misplaced{"'to' of a listen", "event", "it is 'one: { with: { type: order.paid } }'"},
    Misplaced{"'to' of a listen", "type", "it is 'one: { with: { type: order.paid } }'"},
    Misplaced{"an event filter", "type", kFilter},
    Misplaced{"an event filter", "source", kFilter},
    Misplaced{"an event filter", "data", kFilter},
    Misplaced{"an emit", "type", "it stands below 'event': { with: { type: order.paid } }"},
    Misplaced{"an emit", "with", "it stands below 'event': { with: { type: order.paid } }"},
    Misplaced{"an emit", "data", "it stands below 'event': { with: { type: ..., data: ... } }"},
    Misplaced{"a raise", "type", "it stands below 'error'"},
    Misplaced{"a raise", "status", "it stands below 'error'"},
    Misplaced{"a raise", "title", "it stands below 'error'"},
    Misplaced{"an error", "message", "it is 'detail'"},
    Misplaced{"an error", "code", "it is 'status'"},
    Misplaced{"an input", "as", "it is 'from': what of the input the task sees"},
    Misplaced{"an output", "from", "it is 'as': what the result becomes"},
    Misplaced{"an export", "to", "it is 'as': the new $context"},
    Misplaced{"a schedule", "interval", "it is 'every: PT1H'"},
    Misplaced{"a schedule", "at", "it is 'cron: 0 6 * * *'"},
    Misplaced{"a schedule", "tz", "it is 'timezone: Europe/Berlin'"},
    Misplaced{"a run", "image",
              "containers are not run; 'shell' and 'script' are where that is allowed"},
    Misplaced{"a run", "command", "it is 'shell: { command: ... }'"},
    Misplaced{"a run", "code", "it is 'script: { language: python, code: ... }'"},
    Misplaced{"the workflow to run", "with", "it is 'input'"},
    Misplaced{"saga", "compensate", "it belongs to a task"},
    Misplaced{"saga", "timeout", "it belongs to the workflow or to a task"},
};

}  // namespace

std::string_view instead_of_key_in(std::string_view key, std::string_view what) {
  auto const found = std::find_if(kMisplaced.begin(), kMisplaced.end(), [&](Misplaced const& each) {
    return each.key == key && each.what == what;
  });
  return found == kMisplaced.end() ? std::string_view{} : found->hint;
}

}  // namespace skald::compiler
