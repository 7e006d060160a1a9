#pragma once

// What a command of `skald` is: its name, its options, what it does. Commands are described here
// without the library that parses the command line, so that one file includes that, and so that
// shell completions come from the same table.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/cli/console.hpp"

namespace skald::cli {

// Where the value of an option goes. Pairs are two words each: --arg NAME TEXT.
using Pairs = std::vector<std::pair<std::string, std::string>>;
using Target = std::variant<bool*, std::string*, std::optional<std::string>*,
                            std::vector<std::string>*, Pairs*, std::uint64_t*>;

// The least and the greatest number that an option takes.
struct Range {
  std::uint64_t least = 0;
  std::uint64_t most = 1'000'000'000;
};

struct Option {
  std::string names;  // "-i,--input"; a name without dashes is a positional argument
  Target target;
  std::string help;
  std::string value = "TEXT";             // what stands for the value in the help
  std::vector<std::string> choices = {};  // the only values allowed; empty: any
  bool required = false;
  bool file = false;  // the shell completes file names
  Range range = {};   // of a number
};

struct Command {
  std::string name;
  std::string summary;
  std::string group;  // heading in the help
  std::vector<Option> options;
  std::function<Exit(Console&)> run;
  bool prints_data = false;      // takes -o
  bool prints_findings = false;  // takes -o sarif too
  bool on_server = false;        // takes --server
  std::string details = {};      // shown below the options of its help
};

// All commands, in the order of the help.
std::vector<Command> all_commands();

// Each in a file of its own, named after it.
Command check_command();
Command fmt_command();
Command diff_command();
Command schema_command();
Command export_command();
Command graph_command();
Command eval_command();
Command explain_command();
Command version_command();
Command completion_command();
Command test_command();
Command run_command();
Command serve_command();
Command doctor_command();
Command deploy_command();
Command start_command();
Command ls_command();
Command locks_command();
Command show_command();
Command watch_command();
Command wait_command();
Command history_command();
Command plan_command();
Command cancel_command();
Command kill_command();
Command suspend_command();
Command resume_command();
Command retry_command();
Command complete_command();
Command skip_command();
Command signal_command();

}  // namespace skald::cli
