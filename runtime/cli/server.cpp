#include "runtime/cli/server.hpp"

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <string>
#include <vector>

#include "runtime/engine/deployments.hpp"

namespace skald::cli {

Client connect(Console const& console) {
  return Client(console.server());
}

std::string actor() {
  for (auto const* name : {"SKALD_ACTOR", "USER", "LOGNAME"}) {
    char const* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

Exit fail_on_server(Console& console, Error error) {
  if (error.hint.empty()) {
    if (error.code == ErrorCode::unavailable) {
      error.hint = "is 'skald serve' running? --server or SKALD_SERVER says where";
    } else if (error.code == ErrorCode::not_found) {
      error.hint = "'skald ls' lists the runs";
    }
  }
  return console.fail(error);
}

bool note_unknown_workflow(Console& console, Client const& client, std::string const& name) {
  if (name.empty()) return false;
  auto const deployed = client.workflows();
  if (!deployed) return false;
  std::vector<std::string> names;
  for (auto const& one : deployed->items()) names.emplace_back(one["workflow"].as_string());
  auto const fits = [&name](std::string const& full) {
    return full == name || full.starts_with(name + "/");
  };
  if (std::ranges::any_of(names, fits)) return false;
  auto const error = runtime::no_such_workflow(name, names);
  console.note(error.message + "; " + error.hint);
  return true;
}

Exit fail_to_deploy(Console& console, Error const& error) {
  bool const findings = error.code == ErrorCode::invalid_argument &&
                        error.message.find(": error[") != std::string::npos;
  if (!findings) return fail_on_server(console, error);
  console.err() << error.message;
  console.err().flush();
  return Exit::error;
}

void warn_of_missing(Console& console, Deployment const& deployment) {
  for (auto const& name : deployment.missing_functions.items()) {
    console.note(console.error_paint().yellow("warning") + ": no worker offers '" +
                 std::string(name.as_string()) + "', which " + deployment.workflow +
                 " calls; its runs wait there until one does");
  }
}

Command server_command(std::string name, std::string summary, std::vector<Option> options,
                       std::function<Exit(Console&)> run) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .group = "Server",
          .options = std::move(options),
          .run = std::move(run),
          .prints_data = true,
          .on_server = true};
}

Option run_argument(std::string* target) {
  return {.names = "RUN", .target = target, .help = "The run's id", .required = true};
}

}  // namespace skald::cli
