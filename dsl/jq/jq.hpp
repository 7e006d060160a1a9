#pragma once

// The expression language: jq 1.8.1 semantics on base::Json. Compile once, evaluate many times.
//
//   auto program = skald::jq::compile(".items | map(.price) | add");
//   auto sum = skald::jq::evaluate(*program.program, order);
//
// A Program is an immutable, cheaply copied handle and may be used by any number of threads at
// once. Evaluation is bounded by Limits, takes at most 4 MiB of stack (give threads the usual 8),
// reads no clock and no environment, and never throws for bad programs or bad data.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"

namespace skald::jq {

// Byte offsets into the program text, end exclusive.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// What is wrong with a program: "expected ')' ...", "unknown function 'lenght/0'".
struct CompileError {
  Span span;
  std::string message;
  std::string hint;  // "did you mean 'length'?"; may be empty
};

// One use of a global variable: $tasks.hotel has name "tasks" and field "hotel"; a use without a
// literal member behind it has no field.
struct VariableUse {
  std::string name;  // without '$'
  std::optional<std::string> field;
  Span span;
};

class Program {
 public:
  // The text it was compiled from.
  std::string_view text() const;
  // The syntax tree printed in one way: equal trees print equally, whatever their white space,
  // comments and parentheses. What content digests are made of.
  std::string canonical() const;
  // The global variables the program uses, without '$', each once. evaluate() wants their values
  // in this order.
  std::span<std::string const> variables() const;
  // Every use of a global variable, in the order of the text.
  std::span<VariableUse const> variable_uses() const;
  // The value, when the program is a constant (no input, no variable needed): `"a"`, `{b: 1}`.
  std::optional<Json> constant() const;

  struct Code;  // the compiled form; defined in the implementation
  explicit Program(std::shared_ptr<Code const> code) : code_(std::move(code)) {}
  Code const& code() const { return *code_; }

 private:
  std::shared_ptr<Code const> code_;
};

struct CompileOptions {
  // Names of the global variables that may be used, without '$'. Any other is a compile error.
  std::vector<std::string> variables;
  std::size_t max_depth = 256;        // nesting of the program text
  std::size_t max_bytes = 1U << 20U;  // length of the program text
  std::size_t max_parts = 100'000;    // nodes made while it is read, about 12 for an operand
};

// Either a program, or at least one error.
struct Compilation {
  std::optional<Program> program;
  std::vector<CompileError> errors;

  explicit operator bool() const { return program.has_value(); }
};

Compilation compile(std::string_view text, CompileOptions const& options = {});

// Over a limit, evaluation ends with an EvalError that says which.
struct Limits {
  std::uint64_t fuel = 2'000'000;              // steps, at most some 40 ns each: docs/jq.md
  std::size_t depth = 10'000;                  // nested calls and generators
  std::size_t outputs = 100'000;               // outputs of the program
  std::size_t bytes = std::size_t{32} << 20U;  // memory made by the evaluation
};

struct EvalError {
  std::string message;  // as jq words it: "Cannot index number with string \"a\""
  Json value;           // what `try ... catch .` would see; a string, unless error(value) was used
  Span span;            // where in the program text
  bool limit = false;   // a limit was exceeded
};

struct Evaluation {
  std::vector<Json> outputs;  // what came before the error, if there was one
  std::optional<EvalError> error;

  explicit operator bool() const { return !error.has_value(); }
};

struct Environment {
  std::span<Json const> variables;  // values of Program::variables(), in order; missing: null
  Time now;                         // the answer of `now`
  Limits limits;
};

// All outputs.
Evaluation evaluate(Program const& program, Json const& input, Environment const& environment = {});

// An error as people read it: "line 1, column 9: unknown function 'lenght/0'", the line of the
// program with carets below the place, and the hint. Ends with a newline.
std::string report(std::string_view program, CompileError const& error);
std::string report(std::string_view program, EvalError const& error);

// The first output only; none gives null with `empty` set. Cheaper: the rest is never computed.
struct First {
  Json value;
  bool empty = false;
  std::optional<EvalError> error;

  explicit operator bool() const { return !error.has_value(); }
};
First evaluate_first(Program const& program, Json const& input,
                     Environment const& environment = {});

}  // namespace skald::jq
