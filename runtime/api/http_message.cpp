#include "runtime/api/http_message.hpp"

#include <algorithm>

#include "runtime/executor/http_status.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

// What stands before the first `mark`; `rest` keeps what stands behind it.
std::string_view take_until(std::string_view& rest, char mark) {
  auto const end = rest.find(mark);
  auto const head = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return head;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  std::string const* value = find_header(headers, name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

std::optional<std::string_view> HttpRequest::parameter(std::string_view name) const {
  for (auto const& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string HttpRequest::content_type() const {
  std::string_view const value = header("Content-Type");
  return ascii_lower(value.substr(0, std::min(value.find_first_of("; \t"), value.size())));
}

bool parse_target(std::string_view target, HttpRequest& request) {
  if (!target.starts_with('/')) return false;
  std::string_view query = target.substr(1);
  std::string_view path = take_until(query, '?');
  while (!path.empty()) {
    request.segments.push_back(decode_component(take_until(path, '/')));
    if (!is_valid_utf8(request.segments.back())) return false;
  }
  while (!query.empty()) {
    std::string_view pair = take_until(query, '&');
    if (pair.empty()) continue;
    auto name = decode_component(take_until(pair, '='), true);
    auto value = decode_component(pair, true);
    if (!is_valid_utf8(name) || !is_valid_utf8(value)) return false;
    request.query.emplace_back(std::move(name), std::move(value));
  }
  return true;
}

HttpResponse json_response(int status, Json const& body) {
  return {status, {{"Content-Type", "application/json"}}, to_text(body)};
}

HttpResponse problem(int status, std::string_view detail, std::string_view code,
                     std::string_view hint) {
  Json body = Json::object({{"type", "about:blank"},
                            {"title", status_name(status)},
                            {"status", status},
                            {"detail", detail}});
  if (!code.empty()) body.set("code", code);
  if (!hint.empty()) body.set("hint", hint);
  return {status, {{"Content-Type", "application/problem+json"}}, to_text(body)};
}

HttpResponse problem(Error const& error) {
  HttpResponse response =
      problem(status_of(error.code), error.message, to_string(error.code), error.hint);
  bool const passing = error.code == ErrorCode::overloaded || error.code == ErrorCode::no_space ||
                       error.code == ErrorCode::unavailable;
  if (passing) set_header(response.headers, "Retry-After", "1");
  return response;
}

int status_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict: return 409;
    case ErrorCode::failed_precondition: return 409;
    case ErrorCode::too_large: return 413;
    case ErrorCode::overloaded: return 429;
    case ErrorCode::timed_out: return 504;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::no_space: return 507;
    case ErrorCode::corrupt: return 500;
    case ErrorCode::io: return 500;
    case ErrorCode::cancelled: return 503;
    case ErrorCode::refused: return 409;
  }
  return 500;
}

}  // namespace skald::runtime
