// What a builtin does with a large value is paid for: in a loop, each ends with the error of a
// limit after few rounds. Rounds are counted, not time.

#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "dsl/jq/jq.hpp"
#include "tests/support/jq_calls.hpp"

namespace skald::jq {
namespace {

constexpr std::size_t kBytes = 1'000'000;

// So little that a builtin which goes through a megabyte can do so a few times only.
constexpr Limits kLimits{.fuel = 100'000, .outputs = 1'000'000, .bytes = 8'000'000};
constexpr std::size_t kMostRounds = 16;

// $x, and $y that differs from it at the very end.
struct Large {
  char const* kind;
  Json x;
  Json y;
};

Large large_text() {
  std::string text(kBytes, 'a');
  Json x(text);
  text.back() = 'b';
  return {"text", x, Json(text)};
}

Large large_literal() {
  std::string text(kBytes, '7');
  auto x = Json::number_literal(text);
  text.back() = '8';
  return {"literal", x, Json::number_literal(text)};
}

Large large_array() {
  std::vector<Json> items(kBytes / sizeof(Json), Json(1));
  auto x = Json::array(items);
  items.back() = Json(2);
  return {"array", x, Json::array(items)};
}

std::size_t rounds_of(std::string const& call, Large const& large) {
  CompileOptions options;
  options.variables = {"x", "y"};
  auto const compiled = compile(test::jq_loop(call), options);
  if (!compiled) return ADD_FAILURE() << call, 0;
  std::vector<Json> values;
  for (auto const& name : compiled.program->variables()) {
    values.push_back(name == "x" ? large.x : large.y);
  }
  Environment environment;
  environment.variables = values;
  environment.limits = kLimits;
  auto const result = evaluate(*compiled.program, Json(), environment);
  EXPECT_TRUE(result.error && result.error->limit) << call << " on a large " << large.kind;
  return result.outputs.size();
}

std::vector<std::string> builtin_names() {
  std::vector<std::string> names;
  auto const all = evaluate_first(*compile("builtins").program, Json());
  for (auto const& name : all.value.items()) {
    names.emplace_back(name.as_string());
  }
  return names;
}

// The builtins that look at no more than a few bytes of a large value. A new one that is missing
// here has to pay for what it does.
constexpr char kQuick[] =
    "add all any arrays booleans del empty error first fromstream getpath isempty iterables "
    "last limit not nth nulls numbers objects path pick range scalars select skip strings "
    "toarray truncate_stream type until utf8bytelength values ";
constexpr char kQuickOnTexts[] =
    "IN INDEX JOIN combinations datesub group_by map map_values max max_by min min_by paths "
    "recurse setpath sort sort_by tostring unique unique_by walk ";
constexpr char kQuickOnLiterals[] =
    "IN INDEX JOIN dateadd datesub group_by gsub map map_values max max_by min min_by paths "
    "recurse scan setpath sort sort_by sub unique unique_by walk ";
constexpr char kQuickOnArrays[] =
    "abs acos acosh ascii ascii_downcase ascii_upcase asin asinh atan atan2 atanh bsearch "
    "builtins capture cbrt ceil combinations copysign cos cosh date drem endswith erf erfc exp "
    "exp10 exp2 explode expm1 fabs fdim finites flatten floor fma fmax fmin fmod format frexp "
    "fromdate fromdateiso8601 fromjson gamma gmtime gsub has have_decnum have_literal_numbers "
    "hypot in infinite isfinite isinfinite isnan isnormal j0 j1 jn join ldexp length lgamma "
    "lgamma_r log log10 log1p log2 logb ltrim ltrimstr match mktime modf nan nearbyint "
    "nextafter nexttoward normals now pow remainder rint round rtrim rtrimstr scalb scalbln "
    "scan significand sin sinh split splits sqrt startswith strftime strptime sub tan tanh test "
    "tgamma toboolean todate todateiso8601 tonumber trim trimstr trunc y0 y1 yn ";

// How many calls of each builtin a small budget allows.
void expect_paid(Large const& large, char const* quick_on_this) {
  std::istringstream words(kQuick + std::string(quick_on_this));
  std::set<std::string> const quick{std::istream_iterator<std::string>(words), {}};
  for (auto const& name : builtin_names()) {
    auto const rounds = rounds_of(test::jq_call(name, "$y"), large);
    if (quick.contains(name.substr(0, name.rfind('/')))) continue;
    EXPECT_LE(rounds, kMostRounds) << name << " on a large " << large.kind;
  }
}

TEST(Costs, OfBuiltinsOnTextsArePaid) {
  expect_paid(large_text(), kQuickOnTexts);
}

TEST(Costs, OfBuiltinsOnLiteralsArePaid) {
  expect_paid(large_literal(), kQuickOnLiterals);
}

TEST(Costs, OfBuiltinsOnArraysArePaid) {
  expect_paid(large_array(), kQuickOnArrays);
}

TEST(Costs, OfOperatorsAndAccessArePaid) {
  auto const text = large_text();
  for (auto const* call : {"(. == $y)",
                           "(. < $y)",
                           "([.] == [$y])",
                           "(. + \"a\")",
                           "(. / \"b\")",
                           "(. * 2)",
                           "([.] - [$y])",
                           ".[999990:]",
                           ".[:-1]",
                           "{(.): 1}",
                           "({} | .[$x])",
                           "({} | .[$x] = 1)",
                           "({} | .[$x] |= 1)",
                           "({} | del(.[$x]))",
                           "({} | has($x))",
                           "\"\\(.)\"",
                           "@base64",
                           "@uri",
                           "@sh",
                           "([.] | index($y))",
                           "([.] | sort_by(., $y))",
                           "([., $y] | unique)",
                           "([., $y] | max)",
                           "strptime(\"%Y\")",
                           "match(\".*\")",
                           "match(\"b\")",
                           "capture(\"(?<all>.*)\")",
                           "sub(\"(?<all>.*)\"; .all)",
                           "ltrimstr(\"a\")",
                           "rtrimstr(\"a\")",
                           "trimstr(\"a\")",
                           "[(. + \" \") | trim]",
                           "reverse",
                           "tojson"}) {
    EXPECT_LE(rounds_of(call, text), kMostRounds) << call;
  }
  auto const literal = large_literal();
  for (auto const* call : {"(. == $y)", "(. < $y)", "(-.)", "length", "abs", "tojson",
                           "([.] == [$y])", "([., $y] | sort)", "contains($y)", "\"\\(.)\""}) {
    EXPECT_LE(rounds_of(call, literal), kMostRounds) << call;
  }
}

std::string repeat(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

// Programs of some thousand parts.
std::vector<std::string> long_programs() {
  std::string alternatives = "[0] as ";
  std::string parameters = "a";
  for (int i = 0; i < 1000; ++i) {
    alternatives += "{$a" + std::to_string(i) + "} ?// ";
    parameters += ";a" + std::to_string(i);
  }
  return {repeat(".+", 900) + "1",
          "null" + repeat(".a", 1900),
          repeat(".|", 5000) + "1",
          "[" + repeat(".,", 5000) + "0]",
          "{" + repeat("a:1,", 5000) + "b:.}",
          "\"" + repeat("\\(.)", 5000) + "\"",
          repeat("null//", 1900) + "0",
          "[] as [" + repeat("$a,", 5000) + "$b] | 0",
          "[0]" + repeat("|.[0] |= .", 1000),
          "[" + repeat("(label $f | break $f),", 1000) + "0]",
          "[" + repeat("(try error(0) catch .),", 1000) + "0]",
          alternatives + "$b | 0",
          "def f(" + parameters + "): 0; f(." + repeat(";.", 1000) + ")",
          "def f: 0 | (" + repeat("(. as $x|0),", 1000) + "0); f",
          "[0] | path(." + repeat("[0]?", 900) + ")",
          "jn(100000; 1.5)"};
}

TEST(Costs, OfEveryPartOfAProgramArePaid) {
  for (auto const& body : long_programs()) {
    auto const compiled = compile("range(1e6) | (try [" + body + "] catch .) | 1");
    ASSERT_TRUE(compiled) << body.substr(0, 80) << ": " << compiled.errors.front().message;
    Environment environment;
    environment.limits = kLimits;
    auto const result = evaluate(*compiled.program, Json(), environment);
    EXPECT_TRUE(result.error && result.error->limit) << body.substr(0, 80);
    EXPECT_LE(result.outputs.size(), 500U) << body.substr(0, 80);
  }
}

// What the default limits must leave room for (docs/jq.md).
TEST(Costs, LeaveRoomForOrdinaryWork) {
  auto const compiled = compile(
      "[range(60000) | {id: ., qty: (. % 7), price: 2.5}]"
      " | map(select(.qty > 1) | .price * .qty) | add");
  auto const result = evaluate_first(*compiled.program, Json());
  ASSERT_TRUE(result) << result.error->message;
}

TEST(Destructuring, TakesAnyNumberOfParts) {
  auto const compiled = compile("[range(8000)] as [" + repeat("$a,", 7999) + "$b] | $b");
  EXPECT_EQ(evaluate_first(*compiled.program, Json()).value, Json(7999));
}

// Short texts are what nearly every expression works on.
TEST(Costs, OfShortTextsAreNone) {
  auto const compiled = compile("[range(100000) | \"abc\" | select(. < \"abd\") | length] | add");
  Environment environment;
  environment.limits.fuel = 2'000'000;
  auto const result = evaluate_first(*compiled.program, Json(), environment);
  ASSERT_TRUE(result) << result.error->message;
  EXPECT_EQ(result.value, Json(300000));
}

}  // namespace
}  // namespace skald::jq
