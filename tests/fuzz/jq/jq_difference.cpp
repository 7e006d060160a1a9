// Random programs on random inputs, here and in libjq: prints every difference, and counts apart
// those that have a reason. Ends with 1 when one is unexplained. With libjq 1.6 (libjq-dev) it
// leaves out what has changed since, first of all `try`, which caught too much; with a newer one,
// which the configuration names (-DSKALD_LIBJQ=..., -DSKALD_LIBJQ_INCLUDE=...), it tries everything
// and compares texts byte by byte. libjq needs some 15 ms for a program.
//
//   jq_difference [programs, default 2000] [seed, default 1]

extern "C" {
#include <jq.h>
#include <jv.h>
}

#include <cstdio>
#include <cstdlib>
#include <map>
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

// What jq has changed since 1.6, by what a program that shows it holds.
struct Change {
  char const* what;
  char const* part;
};

Change const* change_in(std::string const& program) {
  static constexpr Change kChanges[] = {
      {"transpose says what is wrong in other words", "transpose"},
      {"tonumber says what is wrong in other words", "tonumber"},
      {"reverse takes strings", "reverse"},
      {"a string times a number below 1 is empty", " * "},
  };
  for (auto const& change : kChanges) {
    if (program.find(change.part) != std::string::npos) return &change;
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
    auto const* change = modern ? nullptr : change_in(program);
    if (change != nullptr) {
      ++explained[change->what];
    } else {
      ++unexplained;
    }
    std::printf("%s\n  input  %s\n  skald  %s\n  libjq  %s\n", program.c_str(), input.c_str(),
                mine.c_str(), other.c_str());
  }
  for (auto const& [what, times] : explained) std::printf("%4d  %s\n", times, what.c_str());
  std::printf("%d programs, %d unexplained differences\n", count, unexplained);
  return unexplained == 0 ? 0 : 1;
}
