// skald export WORKFLOW: a deployed workflow as the YAML file it could have been written as.

#include <ostream>

#include "dsl/format/write_yaml.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/cli/server.hpp"

namespace skald::cli {
namespace {

// What was deployed as JSON, by older versions for workflows built in C++, becomes YAML.
std::string as_yaml(std::string const& source) {
  auto const first = source.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || source[first] != '{') return source;
  auto const read = dsl::read_yaml(source, "source");
  return read.document ? dsl::write_yaml(dsl::to_json(read.document->root)) : source;
}

Exit export_workflow(Console& console, std::string const& name) {
  auto client = connect(console);
  auto deployed = client.workflow(name);
  if (!deployed) return fail_on_server(console, deployed.error());
  auto const& source = (*deployed)["source"];
  auto const text = as_yaml(source.is_string() ? std::string(source.as_string()) : "");
  console.show(Json::object({{"workflow", (*deployed)["workflow"]},
                             {"digest", (*deployed)["digest"]},
                             {"source", text}}),
               text.ends_with('\n') ? text : text + "\n");
  return Exit::ok;
}

}  // namespace

Command export_command() {
  auto name = std::make_shared<std::string>();
  return server_command(
      "export", "Print a deployed workflow as YAML",
      {{.names = "WORKFLOW",
        .target = name.get(),
        .help = "namespace/name for the newest version, or namespace/name/version",
        .required = true}},
      [name](Console& console) { return export_workflow(console, *name); });
}

}  // namespace skald::cli
