#pragma once

// Feature files (Gherkin): scenarios of steps, some with a text block. As much of the language as
// the conformance kit of the Open Workflow Specification uses, and Background and tags.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace skald::feature {

struct Step {
  std::string text;                // without Given, When, Then, And, But; "given" after And too
  std::optional<std::string> doc;  // the text block behind it, unindented
  std::uint32_t line = 0;          // 1-based
};

struct Scenario {
  std::string name;
  std::uint32_t line = 0;
  std::vector<std::string> tags;  // "@slow"
  std::vector<Step> steps;        // those of the Background first
};

struct Feature {
  std::string file;
  std::string name;
  std::vector<Scenario> scenarios;
};

// Errors: invalid_argument with file and line.
Result<Feature> parse_feature(std::string_view text, std::string file);

}  // namespace skald::feature
