#pragma once

// YAML text -> Document, on yaml-cpp's event parser with the checks it lacks: duplicate keys,
// second documents, dropped halves, unterminated quotes, bad UTF-8, budgets of depth and aliases.
// JSON is YAML, so JSON documents are read by it too.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/diagnostic.hpp"
#include "dsl/document.hpp"

namespace skald::dsl {

// With the defaults no text known takes more than 100 ms and 64 MiB to read and compile
// (hostile_bench); a workflow of a thousand tasks has about 100 KiB and 12,000 to 20,000 nodes.
struct YamlLimits {
  std::size_t max_bytes = 1U << 20U;
  std::size_t max_depth = 128;
  std::size_t max_nodes = 40'000;     // aliases count as what they expand to
  std::size_t max_anchored = 30'000;  // nodes below anchors, those of anchors in anchors again
  // More than that helps nobody, and would keep a hostile text alive.
  std::size_t max_diagnostics = 100;
};

struct YamlResult {
  std::optional<Document> document;  // set when there are no errors
  std::vector<Diagnostic> diagnostics;
  std::vector<std::shared_ptr<Source const>> sources;  // what the diagnostics' spans name
};

YamlResult read_yaml(std::string text, std::string source_name, YamlLimits limits = {});

}  // namespace skald::dsl
