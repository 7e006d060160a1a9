// The comparison of workflows that are made to deceive it, each with each.

#include <gtest/gtest.h>

#include "compiler/diff/comparison.hpp"
#include "compiler/diff/diff.hpp"
#include "tests/compiler/compile.hpp"

namespace skald::testing {
namespace {

using Graph = std::shared_ptr<graph::StepGraph const>;

// What stands below `do`, but for the first line of some.
constexpr char const* kNasty[] = {
    "- a: { set: { x: 1 } }",
    "- a: { set: { x: '1' } }",
    "- a: { set: { x: ' 1' } }",
    "- a: { set: { x: '${ 1 }' } }",
    "- a: { set: '${ {x: 1} }' }",
    "- a: { set: { x: '${ {} }' } }",
    "- a: { set: { x: {} } }",
    "- a: { set: { x: [] } }",
    "- a: { set: { x: '' } }",
    "- a: { set: { x: null } }",
    "- a: { set: {} }",
    // Members of the author that are called as members of the graph are.
    "- a: { set: { jq: 5, o: '${ .x }' } }",
    "- a: { set: { jq: 5, o: '${ .y }' } }",
    "- a: { set: { fixed: '${ .x }' } }",
    "- a: { set: { fixed: '${ .y }' } }",
    "- a: { set: { constant: 5 } }",
    "- a: { set: { object: { a: '${ .x }' } } }",
    "- a: { set: { name: '${ .x }', path: '${ .x }', body: '${ .x }' } }",
    "- a: { set: { name: '${ .y }', path: '${ .x }', body: '${ .x }' } }",
    "- a: { set: { name: '${ .x }', path: '${ .y }', body: '${ .x }' } }",
    "- a: { set: { name: '${ .x }', path: '${ .x }', body: '${ .y }' } }",
    "- a: { set: { index: '${ .x }', tasks: '${ .x }', root: '${ .x }', list: 1 } }",
    "- a: { set: { index: '${ .x }', tasks: '${ .x }', root: '${ .x }', list: 2 } }",
    "- a: { set: { target: 0, maxDelay: 1, when: '${ .x }' } }",
    "- a: { set: { target: 0, maxDelay: 2, when: '${ .x }' } }",
    "- a: { set: { target: 1, maxDelay: 1, when: '${ .x }' } }",
    "- a: { set: { effect: { a: '${ .x }' } } }",
    "- a: { set: { a: '${ .x }' } }",
    "- a: { call: http, with: { method: post, endpoint: 'http://h/{id}', body: { n: '${ .n }' } } "
    "}",
    "- a: { call: http, with: { method: post, endpoint: 'http://h/{id}', body: { n: '${ .m }' } } "
    "}",
    "- a: { call: http, with: { method: post, endpoint: 'http://h/{id}', body: '${ {n: .n} }' } }",
    "- a: { call: http, with: { method: get, endpoint: 'http://h', query: { name: '${ .n }' } } }",
    "- a: { call: http, with: { method: get, endpoint: 'http://h', query: { name: '${ .m }' } } }",
    // White space.
    R"(- a: { set: { x: '${ "a\\\\" + "x  y" }' } })",
    R"(- a: { set: { x: '${ "a\\\\" + "x y" }' } })",
    R"(- a: { set: { x: "a  b" } })",
    R"(- a: { set: { x: "a b" } })",
    R"(- a: { set: { x: "a\tb" } })",
    R"(- a: { set: { x: "a\nb\u001b[31m" } })",
    // Where the flow goes, and what an expression reads.
    "- a: { switch: [ { small: { when: .x < 1, then: end } }, { large: { then: exit } } ] }",
    "- a: { switch: [ { small: { when: .x < 1, then: end } }, { other: { then: exit } } ] }",
    "- a: { switch: [ { large: { when: .x < 1, then: end } }, { small: { then: exit } } ] }",
    "- a: { switch: [ { small: { when: .x < 1, then: b } }, { large: { then: exit } } ] }\n"
    "- b: { set: { x: 1 } }",
    "- a: { set: { x: 1 } }\n- b: { set: { x: 2 } }\n- c: { set: '${ $tasks.a }' }",
    "- b: { set: { x: 2 } }\n- a: { set: { x: 1 } }\n- c: { set: '${ $tasks.a }' }",
    "- a: { set: { x: 1 } }\n- b: { set: { x: 2 } }\n- c: { set: '${ $tasks.b }' }",
    "- a: { set: { x: 1 } }\n- b: { set: { x: 2 } }\n- c: { set: { n: 1 }, then: a }",
    "- a: { set: { x: 1 } }\n- b: { set: { x: 2 } }\n- c: { set: { n: 1 }, then: b }",
    // Blocks.
    "- a: { call: f }",
    "- a: { call: f, compensate: [] }",
    "- a: { call: f, compensate: [ { u: { call: g } } ] }",
    "- a: { call: f, compensate: [ { u: { call: h } } ] }",
    "- a: { do: [ { undo: { do: [ { u: { call: g } } ] } } ] }",
    "- a: { do: [ { u: { call: g } } ], compensate: [ { u: { call: g } } ] }",
    "- a: { do: [ { b: { call: g, compensate: [ { u: { call: h } } ] } } ] }",
    "- a: { do: [ { b: { call: g, compensate: [ { u: { call: h } } ] } } ], compensate: [] }",
    "- a: { try: [ { c: { call: f } } ], catch: { do: [ { c: { call: f } } ] } }",
    "- a: { try: [ { c: { call: f } } ], catch: { do: [ { c: { call: g } } ] } }",
    "- a: { try: [ { c: { call: f } } ], catch: { as: e } }",
    "- a: { try: [ { c: { call: f } } ], catch: { as: e, retry: { delay: PT1S } } }",
    "- a: { try: [ { c: { call: f } } ], catch: { as: e, retry: { delay: '${ .d }' } } }",
    "- a: { fork: { branches: [ { x: { call: f } }, { y: { call: g } } ] } }",
    "- a: { fork: { branches: [ { y: { call: g } }, { x: { call: f } } ] } }",
    "- a: { fork: { compete: true, branches: [ { y: { call: g } }, { x: { call: f } } ] } }",
    "- a: { for: { in: .l }, do: [ { x: { call: f } } ] }",
    "- a: { for: { in: .l, each: jq }, do: [ { x: { call: f } } ] }",
    "- a: { for: { in: .l, concurrency: 3 }, do: [ { x: { call: f } } ] }",
    "- a: { listen: { to: { one: { with: { type: t }, correlate: { body: { from: .data.a } } } } } "
    "}",
    "- a: { listen: { to: { one: { with: { type: t }, correlate: { body: { from: .data.b } } } } } "
    "}",
    "- a: { listen: { to: { any: [ { with: { type: t } } ] } } }",
    "- a: { listen: { to: { any: [ { with: { type: t } }, { with: { type: s } } ] } } }",
    "- a: { emit: { event: { with: { type: t, data: { name: '${ .x }' } } } } }",
    "- a: { emit: { event: { with: { type: t, data: { name: '${ .y }' } } } } }",
    "- a: { raise: { error: { type: 'https://x/a', status: 400 } } }",
    "- a: { wait: PT1S }",
    "- a: { wait: PT1000S }",
    "- a: { wait: '${ .w }' }",
    "- a/b: { set: { n: 1 } }",
    "- a: { do: [ { b: { set: { n: 1 } } } ] }",
    "- 'ä€𝄞': { set: { t: 'ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 1' } }",
    "- 'ä€𝄞': { set: { t: 'ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄞 ä€𝄢 1' } }",
};

Graph graph_of(std::string const& text) {
  auto const compiled = compile_yaml(
      "document: { dsl: '1.0.3', namespace: t, name: n, version: '1.0.0' }\ndo:\n" + text + "\n");
  EXPECT_NE(compiled.compilation.graph, nullptr) << text << dsl::render(compiled.diagnostics());
  return compiled.compilation.graph;
}

// "a: x -> x" tells nothing.
bool tells(std::string const& line) {
  auto const arrow = line.find(" -> ");
  if (arrow == std::string::npos) return !line.empty();
  auto const colon = line.find(": ");
  return colon < arrow && line.substr(colon + 2, arrow - colon - 2) != line.substr(arrow + 4);
}

TEST(DiffPairs, AreTheSameExactlyWhenTheirDigestsAre) {
  std::vector<Graph> graphs;
  std::vector<Digest> digests;
  for (auto const* text : kNasty) {
    graphs.push_back(graph_of(text));
    ASSERT_NE(graphs.back(), nullptr);
    digests.push_back(graph::digest(*graphs.back()));
  }
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    for (std::size_t j = 0; j < graphs.size(); ++j) {
      SCOPED_TRACE(std::string(kNasty[i]) + "\n" + kNasty[j]);
      auto const changes = compiler::differences(*graphs[i], *graphs[j]);
      EXPECT_EQ(changes.empty(), digests[i] == digests[j]);
      for (auto const& change : changes) {
        EXPECT_FALSE(change.texts.empty());
        for (auto const& line : change.texts) {
          EXPECT_TRUE(is_valid_utf8(line)) << line;
          bool const of_change = change.kind == compiler::Change::Kind::changed;
          EXPECT_TRUE(!of_change || tells(line)) << line;
          EXPECT_EQ(line.find("no difference was found"), std::string::npos) << line;
        }
      }
    }
  }
}

TEST(DiffPairs, AreTheSameWhereOnlyTheTextOfExpressionsDiffers) {
  constexpr std::pair<char const*, char const*> kSame[] = {
      {"- a: { set: { n: 1 }, output: { as: '{a: .x}' } }",
       "- a: { set: { n: 1 }, output: { as: '{ a: .x }' } }"},
      {"- a: { set: { n: 1 }, if: .a==1 }", "- a: { set: { n: 1 }, if: .a == 1 }"},
      {"- a: { set: { n: 1 }, if: .x <= 1 }", "- a: { set: { n: 1 }, if: (.x)<=1 }"},
      {"- a: { set: { x: '${ .x }', y: '${ .y }' } }", "- a: { set: { y: '${.y}', x: '${.x}' } }"},
  };
  for (auto const& [before, after] : kSame) {
    auto const a = graph_of(before);
    auto const b = graph_of(after);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(graph::digest(*a), graph::digest(*b)) << before;
    EXPECT_TRUE(compiler::differences(*a, *b).empty()) << before;
  }
}

TEST(DiffTexts, AreCutAroundTheFirstDifference) {
  std::string const same = "${ { claim: .claim, customer: .customer, items: .items, held: ";
  auto const [before, after] = compiler::told_apart(same + ".a }", same + ".b }");
  EXPECT_EQ(before, "...ems: .items, held: .a }");
  EXPECT_EQ(after, "...ems: .items, held: .b }");
  EXPECT_EQ(compiler::told_apart("a  b", "a b"),
            (std::pair<std::string, std::string>("\"a  b\"", "\"a b\"")));
  EXPECT_EQ(compiler::told_apart("", "a"), (std::pair<std::string, std::string>("\"\"", "\"a\"")));
}

}  // namespace
}  // namespace skald::testing
