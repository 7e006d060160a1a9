// Any text may be a program: it compiles or it has errors with spans inside the text, and its
// canonical print compiles to the same print.

#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "dsl/jq/jq.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace skald::jq;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  CompileOptions options;
  options.variables = {"tasks", "workflow"};
  auto const result = compile(text, options);
  SKALD_ASSERT(result.program.has_value() == result.errors.empty(), "a program or errors");
  for (auto const& error : result.errors) {
    SKALD_ASSERT(error.span.begin <= error.span.end && error.span.end <= size, "a span outside");
    SKALD_ASSERT(!error.message.empty(), "an error without a message");
  }
  if (!result) return 0;
  auto const canonical = result.program->canonical();
  options.max_depth = 4096;  // parentheses are added for clarity
  auto const again = compile(canonical, options);
  if (!again) {
    // Only the added parentheses may make it too deep.
    SKALD_ASSERT(again.errors.front().message.find("deeper") != std::string::npos,
                 canonical.c_str());
    return 0;
  }
  SKALD_ASSERT(again.program->canonical() == canonical, canonical.c_str());
  return 0;
}
