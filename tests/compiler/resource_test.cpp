// Schemas in files of their own.

#include <gtest/gtest.h>

#include "compiler/compiler.hpp"
#include "tests/compiler/compile.hpp"

namespace skald::testing {
namespace {

std::string with_schema(std::string const& schema) {
  return "document: { dsl: '1.0.3', namespace: test, name: sample, version: '1.0.0' }\n"
         "input: { schema: " +
         schema + " }\ndo: [ { a: { set: { x: 1 } } } ]\n";
}

Result<Json> read_order(compiler::Resource const& resource) {
  auto const& uri = resource.uri;
  if (uri == "order.yaml" || uri == "https://a.example/order.yaml") {
    return Json("type: object\nrequired: [ id ]\n");
  }
  if (uri == "broken.json") return Json("{");
  if (uri == "https://down.example/s.json") return Error{ErrorCode::unavailable, "no answer", ""};
  return Error{ErrorCode::not_found, "there is no such file", "look for it"};
}

struct Compiled {
  dsl::YamlResult yaml;
  compiler::Compilation made;

  std::string first() const {
    return made.diagnostics.empty() ? "" : made.diagnostics.front().message;
  }
};

Compiled compiled(std::string const& schema, bool readable = true) {
  Compiled result{dsl::read_yaml(with_schema(schema), "w.yaml"), {}};
  compiler::Options options;
  if (readable) options.documents = read_order;
  result.made = compiler::compile(*result.yaml.document, options);
  return result;
}

TEST(SchemaResource, BecomesAPartOfTheGraph) {
  auto const named = compiled("{ resource: { endpoint: order.yaml } }");
  auto const again =
      compiled("{ resource: { endpoint: { uri: 'https://a.example/order.yaml' } } }");
  auto const inside = compiled("{ document: { type: object, required: [ id ] } }");
  ASSERT_NE(named.made.graph, nullptr) << named.first();
  EXPECT_EQ(graph::digest(*named.made.graph), graph::digest(*inside.made.graph));
  EXPECT_EQ(graph::digest(*named.made.graph), graph::digest(*again.made.graph));
}

TEST(SchemaResource, SaysWhyItCanNotBeRead) {
  EXPECT_EQ(compiled("{ resource: { endpoint: none.json } }").first(),
            "the document 'none.json' can not be used: there is no such file");
  EXPECT_EQ(compiled("{ resource: { name: x } }").first(), "a resource needs the key 'endpoint'");
  EXPECT_EQ(compiled("{ resource: { endpoint: '${ .where }' } }").first(),
            "the place of a document must be known before the run");
  EXPECT_NE(compiled("{ resource: { endpoint: broken.json } }").first().find("neither JSON nor"),
            std::string::npos);
}

TEST(SchemaResource, ThatIsOutOfReachIsAWarning) {
  auto const down = compiled("{ resource: { endpoint: 'https://down.example/s.json' } }");
  EXPECT_NE(down.made.graph, nullptr);
  EXPECT_EQ(down.first(),
            "the document was not read, so what depends on it is not checked: no answer");
  EXPECT_EQ(compiled("{ resource: { endpoint: order.yaml } }", false).made.diagnostics.front().code,
            dsl::Code::document_not_read);
}

TEST(Resources, AreReadOnceForEachAuthentication) {
  int reads = 0;
  compiler::Resources resources([&](compiler::Resource const& resource) -> Result<Json> {
    ++reads;
    if (resource.authentication.is_null()) return Error{ErrorCode::not_found, "HTTP 401", ""};
    return Json("{}");
  });
  auto const login = Json::object({{"bearer", Json::object({{"token", "t"}})}});
  EXPECT_TRUE(resources.document({"https://a.example/s.json", login}).ok());
  EXPECT_TRUE(resources.document({"https://a.example/s.json", login}).ok());
  EXPECT_FALSE(resources.document({"https://a.example/s.json", {}}).ok());
  EXPECT_EQ(reads, 2);
}

TEST(Resources, RepeatNoWordOfWhatAnotherServerSaid) {
  compiler::Resources resources([](compiler::Resource const&) { return Json("a: [ root:x:0"); });
  auto const message = [&](char const* uri) {
    return resources.document({uri, {}}).error().message;
  };
  EXPECT_EQ(message("https://a.example/passwd"), "it is neither JSON nor YAML: line 1");
  EXPECT_GT(message("passwd").size(), message("https://a.example/passwd").size());
}

TEST(Resources, OfAWorkflowThatAreFiles) {
  auto const yaml = dsl::read_yaml(R"(
input: { schema: { resource: { endpoint: order.yaml } } }
output: { schema: { document: { resource: { endpoint: no.yaml } } } }
use: { functions: { pets: { call: openapi, with: { document: { endpoint: { uri: pets.json } }, operationId: a } } } }
do:
  - a: { call: openapi, with: { document: { endpoint: 'https://a.example/b' }, operationId: a } }
  - b: { set: { document: { endpoint: no.txt } }, output: { schema: { resource: { endpoint: order.yaml } } } }
  - c: { call: openapi, with: { document: { endpoint: '${ .x }' }, operationId: a } }
)",
                                   "w.yaml");
  EXPECT_EQ(compiler::document_files(*yaml.document),
            (std::vector<std::string>{"order.yaml", "pets.json"}));
}

}  // namespace
}  // namespace skald::testing
