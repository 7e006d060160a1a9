#pragma once

// Which members of data an expression names, as far as its text tells, and whether a JSON Schema
// has them. For warnings: where nothing is certain, nothing is said.

#include <string>
#include <string_view>
#include <vector>

#include "dsl/document.hpp"
#include "dsl/jq/jq.hpp"

namespace skald::compiler {

struct PathStep {
  std::string name;
  jq::Span span;  // in the program
};

// The members behind a value, from `at` on: ".order.id" gives one path of two steps, and
// ".order | {id, total}" two of them.
std::vector<std::vector<PathStep>> paths_behind(std::string_view program, std::size_t at);

// The data's own path at the begin of a program: ".order.id > 5". Empty when it begins otherwise.
std::vector<std::vector<PathStep>> leading_paths(std::string_view program);

struct MissingProperty {
  PathStep step;
  dsl::Node const* properties;  // the schema's properties, none of which has this name
};

// The first step that the schema does not have; none when it has all, or may have them.
std::vector<MissingProperty> missing_properties(dsl::Node const& schema,
                                                std::vector<PathStep> const& path);

}  // namespace skald::compiler
