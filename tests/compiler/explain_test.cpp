// The examples of `skald explain`: what stands under "Wrong:" is wrong in exactly that way, and
// what stands under "Right:" is right. An example that is not a whole workflow is put into one:
// tasks below 'do', keys of a task below a task, unless it begins with '# a whole file'.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "compiler/explain/codes.hpp"
#include "tests/compiler/compile.hpp"

namespace skald::testing {
namespace {

constexpr std::array kCodes = {
#define SKALD_DIAGNOSTIC(code, severity, name, title) std::string_view(code),
#include "dsl/diagnostics.def"
#undef SKALD_DIAGNOSTIC
};

constexpr std::string_view kDocument =
    "document: { dsl: '1.0.3', namespace: test, name: example, version: '1.0.0' }\n";

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Page {
  std::vector<std::string> wrong;
  std::vector<std::string> right;
};

// The indented lines below "Wrong:" and "Right:"; "or:" begins another example.
Page examples_of(std::string_view text) {
  Page page;
  std::vector<std::string>* target = nullptr;
  for (auto const& line : lines_of(text)) {
    if (line == "Wrong:" || line == "Right:") {
      target = line == "Wrong:" ? &page.wrong : &page.right;
      target->emplace_back();
    } else if (line == "or:" && target != nullptr) {
      target->emplace_back();
    } else if (line.starts_with("  ") && target != nullptr) {
      target->back() += line.substr(2) + "\n";
    } else {
      target = nullptr;
    }
  }
  return page;
}

std::string indented(std::string const& text, std::size_t by) {
  std::string out;
  for (auto const& line : lines_of(text)) out += std::string(by, ' ') + line + "\n";
  return out;
}

bool has_line(std::string const& text, std::string_view begin) {
  auto const lines = lines_of(text);
  return std::any_of(lines.begin(), lines.end(),
                     [&](auto const& line) { return line.starts_with(begin); });
}

std::string whole(std::string const& example) {
  bool const is_whole = example.starts_with("document:") || example.starts_with("# a whole file");
  if (is_whole) return example;
  std::string const head(kDocument);
  if (example.starts_with("- ")) return head + "do:\n" + indented(example, 2);
  bool const of_task = has_line(example, "for:") || has_line(example, "retry:");
  if (has_line(example, "do:") && !of_task) return head + example;
  return head + "do:\n  - task:\n" + indented(example, 6);
}

// What the pages about documents refer to.
Result<Json> read_document(compiler::Resource const& resource) {
  if (resource.uri == "pets.yaml") {
    return Json(R"({ "openapi": "3.0.3", "servers": [ { "url": "https://pets.example" } ],
      "paths": { "/pets/{petId}": { "get": { "operationId": "getPetById", "parameters": [
        { "name": "petId", "in": "path", "required": true,
          "schema": { "type": "integer" } } ] } } } })");
  }
  auto const code =
      resource.uri.starts_with("https:") ? ErrorCode::unavailable : ErrorCode::not_found;
  return Error{code, "it is not there", ""};
}

std::vector<std::string> codes_in(std::string const& example, std::string& shown,
                                  bool functions_known, bool portable) {
  compiler::Options options;
  options.portable = portable;
  if (functions_known) {
    options.functions = {"bookHotel", "cancelHotel", "charge", "refund", "ship"};
  }
  options.documents = read_document;
  auto const compiled = compile_yaml(whole(example), options);
  std::vector<std::string> codes;
  for (auto const& each : compiled.diagnostics()) codes.emplace_back(dsl::code_text(each.code));
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  shown = whole(example) + dsl::render(compiled.diagnostics());
  return codes;
}

class ExplainPage : public ::testing::TestWithParam<std::string_view> {};

TEST_P(ExplainPage, ShowsWhatIsWrongAndWhatIsRight) {
  auto const code = GetParam();
  auto const page = examples_of(compiler::explain(code));
  std::string shown;
  bool const known = code != "W255";
  bool const portable = code == "E291";
  for (auto const& example : page.wrong) {
    EXPECT_EQ(codes_in(example, shown, known, portable),
              std::vector<std::string>{std::string(code)})
        << shown;
  }
  for (auto const& example : page.right) {
    EXPECT_EQ(codes_in(example, shown, known, portable), std::vector<std::string>{}) << shown;
  }
}

INSTANTIATE_TEST_SUITE_P(Codes, ExplainPage, ::testing::ValuesIn(kCodes),
                         [](auto const& page) { return std::string(page.param); });

}  // namespace
}  // namespace skald::testing
