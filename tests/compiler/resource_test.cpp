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

Result<std::string> read(std::string const& path) {
  if (path == "order.yaml") return std::string("type: object\nrequired: [ id ]\n");
  if (path == "broken.json") return std::string("{");
  return Error{ErrorCode::not_found, "'" + path + "' can not be read", "look for it"};
}

struct Compiled {
  dsl::YamlResult yaml;
  compiler::Compilation made;

  std::string first() const {
    return made.diagnostics.empty() ? "" : made.diagnostics.front().message;
  }
};

Compiled compile(std::string const& schema, bool readable = true) {
  Compiled result{dsl::read_yaml(with_schema(schema), "w.yaml"), {}};
  compiler::Options options;
  if (readable) options.read_resource = read;
  result.made = compiler::compile(*result.yaml.document, options);
  return result;
}

TEST(SchemaResource, BecomesAPartOfTheGraph) {
  auto const named = compile("{ resource: { endpoint: order.yaml } }");
  auto const again = compile("{ resource: { endpoint: { uri: 'file://order.yaml' } } }");
  auto const inside = compile("{ document: { type: object, required: [ id ] } }");
  ASSERT_NE(named.made.graph, nullptr) << named.first();
  EXPECT_EQ(graph::digest(*named.made.graph), graph::digest(*inside.made.graph));
  EXPECT_EQ(graph::digest(*named.made.graph), graph::digest(*again.made.graph));
}

TEST(SchemaResource, SaysWhyItCanNotBeRead) {
  EXPECT_EQ(compile("{ resource: { endpoint: none.json } }").first(),
            "'none.json' can not be read");
  EXPECT_EQ(compile("{ resource: { endpoint: 'https://a.example/s.json' } }").first(),
            "a schema is not fetched from the network");
  EXPECT_EQ(compile("{ resource: { endpoint: order.yaml } }", false).first(),
            "the file 'order.yaml' can not be read from here");
  EXPECT_EQ(compile("{ resource: { name: x } }").first(), "a resource needs the key 'endpoint'");
  EXPECT_NE(compile("{ resource: { endpoint: broken.json } }").first().find("broken.json:1"),
            std::string::npos);
}

TEST(SchemaResource, IsWrittenIntoADocumentForAServer) {
  auto const yaml =
      dsl::read_yaml(with_schema("{ format: json, resource: { endpoint: order.yaml } }"), "w.yaml");
  auto const whole = compiler::with_resources(*yaml.document, read);
  EXPECT_EQ(to_text(whole["input"]),
            R"({"schema":{"format":"json","document":{"type":"object","required":["id"]}}})");
  auto const plain = dsl::read_yaml(with_schema("{ document: {} }"), "w.yaml");
  EXPECT_TRUE(compiler::with_resources(*plain.document, read).is_null());
}

}  // namespace
}  // namespace skald::testing
