#pragma once

// YAML text to a compilation, for the tests of this folder.

#include <string>
#include <utility>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald::testing {

struct Compiled {
  dsl::YamlResult yaml;  // keeps the sources of the diagnostics alive
  compiler::Compilation compilation;

  // Of the reader and of the compiler, in that order.
  std::vector<dsl::Diagnostic> diagnostics() const {
    auto all = yaml.diagnostics;
    all.insert(all.end(), compilation.diagnostics.begin(), compilation.diagnostics.end());
    return all;
  }
};

inline Compiled compile_yaml(std::string text, compiler::Options const& options = {}) {
  Compiled result{dsl::read_yaml(std::move(text), "workflow.yaml"), {}};
  if (result.yaml.document) {
    result.compilation = compiler::compile(*result.yaml.document, options);
  }
  return result;
}

}  // namespace skald::testing
