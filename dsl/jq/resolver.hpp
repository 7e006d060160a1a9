#pragma once

// The walker behind resolve(). It keeps the scopes: a chain of levels (one for each frame there
// will be), and in each the names that are visible, innermost last. Private to resolve*.cpp.

#include <memory>
#include <string>
#include <vector>

#include "dsl/jq/resolve.hpp"

namespace skald::jq {

class Resolver {
 public:
  Resolver(CompileOptions const& options, Program::Code& code, std::vector<CompileError>& errors,
           Program::Code const* prelude)
      : options_(options), code_(code), errors_(errors), prelude_(prelude) {
    frames_.push_back(std::make_shared<std::size_t>(0));
  }

  Operand compile(Syntax const& node);
  // Sorts the uses of variables by their place.
  void finish();
  std::size_t slots() const { return *frames_.front(); }

 private:
  // A name in scope.
  struct Name {
    enum class Kind { variable, function, argument, label } kind;
    std::string name;
    std::size_t arity = 0;
    std::size_t level = 0;  // the frame it lives in
    std::size_t index = 0;  // slot, or argument
    Function const* function = nullptr;
  };
  friend struct Specials;

  Operand add(ExprPtr expr, Syntax const& at);
  Operand adopt(ExprPtr expr);
  void error(Syntax const& at, std::string message, std::string hint = {});
  Operands compile_all(std::vector<Syntax*> const& nodes);
  Operand fold(ExprPtr expr, Operands const& operands, Syntax const& at);

  Operand string(Syntax const& node);
  Operand format(Syntax const& node);
  Operand index(Syntax const& node);
  Operand slice(Syntax const& node);
  Operand arithmetic(Syntax const& node);
  static Operator operator_of(char sign);
  Operand comparison(Syntax const& node);
  Operand assign(Syntax const& node);
  Operand conditional(Syntax const& node);
  Operand array(Syntax const& node);
  Operand object(Syntax const& node);

  // resolve_names.cpp
  Operand variable(Syntax const& node);
  Operand call(Syntax const& node);
  Operand call_native(Syntax const& node);
  Operand call_function(Syntax const& node, Function const& function, std::size_t level);
  Operand unknown(Syntax const& node);
  Argument argument(Syntax const& node);
  // An operand that may run again before it is through: its variables get a frame of their own.
  Operand reentrant(Syntax const& node);
  Operand function(Syntax const& node);
  Operand bind(Syntax const& node);
  Operand loop(Syntax const& node);
  Operand label(Syntax const& node);
  Operand break_out(Syntax const& node);
  std::unique_ptr<Pattern> pattern(Syntax const& node, std::vector<std::size_t>& slots);
  Patterns patterns(Syntax const& node, std::size_t first, std::size_t last);
  std::size_t declare(std::string const& name);
  Name const* find(Name::Kind kind, std::string_view name, std::size_t arity = 0) const;
  std::size_t level() const { return frames_.size() - 1; }
  std::size_t levels_to(std::size_t other) const { return level() - other; }

  CompileOptions const& options_;
  Program::Code& code_;
  std::vector<CompileError>& errors_;
  Program::Code const* prelude_;
  std::size_t open_functions_ = 0;
  std::vector<Name> names_;
  std::vector<std::shared_ptr<std::size_t>> frames_;  // slots used in each
};

// The functions whose arguments are expressions. Null when `node` is none of them.
struct Specials {
  static ExprPtr make(Resolver& resolver, Syntax const& node);
  static std::vector<std::string> const& names();
};

}  // namespace skald::jq
