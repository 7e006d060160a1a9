#include "runtime/journal/data_dir.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "runtime/journal/format.hpp"
#include "tests/journal/journal_fixture.hpp"

namespace skald::runtime::test {
namespace {

class DataDirectory : public testing::Test {
 protected:
  DataDir::Options options(std::uint32_t partitions) {
    return {.partitions = partitions, .segments = {.first = 16U << 10U, .full = 64U << 10U}};
  }
  Error refused(std::uint32_t partitions) {
    auto const dir = DataDir::open(path_, options(partitions));
    EXPECT_FALSE(dir.ok());
    return dir.ok() ? Error{} : dir.error();
  }

  TemporaryDir temporary_;
  std::string path_ = temporary_.path() + "/data";
};

TEST_F(DataDirectory, IsMadeOnceAndOpenedAgain) {
  {
    auto const dir = DataDir::open(path_, options(3));
    ASSERT_TRUE(dir.ok()) << dir.error().message;
    EXPECT_TRUE(dir->created());
    EXPECT_EQ(dir->partitions(), 3U);
    EXPECT_EQ(dir->journal_dir(2), path_ + "/p002/journal");
  }
  auto const dir = DataDir::open(path_, options(0));
  ASSERT_TRUE(dir.ok()) << dir.error().message;
  EXPECT_FALSE(dir->created());
  EXPECT_EQ(dir->partitions(), 3U);
}

TEST_F(DataDirectory, HoldsALogForEachPartition) {
  auto const dir = DataDir::open(path_, options(2));
  ASSERT_TRUE(dir.ok());
  for (std::uint32_t partition = 0; partition < 2; ++partition) {
    auto life = open_life(small_options(dir->journal_dir(partition)), real_disk());
    ASSERT_FALSE(life->error) << life->error->message;
    EXPECT_TRUE(life->append_and_wait("hello"));
  }
}

TEST_F(DataDirectory, SaysWhoHasLockedIt) {
  auto const dir = DataDir::open(path_, options(1));
  ASSERT_TRUE(dir.ok());
  Error const error = refused(1);
  EXPECT_EQ(error.code, ErrorCode::failed_precondition);
  EXPECT_EQ(error.message, "the data directory '" + path_ + "' is open in this process already");
  std::ofstream(path_ + "/LOCK") << "1";
  EXPECT_EQ(refused(1).message, "the data directory '" + path_ + "' is locked by pid 1");
}

TEST_F(DataDirectory, RefusesAnotherNumberOfPartitions) {
  { ASSERT_TRUE(DataDir::open(path_, options(2)).ok()); }
  Error const error = refused(4);
  EXPECT_EQ(error.code, ErrorCode::failed_precondition);
  EXPECT_EQ(error.message,
            "the data directory '" + path_ + "' was made for 2 partitions, not for 4");
  EXPECT_NE(error.hint.find("--partitions 2"), std::string::npos);
}

TEST_F(DataDirectory, RefusesANewerFormat) {
  { ASSERT_TRUE(DataDir::open(path_, options(1)).ok()); }
  ASSERT_TRUE(
      write_checked_file(real_disk(), path_, "FORMAT", R"({"format":9,"partitions":1})").ok());
  Error const error = refused(1);
  EXPECT_EQ(error.code, ErrorCode::failed_precondition);
  EXPECT_EQ(error.message, "the data directory '" + path_ +
                               "' has format version 9, and this program knows up to 1");
}

TEST_F(DataDirectory, RefusesADamagedFormatFile) {
  { ASSERT_TRUE(DataDir::open(path_, options(1)).ok()); }
  { std::ofstream(path_ + "/FORMAT", std::ios::in | std::ios::out).write("[", 1); }
  EXPECT_EQ(refused(1).code, ErrorCode::corrupt);
}

TEST_F(DataDirectory, RefusesLogsWithoutAFormatFile) {
  {
    auto const dir = DataDir::open(path_, options(1));
    ASSERT_TRUE(dir.ok());
    auto life = open_life(small_options(dir->journal_dir(0)), real_disk());
    ASSERT_FALSE(life->error);
  }
  std::filesystem::remove(path_ + "/FORMAT");
  EXPECT_EQ(refused(1).code, ErrorCode::corrupt);
}

TEST_F(DataDirectory, FinishesAMakingThatWasInterrupted) {
  { ASSERT_TRUE(DataDir::open(path_, options(2)).ok()); }
  std::filesystem::remove(path_ + "/FORMAT");
  std::filesystem::remove(path_ + "/p001/journal/head");
  auto const dir = DataDir::open(path_, options(2));
  ASSERT_TRUE(dir.ok()) << dir.error().message;
  auto life = open_life(small_options(dir->journal_dir(1)), real_disk());
  EXPECT_FALSE(life->error);
}

TEST_F(DataDirectory, RefusesTooManyPartitions) {
  EXPECT_EQ(refused(DataDir::kMaxPartitions + 1).code, ErrorCode::invalid_argument);
}

TEST_F(DataDirectory, LosesItsLogOnlyWithARefusal) {
  { ASSERT_TRUE(DataDir::open(path_, options(1)).ok()); }
  std::filesystem::remove_all(path_ + "/p000/journal");
  auto const dir = DataDir::open(path_, options(1));
  ASSERT_TRUE(dir.ok());
  FileJournal journal(small_options(dir->journal_dir(0)));
  auto const recovery =
      journal.recover(Lsn{0}, [](JournalEntry const&) -> Result<void> { return {}; }, {});
  EXPECT_FALSE(recovery.ok());
}

}  // namespace
}  // namespace skald::runtime::test
