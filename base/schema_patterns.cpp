#include "base/schema_patterns.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

namespace skald {
namespace {

// About 10 ms for a long search, so 100 ms for a check.
constexpr int kMostLongSearches = 10;
constexpr unsigned long kLongRetries = 300'000;
constexpr unsigned long kShortRetries = 500;
constexpr unsigned long kRetriesOfAByte = 20;

thread_local PatternCheck* current = nullptr;

}  // namespace

Result<void> SchemaPatterns::add(std::string_view text) {
  auto pattern = Pattern::compile(text);
  if (!pattern.ok()) return pattern.error();
  patterns_.emplace(text, std::move(*pattern));
  return {};
}

Result<SchemaPatterns> SchemaPatterns::of(Json const& schema) {
  SchemaPatterns result;
  std::vector<std::pair<Json const*, bool>> todo{{&schema, false}};  // true: keys are names
  while (!todo.empty()) {
    auto const [at, names] = todo.back();
    todo.pop_back();
    if (at->is_array()) {
      for (auto const& item : at->items()) todo.emplace_back(&item, false);
    }
    if (!at->is_object()) continue;
    for (auto const& [key, value] : at->members()) {
      auto const word = names ? std::string_view() : key.as_string();
      if (word == "const" || word == "enum" || word == "default") continue;
      bool const keys_are_patterns = word == "patternProperties" && value.is_object();
      if (word == "pattern" && value.is_string()) {
        if (auto added = result.add(value.as_string()); !added.ok()) return added.error();
      }
      for (std::size_t i = 0; keys_are_patterns && i < value.size(); ++i) {
        auto added = result.add(value.members()[i].key.as_string());
        if (!added.ok()) return added.error();
      }
      todo.emplace_back(&value, keys_are_patterns || word == "properties" ||
                                    word == "definitions" || word == "dependencies");
    }
  }
  return result;
}

Pattern const* SchemaPatterns::find(std::string const& text) const {
  auto const found = patterns_.find(text);
  return found == patterns_.end() ? nullptr : &found->second;
}

PatternCheck::PatternCheck(SchemaPatterns const& patterns) : patterns_(patterns), outer_(current) {
  current = this;
}

PatternCheck::~PatternCheck() {
  current = outer_;
}

bool PatternCheck::matches(std::string const& pattern, std::string_view text) {
  auto const* compiled = current == nullptr ? nullptr : current->patterns_.find(pattern);
  if (compiled == nullptr) throw std::runtime_error("the pattern '" + pattern + "' is unknown");
  auto found = compiled->search(text, kShortRetries + kRetriesOfAByte * text.size());
  if (found == Pattern::Found::too_costly && ++current->long_searches_ <= kMostLongSearches) {
    found = compiled->search(text, kLongRetries);
  }
  if (found == Pattern::Found::too_costly) {
    throw std::runtime_error("matching the pattern '" + pattern + "' takes too many steps");
  }
  return found == Pattern::Found::yes;
}

}  // namespace skald
