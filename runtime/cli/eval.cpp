// skald eval EXPR: tries an expression on data.

#include <algorithm>
#include <ostream>

#include "base/json_bounds.hpp"
#include "dsl/jq/jq.hpp"
#include "runtime/cli/clock.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/input.hpp"
#include "runtime/cli/jq_tests.hpp"

namespace skald::cli {
namespace {

struct EvalOptions {
  std::optional<std::string> expression;
  std::optional<std::string> input;
  std::vector<std::string> variables;
  Pairs texts;   // --arg
  Pairs values;  // --argjson
  std::optional<std::string> tests;
  bool raw = false;
  bool slurp = false;
  bool null_input = false;
  bool compact = false;  // outputs are compact as it is; people's fingers write -c
};

// "${ .a }" is what stands in a workflow; ".a" is the expression.
std::string_view unwrapped(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return text;
  auto const last = text.find_last_not_of(" \t\n");
  auto const inner = text.substr(first, last - first + 1);
  if (!inner.starts_with("${") || !inner.ends_with('}')) return text;
  return inner.substr(2, inner.size() - 3);
}

// The line of `text` that holds the span, with carets below.
std::string marked(std::string_view text, jq::Span span, view::Paint paint) {
  auto const begin = std::min(span.begin, text.size());
  auto const line_start = begin == 0 ? 0 : text.rfind('\n', begin - 1) + 1;
  auto const line_end = std::min(text.find('\n', begin), text.size());
  auto const line = text.substr(line_start, line_end - line_start);
  auto const before = view::display_width(text.substr(line_start, begin - line_start));
  auto const end = std::min(std::max(span.end, begin + 1), line_end);
  auto const length = end > begin ? view::display_width(text.substr(begin, end - begin)) : 1;
  return "  " + std::string(line) + "\n  " + std::string(before, ' ') +
         paint.red("^" + std::string(length > 0 ? length - 1 : 0, '~')) + "\n";
}

struct Variables {
  std::vector<std::string> names;
  std::vector<Json> values;
};

// --var NAME=JSON, and --arg NAME TEXT and --argjson NAME JSON as jq has them.
Result<Variables> read_variables(EvalOptions const& options) {
  Variables result;
  for (auto const& [name, text] : options.texts) {
    result.names.push_back(name);
    result.values.emplace_back(text);
  }
  for (auto const& [name, text] : options.values) {
    auto value = read_json_argument(text, "--argjson " + name);
    if (!value) return std::move(value).error();
    result.names.push_back(name);
    result.values.push_back(std::move(*value));
  }
  for (auto const& argument : options.variables) {
    auto const equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{ErrorCode::invalid_argument, "'" + argument + "' is not NAME=JSON",
                   "write for example --var 'tasks={\"hotel\": {\"id\": 7}}'"};
    }
    auto value = read_json_argument(argument.substr(equals + 1), "--var");
    if (!value) return std::move(value).error();
    auto const dollar = argument.front() == '$' ? 1U : 0U;
    result.names.push_back(argument.substr(dollar, equals - dollar));
    result.values.push_back(std::move(*value));
  }
  return result;
}

// The values in the order the program wants them.
std::vector<Json> arrange(jq::Program const& program, Variables const& variables) {
  std::vector<Json> values;
  for (auto const& name : program.variables()) {
    auto const place = std::find(variables.names.begin(), variables.names.end(), name);
    values.push_back(variables.values[static_cast<std::size_t>(place - variables.names.begin())]);
  }
  return values;
}

Exit report_compile_errors(Console& console, std::string_view text,
                           std::vector<jq::CompileError> const& errors) {
  auto const paint = console.error_paint();
  for (auto const& error : errors) {
    console.err() << paint.bold(paint.red("error")) << ": " << error.message << '\n'
                  << marked(text, error.span, paint);
    if (!error.hint.empty()) console.err() << "  " << error.hint << '\n';
  }
  return Exit::error;
}

// Values share their parts: one that is small in memory may be without end as text.
constexpr JsonBounds kPrintable{.max_bytes = std::size_t{256} << 20U, .max_depth = 1'000'000};

void print(Console& console, Json const& value, bool raw) {
  if (raw && value.is_string()) {
    console.out() << value.as_string() << '\n';
  } else {
    console.out() << to_text(value) << '\n';
  }
}

Result<Json> read_input(EvalOptions const& options) {
  if (!options.input || options.null_input) return options.slurp ? Json::array() : Json();
  return options.slurp ? read_json_values(*options.input, "--input")
                       : read_json_argument(*options.input, "--input");
}

Exit eval(Console& console, EvalOptions const& options) {
  if (options.tests) return run_jq_tests(console, *options.tests);
  if (!options.expression) {
    return console.fail({ErrorCode::invalid_argument, "there is no expression to evaluate",
                         "skald eval '.a + 1' --input '{\"a\": 1}'"});
  }
  auto variables = read_variables(options);
  if (!variables) return console.fail(variables.error());
  auto const text = unwrapped(*options.expression);
  auto const compilation = jq::compile(text, {.variables = variables->names});
  if (!compilation) return report_compile_errors(console, text, compilation.errors);
  auto input = read_input(options);
  if (!input) return console.fail(input.error());

  auto const values = arrange(*compilation.program, *variables);
  jq::Environment environment{.variables = values, .now = now(), .limits = {}};
  auto const result = jq::evaluate(*compilation.program, *input, environment);
  bool const as_lines = console.format() == Format::table;  // the form that scripts rely on
  for (auto const& output : result.outputs) {
    auto fault = bounds_fault(output, kPrintable);
    if (!fault.empty()) {
      console.out().flush();
      return console.fail({ErrorCode::too_large, std::move(fault), "print a part of it"});
    }
    if (as_lines) print(console, output, options.raw);
  }
  if (!as_lines) {
    Json all = Json::array();
    for (auto const& output : result.outputs) all.push_back(output);
    console.data(all);
  }
  if (!result.error) return Exit::ok;
  auto const paint = console.error_paint();
  console.out().flush();
  console.err() << paint.bold(paint.red("error")) << ": " << result.error->message << '\n'
                << marked(text, result.error->span, paint);
  return Exit::error;
}

}  // namespace

Command eval_command() {
  auto options = std::make_shared<EvalOptions>();
  return {
      .name = "eval",
      .summary = "Try an expression on data",
      .group = "Author",
      .options = {{.names = "EXPR",
                   .target = &options->expression,
                   .help = "The expression, with or without ${ }"},
                  {.names = "-i,--input",
                   .target = &options->input,
                   .help = "Its input; null when not given",
                   .value = "JSON|@FILE"},
                  {.names = "--var",
                   .target = &options->variables,
                   .help = "A variable: $NAME in the expression",
                   .value = "NAME=JSON"},
                  {.names = "-r,--raw,--raw-output",
                   .target = &options->raw,
                   .help = "Print texts without quotes"},
                  {.names = "--arg",
                   .target = &options->texts,
                   .help = "A variable whose value is a text",
                   .value = "NAME TEXT"},
                  {.names = "--argjson",
                   .target = &options->values,
                   .help = "A variable whose value is JSON",
                   .value = "NAME JSON"},
                  {.names = "-s,--slurp",
                   .target = &options->slurp,
                   .help = "Take the input for any number of values, and make an array of them"},
                  {.names = "-n,--null-input",
                   .target = &options->null_input,
                   .help = "The input is null, also when one is given"},
                  {.names = "-c,--compact-output",
                   .target = &options->compact,
                   .help = "One line for each output, as without it"},
                  {.names = "--tests",
                   .target = &options->tests,
                   .help = "Run a file in the format of jq's own tests",
                   .value = "FILE",
                   .file = true}},
      .run = [options](Console& console) { return eval(console, *options); },
      .prints_data = true};
}

}  // namespace skald::cli
