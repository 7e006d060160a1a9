#include "runtime/cli/workflow_file.hpp"

#include <filesystem>
#include <ostream>

#include "runtime/cli/input.hpp"
#include "runtime/engine/documents.hpp"

namespace skald::cli {

Result<WorkflowFile> load_workflow(std::string const& path, compiler::Options const& options) {
  auto text = read_file(path);
  if (!text) return std::move(text).error();
  WorkflowFile file;
  file.name = path == "-" ? "<stdin>" : path;
  file.text = std::move(*text);
  file.yaml = dsl::read_yaml(file.text, file.name, compiler::text_limits(options.max_tasks));
  file.diagnostics = file.yaml.diagnostics;
  if (!file.yaml.document) return file;
  compiler::Options settings = options;
  if (!settings.documents) settings.documents = document_reader({}, folder_of(path));
  auto compilation = compiler::compile(*file.yaml.document, settings);
  file.graph = std::move(compilation.graph);
  file.more = compilation.more;
  for (auto& found : compilation.diagnostics) file.diagnostics.push_back(std::move(found));
  return file;
}

std::string folder_of(std::string const& path) {
  auto const folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

void report(Console& console, WorkflowFile const& file) {
  console.err() << dsl::render(file.diagnostics, console.error_paint().on);
  console.err().flush();
}

}  // namespace skald::cli
