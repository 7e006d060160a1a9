// The page of differences from jq 1.8.1 (docs/jq.md), row by row. The rows about limits are held by
// limits_test, those about what is refused by compile_test.

#include <gtest/gtest.h>

#include "dsl/jq/test_file.hpp"

namespace skald::jq {
namespace {

void expect_theirs(std::string_view cases) {
  auto const report = run_test_file(cases);
  EXPECT_GT(report.cases, 0U);
  for (auto const& failure : report.failures) {
    ADD_FAILURE() << "line " << failure.line << ": " << failure.program << "\n" << failure.detail;
  }
}

TEST(Differences, AQuestionMarkBeforeAnAlternativeIsNoPattern) {
  expect_theirs(R"jq([.a?//1], [.[]?//2]
{"a":null}
[1]
[2]
)jq");
}

TEST(Differences, WhatLeavesByABreakTriesNoOtherPattern) {
  expect_theirs(R"jq([first(. as [$x] ?// $x | $x)]
[1]
[1]

.a |= (. as [$x] ?// $x | $x)
{"a":[1]}
{"a":1}
)jq");
}

TEST(Differences, AComputedZeroHasNoSignWhenItIsNegated) {
  expect_theirs(R"jq([(1 - 1 | -.), (0 * -1 | abs), (-.)] | tostring
0
"[0,0,0]"

[abs, 0 * -1] | tostring
-0.0
"[0.0,-0]"
)jq");
}

TEST(Differences, APathExpressionMayEndWithTheState) {
  expect_theirs(R"jq(path(last(.a, .b))
null
["b"]

[path(last(.a[]))]
{"a":[1,2]}
[["a",1]]

path(reduce ("a", "b") as $k (.; .[$k])), [path(foreach ("a", "b") as $k (.; .[$k]))]
{"a":{"b":1}}
["a","b"]
[["a"],["a","b"]]
)jq");
}

TEST(Differences, OnlyNanIsReadAsNan) {
  expect_theirs(R"jq((try fromjson catch "no"), ("nan" | fromjson | isnan)
"nan00"
"no"
true
)jq");
}

TEST(Differences, TextsAreDecodedByCharacters) {
  expect_theirs(R"jq(@urid, format("urid")
"é%41 ☆%C3%A9"
"éA ☆é"
"éA ☆é"

@urid
"a\u0000b%41"
"a\u0000bA"

try fromjson catch .
"a\u0000b"
"Invalid numeric literal at EOF at line 1, column 3 (while parsing 'a\u0000b')"
)jq");
}

TEST(Differences, EmptyMatchesGoFromCharacterToCharacter) {
  expect_theirs(R"jq([match(""; "g").offset], gsub(""; "-"), [splits("")]
"é☆x"
[0,1,2,3]
"-é-☆-x-"
["","é","☆","x",""]
)jq");
}

TEST(Differences, ReverseTakesTexts) {
  expect_theirs(R"jq(reverse
"aé☆"
"☆éa"

reverse
""
""
)jq");
}

TEST(Differences, NumbersAreAsLongAsADoubleUnlessBothAreLonger) {
  expect_theirs(R"jq([.[0] == .[1], .[0] == .[2], .[3] == .[4]]
[1.0000000000000000001, 1, 1.0000000000000000002, 100000000000000000001, 100000000000000000000]
[true,false,false]

(3 | exp10), (1 | exp10)
null
1000
10
)jq");
}

TEST(Differences, SomeFunctionsAreOlderOrNewer) {
  expect_theirs(
      R"jq((.[0] | toarray), (.[1] | ascii), (.[2] | date), (.[2] | dateadd("s"; 1), datesub("s"; 1))
[7, 65, 0]
[7]
"A"
"1970-01-01T00:00:00Z"
1
-1

@base32, (@base32 | @base32d)
"ab"
"MFRA===="
"ab"
)jq");
}

TEST(Differences, FormatsAndVariablesAreCheckedBeforeAnythingRuns) {
  for (auto const* text : {"try @bse64 catch .", "if false then $nope else 1 end"}) {
    EXPECT_FALSE(compile(text)) << text;
  }
}

}  // namespace
}  // namespace skald::jq
