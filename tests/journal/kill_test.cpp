// A child process appends and reports what was acknowledged; it is killed at a random moment, and
// the log must hold all of it. On the real file system.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "tests/journal/journal_fixture.hpp"

namespace skald::runtime::test {
namespace {

FileJournalOptions kill_options(std::string dir, Durability mode) {
  auto options = small_options(std::move(dir));
  options.segments = {.first = 64U << 10U, .full = 256U << 10U};
  options.ballast_bytes = 64U << 10U;
  options.durability = mode;
  options.max_queued_bytes = 64U << 10U;
  return options;
}

// The child's life: never returns. Each acknowledged LSN goes into the pipe as 8 bytes.
[[noreturn]] void append_for_ever(std::string const& dir, Durability mode, int pipe) {
  FileJournal journal(kill_options(dir, mode));
  auto callbacks = JournalCallbacks{};
  callbacks.on_durable = [pipe](Lsn lsn) {
    if (::write(pipe, &lsn.value, sizeof lsn.value) != sizeof lsn.value) ::_exit(3);
  };
  auto const opened = journal.recover(
      Lsn{0}, [](JournalEntry const&) -> Result<void> { return {}; }, callbacks);
  if (!opened.ok()) ::_exit(2);
  std::uint64_t lsn = opened->last.value;
  while (true) {
    journal.append(payload_of(lsn + 1));
    ++lsn;
  }
}

// Reads acknowledgements until `count` of them came, kills, and reads the rest.
std::uint64_t kill_after(pid_t child, int pipe, std::uint64_t count) {
  std::uint64_t acknowledged = 0;
  std::uint64_t heard = 0;
  std::uint64_t lsn = 0;
  while (::read(pipe, &lsn, sizeof lsn) == sizeof lsn) {
    acknowledged = lsn;
    if (++heard == count) ::kill(child, SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
  return acknowledged;
}

void kill_many_times(Durability mode, int times) {
  TemporaryDir dir;
  std::string const log = dir.path() + "/log";
  ASSERT_TRUE(create_log(real_disk(), log, 0, kill_options(log, mode).segments).ok());
  std::mt19937_64 chance(7);
  for (int i = 0; i < times; ++i) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    pid_t const child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      append_for_ever(log, mode, ends[1]);
    }
    ::close(ends[1]);
    std::uint64_t const acknowledged = kill_after(child, ends[0], 1 + chance() % 120);
    ::close(ends[0]);
    auto life = open_life(kill_options(log, mode), real_disk());
    ASSERT_FALSE(life->error) << life->error->message;
    EXPECT_FALSE(life->recovery.closed_cleanly);
    ASSERT_GE(life->found.size(), acknowledged);
    for (std::uint64_t lsn = 1; lsn <= life->found.size(); ++lsn) {
      ASSERT_EQ(life->found[lsn - 1], payload_of(lsn));
    }
  }
}

TEST(KilledProcess, LeavesEverythingAcknowledgedInFsyncMode) {
  kill_many_times(Durability::fsync, 20);
}

// The page cache outlives the process: these modes lose with the power only.
TEST(KilledProcess, LeavesEverythingAcknowledgedInTheOtherModes) {
  kill_many_times(Durability::interval, 5);
  kill_many_times(Durability::none, 5);
}

}  // namespace
}  // namespace skald::runtime::test
