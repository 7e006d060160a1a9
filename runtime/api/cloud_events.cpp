#include "runtime/api/cloud_events.hpp"

#include <utility>

#include "base/base64.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

bool is_json_type(std::string_view media) {
  return media == "application/json" || media.ends_with("+json");
}

Result<Json> read_binary(HttpRequest const& request) {
  constexpr std::string_view kPrefix = "ce-";
  Json event = Json::object();
  for (auto const& [name, value] : request.headers) {
    if (name.size() <= kPrefix.size() || !iequals(name.substr(0, kPrefix.size()), kPrefix))
      continue;
    Json text(decode_component(value));
    if (!is_valid_utf8(text.as_string())) {
      return Error{ErrorCode::invalid_argument, "header " + name + " is not UTF-8", ""};
    }
    event.set(ascii_lower(name.substr(kPrefix.size())), std::move(text));
  }
  if (request.body.empty()) return event;
  std::string const media = request.content_type();
  if (!media.empty()) event.set("datacontenttype", request.header("Content-Type"));
  if (media.empty() || is_json_type(media)) {
    auto data = parse_json(request.body);
    if (!data.ok()) return std::move(data).error();
    event.set("data", std::move(*data));
  } else if (is_valid_utf8(request.body)) {
    event.set("data", request.body);
  } else {
    event.set("data_base64", to_base64(request.body));
  }
  return event;
}

}  // namespace

Result<std::vector<Json>> read_events(HttpRequest const& request) {
  std::string const media = request.content_type();
  bool const structured = media.starts_with("application/cloudevents");
  if (!structured && find_header(request.headers, "ce-type") != nullptr) {
    auto event = read_binary(request);
    if (!event.ok()) return std::move(event).error();
    return std::vector<Json>{std::move(*event)};
  }
  auto body = parse_json(request.body);
  if (!body.ok()) return std::move(body).error();
  std::vector<Json> events;
  if (body->is_array()) {
    events.assign(body->items().begin(), body->items().end());
  } else {
    events.push_back(std::move(*body));
  }
  for (Json const& event : events) {
    if (event.is_object() && event["type"].is_string()) continue;
    return Error{ErrorCode::invalid_argument, "a CloudEvent is an object with a 'type'",
                 R"(send {"type": "...", "source": "...", "id": "...", "data": ...})"};
  }
  return events;
}

}  // namespace skald::runtime
