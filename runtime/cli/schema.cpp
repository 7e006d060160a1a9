// skald schema: the JSON Schema of workflow files, for editors.

#include "compiler/editor/editor_schema.hpp"
#include "runtime/cli/command.hpp"

namespace skald::cli {

Command schema_command() {
  return {.name = "schema",
          .summary = "Print the JSON Schema of workflow files, for editors",
          .group = "Author",
          .options = {},
          .run =
              [](Console& console) {
                console.data(compiler::editor_schema());
                return Exit::ok;
              },
          .prints_data = true,
          .details =
              "A first line in a workflow makes editors with a YAML language server use it:\n"
              "# yaml-language-server: $schema=workflow-1.0.3+saga.json"};
}

}  // namespace skald::cli
