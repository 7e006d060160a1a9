#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <iostream>

#include "runtime/cli/parse.hpp"

namespace {

// A descriptor that the caller has closed must not become that of the next file: what is printed
// would be written into a journal. The wrong mode lets every use of it fail, as a closed one would.
void keep_standard_descriptors() {
  for (int const descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // takes its number
  }
}

// What was printed has to have arrived. A reader who has left (`| head`) wanted no more.
int check_output(skald::cli::Console& console, int code) {
  console.out().flush();
  if (console.out().good()) return code;
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  bool const reader_left = poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
  if (reader_left) return code;
  console.fail({skald::ErrorCode::io, "not everything could be printed: stdout takes no more",
                "is it closed, or its disk full?"});
  return code == 0 ? static_cast<int>(skald::cli::Exit::error) : code;
}

}  // namespace

int main(int count, char** arguments) {
  keep_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT: a closed pipe shows as a failed write
  auto console = skald::cli::Console::of_process();
  try {
    return check_output(console, skald::cli::run_command_line(count, arguments, console));
  } catch (std::exception const& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
}
