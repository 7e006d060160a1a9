#pragma once

// The regular expressions of one JSON Schema (`pattern`, the keys of `patternProperties`), compiled
// once, and what matching them may cost within one check. Part of base/json_schema.

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.hpp"
#include "base/pattern.hpp"
#include "base/result.hpp"

namespace skald {

class SchemaPatterns {
 public:
  // Errors: invalid_argument, when one is no pattern.
  static Result<SchemaPatterns> of(Json const& schema);

  // Nullptr when the schema has no such pattern.
  Pattern const* find(std::string const& text) const;

 private:
  Result<void> add(std::string_view text);

  std::unordered_map<std::string, Pattern> patterns_;
};

// One check against a schema: most texts are matched or not within a few steps a character, and a
// few of those that are not may take long. After that the check is given up.
class PatternCheck {
 public:
  explicit PatternCheck(SchemaPatterns const& patterns);
  ~PatternCheck();
  PatternCheck(PatternCheck const&) = delete;
  PatternCheck& operator=(PatternCheck const&) = delete;

  // The check that this thread is in. Throws std::runtime_error when a search costs too much.
  static bool matches(std::string const& pattern, std::string_view text);

 private:
  SchemaPatterns const& patterns_;
  PatternCheck* outer_;
  int long_searches_ = 0;
};

}  // namespace skald
