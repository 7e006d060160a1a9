#include "runtime/cli/server.hpp"

#include <cstdlib>

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
