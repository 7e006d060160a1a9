#include "runtime/index/rocks_index.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "runtime/index/crash_marker.hpp"
#include "tests/index/index_fixture.hpp"

namespace skald::runtime::test {
namespace {

using Change = IndexChange;
namespace fs = std::filesystem;

void fill(Index& index, std::uint64_t lsn) {
  ASSERT_TRUE(index.apply({Change::put("a", "1"), Change::put("b", "2")}, Lsn{lsn}).ok());
}

TEST(RocksIndex, IsThereAgainAfterAnOrderlyEnd) {
  TemporaryDir dir;
  {
    auto opened = open_index(dir.path());
    EXPECT_FALSE(opened.discarded);
    fill(*opened.index, 12);
  }
  auto const opened = open_index(dir.path());
  EXPECT_FALSE(opened.discarded) << *opened.discarded;
  EXPECT_EQ(opened.index->applied(), Lsn{12});
  EXPECT_EQ(opened.index->get("b").value(), "2");
}

// Each end writes a file; four of them begin a compaction, which the next end cuts short.
TEST(RocksIndex, IsThereAgainAfterAnEndDuringACompaction) {
  TemporaryDir dir;
  for (std::uint64_t lsn = 1; lsn <= 60; ++lsn) {
    auto opened = open_index(dir.path());
    ASSERT_FALSE(opened.discarded) << "opened " << lsn << " times: " << *opened.discarded;
    fill(*opened.index, lsn);
  }
}

TEST(RocksIndex, BeginsAgainWhenItsDirectoryIsDeleted) {
  TemporaryDir dir;
  { fill(*open_index(dir.path()).index, 12); }
  fs::remove_all(dir.path() + "/index");
  auto const opened = open_index(dir.path());
  EXPECT_EQ(opened.index->applied(), Lsn{0});
  EXPECT_FALSE(opened.index->get("a").value().has_value());
}

TEST(RocksIndex, SaysThatItsDatabaseIsGone) {
  TemporaryDir dir;
  { fill(*open_index(dir.path()).index, 12); }
  fs::remove_all(dir.path() + "/index/db");
  auto const opened = open_index(dir.path());
  EXPECT_EQ(opened.discarded, "there was none");
  EXPECT_EQ(opened.index->applied(), Lsn{0});
}

TEST(RocksIndex, DiscardsOneThatIsAheadOfTheJournal) {
  TemporaryDir dir;
  { fill(*open_index(dir.path()).index, 12); }
  auto const opened = open_index(dir.path(), Lsn{11});
  EXPECT_EQ(opened.discarded, "it was ahead of the journal");
  EXPECT_EQ(opened.index->applied(), Lsn{0});
}

TEST(RocksIndex, DiscardsOneOfAnotherLayout) {
  TemporaryDir dir;
  { fill(*open_index(dir.path()).index, 12); }
  auto const opened = open_index(dir.path(), Lsn{20}, "keys 2");
  EXPECT_EQ(opened.discarded, "it was written for another layout or another log");
  EXPECT_EQ(opened.index->applied(), Lsn{0});
}

// Whatever byte of its files is wrong: it opens, and it never answers wrongly.
TEST(RocksIndex, NeverAnswersFromADamagedFile) {
  TemporaryDir dir;
  {
    auto opened = open_index(dir.path());
    for (std::uint64_t i = 1; i <= 200; ++i) {
      auto const text = std::to_string(i);
      ASSERT_TRUE(opened.index->apply({Change::put("key" + text, text)}, Lsn{i}).ok());
    }
  }
  TemporaryDir spoilt;
  int discarded = 0;
  for (auto const& entry : fs::directory_iterator(dir.path() + "/index/db")) {
    if (entry.file_size() == 0) continue;
    fs::remove_all(spoilt.path() + "/index");
    fs::copy(dir.path() + "/index", spoilt.path() + "/index", fs::copy_options::recursive);
    {
      std::fstream file(spoilt.path() + "/index/db/" + entry.path().filename().string(),
                        std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
      file.write("\xA5\x5A\xA5", 3);
    }
    auto const opened = open_index(spoilt.path());
    discarded += opened.discarded ? 1 : 0;
    std::uint64_t const applied = opened.index->applied().value;
    if (applied == 0) continue;
    for (std::uint64_t i = 1; i <= applied; ++i) {
      auto const value = opened.index->get("key" + std::to_string(i));
      if (!value.ok()) break;
      EXPECT_EQ(*value, std::to_string(i)) << entry.path();
    }
  }
  EXPECT_GT(discarded, 0);
}

TEST(RocksIndex, IsDiscardedAfterADamageWasMet) {
  TemporaryDir dir;
  {
    auto opened = open_index(dir.path());
    for (std::uint64_t i = 1; i <= 2000; ++i) {
      ASSERT_TRUE(
          opened.index->apply({Change::put(std::to_string(i), std::string(100, 'v'))}, Lsn{i})
              .ok());
    }
  }
  for (auto const& entry : fs::directory_iterator(dir.path() + "/index/db")) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 3));
    file.write("damage", 6);
  }
  {
    auto const opened = open_index(dir.path());
    ASSERT_FALSE(opened.discarded);
    auto const count = opened.index->scan({}, [](auto, auto) { return true; });
    ASSERT_FALSE(count.ok());
    EXPECT_EQ(count.error().code, ErrorCode::corrupt);
  }
  auto const opened = open_index(dir.path());
  EXPECT_TRUE(opened.discarded);
  EXPECT_EQ(opened.index->applied(), Lsn{0});
}

// RocksDB has threads, so a child process has to be a new program: this one again, with one of the
// disabled tests below as its whole life and the directory in its environment.
constexpr char const* kDirVariable = "SKALD_TEST_INDEX_DIR";

pid_t start_child(char const* test, std::string const& dir) {
  pid_t const child = ::fork();
  if (child != 0) return child;
  std::string const filter = std::string("--gtest_filter=ChildProcess.DISABLED_") + test;
  ::setenv(kDirVariable, dir.c_str(), 1);
  ::execl("/proc/self/exe", "child", filter.c_str(), "--gtest_also_run_disabled_tests",
          "--gtest_brief=1", nullptr);
  ::_exit(127);
}

std::string child_dir() {
  char const* const dir = ::getenv(kDirVariable);
  return dir == nullptr ? "" : dir;
}

// Two keys and some ballast in each batch, with the batch's LSN as their value.
TEST(ChildProcess, DISABLED_AppliesForEver) {
  if (child_dir().empty()) GTEST_SKIP() << "a part of another test";
  auto opened = open_index(child_dir());
  std::uint64_t lsn = opened.index->applied().value;
  bool good = true;
  while (good) {
    ++lsn;
    std::string const text = std::to_string(lsn);
    std::string const key = std::to_string(lsn % 5000);
    good = opened.index
               ->apply({Change::put("one/" + key, text), Change::put("two/" + key, text),
                        Change::put("fill/" + key, std::string(200, 'x'))},
                       Lsn{lsn})
               .ok();
  }
}

TEST(ChildProcess, DISABLED_FlushesAppliesMoreAndDies) {
  if (child_dir().empty()) GTEST_SKIP() << "a part of another test";
  auto opened = open_index(child_dir());
  fill(*opened.index, 40);
  ASSERT_TRUE(opened.index->flush().ok());
  ASSERT_TRUE(opened.index->apply({Change::put("a", "later")}, Lsn{41}).ok());
  ::raise(SIGKILL);
}

TEST(ChildProcess, DISABLED_FillsTheDisk) {
  if (child_dir().empty()) GTEST_SKIP() << "a part of another test";
  ::signal(SIGXFSZ, SIG_IGN);
  auto opened = open_index(child_dir());
  rlimit const limit{.rlim_cur = 100'000, .rlim_max = 100'000};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  for (std::uint64_t i = 2; i < 20'000; ++i) {
    std::string const value(500, static_cast<char>('a' + i % 26));
    if (!opened.index->apply({Change::put(std::to_string(i * 7919), value)}, Lsn{i}).ok()) break;
  }
}

TEST(RocksIndex, IsWholeAfterTheProcessWasKilled) {
  TemporaryDir dir;
  std::mt19937_64 chance(11);
  for (int i = 0; i < 12; ++i) {
    pid_t const child = start_child("AppliesForEver", dir.path());
    // Until the child has made enough files; no clock decides.
    std::uint64_t const wait_for = 2 + chance() % 6;
    std::uint64_t seen = 0;
    std::string last;
    while (seen < wait_for && ::waitpid(child, nullptr, WNOHANG) == 0) {
      std::string newest;
      std::error_code ignored;
      for (auto const& entry : fs::directory_iterator(dir.path() + "/index/db", ignored)) {
        auto const name = entry.path().filename().string();
        if (name.ends_with(".sst")) newest = std::max(newest, name);
      }
      if (newest != last) ++seen;
      last = newest;
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    auto const opened = open_index(dir.path());
    // Both keys of a batch, and nothing beyond what it says that it has applied.
    std::uint64_t const applied = opened.index->applied().value;
    std::uint64_t highest = 0;
    auto const count = opened.index->scan(
        IndexRange::prefix("one/"), [&](std::string_view key, std::string_view value) {
          auto const twin = opened.index->get("two/" + std::string(key.substr(4)));
          EXPECT_EQ(twin.value(), value);
          highest = std::max<std::uint64_t>(highest, std::stoull(std::string(value)));
          return true;
        });
    ASSERT_TRUE(count.ok());
    ASSERT_EQ(highest, applied);
  }
}

TEST(RocksIndex, SurvivesAKillWhileRocksDbRests) {
  TemporaryDir dir;
  pid_t const child = start_child("FlushesAppliesMoreAndDies", dir.path());
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto const opened = open_index(dir.path());
  EXPECT_FALSE(opened.discarded) << *opened.discarded;
  EXPECT_EQ(opened.index->applied(), Lsn{40});
  EXPECT_EQ(opened.index->get("a").value(), "1");
}

// The disk is full for a child: whether RocksDB reports that or aborts, the next start is right.
TEST(RocksIndex, RecoversFromADiskThatWasFull) {
  TemporaryDir dir;
  { fill(*open_index(dir.path()).index, 1); }
  pid_t const child = start_child("FillsTheDisk", dir.path());
  int status = 0;
  ::waitpid(child, &status, 0);
  auto const opened = open_index(dir.path());
  if (opened.index->applied() != Lsn{0}) {
    EXPECT_EQ(opened.index->get("a").value(), "1");
  }
  fill(*opened.index, 30'000);
  EXPECT_TRUE(opened.index->flush().ok());
}

TEST(CrashMarker, RemembersWhoNeverLeft) {
  TemporaryDir dir;
  std::string const path = dir.path() + "/INSIDE";
  {
    auto marker = CrashMarker::open(path).value();
    EXPECT_FALSE(marker.crashed());
    InsideMarker const inside(marker);
  }
  EXPECT_FALSE(CrashMarker::open(path).value().crashed());
  pid_t const child = ::fork();
  if (child == 0) {
    auto marker = CrashMarker::open(path).value();
    marker.enter();
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  auto marker = CrashMarker::open(path).value();
  EXPECT_TRUE(marker.crashed());
  marker.reset();
  EXPECT_FALSE(CrashMarker::open(path).value().crashed());
}

}  // namespace
}  // namespace skald::runtime::test
