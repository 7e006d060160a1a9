#include "runtime/cli/workflow_file.hpp"

#include <algorithm>
#include <ostream>

#include "runtime/cli/input.hpp"

namespace skald::cli {

Result<WorkflowFile> load_workflow(std::string const& path, compiler::Options const& options) {
  auto text = read_file(path);
  if (!text) return std::move(text).error();
  WorkflowFile file;
  file.name = path == "-" ? "<stdin>" : path;
  file.text = std::move(*text);
  file.yaml = dsl::read_yaml(file.text, file.name);
  file.diagnostics = file.yaml.diagnostics;
  if (!file.yaml.document) return file;
  auto compiling = options;
  if (!compiling.read_resource) compiling.read_resource = compiler::files_beside(path);
  auto compilation = compiler::compile(*file.yaml.document, compiling);
  file.graph = std::move(compilation.graph);
  for (auto& found : compilation.diagnostics) file.diagnostics.push_back(std::move(found));
  return file;
}

void report(Console& console, WorkflowFile const& file) {
  console.err() << dsl::render(file.diagnostics, console.error_paint().on);
  console.err().flush();
}

}  // namespace skald::cli
