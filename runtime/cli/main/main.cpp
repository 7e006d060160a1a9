#include <csignal>
#include <exception>
#include <iostream>

#include "runtime/cli/parse.hpp"

int main(int count, char** arguments) {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT: a closed pipe shows as a failed write
  auto console = skald::cli::Console::of_process();
  try {
    return skald::cli::run_command_line(count, arguments, console);
  } catch (std::exception const& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
}
