#include "runtime/codec/value_text.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "base/sealed.hpp"

namespace skald::runtime {
namespace {

constexpr char kSpelled = '\x01';
// Below what parse_json takes by default.
constexpr std::size_t kDepth = 8'000;
// A text that is shorter can not be nested as deeply.
constexpr std::size_t kLongText = 2 * kDepth;

bool is_finite(Json const& value) {
  return !value.is_number() || std::isfinite(value.as_number());
}

// True when JSON text holds the value. Walks it without recursion.
bool fits_json(Json const& root) {
  std::vector<std::pair<Json const*, std::size_t>> open{{&root, 1}};
  while (!open.empty()) {
    auto const [value, depth] = open.back();
    open.pop_back();
    if (depth > kDepth || !is_finite(*value) || value->is_sealed()) return false;
    if (value->is_array()) {
      for (auto const& item : value->items()) open.emplace_back(&item, depth + 1);
    } else if (value->is_object()) {
      for (auto const& member : value->members()) open.emplace_back(&member.value, depth + 1);
    }
  }
  return true;
}

// memmem: this is on the path of every fact, and the library's search is the fastest there is.
bool holds(std::string_view text, std::string_view word) {
  return memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

// Whether the value must be looked at: nan is printed as null, infinity as the largest number, a
// secret as <secret name>.
bool is_suspicious(std::string_view text) {
  return text.size() > kLongText || holds(text, "null") || holds(text, "e+308") ||
         holds(text, "<secret ");
}

Json leaf_step(Json const& value) {
  if (value.is_sealed()) return Json::array({"s", value.pieces()});
  if (is_finite(value)) return Json::array({"v", value});
  if (std::isnan(value.as_number())) return Json::array({"n"});
  return Json::array({value.as_number() > 0 ? "i" : "-"});
}

Json container_step(Json const& value) {
  if (value.is_array()) return Json::array({"a", Json(static_cast<std::uint64_t>(value.size()))});
  Json step = Json::array({"o"});
  for (auto const& member : value.members()) step.push_back(member.key);
  return step;
}

// Children first, in their order; then what holds them.
Json spell(Json const& root) {
  struct Open {
    Json const* value;
    bool entered;
  };
  Json steps = Json::array();
  std::vector<Open> open{{&root, false}};
  while (!open.empty()) {
    auto const [value, entered] = open.back();
    open.pop_back();
    if (value->size() == 0) {
      steps.push_back(leaf_step(*value));
    } else if (entered) {
      steps.push_back(container_step(*value));
    } else {
      open.push_back({value, true});
      for (auto i = value->size(); i-- > 0;) {
        auto const* child = value->is_array() ? &value->items()[i] : &value->members()[i].value;
        open.push_back({child, false});
      }
    }
  }
  return steps;
}

Error no_value() {
  return {ErrorCode::invalid_argument, "a spelled value can not be built", ""};
}

// Puts the last values of the stack into a container.
bool gather(std::vector<Json>& stack, Json const& step, bool object) {
  auto const wanted = object ? static_cast<double>(step.size() - 1)
                             : (step.size() == 2 && step[1].is_number() ? step[1].as_number() : -1);
  if (!(wanted >= 0) || wanted > static_cast<double>(stack.size())) return false;
  auto const first = stack.size() - static_cast<std::size_t>(wanted);
  Json made = object ? Json::object() : Json::array();
  for (auto i = first; i < stack.size(); ++i) {
    if (!object) {
      made.push_back(std::move(stack[i]));
    } else if (step[i - first + 1].is_string()) {
      made.set_shared(step[i - first + 1], std::move(stack[i]));
    } else {
      return false;
    }
  }
  stack.resize(first);
  stack.push_back(std::move(made));
  return true;
}

bool perform(std::vector<Json>& stack, Json const& step) {
  if (!step.is_array() || step.size() == 0 || !step[0].is_string()) return false;
  auto const verb = step[0].as_string();
  constexpr auto kInfinity = std::numeric_limits<double>::infinity();
  if (verb == "v" && step.size() == 2) {
    stack.push_back(step[1]);
  } else if (verb == "s" && step.size() == 2) {
    stack.push_back(sealed_from(step[1]));
    if (stack.back().is_null()) return false;
  } else if (verb == "n") {
    stack.emplace_back(std::numeric_limits<double>::quiet_NaN());
  } else if (verb == "i" || verb == "-") {
    stack.emplace_back(verb == "i" ? kInfinity : -kInfinity);
  } else {
    return (verb == "a" || verb == "o") && gather(stack, step, verb == "o");
  }
  return true;
}

}  // namespace

void append_value(std::string& out, Json const& value) {
  auto const start = out.size();
  append_text(out, value);
  if (!is_suspicious(std::string_view(out).substr(start)) || fits_json(value)) return;
  out.resize(start);
  out += kSpelled;
  append_text(out, spell(value));
}

Result<Json> parse_value(std::string_view bytes) {
  if (!bytes.starts_with(kSpelled)) return parse_json(bytes, {.max_bytes = bytes.size()});
  auto steps = parse_json(bytes.substr(1), {.max_bytes = bytes.size()});
  if (!steps) return steps;
  if (!steps->is_array()) return no_value();
  std::vector<Json> stack;
  for (auto const& step : steps->items()) {
    if (!perform(stack, step)) return no_value();
  }
  if (stack.size() != 1) return no_value();
  return std::move(stack.front());
}

}  // namespace skald::runtime
