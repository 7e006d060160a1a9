// The language, by example: programs, inputs and outputs in jq's own test format, one suite for
// each part. What jq's files say about the same things is not repeated here.

#include <gtest/gtest.h>

#include "dsl/jq/test_file.hpp"

namespace skald::jq {
namespace {

void expect_all_pass(std::string_view cases) {
  Environment environment;
  environment.now = {1'700'000'000'250'000};
  auto const report = run_test_file(cases, environment);
  EXPECT_GT(report.cases, 0U);
  for (auto const& failure : report.failures) {
    ADD_FAILURE() << "line " << failure.line << ": " << failure.program << "\n" << failure.detail;
  }
}

TEST(Language, ReadsPathsAndSlices) {
  expect_all_pass(R"jq(.a.b, .["a"]["b"], ."a"."b", .a."b"
{"a":{"b":7}}
7
7
7
7

[.[1:], .[:-1], .[-2:]]
[1,2,3]
[[2,3],[1,2],[2,3]]

.a?, (.a.b)?, [.[]?]
1
[]

[..]
[[1]]
[[[1]],[1],1]
)jq");
}

TEST(Language, BindsByPrecedence) {
  expect_all_pass(R"jq(1 + 2 * 3 - 4 / 2
null
5

1, 2 | . + 1
null
2
3

false or true and false
null
false

null // 1 + 1
null
2

-1 as $x | -$x
null
1

[.[] | . as [$a, $b] | $b + $a]
[[1,2],[3,4]]
[3,7]

try error("x") catch . | . + "y"
null
"xy"

# a comment
1 # and another
null
1
)jq");
}

TEST(Language, CallsFunctionsWithClosures) {
  expect_all_pass(R"jq(def twice(f): f | f; 3 | twice(. * .)
null
81

def f($a; g): $a + g; f(1, 2; 10, 20)
null
11
21
12
22

def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; 10 | fac
null
3628800

def f(g): def r: if . > 3 then . else g | r end; r; f(. as $x | $x + 1)
0
4

def f(g): (1 | g) + (2 | g); f(. as $x | $x)
null
3

def f(g): [limit(5; def r: ., (g | r); r)]; f(. as $x | .+1 | select(. < 3) , ($x * 100 | select(. == 100)))
1
[1,2,100]

def loop: if . >= 100000 then . else . + 1 | loop end; loop
0
100000
)jq");
}

TEST(Language, ReducesAndIterates) {
  expect_all_pass(R"jq(reduce .[] as [$k, $v] ({}; .[$k] += $v)
[["a",1],["b",2],["a",3]]
{"a":4,"b":2}

[foreach .[] as $x (0; . + $x; [$x, .])]
[1,2,3]
[[1,1],[2,3],[3,6]]

reduce .[] as $x (5; empty)
[1]
null

[label $out | .[] | if . > 2 then break $out else . end]
[1,2,3,1]
[1,2]

[limit(3; repeat(1))], [first(range(10; 0; -3))], [range(0; 1; 0.25)]
null
[1,1,1]
[10]
[0,0.25,0.5,0.75]
)jq");
}

TEST(Language, UpdatesInPlaceAndByPaths) {
  expect_all_pass(R"jq(.a[1].b |= . + 1
{"a":[0,{"b":1}]}
{"a":[0,{"b":2}]}

(.a, .b) |= length
{"a":"xyz","b":[1]}
{"a":3,"b":1}

.[] |= empty
[1,2,3]
[]

(.[] | select(. > 1)) |= empty
[1,2,3]
[1]

.a += (1, 2)
{"a":1}
{"a":2}
{"a":3}

.a //= 5 | .b //= 6
{"a":false,"b":1}
{"a":5,"b":1}

del(.a, .b[0])
{"a":1,"b":[1,2]}
{"b":[2]}

[paths(type == "number")]
{"a":[1,{"b":2}]}
[["a",0],["a",1,"b"]]

to_entries, with_entries(.value += 1)
{"x":1}
[{"key":"x","value":1}]
{"x":2}

path(first(.a, .b)), path(if .a then .b else .c end), path(.a // .b)
{"a":false,"b":1}
["a"]
["c"]
["b"]

walk(if type == "number" then . + 1 else . end)
[1,{"a":2}]
[2,{"a":3}]
)jq");
}

TEST(Language, SpeaksOfErrorsInTheWordsOfJq) {
  expect_all_pass(R"jq(try (1 | .a) catch .
null
"Cannot index number with string \"a\""

try ([] | .["a"]) catch .
null
"Cannot index array with string \"a\""

try ({} | .[0]) catch .
null
"Cannot index object with number"

try (1 | .[]) catch .
null
"Cannot iterate over number (1)"

try ({} + 1) catch .
null
"object ({}) and number (1) cannot be added"

try ({} | sort) catch .
null
"object ({}) cannot be sorted, as it is not an array"

try error({a: 1}) catch .a
null
1

try ("x" | tonumber) catch .
null
"string (\"x\") cannot be parsed as a number"

try ("[1,2" | fromjson) catch .
null
"Unfinished JSON term at EOF at line 1, column 4 (while parsing '[1,2')"

[.[] | try error catch .]
[1,null,"a"]
[1,null,"a"]

(try error("inner") catch error("outer"))?, "after"
null
"after"
)jq");
}

TEST(Language, KeepsNumbersAsTheyAreWritten) {
  expect_all_pass(R"jq([., tojson]
100000000000000000000000001
[100000000000000000000000001,"100000000000000000000000001"]

[.[] | tojson]
[1.000, 100e-2, 1E+3, 0.10, 3, 1e1000, -0]
["1.000","1.00","1E+3","0.10","3","1E+1000","-0"]

[.[] + 0 | tojson]
[1.000, 1e3, 1e17, 1e-5, 0.0001, 3.14, 1e1000]
["1","1000","1e+17","1e-05","0.0001","3.14","1.7976931348623157e+308"]

[nan] | sort | tojson
null
"[null]"

[nan < nan, nan == nan, (nan | isnan)]
null
[true,false,true]
)jq");
}

TEST(Language, KnowsStringsAndFormats) {
  expect_all_pass(R"jq("a\(1 + 1)b\("c" + "\("d")")", "\u00e9\ud83d\ude00" | length
null
5
2

@base64 "x=\(.)", @json "v: \(.)", @uri "?q=\(.)", @base32, (@base32 | @base32d)
"a b"
"x=YSBi"
"v: \"a b\""
"?q=a%20b"
"MEQGE==="
"a b"

[.[] | ltrimstr("a"), rtrimstr("c"), trimstr("b")]
["abc","bab"]
["bc","ab","abc","bab","bab","a"]

[splits(", *")], sub("(?<l>[a-z])"; "<\(.l)>"), gsub("b"; "B", "C")
"a, b,c"
["a","b","c"]
"<a>, b,c"
"a, B,c"
"a, C,c"

[match("(a)(?<n>b)?"; "g") | .captures | map(.string)]
"abxa"
[["a","b"],["a",null]]
)jq");
}

TEST(Language, InterpolatesConstants) {
  expect_all_pass(R"jq("x\(1)y", "\(1.10)", "\([])", "a\("b")c", "\(null)"
null
"x1y"
"1.10"
"[]"
"abc"
"null"

@base64 "x\("y")z", @json "\("y")", @sh "\(1) \("a b")"
null
"xeQ==z"
"\"y\""
"1 'a b'"

{"a\(1)": 2, "b\("c")": 3}, {"x\(1)"}
null
{"a1":2,"bc":3}
{"x1":null}
)jq");
}

// Found by comparing random programs with jq 1.8.1 (jq_difference).
TEST(Language, AgreesWithJqWhereFewLook) {
  expect_all_pass(
      R"jq([.[{}]?], try .[{start: 1}] catch ., try (.[{}] = [1]) catch ., .[{start: 1, end: null}]
[1,2]
[]
"Array/string slice indices must be integers"
"Array/string slice indices must be integers"
[2]

(.a[0] |= empty), (.a.b |= empty), (.a |= null), (.c[0] |= empty)
{"c":null}
{"c":null}
{"c":null}
{"c":null,"a":null}
{"c":null}

[.[] | -.] | tostring
[0, 0.00, 1.50, -1]
"[0,0.00,-1.50,1]"

[range(.; 3)], [range(.; 3; 0.5)] | tostring
1.10
"[1.10,2.1]"
"[1.10,1.6,2.1,2.6]"

[limit(3; range("a"; "b"; "c"))], [range(null; 3; 1)], try range(0; "a") catch .
null
["a","ac","acc"]
[null,1,2]
"Range bounds must be numeric"

try (["a"] | @base64d) catch ., try ([] | @urid) catch "none", (null | @base64d)
null
"string (\"[\\\"a\\\"]\") is not valid base64 data"
"[]"
"\ufffd\ufffd"

[] | indices([]), .[[]], ("a" | indices(""))
null
[]
[]
[]

[{} | try index("a") catch ., ({a: 1} | try index("a") catch ., try rindex("a") catch .)]
null
[null,"Cannot index number with number","Cannot index number with object"]

[match("(a)|(b)")] | tostring
"b"
"[{\"offset\":0,\"length\":1,\"string\":\"b\",\"captures\":[{\"offset\":-1,\"string\":null,\"length\":0,\"name\":null},{\"offset\":0,\"length\":1,\"string\":\"b\",\"name\":null}]}]"
)jq");
}

TEST(Language, KnowsDatesInUtcOnly) {
  expect_all_pass(R"jq(now, (now | todate), (0 | strftime("%A %d %B %Y %H:%M:%S %Z"))
null
1700000000.25
"2023-11-14T22:13:20Z"
"Thursday 01 January 1970 00:00:00 GMT"

"2024-02-29T12:00:00Z" | fromdate, (strptime("%Y-%m-%dT%H:%M:%SZ") | mktime, .[7])
null
1709208000
1709208000
59

"10:20" | strptime("%H:%M")
null
[1900,0,0,10,20,0,8,367]
)jq");
}

TEST(Language, StreamsValuesAndBuildsThemAgain) {
  expect_all_pass(R"jq([tostream]
{"a":[1,{"b":2}]}
[[["a",0],1],[["a",1,"b"],2],[["a",1,"b"]],[["a",1]],[["a"]]]

fromstream(tostream)
{"a":[1,{"b":2}],"c":[]}
{"a":[1,{"b":2}],"c":[]}

[1 | truncate_stream([[0],1],[[1,0],2],[[1,0]],[[1]])]
null
[[[0],2],[[0]]]

[getpath(["a","b"]), (try getpath(["a","b","c"]) catch "no")]
{"a":{"b":1}}
[1,"no"]
)jq");
}

}  // namespace
}  // namespace skald::jq
