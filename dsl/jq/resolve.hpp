#pragma once

// From syntax to expressions: names become functions, slots and arguments; what can not be known
// before running stays an expression, everything else is an error with its place.

#include <memory>
#include <string>
#include <vector>

#include "dsl/jq/exprs.hpp"
#include "dsl/jq/syntax.hpp"

namespace skald::jq {

// The compiled form of a program, or of the prelude.
struct Program::Code {
  std::string text;
  std::string canonical;
  std::vector<std::string> variables;
  std::vector<VariableUse> uses;
  std::vector<std::unique_ptr<Expr>> pool;
  std::vector<std::unique_ptr<Function>> functions;
  Expr const* body = nullptr;
  std::size_t slots = 0;
  bool calls = false;  // calls functions, which look for a frame above theirs
};

// Compiles a tree into `code`. Errors go to `errors`; there is a body only without any.
// `prelude` is null only for the prelude itself.
void resolve(Syntax const& tree, CompileOptions const& options, Program::Code& code,
             std::vector<CompileError>& errors, Program::Code const* prelude);

// The functions that jq itself defines in jq. Compiled on first use, for all threads.
Program::Code const& prelude();

// "map/1" and all others, as the function `builtins` lists them.
std::vector<std::string> const& builtin_names();

}  // namespace skald::jq
