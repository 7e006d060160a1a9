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
  "semi": ";", "fun": "drei/vier%20funf" })";

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

TEST(UriTemplate, ExpandsAsTheRfcSays) {
  constexpr Case kCases[] = {
      {"{var}", "value"},
      {"{hello}", "Hello%20World%21"},
      {"{+var}", "value"},
      {"{+hello}", "Hello%20World!"},
      {"{+path}/here", "/foo/bar/here"},
      {"here?ref={+path}", "here?ref=/foo/bar"},
      {"{+half}", "50%25"},
      {"{+fun}", "drei/vier%20funf"},
      {"X{#var}", "X#value"},
      {"X{#hello}", "X#Hello%20World!"},
      {"map?{x,y}", "map?1024,768"},
      {"{x,hello,y}", "1024,Hello%20World%21,768"},
      {"{+x,hello,y}", "1024,Hello%20World!,768"},
      {"{+path,x}/here", "/foo/bar,1024/here"},
      {"{#x,hello,y}", "#1024,Hello%20World!,768"},
      {"X{.var}", "X.value"},
      {"X{.x,y}", "X.1024.768"},
      {"{/var}", "/value"},
      {"{/var,x}/here", "/value/1024/here"},
      {"{;x,y}", ";x=1024;y=768"},
      {"{;x,y,empty}", ";x=1024;y=768;empty"},
      {"{?x,y}", "?x=1024&y=768"},
      {"{?x,y,empty}", "?x=1024&y=768&empty="},
      {"?fixed=yes{&x}", "?fixed=yes&x=1024"},
      {"{&x,y,empty}", "&x=1024&y=768&empty="},
      {"{var:3}", "val"},
      {"{var:30}", "value"},
      {"{list*}", "red,green,blue"},
      {"{keys*}", "semi=%3B,dot=.,comma=%2C"},
      {"{+path:6}/here", "/foo/b/here"},
      {"{+keys*}", "semi=;,dot=.,comma=,"},
      {"X{.list*}", "X.red.green.blue"},
      {"{/list*,path:4}", "/red/green/blue/%2Ffoo"},
      {"{/keys*}", "/semi=%3B/dot=./comma=%2C"},
      {"{;list}", ";list=red,green,blue"},
      {"{;list*}", ";list=red;list=green;list=blue"},
      {"{;keys*}", ";semi=%3B;dot=.;comma=%2C"},
      {"{?var:3}", "?var=val"},
      {"{?list*}", "?list=red&list=green&list=blue"},
      {"{?keys}", "?keys=semi,%3B,dot,.,comma,%2C"},
      {"{?keys*}", "?semi=%3B&dot=.&comma=%2C"},
      {"find{?year*}", "find?year=1965&year=2000&year=2012"},
      {"{x,empty}", "1024,"},
      {"{?x,undef}", "?x=1024"},
      {"{?undef,y}", "?y=768"},
      {"X{?empty_keys*}", "X"},
      {"www{.dom*}", "www.example.com"},
      {"{+base}index", "http://example.com/home/index"},
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
