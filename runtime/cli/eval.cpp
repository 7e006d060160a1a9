// skald eval EXPR: tries an expression on data.

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "dsl/jq/jq.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/evaluator.hpp"
#include "runtime/cli/input.hpp"
#include "runtime/cli/jq_tests.hpp"

namespace skald::cli {
namespace {

constexpr char const* kInputHelp =
    "The expression is evaluated on each input. Without --input and FILE these are the JSON "
    "values\n"
    "on stdin, when that is a pipe or a file; a terminal or /dev/null is not read, and the input "
    "is\n"
    "null. -n makes sure of that.";

struct EvalOptions {
  std::optional<std::string> expression;
  std::vector<std::string> files;
  std::optional<std::string> program;  // -f: the file that holds the expression
  std::optional<std::string> input;
  std::vector<std::string> variables;
  Pairs texts;   // --arg
  Pairs values;  // --argjson
  std::optional<std::string> tests;
  bool raw = false;
  bool slurp = false;
  bool null_input = false;
  bool exit_status = false;
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

// What is piped or redirected into the command is its input, as with jq. A terminal and /dev/null,
// with which services and tests are started, are none.
bool is_fed() {
  struct stat about {};
  if (fstat(STDIN_FILENO, &about) != 0) return false;
  return S_ISFIFO(about.st_mode) || S_ISREG(about.st_mode) || S_ISSOCK(about.st_mode);
}

// Where the inputs are, each as --input names it.
std::vector<std::string> sources(EvalOptions const& options) {
  std::vector<std::string> result;
  if (options.input) result.push_back(*options.input);
  for (auto const& file : options.files) result.push_back("@" + file);
  if (result.empty() && is_fed()) result.emplace_back("@-");
  return result;
}

// Hands each input to the evaluator: with --slurp one array of all, and null when there are none to
// be had. Goes on behind an error of the program, not behind an input that can not be read.
Exit feed(Console& console, EvalOptions const& options, Evaluator& evaluator) {
  auto const from = sources(options);
  if (options.null_input || (from.empty() && !options.slurp)) return evaluator.evaluate(Json());
  Json all = Json::array();
  Exit exit = Exit::ok;
  for (auto const& source : from) {
    auto values = read_json_values(source, "--input");
    if (!values) return console.fail(values.error());
    values->tie(console.out());
    for (;;) {
      auto value = values->next();
      if (!value) return console.fail(value.error());
      if (!value->has_value()) break;
      if (options.slurp) {
        all.push_back(std::move(**value));
      } else if (auto const end = evaluator.evaluate(**value); end != Exit::ok) {
        exit = end;
      }
    }
  }
  return options.slurp ? evaluator.evaluate(all) : exit;
}

std::optional<Error> files_fault(EvalOptions const& options) {
  if (options.input && !options.files.empty()) {
    return Error{ErrorCode::invalid_argument,
                 "there is an --input and the file '" + options.files.front() + "'",
                 "give one of them; an expression with spaces goes between quotes"};
  }
  for (auto const& file : options.files) {
    std::error_code error;
    if (std::filesystem::exists(file, error) || !parse_json(file)) continue;
    return Error{ErrorCode::not_found, "there is no file '" + file + "'",
                 "to give it as the input write --input " + shell_word(file)};
  }
  return std::nullopt;
}

// With -f the first word is a file, too.
Result<std::string> take_program(EvalOptions& options) {
  if (options.program) {
    if (options.expression) options.files.insert(options.files.begin(), *options.expression);
    return read_file(*options.program);
  }
  if (options.expression) return std::string(unwrapped(*options.expression));
  return Error{ErrorCode::invalid_argument, "there is no expression to evaluate",
               "skald eval '.a + 1' --input '{\"a\": 1}'"};
}

Exit eval(Console& console, EvalOptions& options) {
  if (options.tests) return run_jq_tests(console, *options.tests);
  auto const text = take_program(options);
  if (!text) return console.fail(text.error());
  if (auto const fault = files_fault(options)) return console.fail(*fault);
  auto variables = read_variables(options);
  if (!variables) return console.fail(variables.error());
  auto const compilation = jq::compile(*text, {.variables = variables->names});
  if (!compilation) {
    for (auto const& error : compilation.errors) report(console, *text, error);
    return Exit::error;
  }
  Evaluator evaluator(console, *compilation.program, arrange(*compilation.program, *variables),
                      options.raw);
  auto const exit = feed(console, options, evaluator);
  evaluator.finish();
  bool const unwanted = options.exit_status && !evaluator.last().truthy();
  return exit == Exit::ok && unwanted ? Exit::error : exit;
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
                  {.names = "FILE",
                   .target = &options->files,
                   .help = "Files of inputs, JSON or YAML",
                   .file = true},
                  {.names = "-i,--input",
                   .target = &options->input,
                   .help = "The input, or several one behind the other",
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
                   .help = "Make one input of all: an array of them"},
                  {.names = "-n,--null-input",
                   .target = &options->null_input,
                   .help = "The input is null; nothing is read"},
                  {.names = "-c,--compact-output",
                   .target = &options->compact,
                   .help = "One line for each output, as without it"},
                  {.names = "-e,--exit-status",
                   .target = &options->exit_status,
                   .help = "End with 1 when the last output is null or false, or there is none"},
                  {.names = "-f,--from-file",
                   .target = &options->program,
                   .help = "Read the expression from a file; EXPR is one more FILE",
                   .value = "FILE",
                   .file = true},
                  {.names = "--tests",
                   .target = &options->tests,
                   .help = "Run a file in the format of jq's own tests",
                   .value = "FILE",
                   .file = true}},
      .run = [options](Console& console) { return eval(console, *options); },
      .prints_data = true,
      .details = kInputHelp};
}

}  // namespace skald::cli
