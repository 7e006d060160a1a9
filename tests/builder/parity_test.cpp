// Walks the compiler's keyword tables: every key of the YAML form that skald executes must be made
// by some workflow that the builder's tests compare with its YAML form, or stand in the table of
// exceptions with its reason.

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "compiler/keywords.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald {
namespace {

struct Exception {
  std::string_view key;
  std::string_view reason;
};

constexpr std::array kExceptions = {
    Exception{"authentications", "C++ has variables: an authentication stands in its calls"},
    Exception{"errors", "C++ has variables: an error is a value of its own (use.errors)"},
    Exception{"functions", "C++ has functions: a task made by one is used in many places"},
    Exception{"timeouts", "C++ has variables: a length of time is one"},
    Exception{"use", "of an authentication by name: see authentications"},
    Exception{"resource", "a schema of another file is read by the program"},
    Exception{"evaluate", "jq in strict mode is what the builder writes"},
    Exception{"language", "see evaluate"},
    Exception{"mode", "see evaluate"},
};

void collect(dsl::Node const& node, std::set<std::string, std::less<>>& keys) {
  for (dsl::Node const& item : node.items) collect(item, keys);
  for (dsl::Node::Entry const& entry : node.entries) {
    keys.emplace(entry.key.text());
    collect(entry.value, keys);
  }
}

std::set<std::string, std::less<>> keys_in_use() {
  std::set<std::string, std::less<>> keys;
  auto const read = [&keys](std::filesystem::path const& path) {
    std::ifstream in(path);
    auto const result = dsl::read_yaml({std::istreambuf_iterator<char>(in), {}}, path.string());
    if (result.document) collect(result.document->root, keys);
  };
  std::filesystem::path const root = SKALD_SOURCE_DIR;
  for (auto const& file : std::filesystem::directory_iterator(root / "tests/golden/builder")) {
    read(file.path());
  }
  read(root / "examples/holiday-booking/holiday-booking.yaml");
  return keys;
}

class Walk {
 public:
  Walk() : used_(keys_in_use()) {
    for (Exception const& exception : kExceptions) excepted_.emplace(exception.key);
  }

  void table(compiler::Table const& table) {
    if (!seen_.insert(&table).second) return;
    for (compiler::Key const& key : table.keys) {
      if (key.need == compiler::Need::later) continue;
      bool const excepted = excepted_.contains(key.name);
      EXPECT_TRUE(excepted || used_.contains(key.name))
          << "'" << key.name << "' of " << table.what << " has no builder form that is tested";
      if (key.table != nullptr && !excepted) this->table(*key.table);
    }
  }

 private:
  std::set<std::string, std::less<>> used_;
  std::set<std::string_view> excepted_;
  std::set<compiler::Table const*> seen_;
};

TEST(BuilderParity, EveryKeywordHasABuilderFormOrAReason) {
  Walk walk;
  walk.table(compiler::workflow_table());
  walk.table(compiler::task_table());
  for (compiler::StandardCall const& call : compiler::standard_calls()) {
    if (call.need != compiler::Need::later) walk.table(call.with);
  }
  for (compiler::TaskKindKeys const& kind : compiler::task_kinds()) {
    walk.table(kind.table);
  }
}

}  // namespace
}  // namespace skald
