// The first line is a program, the rest its input. Whatever they are, evaluation ends, within its
// limits, and the first output is the same however it is asked for.

#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "dsl/jq/jq.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace skald;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const line = text.find('\n');
  auto const compiled = jq::compile(text.substr(0, line));
  if (!compiled) return 0;
  auto const json = line == std::string_view::npos ? "null" : text.substr(line + 1);
  auto const input = parse_json(json);
  jq::Environment environment;
  environment.now = {1'700'000'000'000'000};
  environment.limits = {.fuel = 100'000, .depth = 500, .outputs = 1'000, .bytes = 4U << 20U};
  auto const value = input ? *input : Json();
  auto const before = to_text(value);
  auto const all = jq::evaluate(*compiled.program, value, environment);
  SKALD_ASSERT(all.outputs.size() <= 1'000, "too many outputs");
  SKALD_ASSERT(to_text(value) == before, "the input was changed");
  auto const first = jq::evaluate_first(*compiled.program, value, environment);
  if (!all.outputs.empty() && !(all.error && all.error->limit)) {
    SKALD_ASSERT(!first.empty, "no first output");
    SKALD_ASSERT(to_text(first.value) == to_text(all.outputs.front()), "another first output");
  }
  for (auto const& output : all.outputs) {
    auto const printed = to_text(output);
    SKALD_ASSERT(is_valid_utf8(printed), "an output that is not UTF-8");
  }
  return 0;
}
