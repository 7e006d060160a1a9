#include "runtime/cli/command.hpp"

namespace skald::cli {

std::vector<Command> all_commands() {
  std::vector<Command> commands;
  for (auto* make : {&check_command, &graph_command, &eval_command, &run_command, &test_command,
                     &explain_command, &completion_command, &version_command}) {
    commands.push_back(make());
  }
  return commands;
}

}  // namespace skald::cli
