#pragma once

// `skald eval` once its program is compiled: evaluates it on one input after the other and prints
// what comes out, and the errors with their places. Not thread-safe.

#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "dsl/jq/jq.hpp"
#include "runtime/cli/console.hpp"

namespace skald::cli {

// An error of the program, with the line it stands in and carets below it, on stderr.
void report(Console& console, std::string_view program, jq::CompileError const& error);

class Evaluator {
 public:
  // `variables`: the values of program.variables(), in that order. `raw`: texts without quotes.
  Evaluator(Console& console, jq::Program program, std::vector<Json> variables, bool raw);

  // Prints the outputs, and the error that ended them; `ok` when there was none.
  Exit evaluate(Json const& input);
  // Prints what was held back because its format is one document of all outputs.
  void finish();
  // The last output; null when there was none.
  Json const& last() const { return last_; }

 private:
  void print(Json const& output);

  Console& console_;
  jq::Program program_;
  std::vector<Json> variables_;
  jq::Environment environment_;
  bool raw_;
  bool as_lines_;
  Json last_;
  Json all_ = Json::array();  // unless they are printed as lines
};

}  // namespace skald::cli
