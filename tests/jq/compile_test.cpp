// What compile() says about programs: errors with their places, hints, uses of variables,
// canonical text and constants.

#include <gtest/gtest.h>

#include "dsl/jq/jq.hpp"

namespace skald::jq {
namespace {

struct Bad {
  std::string_view program;
  std::size_t begin;
  std::size_t end;
  std::string_view message;
  std::string_view hint = "";
};

TEST(Compile, SaysWhatIsWrongAndWhere) {
  Bad const cases[] = {
      {"", 0, 0, "expected an expression, but the expression ends here"},
      {"def f: 1;", 9, 9, "expected an expression, but the expression ends here"},
      {".a +", 4, 4, "expected an expression, but the expression ends here"},
      {"(1", 2, 2, "expected ')', but the expression ends here"},
      {"[1, 2", 5, 5, "expected ']', but the expression ends here"},
      {"if . then 1", 11, 11, "expected 'elif', 'else' or 'end', but the expression ends here"},
      {"if . the 1 end", 5, 8, "expected 'then', found 'the'"},
      {"foo bar", 4, 7, "expected an operator or the end, found 'bar'"},
      {". as x | 1", 5, 6, "expected a pattern ($name, [...] or {...}), found 'x'"},
      {"{(1): 2}", 2, 3, "Cannot use number (1) as object key"},
      {"\"abc", 4, 4, "expected '\"', but the expression ends here"},
      {"\"\\q\"", 1, 2, "invalid escape in a string"},
      {"1 == 1 == 1", 0, 6, "'==' and '==' do not chain", "put parentheses around one of them"},
      {".a | lenght", 5, 11, "unknown function 'lenght/0'", "did you mean 'length'?"},
      {"map", 0, 3, "unknown function 'map/0'", "there is map/1"},
      {"$taks.a", 0, 5, "$taks is not defined", "did you mean '$tasks'?"},
      {"break $x", 0, 8, "$*label-x is not defined"},
      {"@nope", 0, 5, "'nope' is not a valid format"},
  };
  CompileOptions options;
  options.variables = {"tasks"};
  for (auto const& bad : cases) {
    auto const result = compile(bad.program, options);
    ASSERT_FALSE(result) << bad.program;
    auto const& error = result.errors.front();
    EXPECT_EQ(error.message, bad.message) << bad.program;
    EXPECT_EQ(error.hint, bad.hint) << bad.program;
    EXPECT_EQ(error.span.begin, bad.begin) << bad.program;
    EXPECT_EQ(error.span.end, bad.end) << bad.program;
  }
}

TEST(Compile, ReportsAllUnknownNamesAtOnce) {
  auto const result = compile("[$a, nope, $b, also(1)]");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors.size(), 4U);
}

TEST(Compile, RefusesWhatARunMustNotDepend) {
  for (auto const* program :
       {"env", "$ENV", "input", "inputs", "debug", "stderr", "halt", "halt_error", "localtime",
        "strflocaltime(\"\")", "input_filename", "input_line_number", "get_search_list",
        "modulemeta", "import \"a\" as a; .", "include \"a\"; ."}) {
    auto const result = compile(program);
    ASSERT_FALSE(result) << program;
    EXPECT_NE(result.errors.front().message.find("is not available: "), std::string::npos)
        << result.errors.front().message;
  }
}

TEST(Compile, RefusesTextThatNestsTooDeep) {
  for (auto const* brackets : {"[]", "()", "{}"}) {
    std::string const text = std::string(5000, brackets[0]) + std::string(5000, brackets[1]);
    auto const result = compile(text);
    ASSERT_FALSE(result);
  }
  std::string chain = "1";
  for (int i = 0; i < 100'000; ++i) chain += "+1";
  EXPECT_FALSE(compile(chain));
  std::string pipes = ".";
  for (int i = 0; i < 9'000; ++i) pipes += "|.";
  EXPECT_TRUE(compile(pipes));
}

TEST(Compile, RefusesTextOfTooManyParts) {
  std::string text = "1";
  for (int i = 0; i < 500'000; ++i) text += ",1";
  auto const result = compile(text);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.errors.front().message,
            "the expression is too long: it has more than 100000 parts");
}

TEST(Compile, ListsTheUsesOfVariables) {
  CompileOptions options;
  options.variables = {"tasks", "workflow", "unused"};
  auto const result = compile(
      "{a: $tasks.hotel.id, b: $workflow, c: $tasks[\"car\"], d: "
      "($tasks | length), e: (1 as $x | $x)}",
      options);
  ASSERT_TRUE(result);
  auto const& program = *result.program;
  ASSERT_EQ(program.variables().size(), 2U);
  EXPECT_EQ(program.variables()[0], "tasks");
  EXPECT_EQ(program.variables()[1], "workflow");
  auto const uses = program.variable_uses();
  ASSERT_EQ(uses.size(), 4U);
  EXPECT_EQ(uses[0].name, "tasks");
  EXPECT_EQ(uses[0].field, "hotel");
  EXPECT_EQ(uses[0].span.begin, 4U);
  EXPECT_EQ(uses[0].span.end, 16U);
  EXPECT_EQ(uses[1].name, "workflow");
  EXPECT_FALSE(uses[1].field);
  EXPECT_EQ(uses[2].field, "car");
  EXPECT_FALSE(uses[3].field);
}

TEST(Compile, PrintsEqualTreesEqually) {
  auto canonical = [](char const* text) {
    auto const result = compile(text);
    return result ? result.program->canonical() : "?";
  };
  EXPECT_EQ(canonical(".a.b  # comment"), canonical("(.[\"a\"]) [ \"b\" ]"));
  EXPECT_EQ(canonical("1+2*3"), canonical("1 + (2 * 3)"));
  EXPECT_NE(canonical("1+2*3"), canonical("(1 + 2) * 3"));
  EXPECT_EQ(canonical("{a, \"b\": 1}"), canonical("{ \"a\": .a , b : 1, }"));
  EXPECT_EQ(canonical("if . then 1 elif 2 then 3 end"), "if . then 1 else if 2 then 3 end end");
  EXPECT_EQ(canonical("def f(g;$a): g+$a; f(.;1)"), "def f(g; $a): g + $a; f(.; 1)");
}

TEST(Compile, ReportsErrorsForPeople) {
  auto const compiled = compile(".a |\n\tmap(lenght)");
  ASSERT_FALSE(compiled);
  EXPECT_EQ(report(".a |\n\tmap(lenght)", compiled.errors.front()),
            "line 2, column 6: unknown function 'lenght/0'\n"
            "  \tmap(lenght)\n"
            "  \t    ^~~~~~\n"
            "  did you mean 'length'?\n");
  auto const ended = compile("[\"ü\", ");
  EXPECT_EQ(report("[\"ü\", ", ended.errors.front()),
            "line 1, column 7: expected an expression, but the expression ends here\n"
            "  [\"ü\", \n"
            "        ^\n");
  auto const program = compile("1, ({} | .[0])");
  auto const result = evaluate(*program.program, Json());
  EXPECT_EQ(report(program.program->text(), *result.error),
            "line 1, column 10: Cannot index object with number\n"
            "  1, ({} | .[0])\n"
            "           ^~~~\n");
}

TEST(Compile, KnowsConstants) {
  auto constant = [](char const* text) { return compile(text).program->constant(); };
  EXPECT_EQ(constant("\"a\""), Json("a"));
  EXPECT_EQ(constant("{b: 1, c: [1, 2 + 3]}"), parse_json(R"({"b":1,"c":[1,5]})").value());
  EXPECT_EQ(constant("null"), Json());
  EXPECT_EQ(constant("-1"), Json(-1));
  EXPECT_FALSE(constant("."));
  EXPECT_FALSE(constant("1, 2"));
  EXPECT_FALSE(constant("1 / 0"));
}

}  // namespace
}  // namespace skald::jq
