// Calls of OpenAPI operations: what HTTP call they become, and what is wrong with them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/openapi.hpp"
#include "tests/compiler/compile.hpp"

namespace skald::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kPets[] = R"(
openapi: 3.0.3
servers: [ { url: 'https://{place}.pets.example/v1/', variables: { place: { default: eu } } } ]
paths:
  /pets/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
    get: { operationId: getPet, responses: {} }
    put:
      operationId: putPet
      parameters:
        - $ref: '#/components/parameters/Trace'
        - { name: session, in: cookie, schema: { type: string } }
      requestBody:
        required: true
        content:
          text/plain: { schema: { type: string } }
          application/json: { schema: { $ref: '#/components/schemas/Pet' } }
  /pets:
    get:
      operationId: findPets
      parameters:
        - { name: status, in: query, required: true, schema: { type: string, enum: [ sold, free ] } }
        - { name: tags, in: query, schema: { type: array, items: { type: string } } }
        - { name: sizes, in: query, explode: false, schema: { type: array, items: { type: integer } } }
    post:
      operationId: login
      requestBody: { content: { application/x-www-form-urlencoded: { schema: {
        type: object, required: [ user ], properties: { user: { type: string } } } } } }
components:
  parameters: { Trace: { name: X-Trace, in: header, schema: { type: string } } }
  schemas:
    Pet: { type: object, required: [ name ], properties: { name: { type: string }, age: { type: integer } } }
)";

constexpr char kSwagger[] = R"({
  "swagger": "2.0", "host": "petstore.swagger.io", "basePath": "/v2", "schemes": ["http", "https"],
  "paths": { "/pet/findByStatus": { "get": { "operationId": "findPetsByStatus", "parameters": [
    { "name": "status", "in": "query", "required": true, "type": "array", "collectionFormat": "multi",
      "items": { "type": "string", "enum": ["available", "sold"] } },
    { "name": "ids", "in": "query", "type": "array", "items": { "type": "integer" } } ] } },
    "/pet": { "post": { "operationId": "addPet", "parameters": [
      { "name": "pet", "in": "body", "required": true, "schema": {
        "type": "object", "properties": { "name": { "type": "string" } } } } ] } },
    "/pet/{petId}": { "post": { "operationId": "updatePet", "parameters": [
      { "name": "petId", "in": "path", "required": true, "type": "integer" },
      { "name": "name", "in": "formData", "type": "string" } ] } } } })";

// What real documents have.
constexpr char kShop[] = R"(
openapi: 3.0.3
servers: [ { url: https://shop.example } ]
paths:
  /{kind}/{free}/items:
    get:
      operationId: list
      parameters:
        - { name: kind, in: path, required: true, schema: { type: string, default: dog & cat } }
        - { name: where, in: query, schema: { type: object } }
        - { name: note, in: query, schema: { type: integer, nullable: true } }
        - { name: packed, in: query, explode: false, schema: { type: object } }
    post:
      operationId: add
      parameters: [ { name: kind, in: path, required: true, schema: { default: dog } } ]
      requestBody:
        required: true
        content:
          '*/*': { schema: { allOf: [ { $ref: '#/components/schemas/Named' },
                                      { properties: { size: { type: integer } } } ] } }
components:
  schemas: { Named: { required: [ name ], properties: { name: { type: string } } } }
)";

// A name that would be code if it were taken as it is.
constexpr char kOdd[] = R"--({
  "openapi": "3.0.3", "servers": [ { "url": "https://odd.example" } ],
  "paths": { "/": { "get": { "operationId": "odd", "parameters": [
    { "name": "a\"\\(now)",
               "in" : "cookie", "schema" : {
  "type" : "string"
}
} ]
}
}
}
})--";

Result<Json> read_api(compiler::Resource const& resource) {
  if (resource.uri == "odd.yaml") return Json(kOdd);
  if (resource.uri == "shop.yaml") return Json(kShop);
  if (resource.uri == "pets.yaml") return Json(kPets);
  if (resource.uri.ends_with("swagger.json")) return Json(kSwagger);
  if (resource.uri == "https://away.example/a.yaml") {
    return Error{ErrorCode::unavailable, "no such host", ""};
  }
  if (resource.uri == "text.yaml") return Json("a: [");
  if (resource.uri == "other.yaml") return Json("asyncapi: 3.0.0");
  return Error{ErrorCode::not_found, "the file can not be read", "check the name"};
}

Compiled call(std::string const& with) {
  compiler::Options options;
  options.documents = read_api;
  return compile_yaml(
      "document: { dsl: '1.0.3', namespace: test, name: sample, version: '1.0.0' }\n"
      "do:\n  - pet:\n      call: openapi\n      with: " +
          with + "\n      compensate: []\n",
      options);
}

std::string http(std::string const& with) {
  auto const compiled = call(with);
  if (!compiled.compilation.graph) return dsl::render(compiled.diagnostics());
  EXPECT_TRUE(compiled.diagnostics().empty()) << dsl::render(compiled.diagnostics());
  auto const json = graph::to_json(*compiled.compilation.graph);
  auto const& made = json["tasks"][0]["kind"]["call"];
  EXPECT_EQ(made["function"], Json("http"));
  return to_text(made["with"]["object"].is_null() ? made["with"] : made["with"]["object"]);
}

std::string findings(std::string const& with) {
  std::string out;
  for (auto const& each : call(with).diagnostics()) {
    out += std::string(dsl::code_text(each.code)) + " " + each.message + "; " + each.hint + "\n";
  }
  return out;
}

TEST(Openapi, ADocumentWritesNoCode) {
  auto const made = http(
      "{ document: { endpoint: odd.yaml }, operationId: odd, parameters: { 'a\"\\(now)': s } }");
  EXPECT_THAT(made, HasSubstr(R"(a\\\"\\\\(now)=\\(\"s\" | tostring))"));
}

TEST(Openapi, PutsParametersWhereTheyBelong) {
  auto const get = http(
      "{ document: { endpoint: pets.yaml }, operationId: getPet,"
      " parameters: { id: '${ .id }' } }");
  EXPECT_THAT(get, HasSubstr(R"("method":{"constant":"get"})"));
  EXPECT_THAT(get, HasSubstr(R"(https://eu.pets.example/v1/pets/\\(( .id \n) | if)"));
  auto const put = http(
      "{ document: { endpoint: pets.yaml }, operationId: putPet, parameters: {"
      " id: 1, X-Trace: t, session: s, body: { name: Rex } }, output: response }");
  EXPECT_THAT(put, HasSubstr(R"("headers":{"object":{)"));
  EXPECT_THAT(put, HasSubstr(R"("X-Trace":{"constant":"t"})"));
  EXPECT_THAT(put, HasSubstr(R"(session=\\(\"s\" | tostring))"));
  EXPECT_THAT(put, HasSubstr(R"("body":{"constant":{"name":"Rex"}})"));
  EXPECT_THAT(put, HasSubstr(R"("output":{"constant":"response"})"));
}

TEST(Openapi, WritesListsAsTheDocumentWantsThem) {
  auto const find = http(
      "{ document: { endpoint: pets.yaml }, operationId: findPets,"
      " parameters: { status: sold, tags: [ a, b ], sizes: '${ .sizes }' } }");
  EXPECT_THAT(find, HasSubstr(R"("tags":{"constant":["a","b"]})"));
  EXPECT_THAT(find, HasSubstr(R"raw(join(\",\"))raw"));
}

TEST(Openapi, GathersTheMembersOfABody) {
  auto const put = http(
      "{ document: { endpoint: pets.yaml }, operationId: putPet,"
      " parameters: { id: 1, name: '${ .name }', age: 3 } }");
  EXPECT_THAT(put,
              HasSubstr(R"("body":{"object":{"name":{"jq":" .name "},"age":{"constant":3}}})"));
  auto const login = http(
      "{ document: { endpoint: pets.yaml }, operationId: login,"
      " parameters: { user: me } }");
  EXPECT_THAT(login, HasSubstr("application/x-www-form-urlencoded"));
}

TEST(Openapi, PutsDefaultsAndUndeclaredParametersIntoThePath) {
  EXPECT_THAT(
      http("{ document: { endpoint: shop.yaml }, operationId: list, parameters: { free: 7 } }"),
      HasSubstr("dog & cat"));
  EXPECT_EQ(findings("{ document: { endpoint: shop.yaml }, operationId: list }"),
            "E244 the operation 'list' needs the parameter 'free' (in its path); add it below "
            "`parameters`\n");
}

TEST(Openapi, WritesTheMembersOfAnObjectIntoTheQuery) {
  std::string const begin = "{ document: { endpoint: shop.yaml }, operationId: list, parameters: ";
  EXPECT_THAT(
      http(begin + "{ free: a, where: { size: 3, name: '${ .name }' }, note: null } }"),
      AllOf(HasSubstr(R"("size")"), HasSubstr(".name"), ::testing::Not(HasSubstr("where"))));
  EXPECT_THAT(findings(begin + "{ free: a, where: '${ .where }' } }"),
              HasSubstr("write it as a map: where: { ... }"));
  EXPECT_THAT(findings(begin + "{ free: a, packed: { a: 1 } } }"),
              HasSubstr("not supported in the style of the document"));
}

TEST(Openapi, PutsABodyTogetherFromAllThatItsSchemaHas) {
  std::string const begin = "{ document: { endpoint: shop.yaml }, operationId: add, parameters: ";
  auto const made = http(begin + "{ free: a, name: rex, size: 3 } }");
  EXPECT_THAT(made, HasSubstr(R"({"name":{"constant":"rex"},"size":{"constant":3}})"));
  EXPECT_THAT(made, ::testing::Not(HasSubstr("*/*")));
  EXPECT_THAT(findings(begin + "{ free: a, size: 3 } }"), HasSubstr("needs the parameter 'name'"));
  EXPECT_THAT(http("{ document: { endpoint: swagger.json }, operationId: addPet, parameters: "
                   "{ name: rex } }"),
              AllOf(HasSubstr(R"("body":{"object":{"name":{"constant":"rex"}}})"),
                    ::testing::Not(HasSubstr("urlencoded"))));
}

TEST(Openapi, ReadsSwagger) {
  auto const find = http(
      "{ document: { endpoint: 'https://petstore.swagger.io/v2/swagger.json' },"
      " operationId: findPetsByStatus, parameters: { status: '${ .status }' } }");
  EXPECT_THAT(find, HasSubstr("https://petstore.swagger.io/v2/pet/findByStatus"));
  EXPECT_THAT(find, HasSubstr(R"("status":{"jq":" .status "})"));
  EXPECT_THAT(http("{ document: { endpoint: swagger.json }, operationId: addPet,"
                   " parameters: { pet: { id: 1 } } }"),
              HasSubstr(R"("body":{"constant":{"id":1}})"));
  EXPECT_THAT(http("{ document: { endpoint: swagger.json }, operationId: updatePet,"
                   " parameters: { petId: 1, name: Rex } }"),
              HasSubstr("application/x-www-form-urlencoded"));
}

TEST(Openapi, SaysWhatIsWrongWithACall) {
  EXPECT_EQ(findings("{ document: { endpoint: pets.yaml }, operationId: getPets }"),
            "E242 the document has no operation 'getPets'; did you mean 'getPet'?\n");
  EXPECT_EQ(findings("{ document: { endpoint: pets.yaml }, operationId: getPet }"),
            "E244 the operation 'getPet' needs the parameter 'id' (in its path); add it below "
            "`parameters`\n");
  EXPECT_EQ(findings("{ document: { endpoint: pets.yaml }, operationId: findPets,"
                     " parameters: { status: sold, tag: [] } }"),
            "E243 the operation 'findPets' has no parameter 'tag'; did you mean 'tags'?\n");
  EXPECT_EQ(findings("{ document: { endpoint: pets.yaml }, operationId: findPets,"
                     " parameters: { status: solt, sizes: [ big ] } }"),
            "E245 'solt' is not a value of 'status'; did you mean 'sold'?\n"
            "E245 each item of 'sizes' is of the type 'integer' in the document; \n");
  EXPECT_THAT(findings("{ document: { endpoint: pets.yaml }, operationId: putPet,"
                       " parameters: { id: 1 } }"),
              HasSubstr("needs the parameter 'name' (in its body)"));
  EXPECT_THAT(findings("{ document: { endpoint: pets.yaml }, operationId: putPet,"
                       " parameters: { id: 1, body: { name: a }, age: 1 } }"),
              HasSubstr("E226 'age' is a member of the body, which is given as a whole"));
}

TEST(Openapi, SaysWhatIsWrongWithADocument) {
  auto const with = [](std::string const& uri) {
    return findings("{ document: { endpoint: '" + uri + "' }, operationId: getPet }");
  };
  EXPECT_EQ(with("missing.yaml"),
            "E241 the document 'missing.yaml' can not be used: the file can not be read; check the "
            "name\n");
  EXPECT_THAT(with("text.yaml"), HasSubstr("E241 the document 'text.yaml' can not be used: it is "
                                           "neither JSON nor YAML"));
  EXPECT_THAT(with("other.yaml"), HasSubstr("it is no OpenAPI document"));
  EXPECT_THAT(with("https://away.example/a.yaml"), HasSubstr("W261 the document was not read"));
  EXPECT_THAT(with("https://{host}/a"), HasSubstr("E222 the place of a document must be known"));
}

TEST(Openapi, ReadsDocumentsOfAnyShapeWithoutHarm) {
  for (
      auto const* text :
      {R"({"openapi":"3.1.0"})", R"({"openapi":"3.0.0","paths":[]})",
       R"({"openapi":"3.0.0","paths":{"/a":{"get":{"operationId":"x","parameters":{}}}}})",
       R"({"openapi":"3.0.0","paths":{"/a":{"$ref":"#/paths/~1a"}}})",
       R"({"openapi":"3.0.0","paths":{"/a":{"get":{"operationId":"x","parameters":[5,{"$ref":"#/x"}],
            "requestBody":{"content":{"a/b":5}}}}},"servers":[{"url":5}]})",
       R"({"swagger":"2.0","paths":{"/a":{"get":{"operationId":"x"}}},"schemes":["ws"]})", "[]",
       "5"}) {
    auto const document = parse_json(text).value();
    static_cast<void>(compiler::openapi::operations(document));
    static_cast<void>(compiler::openapi::find_operation(document, "x", "https://a.example/b"));
  }
}

}  // namespace
}  // namespace skald::testing
