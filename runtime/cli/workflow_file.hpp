#pragma once

// A workflow file, read and compiled, with everything that is wrong with it.

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/cli/console.hpp"

namespace skald::cli {

struct WorkflowFile {
  std::string name;
  std::string text;
  std::shared_ptr<graph::StepGraph const> graph;  // null when there are errors
  std::vector<dsl::Diagnostic> diagnostics;
  std::size_t more = 0;  // findings that are not listed
  dsl::YamlResult yaml;  // keeps alive what the diagnostics' spans name

  bool ok() const { return graph != nullptr; }
};

// Documents that the workflow refers to are looked for beside it and, without a reader in the
// options, at the URLs as written. Errors: only that the file can not be read.
Result<WorkflowFile> load_workflow(std::string const& path, compiler::Options const& options = {});

// "." for a file without a folder in its name.
std::string folder_of(std::string const& path);

// Shows the findings on stderr, with a line that counts them.
void report(Console& console, WorkflowFile const& file);

}  // namespace skald::cli
