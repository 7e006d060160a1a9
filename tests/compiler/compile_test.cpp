#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/compiler/compile.hpp"

namespace skald::testing {
namespace {

std::string const kHeader =
    "document: { dsl: '1.0.3', namespace: test, name: sample, version: '1.0.0' }\n";

graph::StepGraph compile(std::string const& body) {
  auto const compiled = compile_yaml(kHeader + body);
  EXPECT_TRUE(compiled.compilation.graph) << dsl::render(compiled.diagnostics());
  return compiled.compilation.graph ? *compiled.compilation.graph : graph::StepGraph{};
}

std::vector<std::string> codes(std::string const& body, compiler::Options const& options = {}) {
  std::vector<std::string> out;
  for (auto const& each : compile_yaml(kHeader + body, options).diagnostics()) {
    out.emplace_back(dsl::code_text(each.code));
  }
  return out;
}

Digest digest_of(std::string const& body) {
  return graph::digest(compile(body));
}

std::string const kBooking = R"(
do:
  - hotel:
      call: bookHotel
      with: { city: '${ .city }', nights: 2 }
      compensate: [ { cancel: { call: cancelHotel } } ]
  - note: { set: { id: '${ $tasks.hotel.id }' } }
)";

TEST(Compile, TakesNoMoreTasksThanItMay) {
  std::string const twice =
      "use: { functions: { f: { do: [ { a: { call: x } }, { b: { call: x } } ] } } }\n"
      "do: [ { one: { call: f } }, { two: { call: f } } ]\n";
  compiler::Options options;
  options.max_tasks = 8;  // two calls, the function of each, and what it does
  EXPECT_THAT(codes(twice, options), ::testing::IsEmpty());
  options.max_tasks = 7;
  EXPECT_THAT(codes(twice, options), ::testing::ElementsAre("E227"));
}

TEST(Compile, TakesLongerTextsWhereItMayHaveMoreTasks) {
  std::string text = std::string(kHeader) + "do:\n";
  for (int i = 0; i < 4'500; ++i) {
    text += "  - t" + std::to_string(i) + ": { set: { a: [ 1, 2, 3 ] } }\n";
  }
  auto const usual = dsl::read_yaml(text, "large", compiler::text_limits(5'000));
  ASSERT_EQ(usual.diagnostics.size(), 1U);
  EXPECT_THAT(usual.diagnostics[0].message, ::testing::HasSubstr("more than 40000 nodes"));
  auto const wide = dsl::read_yaml(text, "large", compiler::text_limits(5'001));
  ASSERT_TRUE(wide.document.has_value());
  EXPECT_NE(compiler::compile(*wide.document).graph, nullptr);
}

TEST(Compile, ListsAHundredFindingsErrorsFirstAndSaysHowManyMoreThereAre) {
  std::string body = "use:\n  retries:\n";
  for (int i = 0; i < 150; ++i) body += "    r" + std::to_string(i) + ": { delay: PT1S }\n";
  body += "do:\n  - a:\n      set: {}\n";
  for (int i = 0; i < 60; ++i) body += "      k" + std::to_string(i) + ": 1\n";
  auto const found = compile_yaml(kHeader + body).compilation.diagnostics;
  ASSERT_EQ(found.size(), 100U);
  EXPECT_EQ(std::count_if(found.begin(), found.end(),
                          [](auto const& each) { return dsl::code_text(each.code) == "E201"; }),
            60);
  EXPECT_EQ(found.front().span.line, 4U);
  ASSERT_EQ(found.back().notes.size(), 1U);
  EXPECT_EQ(found.back().notes[0].message,
            "110 more findings are not listed, the first of them here");
  EXPECT_EQ(found.back().notes[0].span.line, 44U);
}

TEST(Compile, NamesThePivotThatThePathHasPassed) {
  auto const compiled = compile_yaml(kHeader + R"(do:
  - which: { switch: [ { left: { when: .a, then: one } }, { right: { then: two } } ] }
  - one: { call: f, pivot: true, then: end }
  - two: { do: [ { inner: { call: f, pivot: true } } ] }
  - three: { do: [ { late: { call: f, pivot: true } } ] }
  - four: { call: f, pivot: true }
)");
  std::vector<std::string> notes;
  for (auto const& each : compiled.diagnostics()) {
    if (each.code != dsl::Code::second_pivot) continue;
    notes.push_back(std::to_string(each.span.line) + " behind " +
                    std::to_string(each.notes.at(0).span.line));
  }
  EXPECT_THAT(notes, ::testing::ElementsAre("6 behind 5", "7 behind 5"));
}

TEST(Digest, IsNotChangedByCommentsKeyOrderQuotingSpacesOrMetadata) {
  EXPECT_EQ(digest_of(kBooking), digest_of(R"(
# another look of the same workflow
do:
  - hotel:
      metadata: { owner: travel }
      compensate:
        - cancel: { "call": "cancelHotel" }
      with:
        nights: 2
        city: ${   .city   }
      call: 'bookHotel'
  - note:
      set:
        id: |-
          ${ $tasks.hotel
             .id }
)"));
}

TEST(Digest, IsChangedByWhatTheWorkflowDoes) {
  auto const changed = [](std::string_view from, std::string_view to) {
    std::string text = kBooking;
    text.replace(text.find(from), from.size(), to);
    return digest_of(text);
  };
  auto const before = digest_of(kBooking);
  EXPECT_NE(before, changed("nights: 2", "nights: 3"));
  EXPECT_NE(before, changed(".city }", ".town }"));
  EXPECT_NE(before, changed("cancelHotel", "cancelTrip"));
  EXPECT_NE(before, changed("- note", "- last"));
}

TEST(Digest, IsTheSameOfAGraphThatWasStored) {
  auto const graph = compile(kBooking);
  auto const stored = parse_json(to_text(graph::to_json(graph)));
  auto const again = graph::from_json(*stored);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(graph::digest(graph), graph::digest(*again));
}

TEST(StepGraph, KnowsItsTasksByPathAndWhichOutputsAreRead) {
  auto const graph = compile(kBooking);
  auto const* hotel = graph.find("/do/0/hotel");
  auto const* cancel = graph.find("/do/0/hotel/compensate/0/cancel");
  ASSERT_TRUE(hotel != nullptr && cancel != nullptr);
  EXPECT_TRUE(hotel->output_used);
  EXPECT_FALSE(cancel->output_used);
  EXPECT_EQ(graph.list(cancel->list).owner, hotel->index);
  EXPECT_EQ(graph.list(cancel->list).role, graph::ListRole::compensate);
  EXPECT_EQ(graph.find("/do/1/hotel"), nullptr);
}

TEST(StepGraph, DoesNotVerifyWhenAReferenceIsBroken) {
  auto const good = compile(kBooking);
  ASSERT_TRUE(graph::verify(good).ok());
  auto const broken = [&](auto breaking) {
    graph::StepGraph graph = good;
    breaking(graph);
    return !graph::verify(graph).ok();
  };
  using graph::StepGraph;
  EXPECT_TRUE(broken([](StepGraph& g) { g.root = {}; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.tasks[0].index.value = 7; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.tasks[0].list.value = 1; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.tasks[0].compensate = {}; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.tasks[0].compensate = g.root; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.tasks[1].path = g.tasks[0].path; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.lists[0].tasks.pop_back(); }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.lists[0].tasks[0].value = 99; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.lists[1].role = graph::ListRole::body; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.lists[1].owner = {}; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.tasks[0].then = {graph::Then::Kind::task, {}}; }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.tasks[0].when.emplace(); }));
  EXPECT_TRUE(broken([](StepGraph& g) { g.tasks[0].kind = graph::Do{}; }));
}

TEST(StepGraph, IsNotReadFromJsonOfAnotherShape) {
  Json const good = graph::to_json(compile(kBooking));
  auto const refused = [&](auto breaking) {
    Json json = good;
    breaking(json);
    auto const result = graph::from_json(json);
    return result.ok() ? std::string() : result.error().message;
  };
  EXPECT_THAT(refused([](Json& j) { j = Json(5); }), ::testing::HasSubstr("an object"));
  EXPECT_THAT(refused([](Json& j) { j.set("news", 1); }), ::testing::HasSubstr("newer version"));
  EXPECT_THAT(refused([](Json& j) { j.set("root", "x"); }), ::testing::HasSubstr("/root"));
  EXPECT_THAT(refused([](Json& j) { j.set("tasks", Json::array()); }),
              ::testing::HasSubstr("broken"));
  EXPECT_THAT(refused([](Json& j) { j.erase("lists"); }), ::testing::HasSubstr("broken"));
  EXPECT_THAT(refused([](Json& j) {
                j.set("inputSchema", Json::object({{"$ref", "#"}}));
              }),
              ::testing::HasSubstr("a JSON Schema that ends"));
  EXPECT_THAT(refused([](Json& j) {
                j.set("outputAs", Json::object({{"jq", ". +"}}));
              }),
              ::testing::HasSubstr("compiles"));
}

TEST(Compiler, AcceptsFunctionsThatItDoesNotKnowUnlessTheyAreGiven) {
  EXPECT_THAT(codes(kBooking), ::testing::IsEmpty());
  compiler::Options options;
  options.functions = {"bookHotel"};
  EXPECT_THAT(codes(kBooking, options), ::testing::ElementsAre("E214"));
}

TEST(Compiler, FindsTasksByTheirScope) {
  // Nearest first; inside of what has finished; branches of the own fork; own iteration in a loop.
  auto const graph = compile(R"(
do:
  - book: { call: outer }
  - group:
      do:
        - book: { call: inner }
        - near: { set: { id: '${ $tasks.book }' } }
        - deep: { do: [ { leaf: { call: leaf } } ] }
  - far: { set: { id: '${ $tasks.book }', leaf: '${ $tasks["leaf"] }' } }
  - attempt:
      try: [ { risky: { call: risky } } ]
      catch: { do: [ { note: { set: { id: '${ $tasks.far }' } } } ] }
  - both:
      fork: { branches: [ { left: { set: { a: 1 } } }, { right: { set: { b: 1 } } } ] }
      output: { as: '[$tasks.left, $tasks.right]' }
  - loop:
      for: { in: .seats }
      do:
        - hold: { call: hold }
        - use: { set: { id: '${ $tasks.hold }', far: '${ $tasks.leaf }' } }
  - back:
      set: { id: '${ $tasks.later }' }
  - later: { set: { a: 1 }, then: back }
)");
  auto const uses = [&](std::string_view path) {
    std::string out;
    auto const& value = std::get<graph::Set>(graph.find(path)->kind).value;
    for (auto const& member : value.members) {
      for (auto const& use : member.value.expression.tasks) {
        out += (out.empty() ? "" : " ") + graph.task(use.task).path;
      }
    }
    return out;
  };
  EXPECT_EQ(uses("/do/1/group/do/1/near"), "/do/1/group/do/0/book");
  EXPECT_EQ(uses("/do/2/far"), "/do/0/book /do/1/group/do/2/deep/do/0/leaf");
  EXPECT_EQ(uses("/do/3/attempt/catch/do/0/note"), "/do/2/far");
  EXPECT_EQ(uses("/do/5/loop/do/1/use"), "/do/5/loop/do/0/hold /do/1/group/do/2/deep/do/0/leaf");
  EXPECT_EQ(uses("/do/6/back"), "/do/7/later");
}

std::vector<std::string> schema_codes(std::string const& schema) {
  return codes("input: { schema: { document: " + schema + " } }\ndo: []\n");
}

TEST(Compiler, RefusesWhatIsNoSchema) {
  for (auto const* schema :
       {"{ type: oject }", "{ type: 5 }", "5", "{ properties: [] }", "{ required: name }",
        "{ $ref: '#/nowhere' }", "{ pattern: '(a' }", "{ patternProperties: { '[': {} } }"}) {
    EXPECT_THAT(schema_codes(schema), ::testing::ElementsAre("E222")) << schema;
  }
}

TEST(Compiler, RefusesSchemasThatCouldTakeForEver) {
  for (auto const* schema :
       {"{ $ref: '#' }", "{ allOf: [ { $ref: '#' } ] }", "{ $ref: 'https://schemas.example/a' }",
        "{ definitions: { a: { not: { $ref: '#/definitions/a' } } } }"}) {
    EXPECT_THAT(schema_codes(schema), ::testing::ElementsAre("E222")) << schema;
  }
  std::string twice = "{ definitions: { d0: { type: object }";
  for (int i = 1; i < 20; ++i) {
    auto const ref = "{ $ref: '#/definitions/d" + std::to_string(i - 1) + "' }";
    twice += ", d" + std::to_string(i) + ": { allOf: [ " + ref + ", " + ref + " ] }";
  }
  EXPECT_THAT(schema_codes(twice + " } }"), ::testing::ElementsAre("E222"));
}

TEST(Compiler, AcceptsSchemasThatRecurIntoTheValue) {
  for (auto const* schema :
       {"{ properties: { next: { $ref: '#' } } }", "{ properties: { pattern: { type: string } } }",
        "{ pattern: '^(a+)+$' }", "{ patternProperties: { '(x)\\1': {} } }",
        "{ definitions: { a: { type: object } }, allOf: [ { $ref: '#/definitions/a' } ] }"}) {
    EXPECT_THAT(schema_codes(schema), ::testing::IsEmpty()) << schema;
  }
}

TEST(Compiler, EscapesNamesInPaths) {
  auto const graph = compile("do: [ { 'a/b~c': { set: { x: 1 } } } ]\n");
  EXPECT_NE(graph.find("/do/0/a~1b~0c"), nullptr);
}

TEST(Compiler, SurvivesDocumentsOfAnyShape) {
  for (auto const* text :
       {"", "5", "[]", "do: 5", "document: []\ndo: {}", "do: [ 5, {}, { a: 5 } ]",
        "do: [ { '': { set: { a: 1 } } }, { a: { call: '' } } ]",
        "do: [ { a: { for: 1, do: 2, while: 3 } } ]",
        "do: [ { a: { try: 1, catch: 2 } }, { b: { switch: {} } } ]",
        "do: [ { a: { fork: { branches: 5 } } }, { b: { listen: 1 } } ]",
        "do: [ { a: { call: [], with: 5 } }, { b: { call: http, with: 5 } } ]",
        "do: [ { a: { emit: { event: 5 } } }, { b: { raise: [] } } ]",
        "use: { functions: { a: 5 } }\ndo: [ { a: { call: a } } ]",
        "use: 5\nsaga: 5\ntimeout: 5\ninput: 5\noutput: { as: 5 }\ndo: []",
        "do: [ { a: { call: x, retry: 5, timeout: 5, compensate: 5 } } ]",
        "do: [ { a: { call: x, input: 5, output: 5, export: 5, if: 5, then: 5 } } ]"}) {
    auto const compiled = compile_yaml(text);
    EXPECT_FALSE(compiled.compilation.graph) << text;
    EXPECT_FALSE(compiled.diagnostics().empty()) << text;
  }
}

}  // namespace
}  // namespace skald::testing
