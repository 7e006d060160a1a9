#include "runtime/executor/process_spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace skald::runtime {
namespace {

void close_one(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

struct Pipe {
  int read = -1;
  int write = -1;

  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  ~Pipe() {
    close_one(read);
    close_one(write);
  }
};

std::vector<char*> pointers(std::vector<std::string> const& texts) {
  std::vector<char*> result;
  for (auto const& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// What the new process does between its birth and the program: its group, streams and signals.
class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawn_file_actions_init(&actions_);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(SpawnSettings const&) = delete;
  SpawnSettings& operator=(SpawnSettings const&) = delete;

  void use(int from, int as) { ::posix_spawn_file_actions_adddup2(&actions_, from, as); }
  void no_input() {
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  void close_the_rest() { ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3); }

  posix_spawn_file_actions_t const* actions() const { return &actions_; }
  posix_spawnattr_t const* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void never_block(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

Error spawn_error(std::string const& program, int reason) {
  auto const code = reason == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  return {code, "can not start '" + program + "': " + std::strerror(reason),
          reason == ENOENT ? "install it, or put it into the PATH of the server" : ""};
}

}  // namespace

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  close_input();
  close_output();
  close_errors();
  close_one(handle);
  pid = std::exchange(other.pid, -1);
  handle = std::exchange(other.handle, -1);
  input = std::exchange(other.input, -1);
  output = std::exchange(other.output, -1);
  errors = std::exchange(other.errors, -1);
  return *this;
}

Process::~Process() {
  close_input();
  close_output();
  close_errors();
  close_one(handle);
}

void Process::close_input() {
  close_one(input);
}
void Process::close_output() {
  close_one(output);
}
void Process::close_errors() {
  close_one(errors);
}

void Process::signal(int number) const {
  if (pid > 0) ::kill(-pid, number);
}

Result<Process> start_process(ProcessSpec const& spec) {
  Pipe in;
  Pipe out;
  Pipe err;
  if ((spec.has_input && !in.open()) || !out.open() || !err.open()) {
    return spawn_error(spec.arguments.front(), errno);
  }
  SpawnSettings settings;
  if (spec.has_input) {
    settings.use(in.read, STDIN_FILENO);
  } else {
    settings.no_input();
  }
  settings.use(out.write, STDOUT_FILENO);
  settings.use(err.write, STDERR_FILENO);
  settings.close_the_rest();
  Process process;
  auto const failed = ::posix_spawnp(
      &process.pid, spec.arguments.front().c_str(), settings.actions(), settings.attributes(),
      pointers(spec.arguments).data(), pointers(spec.environment).data());
  if (failed != 0) {
    process.pid = -1;
    return spawn_error(spec.arguments.front(), failed);
  }
  process.handle = static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0));
  process.input = std::exchange(in.write, -1);
  process.output = std::exchange(out.read, -1);
  process.errors = std::exchange(err.read, -1);
  for (int const descriptor : {process.input, process.output, process.errors}) {
    if (descriptor >= 0) never_block(descriptor);
  }
  return process;
}

}  // namespace skald::runtime
