// The keywords of calls: what reaches out of the workflow, and how it is authenticated.

#include <algorithm>
#include <array>

#include "compiler/keyword_tables.hpp"

namespace skald::compiler {

namespace {

using Keys = Key const;
using Texts = std::string_view const;

constexpr Key authentication(std::string_view name = "authentication") {
  return {.name = name, .kinds = kTextOrMap, .nest = Nest::self, .table = &kAuthentication};
}

constexpr Key endpoint(std::string_view name, Need need = kRequired) {
  return {.name = name,
          .kinds = kTextOrMap,
          .need = need,
          .nest = Nest::self,
          .table = &kEndpoint,
          .form = "https://shop.example/orders, or { uri: ..., authentication: ... }"};
}

constexpr Key resource(std::string_view name, Need need = kRequired) {
  return {.name = name,
          .kinds = kMap,
          .need = need,
          .nest = Nest::self,
          .table = &kResource,
          .form = "{ endpoint: pets.yaml }"};
}

constexpr Key inner(std::string_view name, Table const& table, Need need = kOptional) {
  return {.name = name, .kinds = kMap, .need = need, .nest = Nest::self, .table = &table};
}

constexpr Key text(std::string_view name, Need need = kOptional, Words words = {}) {
  return {.name = name, .kinds = kText, .need = need, .words = words};
}

constexpr Key texts(std::string_view name) {
  return {.name = name, .kinds = kList, .nest = Nest::texts};
}

// Authentication.
constexpr Keys kLoginKeys[] = {text("username", kRequired), text("password", kRequired),
                               text("use")};
constexpr Keys kBearerKeys[] = {text("token", kRequired), text("use")};
constexpr Table kBasic{"basic authentication", kLoginKeys, {}, false, true};
constexpr Table kDigest{"digest authentication", kLoginKeys, {}, false, true};
constexpr Table kBearer{"bearer authentication", kBearerKeys, {}, false, true};
constexpr Texts kGrants[] = {"authorization_code", "client_credentials", "password",
                             "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"};
constexpr Texts kClientMethods[] = {"client_secret_basic", "client_secret_post",
                                    "client_secret_jwt", "private_key_jwt", "none"};
constexpr Texts kEncodings[] = {"application/x-www-form-urlencoded", "application/json"};
constexpr Keys kEndpointsKeys[] = {text("token"), text("revocation"), text("introspection")};
constexpr Table kEndpoints{"the endpoints of an authority", kEndpointsKeys};
constexpr Keys kClientKeys[] = {text("id"), text("secret"), text("assertion"),
                                text("authentication", kOptional, kClientMethods)};
constexpr Table kClient{"a client", kClientKeys};
constexpr Keys kTokenRequestKeys[] = {text("encoding", kOptional, kEncodings)};
constexpr Table kTokenRequest{"a token request", kTokenRequestKeys};
constexpr Keys kTokenKeys[] = {text("token", kRequired), text("type", kRequired)};
constexpr Table kToken{"a security token", kTokenKeys};
constexpr Keys kOauth2Keys[] = {
    text("authority", kRequired),
    inner("endpoints", kEndpoints),
    text("grant", kRequired, kGrants),
    inner("client", kClient),
    inner("request", kTokenRequest),
    texts("issuers"),
    texts("scopes"),
    texts("audiences"),
    text("username"),
    text("password"),
    inner("subject", kToken),
    inner("actor", kToken),
    text("use"),
};
constexpr Table kOauth2{"OAuth2 authentication", kOauth2Keys, {}, false, true};
constexpr Keys kOidcKeys[] = {
    text("authority", kRequired),
    text("grant", kRequired, kGrants),
    inner("client", kClient),
    inner("request", kTokenRequest),
    texts("issuers"),
    texts("scopes"),
    texts("audiences"),
    text("username"),
    text("password"),
    inner("subject", kToken),
    inner("actor", kToken),
    text("use"),
};
constexpr Table kOidc{"OpenID Connect authentication", kOidcKeys, {}, false, true};

constexpr std::string_view kUseToken =
    "get the token with a call of its own, or keep it in a secret, and use `bearer`";
constexpr Texts kSchemes[] = {"use", "basic", "bearer", "digest", "oauth2", "oidc", "certificate"};
constexpr Key later(std::string_view name, Table const& table, std::string_view way_out) {
  return {.name = name,
          .kinds = kMap,
          .need = kLater,
          .nest = Nest::self,
          .table = &table,
          .way_out = way_out};
}
constexpr Keys kAuthenticationKeys[] = {
    text("use"),
    inner("basic", kBasic),
    inner("bearer", kBearer),
    later("digest", kDigest, "use `basic` over https, or `bearer`"),
    later("oauth2", kOauth2, kUseToken),
    later("oidc", kOidc, kUseToken),
    {.name = "certificate", .need = kLater, .way_out = "use `basic` or `bearer`"},
};
constexpr Keys kEndpointKeys[] = {
    text("uri", kRequired),
    {.name = "authentication", .kinds = kMap, .nest = Nest::self, .table = &kAuthentication},
};
constexpr Keys kResourceKeys[] = {
    text("name"),
    {.name = "endpoint",
     .kinds = kTextOrMap,
     .need = kRequired,
     .nest = Nest::self,
     .table = &kEndpoint,
     .form = "pets.yaml, or the URL of a document"},
};
constexpr Keys kCatalogKeys[] = {endpoint("endpoint")};

// HTTP and what is made of it.
constexpr Texts kOutputs[] = {"raw", "content", "response"};
constexpr Key kOutput = text("output", kOptional, kOutputs);
constexpr Key kRedirect = {.name = "redirect", .kinds = kFlag};
constexpr Keys kHttpKeys[] = {
    {.name = "method", .kinds = kText, .need = kRequired, .form = "get"},
    endpoint("endpoint"),
    {.name = "headers", .kinds = kMap | kExpression, .form = "{ accept: application/json }"},
    {.name = "query", .kinds = kMap | kExpression, .form = "{ page: 2 }"},
    {.name = "body"},
    kOutput,
    kRedirect,
};
constexpr Keys kOpenapiKeys[] = {
    resource("document"),
    text("operationId", kRequired),
    {.name = "parameters", .kinds = kMap},
    authentication(),
    kOutput,
    kRedirect,
};

// gRPC.
constexpr Keys kServiceKeys[] = {
    text("name", kRequired),
    text("host", kRequired),
    {.name = "port", .kinds = kWhole | kExpression, .most = 65'535},
    authentication(),
};
constexpr Table kService{"a gRPC service", kServiceKeys};
constexpr Keys kGrpcKeys[] = {
    resource("proto"),
    inner("service", kService, kRequired),
    text("method", kRequired),
    {.name = "arguments", .kinds = kMap | kExpression},
};

// AsyncAPI.
constexpr Texts kProtocols[] = {"amqp",   "amqp1", "anypointmq", "googlepubsub", "http",   "ibmmq",
                                "jms",    "kafka", "mercure",    "mqtt",         "mqtt5",  "nats",
                                "pulsar", "redis", "sns",        "sqs",          "solace", "stomp",
                                "ws"};
constexpr Keys kServerKeys[] = {text("name", kRequired), {.name = "variables", .kinds = kMap}};
constexpr Table kServer{"a server", kServerKeys};
constexpr Keys kMessageKeys[] = {{.name = "payload", .kinds = kMap | kExpression},
                                 {.name = "headers", .kinds = kMap | kExpression}};
constexpr Table kMessage{"a message", kMessageKeys};
constexpr Texts kConsumptions[] = {"amount", "while", "until"};
constexpr Keys kConsumeKeys[] = {
    duration("for"), {.name = "amount", .kinds = kWhole}, text("while"), text("until")};
constexpr Table kConsume{"'consume' of a subscription", kConsumeKeys, kConsumptions};
constexpr Keys kIteratorKeys[] = {
    text("item"),
    text("at"),
    {.name = "do", .kinds = kList, .nest = Nest::tasks},
    {.name = "output", .kinds = kMap},
    {.name = "export", .kinds = kMap},
};
constexpr Table kIterator{"a foreach", kIteratorKeys};
constexpr Keys kSubscriptionKeys[] = {text("filter"), inner("consume", kConsume, kRequired),
                                      inner("foreach", kIterator)};
constexpr Table kSubscription{"a subscription", kSubscriptionKeys};
constexpr Texts kOperations[] = {"operation", "channel"};
constexpr Texts kDirections[] = {"message", "subscription"};
constexpr Keys kAsyncapiKeys[] = {
    resource("document"),
    text("channel"),
    text("operation"),
    inner("server", kServer),
    text("protocol", kOptional, kProtocols),
    inner("message", kMessage),
    inner("subscription", kSubscription),
    authentication(),
};

// Agents and tools.
constexpr Texts kA2aMethods[] = {"message/send",
                                 "message/stream",
                                 "tasks/get",
                                 "tasks/list",
                                 "tasks/cancel",
                                 "tasks/resubscribe",
                                 "tasks/pushNotificationConfig/set",
                                 "tasks/pushNotificationConfig/get",
                                 "tasks/pushNotificationConfig/list",
                                 "tasks/pushNotificationConfig/delete",
                                 "agent/getAuthenticatedExtendedCard"};
constexpr Texts kAgents[] = {"agentCard", "server"};
constexpr Keys kA2aKeys[] = {
    text("method", kRequired, kA2aMethods),
    resource("agentCard", kOptional),
    endpoint("server", kOptional),
    {.name = "parameters", .kinds = kTextOrMap},
};
constexpr Texts kMcpMethods[] = {"tools/list",
                                 "tools/call",
                                 "prompts/list",
                                 "prompts/get",
                                 "resources/list",
                                 "resources/read",
                                 "resources/templates/list"};
constexpr Keys kMcpHttpKeys[] = {endpoint("endpoint"),
                                 {.name = "headers", .kinds = kMap, .nest = Nest::named_texts}};
constexpr Table kMcpHttp{"an HTTP transport", kMcpHttpKeys};
constexpr Keys kMcpStdioKeys[] = {
    text("command", kRequired),
    texts("arguments"),
    {.name = "environment", .kinds = kMap, .nest = Nest::named_texts},
};
constexpr Table kMcpStdio{"a stdio transport", kMcpStdioKeys};
constexpr Texts kTransports[] = {"http", "stdio"};
constexpr Keys kTransportKeys[] = {
    inner("http", kMcpHttp),
    inner("stdio", kMcpStdio),
    {.name = "options", .kinds = kMap, .nest = Nest::named_texts},
};
constexpr Table kTransport{"a transport", kTransportKeys, kTransports};
constexpr Keys kMcpClientKeys[] = {text("name", kRequired), text("version", kRequired)};
constexpr Table kMcpClient{"a client", kMcpClientKeys};
constexpr Keys kMcpKeys[] = {
    text("protocolVersion"),
    text("method", kRequired, kMcpMethods),
    {.name = "parameters", .kinds = kTextOrMap},
    duration("timeout"),
    inner("transport", kTransport, kRequired),
    inner("client", kMcpClient),
};

// Containers, extensions.
constexpr Texts kCleanups[] = {"always", "never", "eventually"};
constexpr Keys kLifetimeKeys[] = {text("cleanup", kRequired, kCleanups), duration("after")};
constexpr Table kLifetime{"the lifetime of a container", kLifetimeKeys};
constexpr Texts kPullPolicies[] = {"ifNotPresent", "always", "never"};
constexpr Keys kContainerKeys[] = {
    text("image", kRequired),
    text("name"),
    text("command"),
    {.name = "ports", .kinds = kMap},
    {.name = "volumes", .kinds = kMap},
    {.name = "environment", .kinds = kMap},
    text("stdin"),
    texts("arguments"),
    inner("lifetime", kLifetime),
    text("pullPolicy", kOptional, kPullPolicies),
};
constexpr Texts kExtended[] = {"call",   "composite", "emit", "extension", "for",
                               "listen", "raise",     "run",  "set",       "switch",
                               "try",    "wait",      "all"};
constexpr Keys kExtensionKeys[] = {
    text("extend", kRequired, kExtended),
    text("when"),
    {.name = "before", .kinds = kList, .nest = Nest::tasks},
    {.name = "after", .kinds = kList, .nest = Nest::tasks},
};

constexpr std::string_view kUseFunction =
    "call a C++ function that does it, or a service that offers it over HTTP";

constexpr std::array<StandardCall, 6> kStandardCalls = {{
    {"http", kOptional, {"'with' of an HTTP call", kHttpKeys}},
    {"openapi", kOptional, {"'with' of an OpenAPI call", kOpenapiKeys}},
    {"grpc", kLater, {"'with' of a gRPC call", kGrpcKeys}, kUseFunction},
    {"asyncapi",
     kLater,
     {"'with' of an AsyncAPI call", kAsyncapiKeys, kOperations, false, false, kDirections},
     "use `emit` and `listen`, or `call: http`"},
    {"mcp", kLater, {"'with' of an MCP call", kMcpKeys}, kUseFunction},
    {"a2a", kLater, {"'with' of an A2A call", kA2aKeys, kAgents}, kUseFunction},
}};

}  // namespace

constinit Table const kAuthentication{"an authentication", kAuthenticationKeys, kSchemes};
constinit Table const kEndpoint{"an endpoint", kEndpointKeys};
constinit Table const kResource{"a resource", kResourceKeys};
constinit Table const kContainer{"a container", kContainerKeys};
constinit Table const kCatalog{"a catalog", kCatalogKeys};
constinit Table const kExtension{"an extension", kExtensionKeys};

std::span<StandardCall const> standard_calls() {
  return kStandardCalls;
}

StandardCall const* standard_call(std::string_view name) {
  auto const found = std::find_if(kStandardCalls.begin(), kStandardCalls.end(),
                                  [&](StandardCall const& each) { return each.name == name; });
  return found == kStandardCalls.end() ? nullptr : &*found;
}

}  // namespace skald::compiler
