// What becomes of a log whose bytes change. The promise: an acknowledged entry is given back or
// the log is refused; it never disappears silently.

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/journal/inspect.hpp"
#include "tests/journal/journal_fixture.hpp"
#include "tests/journal/memory_disk.hpp"

namespace skald::runtime::test {
namespace {

// Under a sanitizer a scan takes thirty times as long: every byte elsewhere, there each 17th.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kStride = 17;
#else
constexpr std::size_t kStride = 1;
#endif

struct Outcome {
  std::vector<std::string> found;
  bool refused = false;
  std::string why;
  std::optional<TornTail> torn;
};

Outcome scan(MemoryDisk& disk) {
  Outcome outcome;
  auto const end = scan_log(disk, "log", [&](LogFrame const& frame) -> Result<void> {
    bool const good =
        visit_body(frame.body, frame.header.entries, [&](std::uint32_t, std::string_view payload) {
          outcome.found.emplace_back(payload);
          return true;
        });
    EXPECT_TRUE(good);
    return {};
  });
  outcome.refused = !end.ok() || end->damage;
  if (!end.ok()) {
    outcome.why = end.error().message;
  } else {
    outcome.torn = end->torn;
    if (end->damage) outcome.why = to_error(*end->damage).message;
  }
  return outcome;
}

// Six entries, acknowledged one by one, over two segments, and a process that was killed.
class SmallLog : public testing::Test {
 protected:
  SmallLog() {
    auto options = small_options("log");
    options.segments = {.first = 24U << 10U, .full = 24U << 10U};
    auto life = open_life(options, disk_);
    for (std::uint64_t lsn = 1; lsn <= kEntries; ++lsn) {
      EXPECT_TRUE(life->append_and_wait(payload(lsn)));
      if (lsn == kEntries - 1) before_last_ = snapshot();
    }
    intact_ = snapshot();
    life.reset();
    restore(intact_);
  }

  // The last one fills more than one block.
  static std::string payload(std::uint64_t lsn) {
    return lsn == kEntries ? std::string(6000, 'z') : payload_of(lsn, 2000);
  }

  std::vector<std::string> names() { return disk_.list("log").value(); }

  std::map<std::string, std::string> snapshot() {
    std::map<std::string, std::string> files;
    for (std::string const& name : names()) {
      if (!name.ends_with(".new")) files[name] = disk_.bytes("log/" + name);
    }
    return files;
  }

  void restore(std::map<std::string, std::string> const& files) {
    for (std::string const& name : names()) {
      if (!files.contains(name)) disk_.remove("log/" + name).value();
    }
    for (auto const& [name, bytes] : files) disk_.set_bytes("log/" + name, bytes);
  }

  // Everything, or a refusal; `least` entries have to be there when it is not refused.
  void expect_nothing_lost(std::string const& what, std::uint64_t least) {
    Outcome const outcome = scan(disk_);
    for (std::size_t i = 0; i < outcome.found.size(); ++i) {
      ASSERT_EQ(outcome.found[i], payload(i + 1)) << what;
    }
    if (!outcome.refused) {
      ASSERT_GE(outcome.found.size(), least) << what;
    }
  }

  // Where the last write is: the file, its first byte and its end.
  struct Place {
    std::string name;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  Place last_write() {
    for (auto const& [name, bytes] : intact_) {
      auto const old = before_last_.find(name);
      if (old == before_last_.end()) continue;
      for (std::size_t i = 0; i < bytes.size(); i += kBlock) {
        if (bytes.compare(i, kBlock, old->second, i, kBlock) == 0) continue;
        std::size_t end = i;
        while (end < bytes.size() && !all_zero(std::string_view(bytes).substr(end, kBlock))) {
          end += kBlock;
        }
        return {name, i, end};
      }
    }
    return {};
  }

  static constexpr std::uint64_t kEntries = 6;
  MemoryDisk disk_;
  std::map<std::string, std::string> intact_;
  std::map<std::string, std::string> before_last_;
};

TEST_F(SmallLog, IsReadWholeWhenNothingHappened) {
  Outcome const outcome = scan(disk_);
  EXPECT_FALSE(outcome.refused) << outcome.why;
  EXPECT_EQ(outcome.found.size(), kEntries);
  EXPECT_GE(intact_.size(), 3U);  // head, two segments or more
}

TEST_F(SmallLog, RefusesEveryFlippedBit) {
  for (auto const& [name, bytes] : intact_) {
    std::string spoilt = bytes;
    for (std::size_t i = 0; i < bytes.size(); i += kStride) {
      // Each bit of stamps and headers; of the other bytes one bit each, by turns.
      bool const each = i % kSector < kStamp + kFrameHeader;
      for (int bit = each ? 0 : static_cast<int>(i % 8); bit < 8; bit += each ? 1 : 8) {
        spoilt[i] = static_cast<char>(bytes[i] ^ (1 << bit));
        disk_.set_bytes("log/" + name, spoilt);
        Outcome const outcome = scan(disk_);
        ASSERT_TRUE(outcome.refused) << name << " byte " << i << " bit " << bit;
      }
      spoilt[i] = bytes[i];
    }
    disk_.set_bytes("log/" + name, bytes);
  }
}

TEST_F(SmallLog, NeverLosesAnEntryToAChangedByte) {
  for (auto const& [name, bytes] : intact_) {
    std::string spoilt = bytes;
    for (std::size_t i = 0; i < bytes.size(); i += kStride) {
      for (char const value : {'\0', '\xFF'}) {
        if (bytes[i] == value) continue;
        spoilt[i] = value;
        disk_.set_bytes("log/" + name, spoilt);
        ASSERT_TRUE(scan(disk_).refused) << name << " byte " << i;
      }
      spoilt[i] = bytes[i];
    }
    disk_.set_bytes("log/" + name, bytes);
  }
}

TEST_F(SmallLog, RefusesAFileThatIsShorterThanItWasMade) {
  for (auto const& [name, bytes] : intact_) {
    for (std::size_t size = 0; size < bytes.size(); size += size % kSector < 8 ? 1 : 101) {
      disk_.set_bytes("log/" + name, bytes.substr(0, size));
      ASSERT_TRUE(scan(disk_).refused) << name << " of " << size << " bytes";
    }
    disk_.set_bytes("log/" + name, bytes);
  }
}

TEST_F(SmallLog, RefusesAMissingFile) {
  std::uint64_t const last = list_segments(disk_, "log").value().back();
  for (auto const& [name, bytes] : intact_) {
    if (name == segment_name(last)) continue;  // the spare: nothing is in it
    SCOPED_TRACE(name);
    disk_.remove("log/" + name).value();
    EXPECT_TRUE(scan(disk_).refused) << name;
    restore(intact_);
  }
}

TEST_F(SmallLog, RefusesSectorsThatBecameZeroBeforeTheLastWrite) {
  Place const last = last_write();
  for (auto const& [name, bytes] : intact_) {
    for (std::size_t i = 0; i < bytes.size(); i += kSector) {
      if (all_zero(std::string_view(bytes).substr(i, kSector))) continue;
      if (name == last.name && i >= last.begin) continue;
      std::string spoilt = bytes;
      spoilt.replace(i, kSector, kSector, '\0');
      disk_.set_bytes("log/" + name, spoilt);
      EXPECT_TRUE(scan(disk_).refused) << name << " sector at " << i;
    }
    disk_.set_bytes("log/" + name, bytes);
  }
}

// The power goes while the last entry is written: nobody was told about it.
TEST_F(SmallLog, CutsALastWriteThatWasNeverFinished) {
  Place const last = last_write();
  ASSERT_EQ(last.end - last.begin, 2 * kBlock);
  std::size_t const sectors = (last.end - last.begin) / kSector;
  for (std::uint32_t present = 0; present < (1U << sectors); present += 7) {
    std::string torn = intact_[last.name];
    for (std::size_t i = 0; i < sectors; ++i) {
      if ((present >> i & 1U) == 0) {
        torn.replace(last.begin + i * kSector, kSector, kSector, '\0');
      }
    }
    disk_.set_bytes("log/" + last.name, torn);
    Outcome const outcome = scan(disk_);
    ASSERT_FALSE(outcome.refused) << outcome.why;
    ASSERT_EQ(outcome.found.size(), kEntries - 1);
    ASSERT_EQ(outcome.torn.has_value(), present != 0);
    if (!outcome.torn) continue;
    EXPECT_EQ(outcome.torn->offset, last.begin);
    EXPECT_LE(outcome.torn->bytes, last.end - last.begin);
    EXPECT_EQ(outcome.torn->first, Lsn{kEntries});
  }
}

TEST_F(SmallLog, KeepsWhatWasAcknowledgedWhereverTheLastWriteEnds) {
  Place const last = last_write();
  for (std::size_t end = last.begin; end <= last.end;
       end += end == last.end ? 1 : std::min(kStride, last.end - end)) {
    std::string torn = intact_[last.name];
    torn.replace(end, last.end - end, last.end - end, '\0');
    disk_.set_bytes("log/" + last.name, torn);
    bool const whole = end == last.end;
    expect_nothing_lost("cut at " + std::to_string(end), whole ? kEntries : kEntries - 1);
    if (end % kSector == 0) {
      EXPECT_FALSE(scan(disk_).refused) << end;
    }
  }
}

TEST_F(SmallLog, GoesOnAfterTheCutAsIfTheWriteHadNeverBegun) {
  Place const last = last_write();
  std::string torn = intact_[last.name];
  torn.replace(last.begin + kBlock, kBlock, kBlock, '\0');
  disk_.set_bytes("log/" + last.name, torn);
  {
    auto life = open_life(small_options("log"), disk_);
    ASSERT_FALSE(life->error) << life->error->message;
    ASSERT_TRUE(life->recovery.torn);
    EXPECT_EQ(life->recovery.torn->offset, last.begin);
    EXPECT_EQ(life->recovery.torn->bytes, kBlock);
    EXPECT_FALSE(life->recovery.closed_cleanly);
    EXPECT_EQ(life->recovery.last, Lsn{kEntries - 1});
    ASSERT_TRUE(life->append_and_wait(payload(kEntries)));
  }
  Outcome const outcome = scan(disk_);
  EXPECT_FALSE(outcome.refused) << outcome.why;
  EXPECT_FALSE(outcome.torn);
  EXPECT_EQ(outcome.found.size(), kEntries);
}

TEST_F(SmallLog, NamesFileOffsetAndLsnsOfTheDamage) {
  auto& bytes = intact_[segment_name(1)];
  bytes[2 * kBlock + 200] ^= 1;
  restore(intact_);
  auto life = open_life(small_options("log"), disk_);
  ASSERT_TRUE(life->error);
  EXPECT_EQ(life->error->code, ErrorCode::corrupt);
  EXPECT_EQ(life->error->message,
            "the journal is damaged: 'log/0000000001.journal', offset 8192, frame 2: the later "
            "frame 3 says that it had been on the disk; entries from LSN 1 on (readable again "
            "from 2) are concerned");
  EXPECT_NE(life->error->hint.find("skald doctor"), std::string::npos);
}

TEST_F(SmallLog, ChangesNothingWhenItRefuses) {
  intact_[segment_name(1)][2 * kBlock + 200] ^= 1;
  restore(intact_);
  { auto life = open_life(small_options("log"), disk_); }
  EXPECT_TRUE(snapshot() == intact_);
}

TEST_F(SmallLog, RefusesAFrameThatWasPutBackFromAnOlderTime) {
  // A lost write in the middle: the block holds what it held before, zeros, and later ones follow.
  auto& bytes = intact_[segment_name(1)];
  std::string const frame = bytes.substr(2 * kBlock, kBlock);
  bytes.replace(3 * kBlock, kBlock, frame);
  restore(intact_);
  EXPECT_TRUE(scan(disk_).refused);
}

// The last write is torn, and its header is among what is missing; but it had been begun, so the
// one before it was over.
TEST_F(SmallLog, RefusesALossBeforeATornWriteThatHasNoHeader) {
  Place const last = last_write();
  auto& bytes = intact_[last.name];
  bytes.replace(last.begin, kBlock, kBlock, '\0');
  restore(intact_);
  EXPECT_TRUE(scan(disk_).torn);
  bytes.replace(last.begin - kBlock + kSector, kSector, kSector, '\0');
  restore(intact_);
  Outcome const outcome = scan(disk_);
  EXPECT_TRUE(outcome.refused);
  EXPECT_NE(outcome.why.find("was begun after it had been on the disk"), std::string::npos)
      << outcome.why;
}

TEST_F(SmallLog, RefusesASectorOutOfItsPlace) {
  Place const last = last_write();
  auto& bytes = intact_[last.name];
  std::string const sector = bytes.substr(last.begin + 3 * kSector, kSector);
  bytes.replace(last.begin, 2 * kBlock, 2 * kBlock, '\0');
  bytes.replace(last.begin + 5 * kSector, kSector, sector);
  restore(intact_);
  EXPECT_TRUE(scan(disk_).refused);
}

// Two histories of one log, as after restoring a part of it from a backup.
TEST_F(SmallLog, RefusesSegmentsOfTwoHistories) {
  auto options = small_options("log");
  options.segments = {.first = 24U << 10U, .full = 24U << 10U};
  auto const continue_with = [&](char const* text) {
    restore(intact_);
    auto life = open_life(options, disk_);
    for (int i = 0; i < 12; ++i) EXPECT_TRUE(life->append_and_wait(text));
    life.reset();
    return snapshot();
  };
  auto const first = continue_with("left");
  auto mixed = continue_with("right");
  std::uint64_t const last = list_segments(disk_, "log").value().back() - 1;
  mixed[segment_name(last)] = first.at(segment_name(last));
  restore(mixed);
  Outcome const outcome = scan(disk_);
  EXPECT_TRUE(outcome.refused);
  EXPECT_NE(outcome.why.find("does not follow the one before it"), std::string::npos)
      << outcome.why;
}

TEST_F(SmallLog, RefusesASegmentOfAnotherLog) {
  MemoryDisk other;
  {
    auto options = small_options("log");
    options.segments = {.first = 24U << 10U, .full = 24U << 10U};
    auto life = open_life(options, other);
    for (std::uint64_t lsn = 1; lsn <= kEntries; ++lsn) life->append_and_wait(payload(lsn));
  }
  disk_.set_bytes("log/" + segment_name(1), other.bytes("log/" + segment_name(1)));
  Outcome const outcome = scan(disk_);
  EXPECT_TRUE(outcome.refused);
  EXPECT_NE(outcome.why.find("belongs to another log"), std::string::npos) << outcome.why;
}

}  // namespace
}  // namespace skald::runtime::test
