#include "runtime/codec/record_codec.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/codec/samples.hpp"

namespace skald::runtime {
namespace {

using namespace testing;

std::string read_compat(std::string const& name) {
  std::ifstream in(std::string(SKALD_SOURCE_DIR) + "/tests/compat/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  std::string digits;
  for (char const c : hex) {
    if (c != '\n') digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    char const* kDigits = "0123456789abcdef";
    auto const byte = static_cast<unsigned char>(bytes[i]);
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
    if (i % 40 == 39) hex += '\n';
  }
  return hex + '\n';
}

TEST(RecordCodec, EveryKindComesBackAsItWas) {
  for (std::size_t kind = 0; kind < std::variant_size_v<RecordBody>; ++kind) {
    Dice dice(kind);
    for (int i = 0; i < 200; ++i) {
      Batch batch;
      batch.entries.push_back({"r", 1, random_record(dice, kind)});
      auto const back = decode(encode(batch));
      ASSERT_TRUE(back.ok()) << back.error().message;
      ASSERT_TRUE(equal(batch, *back)) << "kind " << kind << ", case " << i;
    }
  }
}

TEST(RecordCodec, BatchesKeepTheirOrder) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Dice dice(seed);
    auto const batch = random_batch(dice);
    auto const back = decode(encode(batch));
    ASSERT_TRUE(back.ok()) << back.error().message;
    ASSERT_TRUE(equal(batch, *back)) << "seed " << seed;
  }
}

TEST(RecordCodec, ATurnIsWrittenAsABatchOfItsFacts) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Dice dice(seed);
    std::vector<Record> facts;
    Batch batch;
    for (auto const& entry : random_batch(dice).entries) {
      if (std::holds_alternative<RunStarted>(entry.record.body)) continue;
      facts.push_back(entry.record);
      batch.entries.push_back({"r", 6 + facts.size(), entry.record});
    }
    std::string bytes = "behind ";
    encode_turn("r", 7, facts, bytes);
    ASSERT_EQ(bytes, "behind " + encode(batch)) << "seed " << seed;
  }
}

TEST(RecordCodec, SharedValuesAreWrittenOnceAndSharedAgain) {
  Json const large(std::string(1000, 'x'));
  Batch batch;
  saga::Answer answer{saga::Answer::Kind::returned, 0, large, "", {}, false};
  batch.entries.push_back(
      {"r",
       1,
       {{}, AttemptEnded{ActivationId{1}, 1, answer, saga::Outcome::succeeded, {}, false}}});
  batch.entries.push_back({"r", 2, {{}, TaskCompleted{ActivationId{1}, large, {}, {}}}});
  auto const bytes = encode(batch);
  EXPECT_LT(bytes.size(), 1100U);
  auto const back = decode(bytes).value();
  auto const& first = std::get<AttemptEnded>(back.entries[0].record.body).answer.output;
  EXPECT_TRUE(first.same(std::get<TaskCompleted>(back.entries[1].record.body).output));
}

TEST(RecordCodec, TheEmptyBatchIsEmptyBytes) {
  EXPECT_EQ(encode(Batch{}), "");
  EXPECT_TRUE(decode("").value().empty());
}

TEST(RecordCodec, CutBytesAreCorruptOrAShorterBatchButNeverACrash) {
  auto const bytes = encode(every_kind());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto const back = decode(std::string_view(bytes).substr(0, size));
    if (back) continue;
    EXPECT_EQ(back.error().code, ErrorCode::corrupt);
  }
}

TEST(RecordCodec, GarbageIsRefusedOrReadButNeverACrash) {
  auto const bytes = encode(every_kind());
  Dice dice(7);
  for (int i = 0; i < 20'000; ++i) {
    auto broken = bytes;
    for (auto count = dice.upto(3); count < 4; ++count) {
      broken[dice.upto(broken.size() - 1)] = static_cast<char>(dice.upto(255));
    }
    auto const back = decode(broken);
    if (back) continue;
    EXPECT_TRUE(back.error().code == ErrorCode::corrupt ||
                back.error().code == ErrorCode::failed_precondition);
  }
}

TEST(RecordCodec, ValuesThatAreNotThereAreCorrupt) {
  // A group of one record (scope ended) of run 0, while the batch names no run.
  EXPECT_EQ(decode("\x12\x02\x22\x00").error().code, ErrorCode::corrupt);
  // TaskCompleted with output 9 of no values.
  std::string const record("\x42\x02\x10\x09", 4);
  std::string const group = std::string("\x22\x04") + record;
  std::string const batch = std::string("\x0a\x01r\x12\x06") + group;
  EXPECT_EQ(decode(batch).error().code, ErrorCode::corrupt);
}

TEST(RecordCodec, UnknownFieldsAreTolerated) {
  // Field 15 of the batch, and of a ScopeEnded record.
  std::string const future("\x7a\x01x", 3);
  std::string const record = std::string("\x52\x05\x08\x03", 4) + future;
  std::string const group = std::string("\x22", 1) + static_cast<char>(record.size()) + record;
  std::string const batch =
      std::string("\x0a\x01r\x12", 4) + static_cast<char>(group.size()) + group + future;
  auto const back = decode(batch);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(std::get<ScopeEnded>(back->entries.at(0).record.body).scope, ScopeId{2});
}

TEST(RecordCodec, AKindOfFactThatIsNotKnownIsFromANewerSkald) {
  // Field 99 of a record: a message of a kind that does not exist yet.
  std::string const record("\x9a\x06\x00", 3);
  std::string const group = std::string("\x22\x03") + record;
  auto const back = decode(std::string("\x0a\x01r\x12\x05") + group);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().code, ErrorCode::failed_precondition);
}

// The bytes of the first format. This file is never regenerated: journals with these bytes exist.
TEST(RecordCodec, BytesOfTheFirstFormatAreReadForEver) {
  auto const hex = read_compat("records-1.hex");
  auto const back = decode(from_hex(hex));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_TRUE(equal(*back, every_kind()));
  EXPECT_EQ(to_hex(encode(every_kind())), hex)
      << "the format has changed; add a new file beside this one, and keep reading this one";
}

// The kinds and fields that were added since: nor is this file ever regenerated.
TEST(RecordCodec, BytesOfLaterKindsAreReadForEver) {
  auto const hex = read_compat("records-2.hex");
  EXPECT_EQ(to_hex(encode(later_kinds())), hex);
  auto const back = decode(from_hex(hex));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_TRUE(equal(*back, later_kinds()));
}

TEST(RecordCodec, BytesOfKindsOfWaitingAreReadForEver) {
  auto const hex = read_compat("records-3.hex");
  EXPECT_EQ(to_hex(encode(kinds_of_waiting())), hex);
  auto const back = decode(from_hex(hex));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_TRUE(equal(*back, kinds_of_waiting()));
  EXPECT_EQ(to_hex(encode(*back)), hex);
}

}  // namespace
}  // namespace skald::runtime
