#include "compiler/diff/diff.hpp"

#include <gtest/gtest.h>

#include "tests/compiler/compile.hpp"
#include "tests/support/golden.hpp"

namespace skald::testing {
namespace {

std::shared_ptr<graph::StepGraph const> lowered(std::string const& text) {
  auto const compiled = compile_yaml(text);
  EXPECT_NE(compiled.compilation.graph, nullptr) << dsl::render(compiled.diagnostics());
  return compiled.compilation.graph;
}

// Two versions, and what changed.
GoldenOutput diff(GoldenCase const& file) {
  if (file.sections.size() < 2) return {"two versions are needed\n", true};
  auto const before = lowered(file.sections[0]);
  auto const after = lowered(file.sections[1]);
  if (!before || !after) return {"", true};
  std::string out;
  for (auto const& change : compiler::differences(*before, *after)) {
    out += std::string(compiler::to_string(change.kind)) + " '" + change.task + "'\n";
    for (auto const& text : change.texts) out += "  " + text + "\n";
  }
  return {out.empty() ? "the same\n" : out, false};
}

[[maybe_unused]] bool const diff_golden = golden("DiffGolden", "diff", diff);

constexpr char const* kHead =
    "document: { dsl: '1.0.3', namespace: test, name: sample, version: '1.0.0' }\ndo:\n";

std::vector<std::string> hindrances(std::string const& before, std::string const& after,
                                    std::set<std::string> const& entered) {
  return compiler::hindrances(*lowered(kHead + before), *lowered(kHead + after), entered);
}

constexpr char const* kTwo =
    "  - one: { call: a, compensate: [ { undo: { call: b } } ] }\n"
    "  - two: { call: c }\n";

TEST(Hindrances, AreNoneWhenOnlyWhatHasNotRunChanged) {
  EXPECT_TRUE(hindrances(kTwo,
                         "  - one: { call: a, compensate: [ { undo: { call: b } } ] }\n"
                         "  - new: { set: { x: 1 } }\n"
                         "  - two: { call: d }\n",
                         {"/do/0/one"})
                  .empty());
}

TEST(Hindrances, NameWhatHasRunAndIsAnotherNow) {
  auto const changed = hindrances(kTwo,
                                  "  - one: { call: z, compensate: [ { undo: { call: b } } ] }\n"
                                  "  - two: { call: c }\n",
                                  {"/do/0/one"});
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0], "'one' has run and is another now (function: a -> z)");
  auto const undo = hindrances(kTwo,
                               "  - one: { call: a, compensate: [ { undo: { call: z } } ] }\n"
                               "  - two: { call: c }\n",
                               {"/do/0/one"});
  ASSERT_EQ(undo.size(), 1U);
  EXPECT_EQ(undo[0], "the undo of 'one' is another now");
}

TEST(Hindrances, NameWhatIsGoneOrNewBeforeWhatHasRun) {
  auto const gone = hindrances(kTwo, "  - two: { call: c }\n", {"/do/0/one"});
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0], "'one' has run and is gone");
  auto const before = hindrances(kTwo,
                                 "  - zero: { set: { x: 1 } }\n"
                                 "  - one: { call: a, compensate: [ { undo: { call: b } } ] }\n"
                                 "  - two: { call: c }\n",
                                 {"/do/0/one"});
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0], "'zero' is new and stands before 'one', which has run");
}

}  // namespace
}  // namespace skald::testing
