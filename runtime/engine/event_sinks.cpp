#include "runtime/engine/event_sinks.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/sealed.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

// No name of a function in a workflow has a blank, so no workflow calls a sink.
std::string function_of(std::string const& sink) {
  return "event sink " + sink;
}

Error wrong(std::string message, std::string hint) {
  return {ErrorCode::invalid_argument, std::move(message), std::move(hint)};
}

// The event as it is shown: a secret in it stays here.
Json shown(Json const& event) {
  if (!holds_secret(event)) return event;
  auto const text = parse_json(to_text(event));
  return text.ok() ? *text : event;
}

std::string text_of(Json const& event, std::string_view name) {
  auto const& value = event[name];
  return value.is_string() ? std::string(value.as_string()) : to_text(value);
}

Json http_arguments(EventSink const& sink, Json event) {
  Json headers = Json::object({{"Content-Type", "application/cloudevents+json; charset=utf-8"},
                               {"Idempotency-Key", encode_unsafe(text_of(event, "id"))}});
  Json with = Json::object({{"method", "post"},
                            {"endpoint", sink.url},
                            {"headers", std::move(headers)},
                            {"body", std::move(event)},
                            {"output", "raw"}});
  if (!sink.token_secret.empty()) {
    with.set("authentication",
             Json::object({{"bearer", Json::object({{"use", secret(sink.token_secret)}})}}));
  }
  return with;
}

CallRequest call_of(EventSink const& sink, EventReceived const& owed) {
  CallRequest request;
  auto event = shown(owed.event);
  request.key = encode_unsafe(text_of(event, "id"));
  request.run = owed.run;
  request.step = owed.step;
  request.function = sink.take ? function_of(sink.name) : "http";
  request.with = sink.take ? std::move(event) : http_arguments(sink, std::move(event));
  return request;
}

}  // namespace

Result<void> check_sinks(std::vector<EventSink> const& sinks) {
  std::set<std::string> names;
  for (auto const& sink : sinks) {
    if (sink.name.empty() || !names.insert(sink.name).second) {
      return wrong(sink.name.empty() ? "an event sink has no name"
                                     : "two event sinks have the name '" + sink.name + "'",
                   "give each its own; it is how the journal knows what the sink has got");
    }
    if (sink.url.empty() == !sink.take) {
      return wrong("the event sink '" + sink.name + "' needs an URL or a function, one of them",
                   "");
    }
    if (sink.url.empty()) continue;
    if (auto url = parse_url(sink.url); !url.ok()) return std::move(url).error();
  }
  return {};
}

OutboxOptions outbox_options(EngineOptions const& options) {
  OutboxOptions outbox;
  auto const sinks = std::make_shared<std::map<std::string, EventSink>>();
  for (auto const& sink : options.event_sinks) {
    outbox.sinks.push_back(sink.name);
    sinks->emplace(sink.name, sink);
  }
  outbox.call = [sinks](std::string const& name, EventReceived const& event) {
    return call_of(sinks->at(name), event);
  };
  outbox.limits.count = options.max_owed_events;
  outbox.limits.bytes = options.max_owed_event_bytes;
  outbox.timeout = options.attempt_timeout;
  outbox.failing = std::make_shared<FailingSinks>();
  return outbox;
}

namespace {

void take_earlier(std::optional<Time>& at, std::optional<Time> const& other) {
  if (other && (!at || *other < *at)) at = other;
}

Json time_json(std::optional<Time> const& at) {
  return at ? Json(to_iso8601(*at)) : Json();
}

Json sink_json(SinkReport const& sink) {
  auto const* state = !sink.configured ? "not configured" : sink.failures > 0 ? "failing" : "ok";
  return Json::object({{"name", sink.name},
                       {"state", state},
                       {"owed", Json(sink.owed)},
                       {"oldest", time_json(sink.oldest)},
                       {"sent", Json(sink.sent)},
                       {"refused", Json(sink.refused)},
                       {"failures", Json(sink.failures)},
                       {"error", sink.error.empty() ? Json() : Json(sink.error)},
                       {"nextTry", time_json(sink.next_try)}});
}

}  // namespace

Json sinks_json(std::vector<SinkReport> const& reports) {
  std::map<std::string, SinkReport> sinks;
  for (auto const& report : reports) {
    auto const [at, first] = sinks.emplace(report.name, report);
    if (first) continue;
    auto& sink = at->second;
    sink.owed += report.owed;
    sink.sent += report.sent;
    sink.refused += report.refused;
    sink.failures += report.failures;
    take_earlier(sink.oldest, report.oldest);
    take_earlier(sink.next_try, report.next_try);
    if (sink.error.empty()) sink.error = report.error;
  }
  Json out = Json::array();
  for (auto const& [name, sink] : sinks) out.push_back(sink_json(sink));
  return out;
}

void add_sinks(std::vector<EventSink> const& sinks, FunctionPool& functions) {
  for (auto const& sink : sinks) {
    if (!sink.take) continue;
    functions.add(
        function_of(sink.name),
        [take = sink.take](StepContext const&, Json const& event, Json const&) -> FunctionResult {
          try {
            auto const taken = take(event);
            if (taken.ok()) return Returned{Json()};
            if (taken.error().code == ErrorCode::refused) {
              return Refused{taken.error().message};
            }
            return Failed{taken.error()};
          } catch (std::exception const& exception) {
            return Failed{functions::exception_error(exception.what())};
          } catch (...) {
            return Failed{functions::exception_error(nullptr)};
          }
        });
  }
}

}  // namespace skald::runtime
