#include "runtime/cli/jq_tests.hpp"

#include <fmt/format.h>

#include <ostream>

#include "dsl/jq/test_file.hpp"
#include "runtime/cli/clock.hpp"
#include "runtime/cli/input.hpp"

namespace skald::cli {

Exit run_jq_tests(Console& console, std::string const& path) {
  auto text = read_file(path);
  if (!text) return console.fail(text.error());
  jq::Environment environment;
  environment.now = now();
  auto const report = jq::run_test_file(*text, environment);
  auto const paint = console.paint();
  for (auto const& failure : report.failures) {
    console.out() << fmt::format("{} {}:{}: {}\n    {}{}\n", paint.red("✗"), path, failure.line,
                                 failure.program, failure.refused ? "refused: " : "",
                                 failure.detail);
  }
  console.out() << fmt::format("{} passed, {} failed\n", report.passed,
                               report.cases - report.passed);
  console.out().flush();
  return report.passed == report.cases ? Exit::ok : Exit::error;
}

}  // namespace skald::cli
