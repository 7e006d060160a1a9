// Drawings for people: whole, well-formed, and with everything in them.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "compiler/explain/explain.hpp"
#include "tests/compiler/compile.hpp"

namespace skald::testing {
namespace {

namespace fs = std::filesystem;

// The names of the open elements while reading; empty when every element is closed in its order.
std::string first_fault(std::string_view xml) {
  std::vector<std::string> open;
  for (auto at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    auto const end = xml.find('>', at);
    if (end == std::string_view::npos) return "an element without an end";
    auto const inner = xml.substr(at + 1, end - at - 1);
    auto const name = std::string(inner.substr(0, inner.find_first_of(" \n/", 1)));
    if (inner.starts_with('/')) {
      if (open.empty() || "/" + open.back() != std::string(inner)) return std::string(inner);
      open.pop_back();
    } else if (!inner.ends_with('/')) {
      open.push_back(name);
    }
  }
  return open.empty() ? "" : open.back();
}

std::shared_ptr<graph::StepGraph const> graph_in(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (auto const end = text.find("\n----\n"); end != std::string::npos) text.resize(end + 1);
  return compile_yaml(text).compilation.graph;
}

TEST(Svg, IsWellFormedAndShowsEveryTask) {
  int count = 0;
  for (auto const* folder : {"tests/golden", "examples"}) {
    for (auto const& entry :
         fs::recursive_directory_iterator(fs::path(SKALD_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".yaml") continue;
      auto const graph = graph_in(entry.path());
      if (!graph) continue;
      ++count;
      auto const svg = compiler::draw_svg(*graph);
      EXPECT_EQ(first_fault(svg), "") << entry.path();
      EXPECT_EQ(svg.find("nan"), std::string::npos) << entry.path();
      for (auto const& task : graph->tasks) {
        EXPECT_NE(svg.find(task.name.substr(0, 8)), std::string::npos) << task.path;
      }
    }
  }
  EXPECT_GT(count, 15);
}

TEST(Svg, TakesTextsThatXmlWouldRead) {
  auto const graph = compile_yaml(R"yaml(
document: { dsl: '1.0.3', namespace: test, name: texts, version: '1.0.0' }
do:
  - 'a < "b" & c': { set: { x: 1 }, if: '.a < 5 and .b > "x&y"' }
)yaml")
                         .compilation.graph;
  ASSERT_NE(graph, nullptr);
  auto const svg = compiler::draw_svg(*graph);
  EXPECT_EQ(first_fault(svg), "");
  EXPECT_NE(svg.find("a &lt; &quot;b&quot; &amp; c"), std::string::npos);
}

TEST(Drawings, ShowTheRetriesOfACatchWithoutTasksAndTemplatesAsTheirAuthorWroteThem) {
  auto const graph = compile_yaml(R"yaml(
document: { dsl: '1.0.3', namespace: test, name: pets, version: '1.0.0' }
do:
  - careful:
      try:
        - find:
            call: http
            with: { method: get, endpoint: 'https://pets.example/{kind}{?name,page*}' }
      catch:
        errors: { with: { status: 503 } }
        retry: { limit: { attempt: { count: 3 } } }
)yaml")
                         .compilation.graph;
  ASSERT_NE(graph, nullptr);
  EXPECT_NE(compiler::draw_svg(*graph).find("catch 503, 3 retries"), std::string::npos);
  for (auto const& drawing :
       {compiler::draw_text(*graph), compiler::draw_svg(*graph), compiler::draw_dot(*graph)}) {
    EXPECT_NE(drawing.find("GET https://pets.example/{kind}{?name,page*}"), std::string::npos)
        << drawing;
  }
}

TEST(Drawings, ShowLocksAndItemsThatGoSideBySide) {
  auto const draw = [](std::string const& loop) {
    auto const graph = compile_yaml(R"yaml(
document: { dsl: '1.0.3', namespace: test, name: seats, version: '1.0.0' }
do:
  - all:
      for: )yaml" + loop + R"yaml(
      lock: ledger
      do: [ { hold: { call: hold, lock: '${ "seat:" + .seat }' } } ]
)yaml")
                           .compilation.graph;
    return graph ? compiler::draw_svg(*graph) : std::string();
  };
  auto const one_by_one = draw("{ in: .seats }");
  auto const together = draw("{ in: .seats, concurrency: 8 }");
  for (auto const& svg : {one_by_one, together}) {
    EXPECT_NE(svg.find("lock ledger"), std::string::npos);
    EXPECT_NE(svg.find("lock &quot;seat:&quot;"), std::string::npos) << svg;
  }
  EXPECT_NE(one_by_one.find("class=\"line jump\""), std::string::npos);
  EXPECT_EQ(one_by_one.find("frame sheet\""), std::string::npos);
  EXPECT_EQ(together.find("class=\"line jump\""), std::string::npos);
  EXPECT_NE(together.find("frame sheet\""), std::string::npos);
}

TEST(Drawings, ShowHowFarARunHasCome) {
  auto const graph = compile_yaml(R"yaml(
document: { dsl: '1.0.3', namespace: test, name: run, version: '1.0.0' }
do:
  - one: { set: { x: 1 } }
  - two: { wait: PT1S }
  - three: { set: { x: 1 } }
)yaml")
                         .compilation.graph;
  ASSERT_NE(graph, nullptr);
  compiler::Marks const marks = {{"/do/0/one", "completed"}, {"/do/1/two", "in doubt"}};
  auto const svg = compiler::draw_svg(*graph, marks);
  EXPECT_NE(svg.find("class=\"step s-completed\""), std::string::npos);
  EXPECT_NE(svg.find("class=\"event s-doubt\""), std::string::npos);
  EXPECT_NE(svg.find("class=\"step s-none\""), std::string::npos);
  EXPECT_NE(compiler::draw_mermaid(*graph, marks).find("class t0 completed"), std::string::npos);
  EXPECT_NE(compiler::draw_dot(*graph, marks).find("one\\nset\\ncompleted"), std::string::npos);
}

}  // namespace
}  // namespace skald::testing
