#pragma once

// What `skald explain E204` prints below the code and its title: why it is a mistake, a wrong and a
// right example. One text for each code of dsl/diagnostics.def.

#include <span>
#include <string_view>

#include "dsl/diagnostic.hpp"

namespace skald::compiler {

// The text for a code like "E204" or "e204"; empty when there is no such code.
std::string_view explain(std::string_view code);

struct Explanation {
  dsl::Code code;
  std::string_view text;
};

// The texts by area (codes_*.cpp); explain() looks through all of them.
std::span<Explanation const> yaml_explanations();
std::span<Explanation const> workflow_explanations();
std::span<Explanation const> name_explanations();
std::span<Explanation const> expression_explanations();
std::span<Explanation const> saga_explanations();
std::span<Explanation const> call_explanations();

}  // namespace skald::compiler
