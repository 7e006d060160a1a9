// What an operator meets when a data directory or an output is not as it should be.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/cli/served.hpp"

namespace skald::cli {
namespace {

using namespace testing;
namespace fs = std::filesystem;

constexpr char kWaiting[] =
    "document: { dsl: '1.0.3', namespace: demo, name: waiting, version: '1.0.0' }\n"
    "do:\n"
    "  - paid: { listen: { to: { one: { with: { type: paid } } } } }\n";

constexpr char kHello[] =
    "document: { dsl: '1.0.3', namespace: demo, name: hello, version: '1.0.0' }\n"
    "do: [ { greet: { set: { greeting: hi } } } ]\n";

bool has(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string segment(std::string const& data, int partition) {
  return data + "/p00" + std::to_string(partition) + "/journal/0000000001.journal";
}

// One bit of the last write that there is.
void flip_a_bit(std::string const& file) {
  auto bytes = read_text(file);
  auto const last = bytes.find_last_not_of('\0');
  ASSERT_NE(last, std::string::npos);
  bytes[last] = static_cast<char>(bytes[last] ^ 4);
  std::ofstream(file, std::ios::binary) << bytes;
}

// Everything in a directory, by name.
std::map<std::string, std::string> contents(std::string const& dir) {
  std::map<std::string, std::string> files;
  for (auto const& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file()) files[entry.path().string()] = read_text(entry.path().string());
  }
  return files;
}

// A directory with the waiting run "w-1".
std::string waiting_data() {
  auto const file = scratch_file("waiting.yaml", kWaiting);
  Served server({"--deploy", file});
  EXPECT_EQ(server.call({"start", "demo/waiting", "--id", "w-1"}).code, 0);
  EXPECT_EQ(server.stop(), 0);
  return scratch_dir() + "/data";
}

TEST(DoctorCommand, FindsAWholeDirectoryWhole) {
  auto const data = waiting_data();
  auto const before = contents(data);
  auto const printed = skald({"doctor", data});
  EXPECT_EQ(printed.code, 0) << printed.err;
  EXPECT_TRUE(has(printed.out, "closed in order")) << printed.out;
  EXPECT_TRUE(has(printed.out, "runs: 1, not ended: 1")) << printed.out;
  EXPECT_TRUE(contents(data) == before);
}

TEST(DoctorCommand, NamesTheRunsThatADamageConcerns) {
  auto const data = waiting_data();
  for (int partition : {0, 1}) flip_a_bit(segment(data, partition));
  auto const before = contents(data);
  auto const printed = skald({"doctor", data});
  EXPECT_EQ(printed.code, 1);
  EXPECT_TRUE(has(printed.out, "the journal is damaged: '" + segment(data, 0))) << printed.out;
  EXPECT_TRUE(has(printed.out, "one run had not ended there")) << printed.out;
  EXPECT_TRUE(has(printed.out, "      w-1\n")) << printed.out;
  EXPECT_TRUE(contents(data) == before);
  auto const found = parse_json(skald({"doctor", data, "-o", "json"}).out).value();
  EXPECT_EQ(found["whole"], Json(false));
  EXPECT_EQ(found["partitions"][0]["state"], Json("damaged"));
}

TEST(DoctorCommand, SaysWhatIsNoDataDirectory) {
  auto const printed = skald({"doctor", scratch_dir()});
  EXPECT_EQ(printed.code, 3);
  EXPECT_TRUE(has(printed.err, "is no data directory: it has no FORMAT")) << printed.err;
}

TEST(DataDirectory, ADamagedJournalLeavesTheIndexAsItIs) {
  auto const data = waiting_data();
  for (int partition : {0, 1}) {
    // What comes first is damaged, so the index has more than can be read.
    auto const file = segment(data, partition);
    auto bytes = read_text(file);
    bytes[4096 + 600] = static_cast<char>(bytes[4096 + 600] ^ 1);
    std::ofstream(file, std::ios::binary) << bytes;
  }
  auto const index = [&] {
    std::map<std::string, std::string> tables;
    for (auto const& [name, bytes] : contents(data)) {
      if (name.ends_with(".sst")) tables[name] = bytes;
    }
    return tables;
  };
  auto const before = index();
  ASSERT_FALSE(before.empty());
  auto const printed = skald({"serve", "--data-dir", data, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(printed.code, 1);
  EXPECT_TRUE(has(printed.err, "error[corrupt]: the journal is damaged")) << printed.err;
  EXPECT_TRUE(has(printed.err, "skald doctor")) << printed.err;
  EXPECT_FALSE(has(printed.err, "built again")) << printed.err;
  EXPECT_TRUE(index() == before);
}

TEST(DataDirectory, AMissingLogIsNoFreshOne) {
  auto const data = waiting_data();
  fs::remove(data + "/p001/journal/head");
  auto const printed = skald({"serve", "--data-dir", data, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(printed.code, 1);
  EXPECT_TRUE(has(printed.err, "is missing, or its file 'head' is")) << printed.err;
  EXPECT_TRUE(has(printed.err, "restore it from a backup")) << printed.err;
}

TEST(DataDirectory, AFileIsNoDirectory) {
  auto const file = scratch_file("file", "");
  auto const printed = skald({"serve", "--data-dir", file, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(printed.code, 1);
  EXPECT_TRUE(has(printed.err, "a part of the path is a file")) << printed.err;
}

// stdout is for the data alone: what the engine has to say goes to stderr.
TEST(RunCommand, ANoticeOfTheEngineIsNotInTheOutput) {
  auto const file = scratch_file("hello.yaml", kHello);
  auto const data = scratch_dir() + "/data";
  ASSERT_EQ(skald({"run", file, "--data-dir", data, "--id", "a"}).code, 0);
  std::ofstream(data + "/p000/index/STAMP") << "another";
  auto const again = skald({"run", file, "--data-dir", data, "--id", "b", "-o", "json"});
  EXPECT_TRUE(has(again.err, "is built again from the log")) << again.err;
  EXPECT_TRUE(parse_json(again.out).ok()) << again.out;
}

Printed in_shell(std::string const& redirection) {
  auto const program = std::string(SKALD_BINARY_DIR) + "/bin/skald";
  auto const err = scratch_dir() + "/shell";
  fs::remove(err);
  test::Process process(
      {"/bin/sh", "-c", "\"$0\" eval '[range(100000)]' --input 1 " + redirection, program}, err);
  Printed printed;
  while (auto line = process.read_line(std::chrono::seconds(60))) printed.out += *line + "\n";
  printed.code = process.wait();
  printed.err = read_text(err);
  return printed;
}

TEST(Output, ThatIsLostIsAnError) {
  for (char const* lost : {">/dev/full", ">&-"}) {
    auto const printed = in_shell(lost);
    EXPECT_EQ(printed.code, 1) << lost;
    EXPECT_TRUE(has(printed.err, "not everything could be printed")) << printed.err;
  }
}

TEST(Output, AReaderWhoHasSeenEnoughIsNoError) {
  auto const printed = in_shell("| head -c 20");
  EXPECT_EQ(printed.err, "");
}

// A closed stdout must not become the journal's descriptor.
TEST(Output, ClosedDescriptorsLeaveTheDataDirectoryWhole) {
  auto const file = scratch_file("hello.yaml", kHello);
  auto const data = scratch_dir() + "/data";
  auto const program = std::string(SKALD_BINARY_DIR) + "/bin/skald";
  test::Process process(
      {"/bin/sh", "-c", "\"$0\" run \"$1\" --data-dir \"$2\" -o json <&- >&- 2>&-", program, file,
       data},
      scratch_dir() + "/shell");
  EXPECT_EQ(process.wait(), 1);
  EXPECT_EQ(skald({"doctor", data}).code, 0);
}

}  // namespace
}  // namespace skald::cli
