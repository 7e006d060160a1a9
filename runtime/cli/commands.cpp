#include "runtime/cli/command.hpp"

namespace skald::cli {

std::vector<Command> all_commands() {
  std::vector<Command> commands;
  for (auto* make :
       {&check_command,  &fmt_command,     &graph_command,  &eval_command,   &run_command,
        &test_command,   &explain_command, &diff_command,   &schema_command, &serve_command,
        &doctor_command, &deploy_command,  &export_command, &start_command,  &ls_command,
        &locks_command,  &show_command,    &watch_command,  &wait_command,   &history_command,
        &plan_command,   &cancel_command,  &kill_command,   &retry_command,  &complete_command,
        &skip_command,   &suspend_command, &resume_command, &signal_command, &completion_command,
        &version_command}) {
    commands.push_back(make());
  }
  return commands;
}

}  // namespace skald::cli
