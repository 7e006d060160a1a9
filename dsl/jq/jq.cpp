#include "dsl/jq/jq.hpp"

#include "dsl/jq/resolve.hpp"
#include "dsl/jq/run.hpp"
#include "dsl/jq/syntax.hpp"

namespace skald::jq {

std::string_view Program::text() const {
  return code_->text;
}
std::string Program::canonical() const {
  return code_->canonical;
}
std::span<std::string const> Program::variables() const {
  return code_->variables;
}
std::span<VariableUse const> Program::variable_uses() const {
  return code_->uses;
}

std::optional<Json> Program::constant() const {
  auto const* value = code_->body->constant();
  if (value == nullptr) return std::nullopt;
  return *value;
}

Compilation compile(std::string_view text, CompileOptions const& options) {
  Compilation result;
  SyntaxArena arena;
  auto const* tree = parse(text, options, arena, result.errors);
  if (tree == nullptr) return result;
  auto code = std::make_shared<Program::Code>();
  code->text = text;
  resolve(*tree, options, *code, result.errors, &prelude());
  if (!result.errors.empty()) return result;
  code->canonical = print_canonical(*tree);
  result.program = Program(std::move(code));
  return result;
}

namespace {

// Parts of values are shared, so a few steps can make one that is far larger than the memory it
// takes. What leaves an evaluation is not larger than what came in and what may be made.
std::size_t largest_output(Json const& input, Environment const& environment) {
  auto most = environment.limits.bytes + input.byte_size();
  for (auto const& variable : environment.variables) most += variable.byte_size();
  return most;
}

}  // namespace

Evaluation evaluate(Program const& program, Json const& input, Environment const& environment) {
  auto const& code = program.code();
  Evaluation result;
  Run run(environment);
  auto const frame = Frame::make(nullptr, code.slots, 0);
  std::size_t room = environment.limits.outputs;
  auto const most = largest_output(input, environment);
  run.each(*code.body, frame.get(), input, [&](Item item) -> Flow {
    if (room == 0) {
      run.over("outputs");
      return Flow::stop;
    }
    --room;
    if (item.json->byte_size() > most) {
      run.over("memory (bytes)");
      return Flow::stop;
    }
    result.outputs.push_back(item.take());
    return Flow::more;
  });
  if (run.failed()) result.error = run.error();
  return result;
}

First evaluate_first(Program const& program, Json const& input, Environment const& environment) {
  auto const& code = program.code();
  First result;
  if (auto const* constant = code.body->constant()) {
    result.value = *constant;
    return result;
  }
  Run run(environment);
  FrameRef frame;
  if (code.slots != 0 || code.calls) {
    frame = Frame::make(nullptr, code.slots, 0);
  }
  result.empty = true;
  if (code.body->single()) {
    Json space;
    auto const* value = code.body->one(run, frame.get(), input, space);
    if (value != nullptr) {
      result.value = take_result(value, space);
      result.empty = false;
    }
  } else {
    run.each(*code.body, frame.get(), input, [&](Item item) {
      result.value = item.take();
      result.empty = false;
      return Flow::stop;
    });
  }
  if (!result.empty && result.value.byte_size() > environment.limits.bytes &&
      result.value.byte_size() > largest_output(input, environment)) {
    run.over("memory (bytes)");
    result.value = Json();
    result.empty = true;
  }
  if (run.failed() && result.empty) result.error = run.error();
  return result;
}

}  // namespace skald::jq
