#include <gtest/gtest.h>

#include "compiler/explain/explain.hpp"
#include "tests/compiler/compile.hpp"
#include "tests/support/golden.hpp"

namespace skald::testing {
namespace {

GoldenOutput written(GoldenCase const& file) {
  auto const compiled = compile_yaml(file.input);
  if (!compiled.compilation.graph) return {dsl::render(compiled.diagnostics()), true};
  auto const& graph = *compiled.compilation.graph;
  Json const json = graph::to_json(graph);
  // What is stored is read back as the same graph, also through text.
  auto const again = graph::from_json(*parse_json(to_text(json)));
  EXPECT_TRUE(again.ok() && graph::to_json(*again) == json) << file.name;
  return {to_pretty_text(json) + "\ndigest " + graph::digest(graph).hex() + "\n", false};
}

GoldenOutput drawing_of(GoldenCase const& file) {
  auto const compiled = compile_yaml(file.input);
  if (!compiled.compilation.graph) return {dsl::render(compiled.diagnostics()), true};
  auto const& graph = *compiled.compilation.graph;
  return {compiler::draw_text(graph) + "\n" + compiler::draw_mermaid(graph) + "\n" +
              compiler::draw_dot(graph),
          false};
}

[[maybe_unused]] bool const graphs = golden("GraphsGolden", "graphs", written);
[[maybe_unused]] bool const drawings = golden("DrawingsGolden", "drawings", drawing_of);

}  // namespace
}  // namespace skald::testing
