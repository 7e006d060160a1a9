#include "tests/support/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/assert.hpp"

namespace skald::test {
namespace {

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(std::vector<char*> const& argv, int output, char const* stderr_file,
                         char const* stdin_file) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(open(stdin_file, O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  if (*stderr_file != '\0') {
    int const file = open(stderr_file, O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(file, STDERR_FILENO);
  }
  execv(argv[0], argv.data());
  perror(argv[0]);
  _exit(127);
}

}  // namespace

Process::Process(std::vector<std::string> const& argv, std::string const& stderr_file,
                 std::string const& stdin_file) {
  std::vector<char*> pointers;
  for (std::string const& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  int ends[2];
  SKALD_ASSERT(pipe2(ends, O_CLOEXEC) == 0, "no pipe");
  pid_ = fork();
  SKALD_ASSERT(pid_ >= 0, "no process");
  if (pid_ == 0) become(pointers, ends[1], stderr_file.c_str(), stdin_file.c_str());
  close(ends[1]);
  output_ = ends[0];
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      buffer_(std::move(other.buffer_)) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(output_, other.output_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

Process::~Process() {
  if (pid_ > 0) kill();
  if (output_ >= 0) close(output_);
}

std::optional<std::string> Process::read_line(std::chrono::milliseconds timeout) {
  auto const end = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    if (std::size_t const at = buffer_.find('\n'); at != std::string::npos) {
      std::string line = buffer_.substr(0, at);
      buffer_.erase(0, at + 1);
      return line;
    }
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd entry{output_, POLLIN, 0};
    if (left.count() <= 0 || poll(&entry, 1, static_cast<int>(left.count())) <= 0) return {};
    char bytes[4096];
    ssize_t const size = read(output_, bytes, sizeof bytes);
    if (size <= 0) return {};
    buffer_.append(bytes, static_cast<std::size_t>(size));
  }
}

std::optional<std::string> Process::wait_for_line(std::string const& text,
                                                  std::chrono::milliseconds timeout) {
  auto const end = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    std::optional<std::string> line = read_line(left);
    if (!line || line->find(text) != std::string::npos) return line;
  }
}

void Process::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int Process::wait() {
  if (pid_ <= 0) return -1;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Process::kill() {
  signal(SIGKILL);
  wait();
}

}  // namespace skald::test
