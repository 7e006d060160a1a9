#include "base/schema_findings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace skald {
namespace {

// Around every finding the library says once more that what is around it did not fit.
constexpr std::array<std::string_view, 6> kRepetitions = {
    "Failed to validate against schema associated with",
    "Failed to validate item #",
    "Failed to validate against additional properties schema",
    "Failed to validate against child schema #",
    "Failed to validate against dependent schema",
    "Failed to validate against a conditional schema",
};

struct Wording {
  std::string_view theirs;  // how it begins
  std::string_view ours;    // with "#" where the number in theirs goes, "'" its quoted name
};

constexpr std::array<Wording, 24> kWordings = {{
    {"Missing required property '", "' is missing"},
    {"Missing dependency '", "' is missing beside what is there"},
    {"Object contains a property", "' is no member that it may have"},
    {"Expected number less than or equal to ", "must be at most #"},
    {"Expected number less than ", "must be less than #"},
    {"Expected number greater than or equal to ", "must be at least #"},
    {"Expected number greater than ", "must be more than #"},
    {"Array should contain no more than ", "must have at most # items"},
    {"Array should contain no fewer than ", "must have at least # items"},
    {"Array contains more items than", "has more items than are allowed"},
    {"Cannot validate item #", "has more items than are allowed"},
    {"String should be no more than ", "must have at most # characters"},
    {"String should be no fewer than ", "must have at least # characters"},
    {"String should be a valid date-time", "must be a date and time, 2026-01-31T12:00:00Z"},
    {"String should be a valid date", "must be a date, 2026-01-31"},
    {"String should be a valid time", "must be a time, 12:00:00Z"},
    {"Object should have no more than ", "must have at most # members"},
    {"Object should have no fewer than ", "must have at least # members"},
    {"Value should be a multiple of ", "must be a multiple of #"},
    {"Failed to match expected value set by 'const'", "is not the one value that is allowed"},
    {"Failed to match against any enum values", "is none of the values that are allowed"},
    {"Failed to validate against any ", "fits none of the alternatives"},
    {"Failed to validate against exactly one", "fits more than one of the alternatives"},
    {"Target should not validate against schema", "is what it must not be"},
}};

// "1.000000" and "elements" behind it: 1.
std::string number_in(std::string_view text) {
  double value = 0;
  auto const [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure == std::errc()) return number_to_text(value);
  return std::string(text);
}

std::string quoted_in(std::string_view text) {
  auto const end = text.rfind('\'');
  // Theirs: "'properties' or 'additionalProperties' constraints: 'x'."
  auto const colon = text.find(": '");
  auto const begin = colon == std::string_view::npos ? text.find('\'') : colon + 2;
  if (begin == std::string_view::npos || end <= begin) return "'?'";
  return std::string(text.substr(begin, end - begin + 1));
}

std::string worded(Wording const& wording, std::string_view description) {
  if (wording.ours.front() == '\'') {
    return quoted_in(description) + std::string(wording.ours.substr(1));
  }
  std::string text(wording.ours);
  auto const mark = text.find('#');
  if (mark == std::string::npos) return text;
  return text.replace(mark, 1, number_in(description.substr(wording.theirs.size())));
}

// The part that a step of the context names: "[items]", "[0]".
std::string_view name_of(std::string_view step) {
  bool const bracketed = step.size() > 2 && step.front() == '[' && step.back() == ']';
  return bracketed ? step.substr(1, step.size() - 2) : step;
}

Json const* part(Json const& value, std::vector<std::string> const& context) {
  Json const* at = &value;
  for (std::size_t i = 1; at != nullptr && i < context.size(); ++i) {
    auto const name = name_of(context[i]);
    if (at->is_array()) {
      std::size_t index = 0;
      auto const [rest, failure] = std::from_chars(name.data(), name.data() + name.size(), index);
      at = failure == std::errc() && index < at->size() ? &(*at)[index] : nullptr;
    } else {
      at = at->find(name);
    }
  }
  return at;
}

std::string wrong_type(Json const* value) {
  std::string what = "this";
  if (value != nullptr) {
    auto const kind = std::string(to_string(value->kind()));
    bool const vowel = kind.starts_with('a') || kind.starts_with('o');
    what = value->is_null() ? kind : (vowel ? "an " : "a ") + kind;
    // 1.5 may be one too many where a whole number is wanted.
    if (value->is_number()) what = "the number " + to_text(*value);
  }
  return what + " is not of the type that is wanted";
}

std::string words_of(Json const& value, std::vector<std::string> const& context,
                     std::string const& description) {
  if (description.starts_with("Value type not permitted")) return wrong_type(part(value, context));
  auto const* found = std::find_if(kWordings.begin(), kWordings.end(), [&](auto const& each) {
    return description.starts_with(each.theirs);
  });
  return found == kWordings.end() ? description : worded(*found, description);
}

}  // namespace

std::string schema_finding(Json const& value, std::vector<std::string> const& context,
                           std::string const& description) {
  for (auto const repetition : kRepetitions) {
    if (description.starts_with(repetition)) return {};
  }
  auto const words = words_of(value, context, description);
  std::string place;
  for (std::size_t i = 1; i < context.size(); ++i) place += "/" + std::string(name_of(context[i]));
  if (!place.empty()) return place + ": " + words;
  return words.starts_with('\'') ? words : "the value: " + words;
}

}  // namespace skald
