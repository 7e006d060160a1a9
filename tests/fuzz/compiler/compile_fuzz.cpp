// Any document may be a workflow: there is a graph, or there are errors. A graph is well-formed,
// survives its JSON form with the same digest, and can be drawn.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "compiler/compiler.hpp"
#include "compiler/explain/codes.hpp"
#include "compiler/explain/explain.hpp"
#include "dsl/yaml/reader.hpp"

namespace {

using namespace skald;

void check_graph(graph::StepGraph const& graph) {
  auto const verified = graph::verify(graph);
  SKALD_ASSERT(verified.ok(), verified.ok() ? "" : verified.error().message.c_str());
  auto const json = graph::to_json(graph);
  auto const again = graph::from_json(json);
  SKALD_ASSERT(again.ok(), again.ok() ? "" : again.error().message.c_str());
  SKALD_ASSERT(graph::digest(*again) == graph::digest(graph), "another digest");
  SKALD_ASSERT(to_text(graph::to_json(*again)) == to_text(json), "another JSON form");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view text(reinterpret_cast<char const*>(data), size);
  // The golden files, which the fuzzer starts from, hold what is expected behind this line.
  text = text.substr(0, text.find("\n----\n"));
  auto const read = dsl::read_yaml(std::string(text), "input.yaml");
  if (!read.document) return 0;
  compiler::Options options;
  options.max_tasks = 250;  // functions that call functions only take time
  auto const compiled = compiler::compile(*read.document, options);
  SKALD_ASSERT((compiled.graph != nullptr) == !dsl::has_errors(compiled.diagnostics),
               "a graph or errors");
  dsl::render(compiled.diagnostics);
  dsl::to_json(compiled.diagnostics);
  for (auto const& found : compiled.diagnostics) {
    SKALD_ASSERT(!compiler::explain(dsl::code_text(found.code)).empty(), "no explanation");
  }
  if (compiled.graph == nullptr) return 0;
  check_graph(*compiled.graph);
  SKALD_ASSERT(is_valid_utf8(compiler::draw_text(*compiled.graph)), "a drawing is not UTF-8");
  SKALD_ASSERT(is_valid_utf8(compiler::draw_mermaid(*compiled.graph)), "a drawing is not UTF-8");
  SKALD_ASSERT(is_valid_utf8(compiler::draw_dot(*compiled.graph)), "a drawing is not UTF-8");
  return 0;
}
