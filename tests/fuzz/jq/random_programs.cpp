#include "tests/fuzz/jq/random_programs.hpp"

namespace skald::jq_fuzz {
namespace {

constexpr char const* kFunctions[] = {"length",
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
                                      "."};
// What jq 1.6 has not, or does otherwise.
constexpr char const* kModern[] = {
    "unique",
    "ltrimstr(\"a\")",
    "rtrimstr(\"b\")",
    "trimstr(\"a\")",
    "trim",
    "ltrim",
    "rtrim",
    "abs",
    "toboolean",
    "@text",
    "@sh",
    "@base64d",
    "@urid",
    "@tsv",
    "implode",
    "ascii_downcase",
    "utf8bytelength",
    "indices(1)",
    "indices(\"a\")",
    "indices([1])",
    "rindex(\"a\")",
    "getpath([\"a\",0])",
    "setpath([\"a\"]; 1)",
    "setpath([0]; 1)",
    "setpath([]; 1)",
    "delpaths([[\"a\"],[0]])",
    "from_entries",
    "with_entries(.)",
    "sub(\"a\"; \"b\")",
    "gsub(\"\"; \"x\")",
    "gsub(\"(?<x>[a-z])\"; \"\\(.x)!\")",
    "[match(\"a\"; \"g\")]",
    "[match(\"(a)|(b)\"; \"g\")]",
    "capture(\"(?<y>[0-9])\")",
    "[scan(\".\")]",
    "test(\"A\"; \"i\")",
    "[combinations]",
    "nth(1)",
    "[limit(9; range(.; 3))]",
    "[limit(9; range(0; .; 2))]",
    "[fromstream(tostream)]",
    "bsearch(1)",
    "todate",
    "fromdate",
    "gmtime",
    "mktime",
    "strftime(\"%Y-%m-%d %j\")",
    "strptime(\"%Y-%m-%dT%H:%M:%SZ\")",
    "significand",
    "logb",
    "frexp",
    "modf",
    "ldexp(.; 2)",
    "pow(.; 2)",
    "sqrt",
    "round",
    "trunc",
    "nan",
    "infinite",
    "isnan",
    "isinfinite",
    "isnormal",
    "-.",
    "-1",
    ".[1.5]",
    ".[[1]]",
    ".[{}]?",
    ".[true]?",
    ".[null]?",
    "(.[:1] = [9])",
    "(.[1:] |= .)",
    "\"\\(.)\"",
    "$__loc__",
    "(label $f | 1, break $f, 2)",
    "error(null)",
    "first(empty)",
    "[limit(0; error)]",
    "flatten(1)",
    "flatten(-1)",
    "[splits(\"a\"; \"g\")]",
    "min_by(.a)",
    "unique_by(length)",
    "group_by(.a)",
    "del(.[0, 1])",
    "del(.a, .b)",
    "del(.[])",
    "del(..)",
    "[.[]?.a?]",
    "keys_unsorted",
    "[.[] as [$a] | $a]",
    "[.[]? as {a: $x} | $x]",
    "1e1000",
    "100000000000000000000000001",
    "1.000",
    "[1, 1.0, 1.00]",
    "nan < nan",
    "[nan] | sort",
    "[., 1] | sort",
    "[., null] | unique",
    "{} | .a.b |= 1",
    "{a: 1, (\"b\", \"c\"): 2}",
    "tojson",
    "ltrimstr(1)",
    "splits(1)",
    "has(-1)",
    "test(1)",
    "match([\"a\", \"gx\"])",
    "@json \"a\\(.)\"",
    "range(2)",
    ". * 0",
    "\"ab\" * .",
    ". / \",\"",
    "walk(if type == \"number\" then . + 1 else . end)",
    "getpath([])",
    "path(..)",
    "[paths(..)]",
    "del(.a[0], .b)",
    "to_entries[0]?",
    "limit(3; repeat(1))",
    "[.[]? | numbers, strings]",
    "any(.[]?; . == 1)",
    "all(.[]?; . == 1)",
    "tojson | tojson",
    "[1,[2]] | flatten",
    "until(true; .)",
    "[while(false; .)]",
    "[recurse(if type == \"array\" then .[] else empty end)]",
    "INDEX(.a?)?",
    "IN(1, 2)",
    "ascii_downcase?",
    "@uri \"\\(.)?\"",
    "splits(\", *\")",
    "(.a, .b) |= 1",
    ".. |= .",
    "[.[]?, 1] | add",
    "implode?",
    "getpath([\"a\", \"b\", \"c\"])",
    "tostream",
    "acos",
    "atan2(.; 2)",
    "cbrt",
    "ceil",
    "copysign(.; -1)",
    "cosh",
    "drem(.; 3)",
    "exp10",
    "exp2",
    "fabs",
    "fma(.; 2; 1)",
    "fmin(.; 1)",
    "fmod(.; 3)",
    "gamma",
    "hypot(.; 4)",
    "lgamma_r",
    "log2",
    "nearbyint",
    "nextafter(.; 9)",
    "rint",
    "scalb(.; 2)",
    "tgamma",
    "abs?",
    "isfinite",
    "finites",
    "normals",
    "iterables",
    "objects",
    "values",
    "nulls",
    "in({a: 1})",
    "in([1])",
    "endswith(\"b\")",
    "format(\"csv\")",
    "format(\"urid\")",
    "tojson | fromjson",
    "[truncate_stream(1; tostream)]",
    "fromstream(1 | truncate_stream([[0], 1], [[1, 0], 2], [[1, 0]]))",
    "[JOIN({a: 1}; tostring)]",
    "[getpath([\"a\"], [0])]",
    "sub(\"(?<x>a)\"; \"1\\(.x)\", \"2\")",
    "[gsub(\"a|b\"; \"x\", \"y\")]",
    "gsub(\"^\"; \">\")",
    "gsub(\"\\\\p{L}\"; \"L\")",
    "[scan(\"(a)(b)?\")]",
    "[scan(\"A\"; \"gi\")]",
    "split(\"a\"; null)",
    "[match(\"\"; \"g\").offset]",
    "ascii_upcase?",
    "combinations(2)",
    "tostring | ltrimstr(\"[\")",
    "(.. = 1)?",
    "(.[1:3] = [7])",
    "(.[-1] += 1)?",
    "(.a[1:] |= map(1))?",
    "delpaths([[0, \"a\"], [1]])?",
    "del(.[1:], .[0])?",
    "del(.a?, .[0]?)",
    "to_entries?",
    "with_entries(select(.value))?",
    "map_values(empty)",
    "[limit(-1; 1)]",
    "[skip(-1; 1)]",
    "nth(-1)",
    "[nth(0, 2; 5, 6, 7)]",
    "[range(0; 3; -1)]",
    "[range(2, 0; 4)]",
    "[.[]? as [$a, {b: $c}] | $a, $c]",
    "(. as {a: {$b}} | $b)?",
    "(. as {$a, b: [$c]} | [$a, $c])?",
    "(. as {(\"a\", \"b\"): $x} | $x)?",
    "(. as {\"a\": $x} | $x)?",
    "[foreach .[]? as [$a] (1; $a, .; .)]",
    "[foreach (1, 2) as $i (0; . + $i)]",
    "reduce (1, 2) as $i (0; ., 5)",
    "(reduce empty as $i (3; 4))",
    "strftime(\"%A %U %e %I %p %Z\")",
    "strptime(\"%d %b %Y\")?",
    "todate?",
    "todateiso8601?",
    "splits(\"a\"; null)",
    "getpath([\"a\"]) = 3",
    "paths |= 1",
    "[paths(type == \"string\")]",
    "limit(1; .[]?) |= 5",
    "(first, last) |= 1",
    "try (try error(\"a\") catch error(\"b\")) catch .",
    "error({a: 1})?",
    "[label $a | label $b | 1, break $a, 2]",
    "def f(x): x | x; f(. , 1)",
    "(def f: def g: 3; g; f)",
    "[recurse(.[]?; . != null)]",
    "[..|numbers]",
    "ltrimstr(\"a\", \"b\")",
    "@json \"\\(.)\\(1.10)\"",
    "@base64 \"\\(.)\"",
    "@urid \"\\(.)\"",
    "$__loc__.line",
    "have_decnum",
    "([., .] | unique)",
    "([1, 1.0] | group_by(.))",
    "add(.[]?)",
    "any(.[]?)",
    "min_by(.[0]?)",
    "sort_by(.a?, .b?)",
    "[splits(\"\")]",
    "{(.[]? | strings): 1}",
    "{a: (1, 2), b}",
    "{\"a\\(1)\": 2}",
    "{@base64 \"x\": 1}",
    "{$__loc__}",
    ".[\"a\"]?",
    ".\"a\"?",
    "..[0]?",
    ".[.[]?]?",
    "-(1, 2)",
    "(1, null) // 2",
    "[false, null | . // 3]",
    "(.a, .b) // 4",
    "1 as $x | 2 as $y | [$x, $y]",
    "if . then 1 end",
    "if empty then 1 else 2 end",
    "if (true, false) then 1 elif null then 2 else 3 end",
    "[.[:2], .[1:], .[-2:-1]]?",
    ".[1.2:2.7]?",
    ".[nan]?",
    ".[nan:1]?",
    "tojson | .[0:3]"};

}  // namespace

int RandomPrograms::pick(int count) {
  return static_cast<int>(random_() % static_cast<unsigned>(count));
}

char const* RandomPrograms::any(std::span<char const* const> texts) {
  return texts[static_cast<std::size_t>(pick(static_cast<int>(texts.size())))];
}

char const* RandomPrograms::any(std::initializer_list<char const*> texts) {
  return any(std::span(texts.begin(), texts.size()));
}

std::string RandomPrograms::program(int depth) {
  if (depth <= 0) return leaf();
  if (modern_ && pick(3) == 0) return modern(depth);
  return combined(depth);
}

std::string RandomPrograms::combined(int depth) {
  auto const part = [&] { return program(depth - 1); };
  switch (pick(16)) {
    case 0: return part() + " | " + part();
    case 1: return "(" + part() + ", " + part() + ")";
    case 2: return "[" + part() + "]";
    case 3: return "{a: (" + part() + "), b: 1}";
    case 4:
    case 5: return "((" + part() + ") " + any({"+", "-", "*", "/", "%"}) + " (" + part() + "))";
    case 6:
      return "((" + part() + ") " + any({"==", "!=", "<", "<=", ">", ">=", "and", "or"}) + " (" +
             part() + "))";
    case 7: return "(if " + part() + " then " + part() + " else " + part() + " end)";
    case 8: return "[" + part() + "][:2]";
    case 9: return "((" + part() + ") // (" + part() + "))";
    case 10: return "((" + part() + ") as $x | [$x, (" + part() + ")])";
    case 11: return "reduce .[]? as $i (0; . + ($i | length))";
    case 12: return pick(2) == 0 ? "map(" + part() + ")" : "[limit(2; " + part() + ")]";
    case 13:
      return std::string("(") + path() + " " + any({"=", "|=", "+=", "//="}) + " (" + part() + "))";
    case 14: return std::string("[path(") + path() + ")]";
    default:
      return std::string(any({"sort_by(", "group_by(", "any(", "all(", "select(", "map_values(",
                              "min_by(", "max_by(", "del("})) +
             (pick(2) == 0 ? path() : ".") + ")";
  }
}

std::string RandomPrograms::modern(int depth) {
  auto const part = [&] { return "(" + program(depth - 1) + ")"; };
  switch (pick(22)) {
    case 0: return "(try " + part() + " catch .)";
    case 1: return part() + "?";
    case 2: return "(try error(" + part() + ") catch [.])";
    case 3: return "(label $f | " + part() + " | ., break $f)";
    case 4: return "\"x\\" + part() + "y\"";
    case 5:
      return std::string(any({"@json", "@sh", "@uri", "@html", "@base64"})) + " \"\\" + part() +
             "\"";
    case 6: return "[foreach " + part() + " as $i (0; . + 1; [$i, .])]";
    case 7: return "reduce " + part() + " as $i (.; [$i, .])";
    case 8: return "(" + part() + " as [$x, {a: $y}] | [$x, $y])";
    case 9: return "(. as {a: $x} ?// [$x] ?// $x | [" + part() + ", $x])";
    case 10: return "[" + part() + " | -(.)]";
    case 11: return "(def f(g; $v): [g, $v]; f(" + part() + "; " + part() + "))";
    case 12:
      return std::string("(") + path() +
             " |= " + any({"empty", "(., 1)", "error", "select(. == 1)"}) + ")";
    case 13:
      return std::string("[paths(") + any({". == 1", "type == \"number\"", "scalars"}) + ")]";
    case 14: return "[first" + part() + ", isempty" + part() + "]";
    case 15: return "[skip(1; " + part() + "), nth(1; " + part() + ")]";
    case 16: return std::string("(pick(") + path() + "))";
    case 17: return "(.[" + part() + "]? = " + part() + ")";
    case 18: return "[.[" + part() + "]]";
    case 19: return "[add" + part() + ", last" + part() + "]";
    case 20: return "(to_entries | map(" + part() + "))";
    default: return "[walk" + part() + "]";
  }
}

std::string RandomPrograms::value(int depth) {
  int const kind = pick(depth > 0 ? 9 : 6);
  if (kind == 6 || kind == 7) {
    std::string text = "[";
    for (int i = pick(4); i > 0; --i) text += value(depth - 1) + (i > 1 ? "," : "");
    return text + "]";
  }
  if (kind == 8) return R"({"a":)" + value(depth - 1) + R"(,"b":)" + value(depth - 1) + "}";
  if (modern_ && pick(3) == 0) {
    return any({"1.10",
                "1e1000",
                "100000000000000000001",
                "-0",
                "1e-5",
                "3.0",
                "14255",
                R"("2015-03-05T23:51:47Z")",
                R"("\u00e9\u2606x")",

                R"(" ab ")",
                R"("YWI=")",
                R"("%41%zz")",
                "[2024,1,10,23,51,47,5,40]",
                "[97,98]",
                R"({"key":"k","value":1})",
                R"([["a",1],["b",2]])",
                "123456789012",
                "0.1",
                R"("very-long-long-long-string-here")",
                "17e307",
                "-1.5",
                "1e-320",
                "-0.0",
                "9007199254740993",
                R"("\ud83d\ude00a\u0300")",
                R"("a\u0000b")",
                R"("%C3%A9%2")",
                R"("10 Mar 2021")",
                R"({"a":{"b":[1,{"c":null}]},"b":[]})",
                R"({"Name":"n","Value":false})",
                R"({"b":1,"a":2})",
                "[[1,2],[3]]",
                "[null,false,0,\"\",[],{}]"});
  }
  return any({"null", "true", "false", "0", "1", "-3", "2.5", "\"\"", "\"ab\"", "\"a,b\"", "\"1\"",
              "10", "[]", "{}"});
}

char const* RandomPrograms::path() {
  if (modern_ && pick(4) == 0) {
    return any({".[-1:]",       ".[:1]",
                ".[1.5]",       ".[\"a\", \"b\"]",
                "first",        "last",
                "first(.[])",   "limit(1; .[])",
                ".a // .b",     "getpath([\"a\", \"b\"])",
                "recurse",      ".a?",
                ".[]?",         "(if .a then .a else .b end)",
                "nth(1)",       "..?",
                ".[2:][0]",     "getpath([0])",
                "to_entries",   "empty",
                "error(\"x\")", ".[1,0]"});
  }
  return any({".a", ".a.b", ".[0]", ".[]", ".[1:]", ".[-1]", "..", ".a[0]", "(.a, .b)", ".[] | .a",
              "select(.a)"});
}

char const* RandomPrograms::leaf() {
  if (modern_ && pick(2) == 0) return any(kModern);
  switch (pick(3)) {
    case 0: return path();
    case 1: return any({"1", "null", "\"a\"", "[1,2]", "{\"a\":2}", "-1", "true", "0.5"});
    default: return any(kFunctions);
  }
}

}  // namespace skald::jq_fuzz
