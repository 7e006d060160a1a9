#include "runtime/machine/expressions.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/base64.hpp"
#include "base/duration_units.hpp"
#include "base/json_bounds.hpp"
#include "base/sealed.hpp"
#include "runtime/machine/errors.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

Json runtime_descriptor() {
  return Json::object({{"name", "skald"}, {"version", "0.1.0"}, {"metadata", Json::object()}});
}

// A length of time that an expression made: "PT30S", or { seconds: 30 }.
Result<Duration> duration_of(Json const& value) {
  if (value.is_string()) {
    auto parsed = parse_iso8601_duration(value.as_string());
    if (parsed.ok() && (*parsed < Duration{} || *parsed > kLongestDuration)) {
      return Error{ErrorCode::invalid_argument,
                   "'" + std::string(value.as_string()) + "' is not between nothing and 100 years",
                   {}};
    }
    return parsed;
  }
  Error const wrong{ErrorCode::invalid_argument,
                    "not a length of time: " + to_text(value) +
                        "; use days, hours, minutes, seconds or milliseconds, up to 100 years",
                    {}};
  if (!value.is_object() || value.members().empty()) return wrong;
  double total = 0;
  for (auto const& [name, part] : value.members()) {
    auto const unit = microseconds_of(name.as_string());
    if (!unit || !part.is_number() || part.as_number() < 0) return wrong;
    total += part.as_number() * *unit;
  }
  if (!(total <= static_cast<double>(kLongestDuration.us))) return wrong;
  return Duration{static_cast<std::int64_t>(total)};
}

// The value at a JSON pointer (RFC 6901), or nullptr.
Json const* at_pointer(Json const& root, std::string_view pointer) {
  auto const* at = &root;
  while (!pointer.empty() && at != nullptr) {
    auto const end = std::min(pointer.find('/', 1), pointer.size());
    std::string step;
    for (std::size_t i = 1; i < end; ++i) {
      bool const escape = pointer[i] == '~' && i + 1 < end;
      step += escape ? (pointer[++i] == '1' ? '/' : '~') : pointer[i];
    }
    pointer.remove_prefix(end);
    if (!at->is_array()) {
      at = at->find(step);
      continue;
    }
    std::size_t index = 0;
    auto const [rest, failure] = std::from_chars(step.data(), step.data() + step.size(), index);
    at = failure == std::errc() && index < at->size() ? &(*at)[index] : nullptr;
  }
  return at;
}

Json date_time(Time time) {
  return Json::object({{"iso8601", to_iso8601(time)},
                       {"epoch", Json::object({{"seconds", Json(time.us / 1'000'000)},
                                               {"milliseconds", Json(time.us / 1000)}})}});
}

// A member of a scheme's properties, which may be those of a secret.
Json property(Json const& scheme, std::string_view name) {
  Json const* secret = scheme.find("use");
  if (secret == nullptr) return scheme[name];
  return secret->is_sealed() ? secret_member(*secret, name) : Json();
}

}  // namespace

Json authorization_of(Json const& arguments) {
  Json const& authentication = arguments["authentication"];
  if (Json const* bearer = authentication.find("bearer")) {
    return Json::object({{"scheme", "Bearer"}, {"parameter", property(*bearer, "token")}});
  }
  Json const* basic = authentication.find("basic");
  if (basic == nullptr) return {};
  auto const user = property(*basic, "username");
  auto const password = property(*basic, "password");
  // Encoded only when both are known here; of a secret they are not.
  Json parameter;
  if (user.is_string() && password.is_string()) {
    parameter = to_base64(std::string(user.as_string()) + ":" + std::string(password.as_string()));
  }
  return Json::object({{"scheme", "Basic"}, {"parameter", std::move(parameter)}});
}

std::string size_fault(Json const& value, Limits const& limits) {
  constexpr std::size_t kLongestEscape = 6;  // \u0000: what a byte of memory can be as text
  if (value.byte_size() <= limits.value_bytes / kLongestEscape) return {};
  return bounds_fault(value, {limits.value_bytes, SIZE_MAX});
}

Json Expressions::expression_error(std::string const& message, Place const& place) const {
  return make_error("expression", 400, "Expression Error", message,
                    place.task != nullptr ? place.task->path : "");
}

Value Expressions::evaluate(graph::Expression const& expression, Json const& data,
                            Place const& place) const {
  auto const& program = expression.code();
  std::vector<Json> values;
  values.reserve(program.variables().size());
  for (auto const& name : program.variables()) {
    values.push_back(variable(name, expression, place));
  }
  jq::Environment environment;
  environment.variables = values;
  environment.now = now_;
  environment.limits.fuel = limits_.expression_fuel;
  environment.limits.bytes = limits_.value_bytes;
  auto first = jq::evaluate_first(program, data, environment);
  auto fault = first.error ? first.error->message
                           : bounds_fault(first.value, {limits_.value_bytes, limits_.value_depth});
  if (!first.error && fault.empty()) return {std::move(first.value)};
  auto text = program.text();
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  text.remove_suffix(text.size() - (text.find_last_not_of(" \t\n") + 1));
  return Value::error(expression_error(fault + " in ${ " + std::string(text) + " }", place));
}

Value Expressions::within_bounds(Json value, Place const& place) const {
  auto const fault = size_fault(value, limits_);
  if (fault.empty()) return {std::move(value)};
  return Value::error(expression_error(fault, place));
}

Value Expressions::evaluate(graph::Template const& template_, Json const& data,
                            Place const& place) const {
  using Kind = graph::Template::Kind;
  switch (template_.kind) {
    case Kind::constant: return {template_.constant};
    case Kind::expression: return evaluate(template_.expression, data, place);
    case Kind::object: {
      Json object = Json::object();
      object.reserve(template_.members.size());
      for (auto const& member : template_.members) {
        auto value = evaluate(member.value, data, place);
        if (!value) return value;
        object.set(member.key, std::move(value.json));
      }
      return within_bounds(std::move(object), place);
    }
    case Kind::array: {
      Json array = Json::array();
      array.reserve(template_.items.size());
      for (auto const& item : template_.items) {
        auto value = evaluate(item, data, place);
        if (!value) return value;
        array.push_back(std::move(value.json));
      }
      return within_bounds(std::move(array), place);
    }
  }
  return {};
}

Value Expressions::test(graph::Expression const& expression, Json const& data,
                        Place const& place) const {
  auto value = evaluate(expression, data, place);
  if (value) value.json = Json(value.json.truthy());
  return value;
}

std::variant<Duration, Json> Expressions::duration(graph::DurationValue const& value,
                                                   Json const& data, Place const& place) const {
  if (!value.dynamic) return value.fixed;
  auto evaluated = evaluate(*value.dynamic, data, place);
  if (!evaluated) return std::move(evaluated.json);
  auto read = duration_of(evaluated.json);
  if (!read.ok()) return expression_error(read.error().message, place);
  return *read;
}

Armed const* Expressions::undone_by(ScopeId at) const {
  auto const root = at.valid() ? undo_root(state_, at) : ScopeId{};
  if (!root.valid()) return nullptr;
  auto const& block = scope_of(state_, root);
  auto const undoes = state_.unwindings.at(block.undo_of).plan[block.undo_index].undoes;
  return &state_.armed.at(undoes);
}

Json Expressions::undo(ScopeId at) const {
  auto const root = at.valid() ? undo_root(state_, at) : ScopeId{};
  if (!root.valid()) return {};
  auto const& block = scope_of(state_, root);
  return state_.unwindings.at(block.undo_of).plan[block.undo_index].undo;
}

Json Expressions::variable(std::string const& name, graph::Expression const& expression,
                           Place const& place) const {
  for (auto const& [extra, value] : place.extras) {
    if (name == extra) return value;
  }
  if (name == "input") return place.input;
  if (name == "output") return place.output;
  if (name == "tasks") return tasks(expression, place.scope);
  if (name == "workflow") return workflow();
  if (name == "undo") return undo(place.scope);
  if (name == "task") return task(place);
  if (name == "runtime") return runtime_descriptor();
  if (name == "secrets") return secrets();
  if (name == "authorization") return place.authorization;
  if (name == "context") {
    auto const* armed = undone_by(place.scope);
    return armed != nullptr ? armed->frozen.context : state_.context;
  }
  return scope_variable(name, place);
}

// Loop and catch variables: the nearest scope that introduced the name; in an undo block then
// those frozen with the effect.
Json Expressions::scope_variable(std::string const& name, Place const& place) const {
  for (auto at = place.scope; at.valid();) {
    auto const& scope = scope_of(state_, at);
    if (auto const* value = scope.variables.find(name)) return *value;
    at = scope.parent;
  }
  if (auto const* armed = undone_by(place.scope);
      armed != nullptr && armed->frozen.variables.is_array()) {
    for (auto const& variables : armed->frozen.variables.items()) {
      if (auto const* value = variables.find(name)) return *value;
    }
  }
  return {};
}

Json const* Expressions::output_of(std::string const& path, ScopeId from) const {
  for (auto at = from; at.valid();) {
    auto const& scope = scope_of(state_, at);
    if (auto const* value = scope.outputs.find(path)) return value;
    at = scope.parent;
  }
  auto const* armed = undone_by(from);
  if (armed == nullptr || !armed->frozen.outputs.is_array()) return nullptr;
  for (auto const& outputs : armed->frozen.outputs.items()) {
    if (auto const* value = outputs.find(path)) return value;
  }
  return nullptr;
}

Json Expressions::tasks(graph::Expression const& expression, ScopeId from) const {
  Json result = Json::object();
  for (auto const& use : expression.tasks) {
    auto const* output = output_of(graph_.task(use.task).path, from);
    result.set(use.name, output != nullptr ? *output : Json());
  }
  return result;
}

Json Expressions::workflow() const {
  Json definition = graph_.definition;
  Json document = Json::object({{"dsl", graph_.dsl},
                                {"namespace", graph_.id.ns},
                                {"name", graph_.id.name},
                                {"version", graph_.id.version}});
  if (definition.is_null()) definition = Json::object({{"document", std::move(document)}});
  return Json::object({{"id", state_.run},
                       {"definition", std::move(definition)},
                       {"input", state_.input},
                       {"startedAt", date_time(state_.started)}});
}

// By name only: what a secret is, nobody knows who evaluates.
Json Expressions::secrets() const {
  Json result = Json::object();
  for (auto const& name : graph_.secrets) result.set(name, secret(name));
  return result;
}

Json Expressions::task(Place const& place) const {
  if (place.task == nullptr) return {};
  auto const* definition = at_pointer(graph_.definition, place.task->path);
  return Json::object({{"name", place.task->name},
                       {"reference", place.task->path},
                       {"definition", definition != nullptr ? *definition : Json()},
                       {"input", place.raw_input},
                       {"output", place.raw_output},
                       {"startedAt", date_time(place.started.value_or(now_))}});
}

}  // namespace skald::runtime
