#include "runtime/cli/interrupt.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include "base/assert.hpp"

namespace skald::cli {
namespace {

// A pipe wakes whoever waits: a handler may write to one, and nothing is polled.
std::array<int, 2> pipe_ends{-1, -1};
volatile std::sig_atomic_t came = 0;

void on_signal(int) {
  came = 1;
  char const byte = 0;
  [[maybe_unused]] auto const written = write(pipe_ends[1], &byte, 1);
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  sigaction(number, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  SKALD_ASSERT(pipe_ends[0] < 0, "a second Interrupt");
  came = 0;
  [[maybe_unused]] auto const made = pipe2(pipe_ends.data(), O_CLOEXEC | O_NONBLOCK);
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
}

Interrupt::~Interrupt() {
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
  for (auto& end : pipe_ends) {
    close(end);
    end = -1;
  }
}

bool Interrupt::raised() const {
  return came != 0;
}

bool Interrupt::wait_ms(int timeout_ms) const {
  if (raised()) return true;
  pollfd waiting{pipe_ends[0], POLLIN, 0};
  poll(&waiting, 1, timeout_ms);
  return raised();
}

void Interrupt::wait() const {
  while (!raised()) wait_ms(-1);
}

int Interrupt::descriptor() const {
  return pipe_ends[0];
}

InterruptWatch::InterruptWatch(Interrupt const& interrupt, std::function<void()> raised)
    : end_(eventfd(0, EFD_CLOEXEC)) {
  thread_ = std::thread([signal = interrupt.descriptor(), end = end_, raised = std::move(raised)] {
    // The signal's byte stays in the pipe for whoever else asks: looked at once.
    std::array<pollfd, 2> waiting{pollfd{end, POLLIN, 0}, pollfd{signal, POLLIN, 0}};
    while (poll(waiting.data(), waiting.size(), -1) < 0) continue;
    while (waiting[0].revents == 0) {
      raised();
      poll(waiting.data(), 1, 50);
    }
  });
}

InterruptWatch::~InterruptWatch() {
  std::uint64_t const one = 1;
  [[maybe_unused]] auto const written = write(end_, &one, sizeof one);
  thread_.join();
  close(end_);
}

}  // namespace skald::cli
