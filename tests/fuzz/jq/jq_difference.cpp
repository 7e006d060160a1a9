// Random programs on random inputs, here and in libjq: prints every difference, with its reason
// when there is one, and counts them. Ends with 1 when one is unexplained. With libjq 1.6
// (libjq-dev) it leaves out what has changed since, first of all `try`, which caught too much; with
// a newer one, which the configuration names (-DSKALD_LIBJQ=..., -DSKALD_LIBJQ_INCLUDE=...), it
// tries everything and compares texts byte by byte. libjq needs some 15 ms for a program.
//
//   jq_difference [programs, default 2000] [seed, default 1]

extern "C" {
#include <jq.h>
#include <jv.h>
}

#include <cstdio>
#include <cstdlib>
#include <map>
#include <span>
#include <string>

#include "dsl/jq/jq.hpp"
#include "tests/fuzz/jq/random_programs.hpp"

namespace {

// Outputs, one a line, and the error's text at the end. libjq 1.6 prints numbers and orders members
// in its own way, so `modern` decides in which form they are compared.
std::string ours(std::string const& program, std::string const& input, bool modern) {
  auto const print = modern ? skald::to_text : skald::to_canonical;
  auto const compiled = skald::jq::compile(program);
  if (!compiled) return "does not compile: " + compiled.errors.front().message;
  auto const result = skald::jq::evaluate(*compiled.program, skald::parse_json(input).value());
  std::string text;
  for (auto const& output : result.outputs) text += print(output) + "\n";
  if (result.error) text += "error: " + print(result.error->value);
  return text;
}

std::string printed(jv value, bool modern) {
  jv const dumped = jv_dump_string(value, 0);
  std::string text = jv_string_value(dumped);
  jv_free(dumped);
  if (modern) return text;
  auto const parsed = skald::parse_json(text);
  return parsed ? skald::to_canonical(*parsed) : text;
}

std::string theirs(std::string const& program, std::string const& input, bool modern) {
  jq_state* state = jq_init();
  jq_set_error_cb(
      state, [](void*, jv message) { jv_free(message); }, nullptr);
  std::string text;
  if (jq_compile(state, program.c_str()) == 0) {
    text = "does not compile: ";
  } else {
    jq_start(state, jv_parse(input.c_str()), 0);
    for (;;) {
      jv const out = jq_next(state);
      if (jv_is_valid(out) != 0) {
        text += printed(out, modern) + "\n";
        continue;
      }
      bool const failed = jv_invalid_has_msg(jv_copy(out)) != 0;
      jv const message = jv_invalid_get_msg(out);
      if (failed) text += "error: " + printed(jv_copy(message), modern);
      jv_free(message);
      break;
    }
  }
  jq_teardown(&state);
  return text;
}

// Why the answers differ, by what the program or its input holds, and libjq's answer. Of libjq 1.6:
// what jq has changed since. Of a newer one: the page of differences in docs/jq.md.
struct Reason {
  char const* what;
  char const* part;
  char const* answer = "";
};

constexpr Reason kSince16[] = {
    {"transpose says what is wrong in other words", "transpose"},
    {"tonumber says what is wrong in other words", "tonumber"},
    {"reverse takes strings", "reverse"},
    {"a string times a number below 1 is empty", " * "},
    {"updates to nothing remove each item, not each other one", "|="},
    {"any and all have one output", "any("},
    {"any and all have one output", "all("},
    {"slices of strings are refused in other words", ":]", "field at object index of string"},
};
constexpr Reason kHere[] = {
    {"reverse takes strings", "reverse"},
    {"@urid keeps what is beyond ASCII, and what is behind a zero byte", "urid"},
    {"a zero byte in a text stands in messages, too", "\\u0000"},
    {"exp10 is pow(10; .)", "exp10"},
    {"what leaves through a break tries no other pattern", "?//"},
    {"a computed zero loses its sign when it is negated", "-", "-0"},
    {"a computed zero loses its sign when it is negated", "abs", "-0"},
};

char const* reason(bool modern, std::string const& question, std::string const& answer) {
  auto const reasons = modern ? std::span<Reason const>(kHere) : std::span<Reason const>(kSince16);
  for (auto const& each : reasons) {
    bool const fits = question.find(each.part) != std::string::npos;
    if (fits && answer.find(each.answer) != std::string::npos) return each.what;
  }
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  int const count = argc > 1 ? std::atoi(argv[1]) : 2'000;
  auto const seed = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1U;
  bool const modern = !theirs("trimstr(\"a\")", "\"a\"", true).starts_with("does not");
  skald::jq_fuzz::RandomPrograms random(seed, modern);
  int unexplained = 0;
  std::map<std::string, int> explained;
  for (int i = 0; i < count; ++i) {
    auto const program = random.program(3);
    auto const input = random.value(3);
    auto const mine = ours(program, input, modern);
    auto const other = theirs(program, input, modern);
    if (mine == other || (mine.starts_with("does not") && other.starts_with("does not"))) continue;
    auto const* why = reason(modern, program + input, other);
    if (why != nullptr) {
      ++explained[why];
    } else {
      ++unexplained;
    }
    std::printf("%s\n  input  %s\n  skald  %s\n  libjq  %s\n  reason %s\n", program.c_str(),
                input.c_str(), mine.c_str(), other.c_str(), why != nullptr ? why : "none known");
  }
  for (auto const& [what, times] : explained) std::printf("%4d  %s\n", times, what.c_str());
  std::printf("%d programs, %d unexplained differences\n", count, unexplained);
  return unexplained == 0 ? 0 : 1;
}
