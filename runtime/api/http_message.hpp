#pragma once

// A request that the server has read whole, and a response to it. Plain data.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "runtime/api/body_budget.hpp"
#include "runtime/executor/http_headers.hpp"

namespace skald::runtime {

struct HttpRequest {
  std::string method;                                      // upper case
  std::string target;                                      // as sent: "/v1/runs?limit=3"
  std::vector<std::string> segments;                       // of the path, decoded: {"v1", "runs"}
  std::vector<std::pair<std::string, std::string>> query;  // decoded
  HttpHeaders headers;
  std::string body;
  std::shared_ptr<BodyBudget::Share> share = nullptr;  // of the server's memory, for the body

  // The header's value; empty when it is absent.
  std::string_view header(std::string_view name) const;
  // The first value of a query parameter, if it was given.
  std::optional<std::string_view> parameter(std::string_view name) const;
  // "application/json": of the body, lower case, without parameters.
  std::string content_type() const;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
};

// Fills segments and query from a target in origin form. False when it is in another form, or is
// not valid UTF-8 once decoded.
bool parse_target(std::string_view target, HttpRequest& request);

HttpResponse json_response(int status, Json const& body);

// A problem document (RFC 9457): {type, title, status, detail}, and `code` and `hint` as
// extensions when they are not empty. `title` is the name of the status.
HttpResponse problem(int status, std::string_view detail, std::string_view code = {},
                     std::string_view hint = {});

// The problem of an Error, with the status that belongs to its code.
HttpResponse problem(Error const& error);
int status_of(ErrorCode code) noexcept;

}  // namespace skald::runtime
