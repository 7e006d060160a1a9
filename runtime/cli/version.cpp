// skald version.

#include <fmt/format.h>

#include "runtime/cli/command.hpp"

namespace skald::cli {

Command version_command() {
  auto const run = [](Console& console) {
    Json const data = Json::object({{"version", SKALD_VERSION}, {"dsl", "1.0.3"}, {"jq", "1.8.1"}});
    console.show(data, fmt::format("skald {} (OWS DSL 1.0.3, jq 1.8.1)\n", SKALD_VERSION));
    return Exit::ok;
  };
  return {.name = "version",
          .summary = "Show the version",
          .group = "Other",
          .options = {},
          .run = run,
          .prints_data = true};
}

}  // namespace skald::cli
