// The documentation knows every keyword: docs/ows.md and docs/language.md, or a page they lead to.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "compiler/keywords.hpp"

namespace skald::testing {
namespace {

std::string read_page(std::string const& name) {
  std::ifstream in(std::filesystem::path(SKALD_SOURCE_DIR) / "docs" / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool has_word(std::string const& text, std::string_view word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    auto const end = at + word.size();
    bool const begins = at == 0 || !is_letter(text[at - 1]);
    if (begins && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

class Walk {
 public:
  explicit Walk(std::string pages) : pages_(std::move(pages)) {}

  void table(compiler::Table const& table) {
    if (!seen_.insert(&table).second) return;
    for (compiler::Key const& key : table.keys) {
      if (key.need == compiler::Need::later) continue;
      EXPECT_TRUE(has_word(pages_, key.name)) << "'" << key.name << "' of " << table.what;
      if (key.table != nullptr) this->table(*key.table);
    }
  }

 private:
  std::string pages_;
  std::set<compiler::Table const*> seen_;
};

TEST(Keywords, StandInTheDocumentation) {
  Walk walk(read_page("language.md") + read_page("ows.md") + read_page("events.md") +
            read_page("calls.md") + read_page("sagas/README.md") + read_page("sagas/children.md"));
  walk.table(compiler::workflow_table());
  walk.table(compiler::task_table());
  for (auto const& kind : compiler::task_kinds()) walk.table(kind.table);
  for (auto const& call : compiler::standard_calls()) {
    if (call.need != compiler::Need::later) walk.table(call.with);
  }
}

// What is skald's own stands in the reference itself.
TEST(Keywords, OfSkaldItselfStandInTheReference) {
  auto const page = read_page("language.md");
  for (auto const& key : compiler::task_table().keys) {
    if (!key.superset || key.need == compiler::Need::later) continue;
    EXPECT_TRUE(has_word(page, key.name)) << key.name;
  }
}

}  // namespace
}  // namespace skald::testing
