// Any text may be a document: it is read, or there are diagnostics with places inside the text.
// What was read is said again as JSON, which is YAML, and reads back to the same.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "dsl/yaml/reader.hpp"

namespace {

using namespace skald;

void check_places(dsl::YamlResult const& result) {
  for (auto const& found : result.diagnostics) {
    SKALD_ASSERT(!found.message.empty(), "a diagnostic without words");
    SKALD_ASSERT(is_valid_utf8(found.message), "words that are not UTF-8");
    if (found.span.line == 0) continue;
    auto const line = found.span.source->line(found.span.line);
    SKALD_ASSERT(!is_valid_utf8(line) || found.span.column <= count_code_points(line) + 1,
                 "a place behind its line");
  }
  SKALD_ASSERT(dsl::to_json(result.diagnostics).size() == result.diagnostics.size(), "not all");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view text(reinterpret_cast<char const*>(data), size);
  // The golden files, which the fuzzer starts from, hold what is expected behind this line.
  text = text.substr(0, text.find("\n----\n"));
  auto const result = dsl::read_yaml(std::string(text), "input.yaml");
  check_places(result);
  SKALD_ASSERT(result.document.has_value() == !dsl::has_errors(result.diagnostics),
               "a document or errors");
  dsl::render(result.diagnostics);
  if (!result.document) return 0;
  auto const json = dsl::to_json(result.document->root);
  auto const printed = to_text(json);
  if (printed.size() > 1000) return 0;  // a key of JSON may be longer than one of YAML
  auto const again = dsl::read_yaml(printed, "again.json");
  SKALD_ASSERT(again.document.has_value(), printed.c_str());
  SKALD_ASSERT(to_text(dsl::to_json(again.document->root)) == printed, printed.c_str());
  return 0;
}
