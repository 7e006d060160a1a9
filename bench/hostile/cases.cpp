#include "bench/hostile/cases.hpp"

#include <fmt/format.h>

#include <iterator>
#include <span>
#include <string>
#include <utility>

#include "dsl/jq/jq.hpp"
#include "dsl/yaml/reader.hpp"
#include "tests/support/jq_calls.hpp"

namespace skald::bench {
namespace {

constexpr std::size_t kMebibyte = 1U << 20U;

std::string repeat(std::string_view part, std::size_t times) {
  std::string text;
  text.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

// As much of `part` as fits into a mebibyte between the two ends.
std::string fill(std::string_view begin, std::string_view part, std::string_view end) {
  auto const room = kMebibyte - begin.size() - end.size();
  return std::string(begin) + repeat(part, room / part.size()) + std::string(end);
}

// A loop that never ends by itself.
std::string again(std::string const& body) {
  return "0 | until(false; " + body + ")";
}

std::string alias_bomb() {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char name = 'b'; text.size() < 300; ++name) {
    std::string const item = std::string("*") + static_cast<char>(name - 1) + ",";
    text += std::string(1, name) + ": &" + name + " [" + repeat(item, 8) + "1]\n";
  }
  return text;
}

void run_jq(std::string program) {
  auto const compiled = jq::compile(program);
  if (compiled) static_cast<void>(jq::evaluate(*compiled.program, Json()));
}

void run_yaml(std::string text) {
  auto const result = dsl::read_yaml(std::move(text), "hostile.yaml");
  static_cast<void>(dsl::render(result.diagnostics));
  static_cast<void>(dsl::to_json(result.diagnostics));
}

// Made only where they run, so that the processes share no memory.
using Make = std::string (*)();

struct Text {
  char const* name;
  Make make;
};

constexpr Text kLongPrograms[] = {
    {"jq: 5,000 brackets", []() -> std::string { return repeat("[", 5000) + repeat("]", 5000); }},
    {"jq: 5,000 parentheses", []() -> std::string { return repeat("(", 5000); }},
    {"jq: 1 MiB of commas", []() -> std::string { return fill("1", ",1", ""); }},
    {"jq: 1 MiB of pipes", []() -> std::string { return fill(".", "|.", ""); }},
    {"jq: 1 MiB of minus signs", []() -> std::string { return fill("", "-", "1"); }},
    {"jq: 1 MiB of definitions", []() -> std::string { return fill("", "def f: 1;", "f"); }},
    {"jq: 1 MiB of fields", []() -> std::string { return fill("", ".a", ""); }},
    {"jq: def f: f; f", []() -> std::string { return "def f: f; f"; }},
    {"jq: def f: 1 + f; f", []() -> std::string { return "def f: 1 + f; f"; }},
    {"jq: def f(g): f(g | g)", []() -> std::string { return "def f(g): f(g | g); f(.)"; }},
    {"jq: many patterns",
     []() -> std::string { return "[range(1e5) | tostring as $p | \"a\" | test($p)] | length"; }},
    {"jq: many bindings", []() -> std::string { return repeat("1 as $x | ", 3000) + "$x"; }},
    {"jq: wide destructuring",
     []() -> std::string { return "[range(1e5)] as [" + repeat("$a,", 5000) + "$b] | $b"; }},
    {"jq: many functions", []() -> std::string { return repeat("def f: f; ", 3000) + "1"; }},
    {"jq: nested interpolation",
     []() -> std::string { return repeat("\"\\(", 100) + "1" + repeat(")\"", 100); }},
    {"jq: many unknown functions",
     []() -> std::string { return repeat("group_bi|", 5000) + "unknown"; }},
    {"jq: many unknown variables",
     []() -> std::string { return repeat("1 as $x_y | ", 200) + repeat("$x_z|", 4000) + "$x"; }},
    {"jq: many alternatives",
     []() -> std::string { return "[] as " + repeat("[$a] ?// ", 3000) + "$a | error(\"x\")"; }},
};

// Long bodies of loops: what every round takes must be paid for every round.
constexpr Text kLongBodies[] = {
    {"jq: a long body of sums", []() -> std::string { return again(repeat(".+", 900) + "1"); }},
    {"jq: a long body of fields",
     []() -> std::string { return "null | until(false; " + repeat(".a", 1900) + ")"; }},
    {"jq: a long body of pipes", []() -> std::string { return again(repeat(".|", 6000) + "."); }},
    {"jq: a long body of commas",
     []() -> std::string { return again("[" + repeat(".,", 6000) + "0] | 0"); }},
    {"jq: a long body of members",
     []() -> std::string { return again("{" + repeat("a:1,", 5000) + "b:.} | 0"); }},
    {"jq: a long body of interpolations",
     []() -> std::string { return again("\"" + repeat("\\(.)", 5000) + "\" | 0"); }},
    {"jq: a long body of alternatives",
     []() -> std::string { return again(repeat("null//", 1900) + "0"); }},
    {"jq: a long body of conditions",
     []() -> std::string {
       return again("if " + repeat(". > 0 then 1 elif ", 200) + "true then 0 else 0 end");
     }},
    {"jq: a long body of bindings",
     []() -> std::string { return again(repeat(". as $x|", 240) + "$x"); }},
    {"jq: a long body of patterns",
     []() -> std::string { return again("[] as [" + repeat("$a,", 15'000) + "$b] | 0"); }},
    {"jq: a long body of alternative patterns",
     []() -> std::string {
       std::string text = "[0] as ";
       for (int i = 0; i < 3000; ++i) text += "{$a" + std::to_string(i) + "} ?// ";
       return again(text + "$z | 0");
     }},
    {"jq: a long body of tries",
     []() -> std::string {
       return again("[" + repeat("(try error(0) catch .),", 1500) + "0] | 0");
     }},
    {"jq: a long body of labels",
     []() -> std::string {
       return again("[" + repeat("(label $f | break $f),", 2000) + "0] | 0");
     }},
    {"jq: a long body of updates",
     []() -> std::string { return again("[0] | " + repeat(".[0] |= . |", 2000) + "0"); }},
    {"jq: a long body of paths",
     []() -> std::string { return again("[] | path(." + repeat("[0]?", 1000) + ") | 0"); }},
    {"jq: a call with many arguments",
     []() -> std::string {
       std::string names = "a";
       for (int i = 0; i < 5000; ++i) names += ";a" + std::to_string(i);
       return "def f(" + names + "): 0; " + again("f(." + repeat(";.", 5000) + ")");
     }},
    {"jq: calls of large frames",
     []() -> std::string {
       return "def f: if . == 0 then 0 else (" + repeat("(. as $x|0),", 2000) + "0) end; " +
              again("f");
     }},
    {"jq: large frames in each other",
     []() -> std::string {
       return "def f: if . == 0 then (" + repeat("(. as $x|0),", 2000) + "0) else 1 + f end; f";
     }},
    {"jq: large frames of arguments",
     []() -> std::string {
       return "def f(g): g | 1 + f(g); f(if . < 0 then (" + repeat("(. as $x|0),", 2000) +
              "0) else . end)";
     }},
    {"jq: a variable far outside",
     []() -> std::string {
       std::string text = ". as $x | ";
       for (int i = 0; i < 80; ++i) text += "def f(g): ";
       text += again(repeat("$x|", 1000) + "0");
       for (int i = 0; i < 80; ++i) text += "; f(.)";
       return text;
     }},
};

constexpr Text kEndlessPrograms[] = {
    {"jq: [range(1e12)]", []() -> std::string { return "[range(1e12)]"; }},
    {"jq: [limit(1e9; repeat(1))]", []() -> std::string { return "[limit(1e9; repeat(1))]"; }},
    {"jq: try in repeat", []() -> std::string { return "try repeat(error) catch repeat(.)"; }},
    {"jq: sums", []() -> std::string { return "reduce range(1e9) as $i (0; . + $i)"; }},
    {"jq: until", []() -> std::string { return "0 | until(. < 0; . + 1)"; }},
    {"jq: last of a range", []() -> std::string { return "last(range(1e9))"; }},
    {"jq: nested ranges", []() -> std::string { return "[range(1e5) | select(range(1e5) < 0)]"; }},
    {"jq: limit of nested generators",
     []() -> std::string { return "[limit(1; range(1e9) | select(. < 0))]"; }},
};

constexpr Text kLargeValues[] = {
    {"jq: doubling array", []() -> std::string { return "reduce range(1e9) as $i ([1]; . + .)"; }},
    {"jq: last item of 536,870,912", []() -> std::string { return ".[536870911] = 1"; }},
    {"jq: combinations", []() -> std::string { return "[range(1e5)] | [combinations(3)]"; }},
    {"jq: sorting", []() -> std::string { return "[range(1e6) | . * 7919 % 1000003] | sort"; }},
    {"jq: tostream of tostream",
     []() -> std::string {
       return "[range(1000)] | [tostream] | [tostream] | [tostream] | length";
     }},
    {"jq: implode of 1e6", []() -> std::string { return "[range(1e6) | 65] | implode | length"; }},
    {"jq: group_by", []() -> std::string { return "[range(3e5)] | group_by(. % 7) | length"; }},
    {"jq: a growing object",
     []() -> std::string { return "reduce range(1e9) as $i ({}; .[$i | tostring] = $i)"; }},
    {"jq: a copied object",
     []() -> std::string {
       return "reduce range(1e9) as $i ([{}]; [.[0], (.[0] | .[$i | tostring] = $i)][-1:])";
     }},
    {"jq: array in array",
     []() -> std::string {
       return "[range(3e4) | 1] | indices([range(1.5e4) | 1] + [2]) | length";
     }},
    {"jq: array minus array",
     []() -> std::string { return "[range(1e5)] - [range(1e5) | . + 0.5] | length"; }},
    {"jq: inside", []() -> std::string { return "[range(1e4)] | inside([range(1e4) | -1 - .])"; }},
    {"jq: unique keys",
     []() -> std::string { return "[range(1e5) | {(tostring): .}] | add | keys | length"; }},
    {"jq: merged objects",
     []() -> std::string {
       return "[range(3000) | {(tostring): .}] | reduce .[] as $o ({}; $o * .) | length";
     }},
    {"jq: tojson in tojson",
     []() -> std::string { return "reduce range(100) as $i (\"\\\"\"; tojson)"; }},
    {"jq: combinations of nothing",
     []() -> std::string { return "[[range(10)] | combinations(1e9)]"; }},
    {"jq: walk", []() -> std::string { return "[range(3e5)] | walk(.)"; }},
    {"jq: getpath", []() -> std::string { return "[range(1e9)] | getpath([range(1e9)])"; }},
};

constexpr Text kSharedValues[] = {
    {"jq: 100,000 deep", []() -> std::string { return "reduce range(100000) as $i (0; [.])"; }},
    {"jq: 100,000 deep, printed",
     []() -> std::string { return "reduce range(100000) as $i (0; [.]) | tojson | length"; }},
    {"jq: 100,000 deep, paths",
     []() -> std::string { return "[reduce range(100000) as $i (0; [.]) | paths] | length"; }},
    {"jq: fromjson 100,000 deep", []() -> std::string { return R"(("[" * 100000) | fromjson)"; }},
    {"jq: deep equality",
     []() -> std::string {
       return "reduce range(40) as $i (1; [., .]) | . == (reduce range(40) as $i (1; [., .]))";
     }},
    {"jq: shared and printed",
     []() -> std::string { return "reduce range(40) as $i (1; [., .]) | tojson"; }},
    {"jq: shared and walked",
     []() -> std::string { return "reduce range(40) as $i (1; [., .]) | [..] | length"; }},
    {"jq: shared and flattened",
     []() -> std::string { return "reduce range(40) as $i (1; [., .]) | flatten | length"; }},
    {"jq: shared and streamed",
     []() -> std::string { return "reduce range(40) as $i (1; [., .]) | [tostream] | length"; }},
    {"jq: shared and an output",
     []() -> std::string { return "reduce range(40) as $i (1; [., .])"; }},
    {"jq: shared and sorted",
     []() -> std::string {
       return "[reduce range(40) as $i (1; [., .]), reduce range(40) as $i (1; [., .])] | sort | "
              "length";
     }},
    {"jq: shared and contained",
     []() -> std::string {
       return "(reduce range(40) as $i (1; [., .])) as $a | (reduce range(40) as $i (1; [., .])) | "
              "contains($a)";
     }},
};

constexpr Text kCostlyFunctions[] = {
    {"jq: catastrophic pattern on 1 MB",
     []() -> std::string { return R"(("a" * 1000000) | test("(a|aa)+$b"))"; }},
    {"jq: nested repeats",
     []() -> std::string { return R"(("a" * 30) | test("^(((a*)*)*)*$b"))"; }},
    {"jq: pattern on every place of 1 MB",
     []() -> std::string { return R"(("a" * 1000000) | [match("a*b"; "g")])"; }},
    {"jq: doubling text", []() -> std::string { return "reduce range(1e9) as $i (\"x\"; . + .)"; }},
    {"jq: text times 1e9", []() -> std::string { return "\"x\" * 1e9"; }},
    {"jq: gsub of each character",
     []() -> std::string { return R"(("a" * 1000000) | gsub("a"; "bb"))"; }},
    {"jq: ltrimstr again and again",
     []() -> std::string { return R"(("a" * 100000) | until(. == ""; .[1:]))"; }},
    {"jq: splits", []() -> std::string { return R"(("a," * 300000) | [splits(",")] | length)"; }},
    {"jq: text in text",
     []() -> std::string { return "\"a\" * 100000 | [match(\"a\"; \"g\")] | length"; }},
    {"jq: indices",
     []() -> std::string {
       return "\"a\" * 1000000 | indices(\"aaaaaaaaaaaaaaaaaaab\") | length";
     }},
    {"jq: contains",
     []() -> std::string {
       return "(\"a\" * 500000) as $a | $a | contains(\"a\" * 250000 + \"b\")";
     }},
    {"jq: @sh", []() -> std::string { return "[range(1e5) | \"a'b\"] | @sh | length"; }},
    {"jq: strptime",
     []() -> std::string {
       return "[range(1e5) | \"2015-03-05T23:51:47Z\" | strptime(\"%Y-%m-%dT%H:%M:%SZ\")] | length";
     }},
    {"jq: strftime of a long format",
     []() -> std::string { return "0 | strftime(\"%A\" * 100000) | length"; }},
    {"jq: a large pattern", []() -> std::string { return "\"a\" | test(\"(a{1000}){1000}\")"; }},
    {"jq: splits of nothing",
     []() -> std::string { return "\"a\" * 1000000 | [splits(\"\")] | length"; }},
    {"jq: Bessel functions of a high order",
     []() -> std::string { return "jn(2147483647; 1.5), yn(2147483647; 1e12)"; }},
    {"jq: ascii",
     []() -> std::string { return "\"a\" * 10000000 | ascii_upcase | explode | length"; }},
};

constexpr Text kYamlBounds[] = {
    {"yaml: 5,000 brackets", []() -> std::string { return repeat("[", 5000) + repeat("]", 5000); }},
    {"yaml: 5,000 brackets on lines", []() -> std::string { return repeat("[\n", 5000); }},
    {"yaml: 5,000 dashes", []() -> std::string { return repeat("- ", 5000); }},
    {"yaml: alias bomb of 300 bytes", []() -> std::string { return alias_bomb(); }},
    {"yaml: as many entries as brackets may hold",
     []() -> std::string { return "{" + repeat("a: 1,", 39'990) + "b: 2}"; }},
    {"yaml: 10 MB in one scalar", []() -> std::string { return "a: " + repeat("x", 10'000'000); }},
};

constexpr Text kYamlLines[] = {
    {"yaml: 1 MiB: one plain word", []() -> std::string { return fill("a: ", "x", ""); }},
    {"yaml: 1 MiB: one line of words", []() -> std::string { return fill("a: ", "x ", ""); }},
    {"yaml: 1 MiB: one line of colons", []() -> std::string { return fill("a: ", "x:", ""); }},
    {"yaml: 1 MiB: one quoted string", []() -> std::string { return fill("a: \"", "x", "\""); }},
    {"yaml: 1 MiB: one string of escapes",
     []() -> std::string { return fill("a: \"", "\\u00e4", "\""); }},
    {"yaml: 1 MiB: an open quote", []() -> std::string { return fill("a: \"", "x", ""); }},
    {"yaml: 1 MiB: one line of items", []() -> std::string { return fill("a: [", "1,", "1]"); }},
    {"yaml: 1 MiB: one line of words in a list",
     []() -> std::string { return fill("a: [", "aaaaaaaaa,", "1]"); }},
    {"yaml: 1 MiB: one line of quotes", []() -> std::string { return fill("a: [", "'',", "1]"); }},
    {"yaml: 1 MiB: one line of lists", []() -> std::string { return fill("a: [", "[],", "1]"); }},
    {"yaml: 1 MiB: one line of maps", []() -> std::string { return fill("a: [", "{},", "1]"); }},
    {"yaml: 1 MiB: one line of keys", []() -> std::string { return fill("{", "a: 1,", "b: 2}"); }},
    {"yaml: 1 MiB: one line of anchors", []() -> std::string { return fill("[", "&a ,", "1]"); }},
    {"yaml: 1 MiB: one line of commas", []() -> std::string { return fill("[", ",", "]"); }},
    {"yaml: 1 MiB: one line of empty keys", []() -> std::string { return fill("", ": ", ""); }},
    {"yaml: 1 MiB: one line of question marks", []() -> std::string { return fill("", "? ", ""); }},
    {"yaml: 1 MiB: one line of marks", []() -> std::string { return fill("", "!", ""); }},
    {"yaml: 1 MiB: one line of number signs", []() -> std::string { return fill("", "#", ""); }},
    {"yaml: 1 MiB: one line of spaces", []() -> std::string { return fill("", " ", ""); }},
    {"yaml: 1 MiB: one line of lists, unseparated",
     []() -> std::string { return fill("", "[]", ""); }},
    {"yaml: 1 MiB: one long key", []() -> std::string { return fill("{\"", "k", "\": 1}"); }},
};

constexpr Text kYamlManyLines[] = {
    {"yaml: 1 MiB: lines of dashes", []() -> std::string { return fill("", "-\n", ""); }},
    {"yaml: 1 MiB: lines of keys", []() -> std::string { return fill("", "a:\n", ""); }},
    {"yaml: 1 MiB: lines of a literal", []() -> std::string { return fill("a: |\n", " x\n", ""); }},
    {"yaml: 1 MiB: lines of a folded text",
     []() -> std::string { return fill("a: >\n", " x\n\n", ""); }},
    {"yaml: 1 MiB: lines of a plain text",
     []() -> std::string { return fill("a: x\n", " x\n", ""); }},
    {"yaml: 1 MiB: lines of a quoted text",
     []() -> std::string { return fill("a: \"x\n", " x\n", "\""); }},
    {"yaml: 1 MiB: lines of tabs", []() -> std::string { return fill("", "\t\n", ""); }},
    {"yaml: 1 MiB: documents", []() -> std::string { return fill("", "---\n", ""); }},
    {"yaml: 1 MiB: directives", []() -> std::string { return fill("", "%a b\n", ""); }},
    {"yaml: 1 MiB: anchors on lines", []() -> std::string { return fill("", "- &a 1\n", ""); }},
    {"yaml: 1 MiB: aliases on lines",
     []() -> std::string { return fill("- &a 1\n", "- *a\n", ""); }},
    {"yaml: 1 MiB: control characters", []() -> std::string { return fill("", "\x01", ""); }},
    {"yaml: 1 MiB: bad UTF-8", []() -> std::string { return fill("a", "\xff", ""); }},
    {"yaml: 1 MiB: cut expressions", []() -> std::string { return fill("", "- ${ a #\n", ""); }},
    {"yaml: 1 MiB: tabs before keys", []() -> std::string { return fill("", "\ta: 1\n", ""); }},
};

struct LargeValue {
  char const* name;
  char const* binding;
};

constexpr LargeValue kLargeInputs[] = {
    {"text", "(\"a\" * 1000000) as $x | (\"a\" * 999999 + \"b\") as $y"},
    {"number", "(\"7\" * 1000000 | tonumber) as $x | (\"7\" * 999999 + \"8\" | tonumber) as $y"},
    {"array", "[range(62500)] as $x | ([range(62499)] + [-1]) as $y"},
};

constexpr char const* kOperators[] = {"(. < $y)",
                                      "(. == $y)",
                                      ".[999990:]",
                                      ".[:5]",
                                      "(-.)",
                                      "{(tostring): 1}",
                                      "\"\\(.)\"",
                                      "@base64",
                                      "ltrimstr(\"a\")",
                                      "(. + .)",
                                      "startswith(.)",
                                      "({a: 1} | .[$x | tostring])",
                                      "match(\".*\")",
                                      "strptime(\"%Y\")",
                                      "(. - [1])"};

// Each builtin and each operator in a loop over a megabyte.
void add_loops(std::vector<HostileCase>& cases) {
  std::vector<std::string> calls(std::begin(kOperators), std::end(kOperators));
  auto const names = jq::evaluate_first(*jq::compile("builtins").program, Json());
  for (auto const& name : names.value.items()) {
    calls.push_back(test::jq_call(name.as_string(), "$y"));
  }
  for (auto const& large : kLargeInputs) {
    for (auto const& call : calls) {
      auto program = std::string(large.binding) + " | [" + test::jq_loop(call) + "] | length";
      cases.push_back({fmt::format("jq: again and again on 1 MB of {}: {}", large.name, call),
                       [program = std::move(program)] { run_jq(program); }});
    }
  }
}

}  // namespace

std::vector<HostileCase> hostile_cases() {
  std::vector<HostileCase> cases;
  auto add = [&cases](std::span<Text const> texts, void (*run)(std::string)) {
    for (auto const& text : texts) {
      cases.push_back({text.name, [run, make = text.make] { run(make()); }});
    }
  };
  add(kLongPrograms, run_jq);
  add(kLongBodies, run_jq);
  add(kEndlessPrograms, run_jq);
  add(kLargeValues, run_jq);
  add(kSharedValues, run_jq);
  add(kCostlyFunctions, run_jq);
  add_loops(cases);
  add(kYamlBounds, run_yaml);
  add(kYamlLines, run_yaml);
  add(kYamlManyLines, run_yaml);
  add_workflows(cases);
  return cases;
}

}  // namespace skald::bench
