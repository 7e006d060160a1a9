#pragma once

// The JSON Schema of workflow files, for editors: completion, checks while typing, and a text for
// each keyword under the pointer. Made from the same tables as the compiler's checks.

#include <span>
#include <string_view>

#include "base/json.hpp"
#include "compiler/keywords.hpp"

namespace skald::compiler {

// Draft 7, which is what editors understand.
Json editor_schema();

// What a key means, in a sentence or two. Empty: nobody has described it.
std::string_view describe_key(Table const& table, std::string_view key);

// A key by the name of its table (Table::what; empty: any table) and its own.
struct KeyText {
  std::string_view table;
  std::string_view key;
  std::string_view text;
};

// The texts by area (descriptions_*.cpp).
std::span<KeyText const> workflow_texts();
std::span<KeyText const> task_texts();
std::span<KeyText const> call_texts();

}  // namespace skald::compiler
