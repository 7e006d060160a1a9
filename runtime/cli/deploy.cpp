// skald deploy FILE...

#include <fmt/format.h>

#include <ostream>

#include "runtime/cli/input.hpp"
#include "runtime/cli/server.hpp"
#include "runtime/cli/workflow_file.hpp"

namespace skald::cli {
namespace {

Exit deploy(Console& console, std::vector<std::string> const& files) {
  auto client = connect(console);
  auto const paint = console.paint();
  Json deployed = Json::array();
  for (auto const& path : files) {
    auto file = load_workflow(path);
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
  auto files = std::make_shared<std::vector<std::string>>();
  return server_command("deploy", "Deploy workflow files",
                        {{.names = "FILE",
                          .target = files.get(),
                          .help = "Workflow files; '-' is stdin",
                          .required = true,
                          .file = true}},
                        [files](Console& console) { return deploy(console, *files); });
}

}  // namespace skald::cli
