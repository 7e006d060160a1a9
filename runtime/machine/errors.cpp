#include "runtime/machine/errors.hpp"

#include <array>

namespace skald::runtime {
namespace {

constexpr std::string_view kErrorTypes =
    "https://open-workflow-specification.org/spec/1.0.0/errors/";
constexpr std::array<std::string_view, 2> kStandardHosts = {
    "https://open-workflow-specification.org/", "https://serverlessworkflow.io/"};

bool is_standard(std::string_view type) {
  for (auto const host : kStandardHosts) {
    if (type.starts_with(host)) return true;
  }
  return false;
}

std::string_view last_segment(std::string_view type) {
  return type.substr(type.find_last_of('/') + 1);
}

}  // namespace

Json make_error(std::string_view name, int status, std::string_view title, std::string detail,
                std::string_view instance) {
  Json error = Json::object({{"type", std::string(kErrorTypes) + std::string(name)},
                             {"status", status},
                             {"title", title}});
  if (!detail.empty()) error.set("detail", Json(detail));
  if (!instance.empty()) error.set("instance", Json(instance));
  return error;
}

Json answer_error(saga::Answer const& answer, std::string_view instance) {
  using Kind = saga::Answer::Kind;
  switch (answer.kind) {
    case Kind::response:
      return make_error("communication", answer.status, "Communication Error", answer.message,
                        instance);
    case Kind::refused:
      return make_error("communication", 422, "Refused", answer.message, instance);
    case Kind::failed: return make_error("runtime", 500, "Runtime Error", answer.message, instance);
    case Kind::lost: return make_error("timeout", 408, "Request Timeout", answer.message, instance);
    case Kind::not_sent:
      if (answer.invalid && answer.status == 403) {
        return make_error("authorization", 403, "Authorization Error", answer.message, instance);
      }
      if (answer.invalid) {
        return make_error("configuration", 400, "Configuration Error", answer.message, instance);
      }
      return make_error("communication", 503, "Service Unavailable", answer.message, instance);
    case Kind::returned: break;
  }
  return {};
}

Json timeout_error(std::string detail, std::string_view instance) {
  return make_error("timeout", 408, "Request Timeout", std::move(detail), instance);
}

Json schema_error(std::optional<JsonSchema> const& schema, Json const& value, std::string_view what,
                  std::string_view instance) {
  if (!schema) return {};
  auto const findings = schema->check(value);
  if (findings.empty()) return {};
  return make_error("validation", 400, "Validation Error",
                    "the " + std::string(what) + " does not fit its schema: " + findings, instance);
}

std::string detail_of(Json const& error) {
  auto const& detail = error["detail"];
  return detail.is_string() ? std::string(detail.as_string()) : to_text(error);
}

bool same_error_type(std::string_view a, std::string_view b) {
  if (a == b) return true;
  return is_standard(a) && is_standard(b) && last_segment(a) == last_segment(b);
}

}  // namespace skald::runtime
