// skald deploy FILE...

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <vector>

#include "runtime/cli/input.hpp"
#include "runtime/cli/server.hpp"
#include "runtime/cli/workflow_file.hpp"

namespace skald::cli {
namespace {

struct DeployOptions {
  std::vector<std::string> files;
  std::uint64_t max_tasks = compiler::Options().max_tasks;
};

Exit deploy(Console& console, DeployOptions const& options) {
  auto client = connect(console);
  auto const paint = console.paint();
  Json deployed = Json::array();
  compiler::Options settings;
  settings.max_tasks = options.max_tasks;
  for (auto const& path : options.files) {
    auto file = load_workflow(path, settings);
    if (!file) return console.fail(file.error());
    report(console, *file);
    if (!file->ok()) return Exit::error;
    // With its folder: the files that it names are sent along.
    auto deployment = client.deploy(WorkflowSource{file->text, file->name, folder_of(path), {}});
    if (!deployment) return fail_to_deploy(console, deployment.error());
    warn_of_missing(console, *deployment);
    deployed.push_back(Json::object({{"workflow", deployment->workflow},
                                     {"digest", deployment->digest},
                                     {"created", deployment->created},
                                     {"missingFunctions", deployment->missing_functions}}));
    if (console.format() != Format::table) continue;
    console.out() << fmt::format(
        "{} {} {} (digest {})\n", paint.green("✓"), paint.bold(deployment->workflow),
        deployment->created ? "deployed" : "was deployed before", deployment->digest.substr(0, 12));
  }
  if (console.format() != Format::table) console.data(deployed);
  return Exit::ok;
}

}  // namespace

Command deploy_command() {
  auto options = std::make_shared<DeployOptions>();
  return server_command(
      "deploy", "Deploy workflow files",
      {{.names = "FILE",
        .target = &options->files,
        .help = "Workflow files; '-' is stdin",
        .required = true,
        .file = true},
       {.names = "--max-tasks",
        .target = &options->max_tasks,
        .help = "As the server's `serve --max-tasks`: files are checked here, too "
                "(5000)",
        .value = "N",
        .range = {1, 1'000'000}}},
      [options](Console& console) { return deploy(console, *options); });
}

}  // namespace skald::cli
