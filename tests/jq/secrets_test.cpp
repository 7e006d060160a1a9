// What expressions may do with secrets: hand them on. Everything else is an error, never a guess.

#include <gtest/gtest.h>

#include "base/sealed.hpp"
#include "dsl/jq/jq.hpp"

namespace skald::jq {
namespace {

std::string evaluate_with(std::string const& program) {
  auto const compiled = compile(program, {.variables = {"secrets"}});
  if (!compiled) return "does not compile: " + compiled.errors[0].message;
  std::vector<Json> const values(compiled.program->variables().size(),
                                 Json::object({{"api", secret("api")}, {"key", secret("key")}}));
  Environment environment;
  environment.variables = values;
  auto const result = evaluate(*compiled.program, Json::object({{"a", 1}}), environment);
  if (result.error) return "error: " + result.error->message;
  std::string out;
  for (auto const& each : result.outputs) {
    out += (out.empty() ? "" : " ") + to_text(each) + (holds_secret(each) ? " sealed" : "");
  }
  return out;
}

TEST(Secrets, StaySealedThroughPathsConstructionAndConcatenation) {
  EXPECT_EQ(evaluate_with("$secrets.api.token"), R"("<secret api.token>" sealed)");
  EXPECT_EQ(evaluate_with(R"($secrets["api"]["list"][0])"), R"("<secret api.list.0>" sealed)");
  EXPECT_EQ(evaluate_with(R"($secrets | .api | getpath(["x", "y"]))"),
            R"("<secret api.x.y>" sealed)");
  EXPECT_EQ(evaluate_with("{a: [$secrets.key], b: 1}"), R"({"a":["<secret key>"],"b":1} sealed)");
  EXPECT_EQ(evaluate_with(R"("Bearer " + $secrets.key + "!")"), R"("Bearer <secret key>!" sealed)");
  EXPECT_EQ(evaluate_with(R"x("\(1)-\($secrets.key)-\($secrets.api.id)")x"),
            R"("1-<secret key>-<secret api.id>" sealed)");
  EXPECT_EQ(evaluate_with("$secrets.key | tostring"), R"("<secret key>" sealed)");
  EXPECT_EQ(evaluate_with(R"(["a", $secrets.key] | join("/"))"), R"("a/<secret key>" sealed)");
  EXPECT_EQ(evaluate_with("[$secrets.key, null] | add"), R"("<secret key>" sealed)");
  EXPECT_EQ(evaluate_with("$secrets | keys"), R"(["api","key"])");
}

TEST(Secrets, AnyOtherUseIsAnError) {
  for (auto const* program : {"$secrets.key | length",
                              "$secrets.key == \"x\"",
                              "$secrets.key < 1",
                              "$secrets | tojson",
                              "{a: $secrets.key} | tostring",
                              "$secrets.key | test(\"a\")",
                              "$secrets.key | @base64",
                              "\"\\({a: $secrets.key})\"",
                              "@uri \"https://a/\\($secrets.key)\"",
                              "$secrets.key | keys",
                              "$secrets.key[]",
                              "$secrets.key + 1",
                              "$secrets.key | .[0:2]",
                              "[$secrets.key] | @csv",
                              "$secrets.key | tonumber",
                              "$secrets.key | ascii_downcase",
                              "$secrets.key | explode",
                              "($secrets.key + \"x\").y",
                              "$secrets.key | split(\"\")",
                              "$secrets.key | abs",
                              "{($secrets.key): 1}",
                              "$secrets.key | fromjson",
                              "$secrets.key | ltrimstr(\"a\") | length",
                              "[$secrets.key] | @sh",
                              "[$secrets.key] | @json",
                              "$secrets.key * 2"}) {
    EXPECT_TRUE(evaluate_with(program).starts_with("error: "))
        << program << " gives " << evaluate_with(program);
  }
  EXPECT_EQ(evaluate_with("$secrets.key == 1"),
            R"(error: secret ("<secret key>") and number (1) cannot be compared)");
}

}  // namespace
}  // namespace skald::jq
