#pragma once

// The keywords of the language as tables: which keys a map may have, what their values look like,
// which of them skald does not execute yet. The shape check walks them; nothing else in the
// compiler knows which keys exist.

#include <cstdint>
#include <span>
#include <string_view>

namespace skald::compiler {

// What a value may be, as a set of bits.
enum Kinds : std::uint8_t {
  kText = 1,
  kFlag = 2,    // true or false
  kWhole = 4,   // a whole number
  kNumber = 8,  // any number
  kMap = 16,
  kList = 32,
  kExpression = 64,  // a text ${ ... } in place of the above
  kAny = 128,
};

enum class Need : std::uint8_t { optional, required, later };

// How the table of a key applies to its value.
enum class Nest : std::uint8_t {
  none,         // the value is not looked into
  self,         // the value is such a map
  named,        // the value maps names to such maps
  items,        // the value is a list of such maps
  named_items,  // the value is a list of maps with one key each, whose values are such maps
  tasks,        // the value is a task list
  named_tasks,  // the value maps names to tasks
  texts,        // the value is a list of texts
  named_texts,  // the value maps names to texts
};

struct Table;
using Words = std::span<std::string_view const>;

struct Key {
  std::string_view name;
  std::uint8_t kinds = kAny;
  Need need = Need::optional;
  Nest nest = Nest::none;
  Table const* table = nullptr;
  Words words = {};               // the texts that are allowed; empty: any
  std::string_view form = {};     // how a value is written, for who wrote another: "{ seconds: 5 }"
  bool superset = false;          // skald's own, not a part of the Open Workflow Specification
  std::string_view way_out = {};  // later: what to do instead
  std::uint32_t most = 0;         // the largest number; 0: any
};

struct Table {
  std::string_view what;  // "a retry policy"
  std::span<Key const> keys;
  std::span<std::string_view const> exclusive = {};      // at most one of these keys
  bool open = false;                                     // other keys are allowed
  bool by_secret = false;                                // `use: SECRET` may stand for all keys
  std::span<std::string_view const> exclusive_too = {};  // a second group of which one is needed
  std::string_view form = {};                            // how one is written
};

Table const& workflow_table();
// Keys that every task may have, and that each kind adds.
Table const& task_table();

enum class Kind : std::uint8_t {
  call,
  do_,
  emit,
  for_,
  fork,
  listen,
  raise,
  run,
  set,
  switch_,
  try_,
  wait,
  none
};

struct TaskKindKeys {
  Kind kind;
  std::string_view keyword;
  Table table;  // the keys of this kind, the keyword among them
};

std::span<TaskKindKeys const> task_kinds();

// The calls of the standard: http, openapi, grpc, ...
struct StandardCall {
  std::string_view name;
  Need need = Need::optional;  // later: skald does not make such calls yet
  Table with;
  std::string_view way_out = {};
};
std::span<StandardCall const> standard_calls();
// nullptr when it is the name of a function.
StandardCall const* standard_call(std::string_view name);

}  // namespace skald::compiler
