// skald graph FILE: the workflow as a picture, with the way back.

#include <ostream>

#include "compiler/explain/explain.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/workflow_file.hpp"

namespace skald::cli {
namespace {

struct GraphOptions {
  std::string file;
  std::string format = "text";
};

Exit draw(Console& console, GraphOptions const& options) {
  auto file = load_workflow(options.file);
  if (!file) return console.fail(file.error());
  report(console, *file);
  if (!file->ok()) return Exit::error;
  auto const& graph = *file->graph;
  if (options.format == "mermaid") {
    console.out() << compiler::draw_mermaid(graph);
  } else if (options.format == "dot") {
    console.out() << compiler::draw_dot(graph);
  } else if (options.format == "svg") {
    console.out() << compiler::draw_svg(graph);
  } else if (console.format() != Format::table) {
    console.data(graph::to_json(graph));
  } else if (options.format == "json") {
    console.out() << to_pretty_text(graph::to_json(graph)) << '\n';
  } else {
    console.out() << compiler::draw_text(graph);
  }
  return Exit::ok;
}

}  // namespace

Command graph_command() {
  auto options = std::make_shared<GraphOptions>();
  return {.name = "graph",
          .summary = "Draw a workflow: the way forward and the way back",
          .group = "Author",
          .options = {{.names = "FILE",
                       .target = &options->file,
                       .help = "Workflow file; '-' is stdin",
                       .required = true,
                       .file = true},
                      {.names = "-f,--format",
                       .target = &options->format,
                       .help = "text (default), svg, mermaid, dot, or json: the step graph itself",
                       .choices = {"text", "svg", "mermaid", "dot", "json"}}},
          .run = [options](Console& console) { return draw(console, *options); },
          .prints_data = true};
}

}  // namespace skald::cli
