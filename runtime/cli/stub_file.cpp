#include "runtime/cli/stub_file.hpp"

#include <ostream>

#include "dsl/yaml/reader.hpp"
#include "runtime/cli/input.hpp"

namespace skald::cli {

std::optional<runtime::Stubs> read_stubs(Console& console, std::optional<std::string> const& path,
                                         graph::StepGraph const& graph, Exit& failed,
                                         std::vector<graph::StepGraph const*> const& children) {
  if (!path) return runtime::Stubs();
  auto text = read_file(*path);
  if (!text) {
    failed = console.fail(text.error());
    return std::nullopt;
  }
  auto const yaml = dsl::read_yaml(*text, *path);
  auto findings = yaml.diagnostics;
  runtime::Stubs stubs;
  if (yaml.document) stubs = runtime::Stubs::read(*yaml.document, graph, findings, children);
  console.err() << dsl::render(findings, console.error_paint().on);
  failed = Exit::error;
  return findings.empty() ? std::optional(std::move(stubs)) : std::nullopt;
}

}  // namespace skald::cli
