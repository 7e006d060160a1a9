// Each rule finds what it is there for, and lets pass what is right.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tidy/rules.hpp"

namespace skald::tidy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts(Findings const& findings) {
  std::vector<std::string> result;
  for (Finding const& finding : findings) result.push_back(finding.text());
  return result;
}

SourceFile file(std::string const& path, std::string const& text) {
  return SourceFile::from_text(path, text);
}

std::string function_of(int lines) {
  std::string text = "namespace a {\nint f(int x = {}) {\n";
  for (int line = 2; line < lines; ++line) text += "  g();\n";
  return text + "}\n}\n";
}

TEST(TidyRules, AnArrowThatPointsBackIsFound) {
  EXPECT_THAT(texts(check_layers(file("dsl/x.cpp", "#include \"compiler/compiler.hpp\"\n"))),
              ElementsAre("dsl/x.cpp:1: [layers] dsl/ may not include \"compiler/compiler.hpp\""));
  EXPECT_THAT(check_layers(file("saga/x.hpp", "\n#include \"runtime/engine/engine.hpp\"\n")),
              testing::SizeIs(1));
  EXPECT_THAT(check_layers(file("dsl/jq/x.hpp", "#include \"dsl/source.hpp\"\n")),
              testing::SizeIs(1));
  EXPECT_THAT(check_layers(file("runtime/machine/x.cpp", "#include \"compiler/compiler.hpp\"\n")),
              testing::SizeIs(1));
  EXPECT_THAT(check_layers(file("compiler/x.cpp", "#include \"saga/participant/http.hpp\"\n")),
              testing::SizeIs(1));
}

TEST(TidyRules, ArrowsThatPointForwardPass) {
  EXPECT_THAT(check_layers(file("compiler/x.cpp",
                                "#include \"compiler/graph/step_graph.hpp\"\n"
                                "#include \"dsl/document.hpp\"\n")),
              IsEmpty());
  EXPECT_THAT(check_layers(file("tests/x.cpp", "#include \"runtime/cli/main.hpp\"\n")), IsEmpty());
}

TEST(TidyRules, ALibraryFarFromHomeIsFound) {
  EXPECT_THAT(texts(check_homes(file("runtime/engine/x.cpp", "#include <rocksdb/db.h>\n"))),
              ElementsAre(HasSubstr("RocksDB is included only in runtime/index/")));
  EXPECT_THAT(check_homes(file("runtime/index/x.cpp", "#include <rocksdb/db.h>\n")), IsEmpty());
}

TEST(TidyRules, AThirdPartyReachedFromAPublicHeaderIsFound) {
  std::vector<SourceFile> const files = {
      file("include/skald/skald.hpp", "#pragma once\n#include \"runtime/engine/engine.hpp\"\n"),
      file("runtime/engine/engine.hpp", "#pragma once\n#include \"base/pool.hpp\"\n"),
      file("base/pool.hpp", "#pragma once\n\n#include <boost/asio.hpp>\n"),
      file("base/hidden.hpp", "#pragma once\n#include <fmt/format.h>\n")};
  EXPECT_THAT(texts(check_public_headers(files)),
              ElementsAre("base/pool.hpp:3: [public-headers] a header that users see includes "
                          "<boost/asio.hpp>"));
}

TEST(TidyRules, ImpureCallsAndIncludesAreFound) {
  std::vector<SourceFile> const files = {
      file("saga/a.cpp", "#include <chrono>\nauto t = std::chrono::system_clock::now();\n"),
      file("runtime/machine/b.cpp", "int r = rand();\nauto t = time(nullptr);\n"),
      file("saga/participant/c.cpp", "#include <chrono>\n"),
      file("saga/d.cpp",
           "// std::thread in a comment\nauto s = \"std::thread\";\n"
           "int runtime(int);\nauto y = to_time(x);\n")};
  EXPECT_THAT(texts(check_purity(files)),
              ElementsAre(HasSubstr("saga/a.cpp:1: [purity]"), HasSubstr("saga/a.cpp:2: [purity]"),
                          HasSubstr("runtime/machine/b.cpp:1: [purity]"),
                          HasSubstr("runtime/machine/b.cpp:2: [purity]")));
}

TEST(TidyRules, IterationOverAnUnorderedContainerIsFound) {
  std::vector<SourceFile> const files = {
      file("runtime/machine/state.hpp", "struct S {\n  std::unordered_map<int, int> open_;\n};\n"),
      file("runtime/machine/state.cpp",
           "for (auto const& [key, value] : state.open_) {\n}\nauto i = open_.begin();\n"
           "auto f = open_.find(3);\nfor (int x : list) {\n}\n")};
  EXPECT_THAT(texts(check_purity(files)),
              ElementsAre(HasSubstr("state.cpp:1:"), HasSubstr("state.cpp:3:")));
}

TEST(TidyRules, LongFunctionsAndFilesAreFound) {
  EXPECT_THAT(check_sizes(file("base/a.cpp", function_of(70))), IsEmpty());
  EXPECT_THAT(texts(check_sizes(file("base/a.cpp", function_of(71)))),
              ElementsAre("base/a.cpp:2: [sizes] a function of 71 lines (at most 70)"));
  EXPECT_THAT(check_sizes(file("base/a.cpp", std::string(801, '\n'))), testing::SizeIs(1));
}

TEST(TidyRules, ClassesTablesAndNamespacesAreNoFunctions) {
  std::string lines;
  for (int line = 0; line < 100; ++line) lines += "  int a" + std::to_string(line) + ";\n";
  std::string rows;
  for (int line = 0; line < 100; ++line) rows += "  {f(1), 2},\n";
  EXPECT_THAT(check_sizes(file("base/a.cpp", "class A : public B {\n" + lines + "};\n")),
              IsEmpty());
  EXPECT_THAT(check_sizes(file("base/a.cpp", "template <class T>\nstruct A {\n" + lines + "};\n")),
              IsEmpty());
  EXPECT_THAT(check_sizes(file("base/a.cpp", "auto const t = make({\n" + rows + "});\n")),
              IsEmpty());
  EXPECT_THAT(check_sizes(file("base/a.cpp", "Row const kTable[] = {\n" + rows + "};\n")),
              IsEmpty());
}

TEST(TidyRules, AConstructorWithInitialisersIsAFunction) {
  std::string lines;
  for (int line = 0; line < 100; ++line) lines += "  g();\n";
  EXPECT_THAT(check_sizes(file("base/a.cpp", "A::A(int x) : b_(x), c_(2) {\n" + lines + "}\n")),
              testing::SizeIs(1));
  EXPECT_THAT(check_sizes(file("base/a.cpp", "bool operator==(A a, A b) {\n" + lines + "}\n")),
              testing::SizeIs(1));
}

TEST(TidyRules, FormIsChecked) {
  EXPECT_THAT(texts(check_form(file("base/a.hpp", "// text\n#pragma once\n"))),
              ElementsAre(HasSubstr("#pragma once")));
  EXPECT_THAT(texts(check_form(file("base/a.cpp", "#include \"json.hpp\"\n"))),
              ElementsAre(HasSubstr("from the root")));
  EXPECT_THAT(check_form(file("base/a.cpp", std::string("// TO") + "DO: later\n")),
              testing::SizeIs(1));
}

TEST(TidyRules, ADiagnosticWithoutAGoldenFileIsFound) {
  SourceFile const definitions = file("dsl/diagnostics.def",
                                      "SKALD_DIAGNOSTIC(\"E101\", error, a, \"b\")\n"
                                      "SKALD_DIAGNOSTIC(\"W402\", warning, c, \"d\")\n");
  EXPECT_THAT(texts(check_diagnostics(definitions, {"E101"})),
              ElementsAre("dsl/diagnostics.def:2: [diagnostics] no golden file shows [W402]"));
}

}  // namespace
}  // namespace skald::tidy
