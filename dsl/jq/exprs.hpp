#pragma once

// Makes every kind of expression. The classes themselves are private to their files. Operands are
// raw pointers into the program's pool, which outlives every use.

#include <memory>
#include <string>
#include <vector>

#include "dsl/jq/expr.hpp"
#include "dsl/jq/ops.hpp"

namespace skald::jq {

using ExprPtr = std::unique_ptr<Expr>;
using Operand = Expr const*;
using Operands = std::vector<Operand>;

// True when each of them has at most one output.
bool all_single(Operands const& operands);

// What uses take in steps (Expr): for each of many operands, because some are free; for going out
// through so many frames; for making a value of its own.
std::uint32_t count_of(Operands const& operands);
inline std::uint32_t steps_up(std::size_t levels) {
  return static_cast<std::uint32_t>(levels / 8);
}
inline constexpr std::uint32_t kAllocation = 3;

// access_exprs.cpp
ExprPtr make_identity();
ExprPtr make_field(Operand target, std::string_view name, bool optional);
ExprPtr make_index(Operand target, Operand key, bool optional);
ExprPtr make_slice(Operand target, Operand from, Operand to, bool optional);

// path_exprs.cpp
ExprPtr make_iterate(Operand target, bool optional);
ExprPtr make_recurse();
ExprPtr make_get_path(Operand path);
ExprPtr make_path_of(Operand body);
ExprPtr make_paths();

// value_exprs.cpp
ExprPtr make_literal(Json value);
ExprPtr make_variable(std::size_t levels, std::size_t slot);
ExprPtr make_global(std::size_t index);
ExprPtr make_collect(Operand items);  // null: empty
ExprPtr make_object(Operands keys_and_values);
ExprPtr make_string(Operands parts, std::vector<bool> formatted, std::string format);
ExprPtr make_negate(Operand value);

// operator_exprs.cpp
ExprPtr make_arithmetic(Operator op, Operand left, Operand right);
ExprPtr make_compare(Order order, Operand left, Operand right);
ExprPtr make_logic(bool is_and, Operand left, Operand right);
ExprPtr make_alternative(Operand left, Operand right);

// control_exprs.cpp
ExprPtr make_pipe(Operands stages);
ExprPtr make_comma(Operands branches);
ExprPtr make_conditional(Operand condition, Operand then, Operand otherwise);
ExprPtr make_attempt(Operand body, Operand handler);
ExprPtr make_label(std::size_t slot, Operand body);
ExprPtr make_break(std::size_t levels, std::size_t slot);
ExprPtr make_empty();

// bind_exprs.cpp
// What a pattern does: store the value, or a part of it, into slots.
struct Pattern {
  struct Part {
    Operand key;  // of an object, or null: the item at `index`
    std::size_t index = 0;
    bool bind_key = false;  // {$name: pattern} binds $name as well
    std::size_t slot = 0;
    std::unique_ptr<Pattern> inner;  // null: nothing more
  };
  bool variable = false;
  std::size_t slot = 0;
  std::vector<Part> parts;
  Span span;
};
// With several patterns (?//) all `slots` are set to null before each is tried.
struct Patterns {
  std::vector<std::unique_ptr<Pattern>> alternatives;
  std::vector<std::size_t> slots;
};
ExprPtr make_bind(Operand source, Patterns patterns, Operand body);
ExprPtr make_reduce(Operand source, Patterns patterns, Operand init, Operand update);
ExprPtr make_foreach(Operand source, Patterns patterns, Operand init, Operand update,
                     Operand extract);

// call_exprs.cpp
struct Function {
  std::string name;
  Expr const* body = nullptr;
  std::size_t arity = 0;
  std::size_t slots = 0;
  bool framed = false;    // has arguments or variables
  bool inner = false;     // defined inside another function
  bool finished = false;  // the body is compiled; until then a call is a recursion
};
struct Argument {
  Operand body = nullptr;
  std::shared_ptr<std::size_t const> slots;  // of the argument's own frame; 0: none
};
ExprPtr make_call(Function const* function, std::size_t levels, std::vector<Argument> arguments);
ExprPtr make_framed(Argument body);
ExprPtr make_closure_call(std::size_t levels, std::size_t argument);
// A function of values: the input and the arguments' values.
using Native = bool (*)(Run& run, Json const& in, Json const* const* arguments, Json& out);
// What a call takes at least, in steps; what the native has paid by itself counts. Only a native
// that looks at no more than a few bytes of a text may say so.
enum class Cost : std::uint8_t {
  texts,    // goes through all texts it gets
  shorter,  // goes through its input or its first argument, whichever is the shorter text
  nothing,  // and makes nothing that it does not charge by itself
};
ExprPtr make_native(Native function, Cost cost, Operands arguments);

// update_exprs.cpp
ExprPtr make_assign(Operand target, Operand value);
ExprPtr make_modify(Operand target, Operand update);
ExprPtr make_update(Operator op, Operand target, Operand value);
ExprPtr make_default_update(Operand target, Operand value);
ExprPtr make_delete(Operand targets);
ExprPtr make_set_path(Operand path, Operand value);
ExprPtr make_from_stream(Operand events);
ExprPtr make_pick(Operand targets);

// generator_exprs.cpp
ExprPtr make_range(Operand from, Operand to, Operand by);  // by: null for range/2
ExprPtr make_limit(Operand count, Operand body);
ExprPtr make_skip(Operand count, Operand body);
ExprPtr make_first(Operand body);
ExprPtr make_last(Operand body);
ExprPtr make_is_empty(Operand body);
ExprPtr make_quantifier(bool any, Operand source, Operand condition);
ExprPtr make_add(Operand source);
ExprPtr make_until(Operand condition, Operand next);
ExprPtr make_while(Operand condition, Operand next);
ExprPtr make_recurse_by(Operand next);
ExprPtr make_repeat(Operand body);
ExprPtr make_raise(Operand message);

// regex_exprs.cpp
ExprPtr make_substitute(Operand pattern, Operand replacement, Operand flags, bool global);

// collection_exprs.cpp
ExprPtr make_map(Operand body);
enum class Keyed { sort, group, unique, min, max };
ExprPtr make_keyed(Keyed what, Operand key);  // no key: by the items themselves

}  // namespace skald::jq
