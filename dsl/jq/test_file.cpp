#include "dsl/jq/test_file.hpp"

#include <utility>

#include "dsl/jq/strings.hpp"

namespace skald::jq {
namespace {

struct Lines {
  std::string_view rest;
  std::size_t number = 0;

  bool next(std::string_view& line) {
    if (rest.empty()) return false;
    auto const end = rest.find('\n');
    line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number;
    return true;
  }
  // The next line that is neither blank nor a comment.
  bool next_of_group(std::string_view& line) {
    while (next(line)) {
      auto const first = line.find_first_not_of(" \t");
      if (first != std::string_view::npos && line[first] != '#') return true;
    }
    return false;
  }
};

bool blank(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

std::string reason_of(Compilation const& compilation) {
  auto const& error = compilation.errors.front();
  return error.message + (error.hint.empty() ? "" : " (" + error.hint + ")");
}

// jq compares what was printed, too: nan is printed as null.
bool same(Json const& actual, Json const& expected) {
  if (actual == expected) return true;
  Json printed;
  return read_json_text(to_text(actual), printed).empty() && printed == expected;
}

class Runner {
 public:
  Runner(std::string_view text, Environment const& environment)
      : lines_{text}, environment_(environment) {}

  TestFileReport run() {
    std::string_view line;
    while (lines_.next_of_group(line)) {
      ++report_.cases;
      if (line.starts_with("%%FAIL")) {
        must_fail();
      } else {
        must_pass(line);
      }
    }
    return std::move(report_);
  }

 private:
  void skip_group() {
    std::string_view line;
    while (lines_.next(line) && !blank(line)) {
    }
  }

  void fail(std::size_t at, std::string_view program, std::string detail, bool refused = false) {
    report_.failures.push_back({at, std::string(program), std::move(detail), refused});
  }

  void must_fail() {
    std::string_view program;
    if (!lines_.next_of_group(program)) return;
    auto const at = lines_.number;
    auto const compilation = compile(program);
    if (compilation) {
      fail(at, program, "it must not compile, but does");
    } else {
      ++report_.passed;
    }
    skip_group();
  }

  void must_pass(std::string_view program) {
    auto const at = lines_.number;
    std::string_view input_text;
    lines_.next(input_text);
    std::vector<std::string_view> expected;
    std::string_view line;
    while (lines_.next(line) && !blank(line)) {
      if (line.find_first_not_of(" \t") != std::string_view::npos && line.front() == '#') continue;
      expected.push_back(line);
    }
    auto const compilation = compile(program);
    if (!compilation) return fail(at, program, reason_of(compilation), true);
    Json input;
    if (auto const problem = read_json_text(input_text, input); !problem.empty()) {
      return fail(at, program, "the input is not JSON: " + problem);
    }
    check(at, program, evaluate(*compilation.program, input, environment_), expected);
  }

  void check(std::size_t at, std::string_view program, Evaluation const& evaluation,
             std::vector<std::string_view> const& expected) {
    std::string wanted;
    std::string got;
    bool good = evaluation.outputs.size() == expected.size();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      Json value;
      bool const read = read_json_text(expected[i], value).empty();
      good = good && read && same(evaluation.outputs[i], value);
      wanted += std::string(expected[i]) + " ";
    }
    if (good) {
      ++report_.passed;
      return;
    }
    for (auto const& output : evaluation.outputs) got += to_text(output) + " ";
    if (evaluation.error) got += "error: " + evaluation.error->message;
    fail(at, program, "expected " + wanted + "but got " + got);
  }

  Lines lines_;
  Environment const& environment_;
  TestFileReport report_;
};

}  // namespace

TestFileReport run_test_file(std::string_view text, Environment const& environment) {
  return Runner(text, environment).run();
}

}  // namespace skald::jq
