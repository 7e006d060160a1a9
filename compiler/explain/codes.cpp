#include "compiler/explain/codes.hpp"

#include <algorithm>

namespace skald::compiler {

std::string_view explain(std::string_view code) {
  auto const same = [&](dsl::Code other) {
    auto const text = dsl::code_text(other);
    return std::equal(text.begin(), text.end(), code.begin(), code.end(), [](char a, char b) {
      return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - 32) : b);
    });
  };
  for (auto const area : {yaml_explanations(), workflow_explanations(), name_explanations(),
                          expression_explanations(), saga_explanations(), call_explanations()}) {
    for (Explanation const& each : area) {
      if (same(each.code)) return each.text;
    }
  }
  return {};
}

}  // namespace skald::compiler
