// The tools for authors: fmt, diff, schema, dry runs, findings for programs.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/json.hpp"
#include "tests/cli/command.hpp"

namespace skald::cli {
namespace {

using namespace testing;

constexpr char const* kLoose =
    "document: {dsl: \"1.0.3\", namespace: demo, name: tools, version: \"1.0.0\"}\n"
    "do:\n"
    "- greet:   # first\n"
    "    set: {greeting: hi}\n";

constexpr char const* kCalls =
    R"(document: { dsl: '1.0.3', namespace: demo, name: tools, version: '1.0.0' }
do:
  - book:
      call: bookHotel
      compensate: [{ cancel: { call: cancelHotel } }]
  - pay: { call: charge }
)";

std::string read_all(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool holds(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(FmtCommand, TellsThenRewritesThenIsContent) {
  auto const file = scratch_file("loose.yaml", kLoose);
  auto const told = skald({"fmt", "--check", file});
  EXPECT_EQ(told.code, 1);
  EXPECT_EQ(told.out, file + "\n");
  EXPECT_EQ(read_all(file), kLoose);
  EXPECT_EQ(skald({"fmt", file}).code, 0);
  EXPECT_TRUE(holds(read_all(file), "  - greet:  # first\n      set: { greeting: hi }\n"));
  EXPECT_EQ(skald({"fmt", "--check", file}).code, 0);
}

TEST(FmtCommand, LeavesWhatIsNoYamlAlone) {
  auto const file = scratch_file("broken.yaml", "a: [1\n");
  auto const printed = skald({"fmt", file});
  EXPECT_EQ(printed.code, 1);
  EXPECT_TRUE(holds(printed.err, "E101")) << printed.err;
  EXPECT_EQ(read_all(file), "a: [1\n");
}

TEST(DiffCommand, SaysWhatChanged) {
  auto const before = scratch_file("before.yaml", kCalls);
  std::string text = kCalls;
  text.replace(text.find("charge"), 6, "charge2");
  auto const after = scratch_file("after.yaml", text);
  auto const printed = skald({"diff", before, after});
  EXPECT_EQ(printed.code, 0) << printed.err;
  EXPECT_TRUE(holds(printed.out, "pay\n    function: charge -> charge2")) << printed.out;
  EXPECT_EQ(skald({"diff", before, before}).out, "they do the same\n");
}

TEST(SchemaCommand, PrintsAJsonSchema) {
  auto const schema = parse_json(skald({"schema", "-o", "json"}).out);
  ASSERT_TRUE(schema.ok());
  EXPECT_FALSE((*schema)["definitions"]["task"].is_null());
}

TEST(CheckCommand, GivesSarifAndPointsAtTheSuperset) {
  auto const file = scratch_file("calls.yaml", kCalls);
  EXPECT_EQ(skald({"check", file}).code, 0);
  auto const printed = skald({"check", "--portable", file, "-o", "sarif"});
  EXPECT_EQ(printed.code, 1);
  auto const sarif = parse_json(printed.out);
  ASSERT_TRUE(sarif.ok()) << printed.out;
  EXPECT_EQ((*sarif)["runs"][0]["results"][0]["ruleId"], Json("E291"));
}

TEST(DryRun, ShowsThePathAndWhatWouldBeUndone) {
  auto const file = scratch_file("calls.yaml", kCalls);
  auto const stubs = scratch_file("stubs.yaml", "calls: { pay: { refused: no money } }\n");
  auto const printed = skald({"run", file, "--dry", "--stubs", stubs, "-o", "json"});
  EXPECT_EQ(printed.code, 5) << printed.err;
  auto const view = parse_json(printed.out);
  ASSERT_TRUE(view.ok()) << printed.out;
  EXPECT_EQ((*view)["status"], Json("compensated"));
  EXPECT_EQ(to_text((*view)["wouldUndo"][1]), R"({"task":"pay","undone":["book"]})");
  auto const drawn = skald({"run", file, "--dry"});
  EXPECT_EQ(drawn.code, 0) << drawn.err;
  EXPECT_TRUE(holds(drawn.out, "pay   undone: book")) << drawn.out;
}

}  // namespace
}  // namespace skald::cli
