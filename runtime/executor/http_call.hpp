#pragma once

// HttpCall is a CallRequest of the function "http", read and checked: what will be sent where, and
// how the answer is to be presented. Building one is pure; so is turning a reply into an Answer
// (http_reply.hpp). The executor in between only moves bytes.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/executor/http_headers.hpp"
#include "runtime/executor/targets.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {

struct HttpCall {
  enum class Output { content, raw, response };

  std::string method;                       // "PUT"
  std::string written_url;                  // as the workflow has it, with the query
  Url url;                                  // where it goes, after the targets' rewriting
  std::size_t target = TargetTable::kNone;  // the target that matched
  HttpHeaders headers;
  std::string body;
  bool has_body = false;
  Output output = Output::content;
  bool redirect = false;  // follow redirections
  // The arguments as the workflow has them, when secrets were opened in them; else null.
  Json shown;
  bool elsewhere = false;  // a redirection has led to another origin
};

// Reads `with` = {method, endpoint, headers, query, body, output, redirect, authentication}.
// `shown` is what HttpCall::shown is to be.
// Errors: invalid_argument, with what to write instead.
Result<HttpCall> build_call(CallRequest const& request, TargetTable const& targets,
                            Json shown = {});

// The URL as the workflow has it, with secrets by their names.
std::string shown_url(HttpCall const& call);

// The origin that the call goes to, for messages and lists: as the workflow has it when it comes
// from a secret.
std::string shown_origin(HttpCall const& call);

// The bytes of the request (HTTP/1.1).
std::string to_wire(HttpCall const& call);

// The call that a redirection with `status` and `location` asks for: 303 turns all but GET and HEAD
// into GET, 301 and 302 a POST alone. Credentials and headers with a secret do not go to another
// origin; a body, query or path with one is not sent there at all. Errors: invalid_argument.
Result<HttpCall> follow(HttpCall const& call, int status, std::string_view location);

}  // namespace skald::runtime
