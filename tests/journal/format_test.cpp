// The bytes are a promise: what docs/journal_format.md says, read here by its offsets.

#include "runtime/journal/format.hpp"

#include <gtest/gtest.h>

#include "runtime/journal/frame_builder.hpp"

namespace skald::runtime::test {
namespace {

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

std::string a_frame() {
  FrameBuilder builder(100);
  builder.begin(0x1'0000'0007, true);
  builder.add("first");
  builder.add(std::string(600, 'c'));
  FrameHeader header;
  header.partition = 3;
  header.first_lsn = 21;
  header.epoch = 4;
  header.durable_frame = 0x1'0000'0006;
  header.durable_lsn = 20;
  header.written_us = 1'000'000;
  header.previous.fill(0x11);
  return std::string(builder.finish(header));
}

// The joined bytes of the sectors.
std::string joined(std::string_view blocks) {
  std::string bytes;
  for (std::size_t at = 0; at < blocks.size(); at += 512) bytes += blocks.substr(at + 8, 504);
  return bytes;
}

TEST(JournalFormat, UsesTheCastagnoliChecksum) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c("6789", crc32c("12345")), crc32c("123456789"));
}

TEST(JournalFormat, StampsEverySector) {
  std::string const frame = a_frame();
  ASSERT_EQ(frame.size(), 4096U);
  for (std::size_t sector = 0; sector < 8; ++sector) {
    EXPECT_EQ(number(frame, sector * 512, 4), 7U);
    EXPECT_EQ(number(frame, sector * 512 + 4, 3), sector);
    EXPECT_EQ(number(frame, sector * 512 + 7, 1), 0xA5U);
  }
}

TEST(JournalFormat, PutsTheHeaderWhereTheDocumentSays) {
  std::string const bytes = joined(a_frame());
  EXPECT_EQ(bytes.substr(0, 4), "SKJF");
  EXPECT_EQ(number(bytes, 4, 2), 1U);
  EXPECT_EQ(number(bytes, 6, 1), 1U);
  EXPECT_EQ(number(bytes, 7, 1), 1U);
  EXPECT_EQ(number(bytes, 12, 4), 2U);
  EXPECT_EQ(number(bytes, 16, 4), 3U);
  EXPECT_EQ(number(bytes, 24, 8), 0x1'0000'0007U);
  EXPECT_EQ(number(bytes, 32, 8), 21U);
  EXPECT_EQ(number(bytes, 40, 8), 4U);
  EXPECT_EQ(number(bytes, 48, 8), 0x1'0000'0006U);
  EXPECT_EQ(number(bytes, 56, 8), 20U);
  EXPECT_EQ(number(bytes, 64, 8), 1'000'000U);
  EXPECT_EQ(bytes.substr(72, 16), std::string(16, '\x11'));
  EXPECT_EQ(number(bytes, 92, 4), crc32c(std::string_view(bytes).substr(0, 92)));
  std::string frame = a_frame();
  frame.replace(96, 8, 8, '\0');
  EXPECT_EQ(number(bytes, 88, 4), crc32c(frame));
}

TEST(JournalFormat, PutsTheEntriesOneBehindTheOther) {
  std::string const bytes = joined(a_frame());
  std::size_t const body = number(bytes, 8, 4);
  EXPECT_EQ(number(bytes, 96, 4), 5U);
  EXPECT_EQ(bytes.substr(100, 5), "first");
  std::uint64_t const word = number(bytes, 105, 4);
  EXPECT_EQ(word >> 31U, 1U);
  EXPECT_EQ(number(bytes, 109, 4), 600U);
  EXPECT_EQ(body, 9 + 8 + (word & 0x7FFF'FFFFU));
  EXPECT_TRUE(all_zero(std::string_view(bytes).substr(96 + body)));
}

TEST(JournalFormat, TakesTheBlocksThatTheDocumentSays) {
  EXPECT_EQ(disk_bytes_for_body(0), 4096U);
  EXPECT_EQ(disk_bytes_for_body(8 * 504 - 96), 4096U);
  EXPECT_EQ(disk_bytes_for_body(8 * 504 - 95), 8192U);
}

TEST(JournalFormat, DescribesASegmentInItsFirstBlock) {
  std::string block(4096, 'x');
  SegmentHeader header{.partition = 3, .sequence = 9, .bytes = 65536, .created_us = 5};
  header.log.fill(0x22);
  put_segment_header(block.data(), header);
  EXPECT_EQ(block.substr(0, 8), "SKALDLOG");
  EXPECT_EQ(number(block, 8, 4), 1U);
  EXPECT_EQ(number(block, 12, 4), 3U);
  EXPECT_EQ(number(block, 16, 8), 9U);
  EXPECT_EQ(number(block, 24, 8), 65536U);
  EXPECT_EQ(block.substr(32, 16), std::string(16, '\x22'));
  EXPECT_EQ(number(block, 48, 8), 5U);
  auto const again = get_segment_header(block);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->sequence, 9U);
  EXPECT_EQ(segment_name(9), "0000000009.journal");
  EXPECT_EQ(segment_sequence("0000000009.journal"), 9U);
  EXPECT_FALSE(segment_sequence("9.journal"));
}

TEST(JournalFormat, RefusesANewerVersionByItsNumber) {
  std::string block(4096, '\0');
  put_segment_header(block.data(), {.sequence = 1, .bytes = 65536});
  block[8] = 2;
  block.replace(60, 4, 4, '\0');
  std::uint32_t const crc = crc32c(block);
  for (std::size_t i = 0; i < 4; ++i) block[60 + i] = static_cast<char>(crc >> (8 * i));
  auto const header = get_segment_header(block);
  ASSERT_FALSE(header.ok());
  EXPECT_EQ(header.error().code, ErrorCode::failed_precondition);
  EXPECT_EQ(header.error().message,
            "the journal has format version 2, and this program reads up to 1");
}

}  // namespace
}  // namespace skald::runtime::test
