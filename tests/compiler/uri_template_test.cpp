// URI templates, by the examples of RFC 6570.

#include <gtest/gtest.h>

#include "compiler/uri_template.hpp"
#include "dsl/jq/jq.hpp"

namespace skald::compiler {
namespace {

constexpr char kVariables[] = R"({
  "count": ["one", "two", "three"], "dom": ["example", "com"], "dub": "me/too",
  "hello": "Hello World!", "half": "50%", "var": "value", "who": "fred", "base": "http://example.com/home/",
  "path": "/foo/bar", "list": ["red", "green", "blue"],
  "keys": {"semi": ";", "dot": ".", "comma": ","}, "v": "6", "x": "1024", "y": "768",
  "empty": "", "empty_keys": {}, "undef": null, "year": ["1965", "2000", "2012"],
  "semi": ";", "fun": "drei/vier%20funf", "holes": ["a", null, "b"], "void": [null],
  "gaps": {"a": null, "b": "1"}, "hollow": {"a": null} })";

std::string expanded(std::string const& text) {
  dsl::Node node;
  node.scalar = Json(text);
  Report report;
  auto const program = uri_program(node, report);
  if (!program) return "wrong";
  bool const has_variable = text.find('{') != std::string::npos;
  EXPECT_EQ(uri_template_of(*program), has_variable ? std::optional(text) : std::nullopt);
  auto const compiled = jq::compile(*program);
  if (!compiled) return "does not compile: " + compiled.errors[0].message;
  auto const first = jq::evaluate_first(*compiled.program, parse_json(kVariables).value());
  return first.error ? "error: " + first.error->message : std::string(first.value.as_string());
}

struct Case {
  char const* text;
  char const* result;
};

// The tables of chapter 3.2; those of a lone name in simple expansion stand below.
constexpr Case kTables[] = {
    // 3.2.1
    {"{count*}", "one,two,three"},
    {"{/count}", "/one,two,three"},
    {"{/count*}", "/one/two/three"},
    {"{;count}", ";count=one,two,three"},
    {"{;count*}", ";count=one;count=two;count=three"},
    {"{?count}", "?count=one,two,three"},
    {"{?count*}", "?count=one&count=two&count=three"},
    {"{&count*}", "&count=one&count=two&count=three"},
    // 3.2.2
    {"{var}", "value"},
    {"{hello}", "Hello%20World%21"},
    {"{half}", "50%25"},
    {"O{empty}X", "OX"},
    {"{x,y}", "1024,768"},
    {"{x,hello,y}", "1024,Hello%20World%21,768"},
    {"?{x,empty}", "?1024,"},
    {"?{x,undef}", "?1024"},
    {"?{undef,y}", "?768"},
    {"{var:3}", "val"},
    {"{var:30}", "value"},
    {"{list*}", "red,green,blue"},
    {"{keys*}", "semi=%3B,dot=.,comma=%2C"},
    // 3.2.3
    {"{+var}", "value"},
    {"{+hello}", "Hello%20World!"},
    {"{+half}", "50%25"},
    {"{base}index", "http%3A%2F%2Fexample.com%2Fhome%2Findex"},
    {"{+base}index", "http://example.com/home/index"},
    {"O{+empty}X", "OX"},
    {"O{+undef}X", "OX"},
    {"{+path}/here", "/foo/bar/here"},
    {"here?ref={+path}", "here?ref=/foo/bar"},
    {"up{+path}{var}/here", "up/foo/barvalue/here"},
    {"{+x,hello,y}", "1024,Hello%20World!,768"},
    {"{+path,x}/here", "/foo/bar,1024/here"},
    {"{+path:6}/here", "/foo/b/here"},
    {"{+list}", "red,green,blue"},
    {"{+list*}", "red,green,blue"},
    {"{+keys}", "semi,;,dot,.,comma,,"},
    {"{+keys*}", "semi=;,dot=.,comma=,"},
    // 3.2.4
    {"{#var}", "#value"},
    {"{#hello}", "#Hello%20World!"},
    {"{#half}", "#50%25"},
    {"foo{#empty}", "foo#"},
    {"foo{#undef}", "foo"},
    {"{#x,hello,y}", "#1024,Hello%20World!,768"},
    {"{#path,x}/here", "#/foo/bar,1024/here"},
    {"{#path:6}/here", "#/foo/b/here"},
    {"{#list}", "#red,green,blue"},
    {"{#list*}", "#red,green,blue"},
    {"{#keys}", "#semi,;,dot,.,comma,,"},
    {"{#keys*}", "#semi=;,dot=.,comma=,"},
    // 3.2.5
    {"{.who}", ".fred"},
    {"{.who,who}", ".fred.fred"},
    {"{.half,who}", ".50%25.fred"},
    {"www{.dom*}", "www.example.com"},
    {"X{.var}", "X.value"},
    {"X{.empty}", "X."},
    {"X{.undef}", "X"},
    {"X{.var:3}", "X.val"},
    {"X{.list}", "X.red,green,blue"},
    {"X{.list*}", "X.red.green.blue"},
    {"X{.keys}", "X.semi,%3B,dot,.,comma,%2C"},
    {"X{.keys*}", "X.semi=%3B.dot=..comma=%2C"},
    {"X{.empty_keys}", "X"},
    {"X{.empty_keys*}", "X"},
    // 3.2.6
    {"{/who}", "/fred"},
    {"{/who,who}", "/fred/fred"},
    {"{/half,who}", "/50%25/fred"},
    {"{/who,dub}", "/fred/me%2Ftoo"},
    {"{/var}", "/value"},
    {"{/var,empty}", "/value/"},
    {"{/var,undef}", "/value"},
    {"{/var,x}/here", "/value/1024/here"},
    {"{/var:1,var}", "/v/value"},
    {"{/list}", "/red,green,blue"},
    {"{/list*}", "/red/green/blue"},
    {"{/list*,path:4}", "/red/green/blue/%2Ffoo"},
    {"{/keys}", "/semi,%3B,dot,.,comma,%2C"},
    {"{/keys*}", "/semi=%3B/dot=./comma=%2C"},
    // 3.2.7
    {"{;who}", ";who=fred"},
    {"{;half}", ";half=50%25"},
    {"{;empty}", ";empty"},
    {"{;v,empty,who}", ";v=6;empty;who=fred"},
    {"{;v,bar,who}", ";v=6;who=fred"},
    {"{;x,y}", ";x=1024;y=768"},
    {"{;x,y,empty}", ";x=1024;y=768;empty"},
    {"{;x,y,undef}", ";x=1024;y=768"},
    {"{;hello:5}", ";hello=Hello"},
    {"{;list}", ";list=red,green,blue"},
    {"{;list*}", ";list=red;list=green;list=blue"},
    {"{;keys}", ";keys=semi,%3B,dot,.,comma,%2C"},
    {"{;keys*}", ";semi=%3B;dot=.;comma=%2C"},
    // 3.2.8
    {"{?who}", "?who=fred"},
    {"{?half}", "?half=50%25"},
    {"{?x,y}", "?x=1024&y=768"},
    {"{?x,y,empty}", "?x=1024&y=768&empty="},
    {"{?x,y,undef}", "?x=1024&y=768"},
    {"{?var:3}", "?var=val"},
    {"{?list}", "?list=red,green,blue"},
    {"{?list*}", "?list=red&list=green&list=blue"},
    {"{?keys}", "?keys=semi,%3B,dot,.,comma,%2C"},
    {"{?keys*}", "?semi=%3B&dot=.&comma=%2C"},
    // 3.2.9
    {"{&who}", "&who=fred"},
    {"{&half}", "&half=50%25"},
    {"?fixed=yes{&x}", "?fixed=yes&x=1024"},
    {"{&x,y,empty}", "&x=1024&y=768&empty="},
    {"{&x,y,undef}", "&x=1024&y=768"},
    {"{&var:3}", "&var=val"},
    {"{&list}", "&list=red,green,blue"},
    {"{&list*}", "&list=red&list=green&list=blue"},
    {"{&keys}", "&keys=semi,%3B,dot,.,comma,%2C"},
    {"{&keys*}", "&semi=%3B&dot=.&comma=%2C"},
    // 2.4 and appendix A
    {"{+fun}", "drei/vier%20funf"},
    {"map?{x,y}", "map?1024,768"},
    {"find{?year*}", "find?year=1965&year=2000&year=2012"},
};

TEST(UriTemplate, ExpandsAsTheTablesOfTheRfcSay) {
  for (auto const& each : kTables) EXPECT_EQ(expanded(each.text), each.result) << each.text;
}

// 2.3: "a variable defined as a list value is considered undefined if the list contains zero
// members" and members without a value are left out: 3.2.1.
TEST(UriTemplate, LeavesOutWhatIsNullInListsAndMaps) {
  constexpr Case kCases[] = {
      {"X{?holes}", "X?holes=a,b"},
      {"X{?holes*}", "X?holes=a&holes=b"},
      {"X{?void}", "X"},
      {"X{?void*}", "X"},
      {"X{;void,x}", "X;x=1024"},
      {"X{/void*,x}", "X/1024"},
      {"X{?gaps}", "X?gaps=b,1"},
      {"X{?gaps*}", "X?b=1"},
      {"X{?hollow}", "X"},
      {"X{?hollow*}", "X"},
      {"X{&hollow*,y}", "X&y=768"},
      {"X{#void,hollow}", "X"},
      {"X{gaps*}", "Xb=1"},
      {"X{.hollow*,void*}", "X"},
  };
  for (auto const& each : kCases) EXPECT_EQ(expanded(each.text), each.result) << each.text;
}

// docs/decisions/uri_templates.md: the RFC has "red,green,blue" and "OX".
TEST(UriTemplate, ExpandsALoneNameToItsTextWhateverStandsBesideIt) {
  EXPECT_EQ(expanded("{list}"), "%5B%22red%22%2C%22green%22%2C%22blue%22%5D");
  EXPECT_EQ(expanded("{list}{?x}"), "%5B%22red%22%2C%22green%22%2C%22blue%22%5D?x=1024");
  EXPECT_EQ(expanded("O{undef}X"), "OnullX");
  EXPECT_EQ(expanded("O{undef}X{?undef}"), "OnullX");
}

TEST(UriTemplate, RefusesWhatIsNone) {
  for (auto const* text : {"{", "}", "{}", "{a", "a}", "{a b}", "{=a}", "{!a}", "{a:}", "{a:0}",
                           "{a:12345}", "{a,}", "{?}", "{a{b}}", "{a**}", "{.a.}"}) {
    EXPECT_EQ(expanded(text), "wrong") << text;
  }
}

}  // namespace
}  // namespace skald::compiler
