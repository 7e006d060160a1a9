// Random programs on random inputs, here and in libjq 1.6: prints every difference, and counts
// apart those of functions that changed between jq 1.6 and 1.8 (`try`, which caught too much,
// `ltrimstr` and `unique` are left out from the start). Ends with 1 when one is unexplained.
// libjq needs some 15 ms for a program.
//
//   jq_difference [programs, default 2000] [seed, default 1]

extern "C" {
#include <jq.h>
#include <jv.h>
}

#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "dsl/jq/jq.hpp"

namespace {

using Texts = std::vector<char const*>;

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string program(int depth) {
    if (depth <= 0) return leaf();
    switch (pick(16)) {
      case 0: return program(depth - 1) + " | " + program(depth - 1);
      case 1: return "(" + program(depth - 1) + ", " + program(depth - 1) + ")";
      case 2: return "[" + program(depth - 1) + "]";
      case 3: return "{a: (" + program(depth - 1) + "), b: 1}";
      case 4:
      case 5:
        return "((" + program(depth - 1) + ") " + any({"+", "-", "*", "/", "%"}) + " (" +
               program(depth - 1) + "))";
      case 6:
        return "((" + program(depth - 1) + ") " +
               any({"==", "!=", "<", "<=", ">", ">=", "and", "or"}) + " (" + program(depth - 1) +
               "))";
      case 7:
        return "(if " + program(depth - 1) + " then " + program(depth - 1) + " else " +
               program(depth - 1) + " end)";
      case 8: return "[" + program(depth - 1) + "][:2]";
      case 9: return "((" + program(depth - 1) + ") // (" + program(depth - 1) + "))";
      case 10: return "((" + program(depth - 1) + ") as $x | [$x, (" + program(depth - 1) + ")])";
      case 11: return "reduce .[]? as $i (0; . + ($i | length))";
      case 12:
        return pick(2) == 0 ? "map(" + program(depth - 1) + ")"
                            : "[limit(2; " + program(depth - 1) + ")]";
      case 13:
        return std::string("(") + path() + " " + any({"=", "|=", "+=", "//="}) + " (" +
               program(depth - 1) + "))";
      case 14: return "[path(" + path() + ")]";
      default:
        return std::string(any({"sort_by(", "group_by(", "unique_by(", "any(", "all(", "select(",
                                "map_values(", "min_by(", "max_by(", "del("})) +
               (pick(2) == 0 ? path() : std::string(".")) + ")";
    }
  }

  std::string value(int depth) {
    int const kind = pick(depth > 0 ? 9 : 6);
    if (kind == 6 || kind == 7) {
      std::string text = "[";
      for (int i = pick(4); i > 0; --i) text += value(depth - 1) + (i > 1 ? "," : "");
      return text + "]";
    }
    if (kind == 8) return R"({"a":)" + value(depth - 1) + R"(,"b":)" + value(depth - 1) + "}";
    return any({"null", "true", "false", "0", "1", "-3", "2.5", "\"\"", "\"ab\"", "\"a,b\"",
                "\"1\"", "10", "[]", "{}"});
  }

 private:
  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }
  char const* any(Texts const& texts) {
    return texts[static_cast<std::size_t>(pick(static_cast<int>(texts.size())))];
  }
  std::string path() {
    return any({".a", ".a.b", ".[0]", ".[]", ".[1:]", ".[-1]", "..", ".a[0]", "(.a, .b)",
                ".[] | .a", "select(.a)"});
  }
  std::string leaf() {
    switch (pick(3)) {
      case 0: return path();
      case 1: return any({"1", "null", "\"a\"", "[1,2]", "{\"a\":2}", "-1", "true", "0.5"});
      default:
        return any({"length",
                    "keys",
                    "add",
                    "type",
                    "tostring",
                    "tonumber",
                    "sort",

                    "to_entries",
                    "flatten",
                    "reverse",
                    "not",
                    "tojson",
                    "min",
                    "max",
                    "floor",
                    "[paths]",
                    "ascii_upcase",
                    "explode",
                    "any",
                    "all",
                    "[.[]?]",
                    "first",
                    "last",
                    "join(\",\")",
                    "split(\",\")",
                    "contains(\"a\")",
                    "has(\"a\")",
                    "has(0)",
                    "index(\"a\")",
                    "[range(3)]",
                    "@json",
                    "@csv",
                    "@html",
                    "@uri",
                    "@base64",
                    "[tostream]",
                    "transpose",
                    "[limit(2; .[]?)]",
                    "[recurse]",
                    "empty",
                    "error",
                    "startswith(\"a\")",

                    "test(\"a\")",
                    "[splits(\",\")]",
                    "map(.)",
                    "[..]",
                    "inside([1,2])",
                    "fromjson",
                    "tojson|fromjson",
                    "."});
    }
  }

  std::mt19937 random_;
};

// Outputs, one a line, and the error's text at the end.
std::string ours(std::string const& program, std::string const& input) {
  auto const compiled = skald::jq::compile(program);
  if (!compiled) return "does not compile: " + compiled.errors.front().message;
  auto const result = skald::jq::evaluate(*compiled.program, skald::parse_json(input).value());
  std::string text;
  for (auto const& output : result.outputs) text += skald::to_canonical(output) + "\n";
  if (result.error) text += "error: " + skald::to_canonical(result.error->value);
  return text;
}

std::string canonical(jv value) {
  jv const dumped = jv_dump_string(value, 0);
  std::string const text = jv_string_value(dumped);
  jv_free(dumped);
  auto const parsed = skald::parse_json(text);
  return parsed ? skald::to_canonical(*parsed) : text;
}

std::string theirs(std::string const& program, std::string const& input) {
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
        text += canonical(out) + "\n";
        continue;
      }
      jv const message = jv_invalid_get_msg(out);
      if (jv_get_kind(message) != JV_KIND_NULL && jv_is_valid(message) != 0) {
        text += "error: " + canonical(jv_copy(message));
      }
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
  Generator generator(argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1U);
  int unexplained = 0;
  std::map<std::string, int> explained;
  for (int i = 0; i < count; ++i) {
    auto const program = generator.program(3);
    auto const input = generator.value(3);
    auto const mine = ours(program, input);
    auto const other = theirs(program, input);
    if (mine == other || (mine.starts_with("does not") && other.starts_with("does not"))) continue;
    auto const* change = change_in(program);
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
