#include "compiler/editor/editor_schema.hpp"

namespace skald::compiler {

namespace {

constexpr KeyText kTexts[] = {
    {"'with' of an HTTP call", "method", "get, post, put, patch, delete, head or options."},
    {"'with' of an HTTP call", "endpoint",
     "The URL: a text, where {name} is a member of the data, an expression, or { uri, "
     "authentication }."},
    {"'with' of an HTTP call", "headers", "Headers of the request."},
    {"'with' of an HTTP call", "query", "Parameters behind the '?' of the URL."},
    {"'with' of an HTTP call", "body", "The body of the request, as JSON."},
    {"'with' of an HTTP call", "output",
     "What the task gives: the content (default), raw (base64), or the response with its status "
     "and headers."},
    {"'with' of an HTTP call", "redirect", "true: a redirect (3xx) is a success and not an error."},
    {"'with' of an OpenAPI call", "document",
     "The OpenAPI document: a file beside the workflow or a URL, read when it is deployed."},
    {"'with' of an OpenAPI call", "operationId", "Which operation of the document is called."},
    {"'with' of an OpenAPI call", "parameters",
     "The operation's parameters by name; 'body', or the name the document gives it, is the body."},
    {"'with' of an OpenAPI call", "authentication",
     "How to authenticate at the operation's server."},
    {"'with' of an OpenAPI call", "output",
     "What the task gives: the content (default), raw (base64), or the response with its status "
     "and headers."},
    {"'with' of an OpenAPI call", "redirect",
     "true: a redirect (3xx) is a success and not an error."},
    {"an endpoint", "uri", "The URL."},
    {"an endpoint", "authentication", "How to authenticate there."},
    {"an authentication", "use", "The name of one of use.authentications."},
    {"an authentication", "basic", "User name and password."},
    {"an authentication", "bearer", "A token."},
    {"an authentication", "digest", "HTTP digest authentication."},
    {"an authentication", "oauth2", "OAuth 2."},
    {"an authentication", "oidc", "OpenID Connect."},
    {"an authentication", "certificate", "A certificate of the client."},
    {"basic authentication", "username", "The user's name."},
    {"basic authentication", "password", "The password."},
    {"basic authentication", "use", "The name of a secret that holds both."},
    {"bearer authentication", "token", "The token."},
    {"bearer authentication", "use", "The name of a secret that holds it."},
};

}  // namespace

std::span<KeyText const> call_texts() {
  return kTexts;
}

}  // namespace skald::compiler
