#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "compiler/explain/codes.hpp"
#include "tests/compiler/compile.hpp"
#include "tests/support/golden.hpp"

namespace skald::testing {
namespace {

// A document for the calls of the files.
constexpr char kTwoOperations[] = R"(
openapi: 3.0.3
servers: [ { url: https://pets.example } ]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
        - { name: colour, in: query, schema: { type: string, enum: [ black, white ] } }
)";

Result<Json> read_pets(compiler::Resource const& resource) {
  if (resource.uri == "pets.yaml") return Json(kTwoOperations);
  if (resource.uri.starts_with("https:")) {
    return Error{ErrorCode::unavailable, "the name 'away.example' can not be resolved", ""};
  }
  return Error{ErrorCode::not_found, "the file '" + resource.uri + "' can not be read",
               "check the name; it is relative to the workflow's file"};
}

// Each file shows the diagnostics of one code; the code is the beginning of its name.
GoldenOutput diagnose(GoldenCase const& file) {
  compiler::Options options;
  options.functions = {"bookHotel", "bookFlight", "cancelHotel", "holdSeat"};
  if (file.name.starts_with("W255")) options.functions.reset();  // nobody knows them
  options.portable = file.name.starts_with("E291");
  options.documents = read_pets;
  auto const compiled = compile_yaml(file.input, options);
  auto const text = dsl::render(compiled.diagnostics());
  auto const code = file.name.substr(0, 4);
  EXPECT_NE(text.find("[" + code + "]"), std::string::npos) << "no " << code << " in\n" << text;
  return {text, false};
}

[[maybe_unused]] bool const registered = golden("DiagnosticsGolden", "diagnostics", diagnose);

// What authors write who come from elsewhere, or slip: each gets an answer at the right place.
GoldenOutput answer(GoldenCase const& file) {
  return {dsl::render(compile_yaml(file.input).diagnostics()), false};
}

[[maybe_unused]] bool const mistakes = golden("MistakesGolden", "mistakes", answer);

constexpr std::array kCovered = {
#define SKALD_DIAGNOSTIC(code, severity, name, title) std::string_view(code),
#include "dsl/diagnostics.def"
#undef SKALD_DIAGNOSTIC
};

TEST(Explain, KnowsEveryCodeWithAWrongAndARightExample) {
  for (auto const code : kCovered) {
    auto const text = compiler::explain(code);
    EXPECT_NE(text.find("Wrong:"), std::string_view::npos) << code;
    EXPECT_NE(text.find("Right:"), std::string_view::npos) << code;
  }
}

TEST(Explain, IgnoresCaseAndRefusesWhatIsNoCode) {
  EXPECT_EQ(compiler::explain("e204"), compiler::explain("E204"));
  EXPECT_TRUE(compiler::explain("E999").empty());
  EXPECT_TRUE(compiler::explain("").empty());
}

TEST(Diagnostics, OfTheCompilerHaveAGoldenFileEach) {
  std::set<std::string> shown;
  auto const folder = std::filesystem::path(SKALD_SOURCE_DIR) / "tests/golden/diagnostics";
  for (auto const& entry : std::filesystem::directory_iterator(folder)) {
    shown.insert(entry.path().filename().string().substr(0, 4));
  }
  for (auto const code : kCovered) {
    if (code.substr(1, 1) == "1") continue;  // the reader's have files in golden/yaml
    EXPECT_TRUE(shown.contains(std::string(code))) << code;
  }
}

// docs/mistakes.md says of each where people bring it from.
TEST(Mistakes, AreListedInTheDocumentation) {
  auto const root = std::filesystem::path(SKALD_SOURCE_DIR);
  std::ifstream file(root / "docs/mistakes.md");
  std::string const text{std::istreambuf_iterator<char>(file), {}};
  int count = 0;
  for (auto const& entry : std::filesystem::directory_iterator(root / "tests/golden/mistakes")) {
    EXPECT_NE(text.find("| `" + entry.path().stem().string() + "` |"), std::string::npos)
        << entry.path();
    ++count;
  }
  EXPECT_GE(count, 40);
}

}  // namespace
}  // namespace skald::testing
