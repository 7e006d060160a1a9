#include "runtime/cli/evaluator.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>

#include "base/json_bounds.hpp"
#include "runtime/cli/clock.hpp"

namespace skald::cli {
namespace {

// Values share their parts: one that is small in memory may be without end as text.
constexpr JsonBounds kPrintable{.max_bytes = std::size_t{256} << 20U, .max_depth = 1'000'000};

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

void report(Console& console, std::string_view program, std::string_view message, jq::Span span) {
  auto const paint = console.error_paint();
  console.out().flush();
  console.err() << paint.bold(paint.red("error")) << ": " << message << '\n'
                << marked(program, span, paint);
}

}  // namespace

void report(Console& console, std::string_view program, jq::CompileError const& error) {
  report(console, program, error.message, error.span);
  if (!error.hint.empty()) console.err() << "  " << error.hint << '\n';
}

Evaluator::Evaluator(Console& console, jq::Program program, std::vector<Json> variables, bool raw)
    : console_(console),
      program_(std::move(program)),
      variables_(std::move(variables)),
      environment_{.variables = variables_, .now = now(), .limits = {}},
      raw_(raw),
      as_lines_(console.format() == Format::table || console.format() == Format::jsonl) {}

Exit Evaluator::evaluate(Json const& input) {
  auto result = jq::evaluate(program_, input, environment_);
  for (auto const& output : result.outputs) {
    auto fault = bounds_fault(output, kPrintable);
    if (!fault.empty()) {
      console_.out().flush();
      return console_.fail({ErrorCode::too_large, std::move(fault), "print a part of it"});
    }
    print(output);
  }
  if (!result.error) return Exit::ok;
  report(console_, program_.text(), result.error->message, result.error->span);
  return Exit::error;
}

void Evaluator::finish() {
  if (!as_lines_) console_.data(all_);
}

void Evaluator::print(Json const& output) {
  last_ = output;
  if (!as_lines_) {
    all_.push_back(output);
  } else if (raw_ && output.is_string() && console_.format() == Format::table) {
    console_.out() << output.as_string() << '\n';
  } else {
    console_.out() << to_text(output) << '\n';
  }
}

}  // namespace skald::cli
