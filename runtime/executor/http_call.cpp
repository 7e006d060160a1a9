#include "runtime/executor/http_call.hpp"

#include <algorithm>
#include <array>

#include "base/base64.hpp"
#include "base/sealed.hpp"

namespace skald::runtime {
namespace {

constexpr std::array<std::string_view, 9> kMethods = {"GET",     "HEAD",  "POST",  "PUT",  "DELETE",
                                                      "OPTIONS", "PATCH", "TRACE", "QUERY"};

// Framing belongs to the executor, and Skald-* names what the engine vouches for.
constexpr std::array<std::string_view, 6> kReserved = {
    "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Keep-Alive", "Expect"};

Error invalid(std::string message, std::string hint = "") {
  return {ErrorCode::invalid_argument, std::move(message), std::move(hint)};
}

bool is_token(std::string_view name) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// No control characters: a line break would end the header and begin another.
bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

// The text of a scalar as it stands in a header or a query.
Result<std::string> scalar_text(std::string_view where, Json const& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_array() || value.is_object()) {
    return invalid(std::string(where) + " must be a string, a number or a boolean, not an " +
                   to_string(value.kind()));
  }
  return value.is_null() ? std::string() : to_text(value);
}

Result<std::string> read_method(Json const& with) {
  Json const& value = with["method"];
  if (!value.is_string()) return invalid("the http call has no 'method'", "write method: get");
  std::string method(value.as_string());
  std::transform(method.begin(), method.end(), method.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
    return invalid("'" + std::string(value.as_string()) + "' is not an HTTP method",
                   "use get, head, post, put, patch, delete or options");
  }
  return method;
}

Result<std::string> read_endpoint(Json const& with) {
  Json const& endpoint = with["endpoint"];
  Json const& uri = endpoint.is_object() ? endpoint["uri"] : endpoint;
  if (!uri.is_string() || uri.as_string().empty()) {
    return invalid("the http call has no 'endpoint'",
                   "write endpoint: http://host/path, or endpoint: { uri: ... }");
  }
  return std::string(uri.as_string());
}

Result<void> append_parameter(std::string& query, std::string_view name, Json const& value) {
  auto text = scalar_text("query parameter '" + std::string(name) + "'", value);
  if (!text.ok()) return std::move(text).error();
  if (!query.empty()) query += '&';
  query.append(encode_component(name)).append("=").append(encode_component(*text));
  return {};
}

// An array gives one parameter an item; null gives none.
Result<std::string> encode_map(Json const& map, std::string_view what) {
  std::string out;
  if (map.is_null()) return out;
  if (!map.is_object()) return invalid("'" + std::string(what) + "' must be a map");
  for (auto const& [key, value] : map.members()) {
    if (value.is_array()) {
      for (Json const& item : value.items()) {
        SKALD_TRY(append_parameter(out, key.as_string(), item));
      }
    } else if (!value.is_null()) {
      SKALD_TRY(append_parameter(out, key.as_string(), value));
    }
  }
  return out;
}

void append_query(std::string& url, std::string_view query) {
  if (query.empty()) return;
  auto const fragment = url.find('#');
  if (fragment != std::string::npos) url.erase(fragment);
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += query;
}

Result<void> read_headers(Json const& with, HttpHeaders& out) {
  Json const& headers = with["headers"];
  if (headers.is_null()) return {};
  if (!headers.is_object()) return invalid("'headers' must be a map of names to values");
  for (auto const& [key, value] : headers.members()) {
    std::string const name(key.as_string());
    std::string const where = "header '" + name + "'";
    if (!is_token(name)) return invalid(where + " is not a valid header name");
    bool const reserved = std::any_of(kReserved.begin(), kReserved.end(),
                                      [&](std::string_view other) { return iequals(name, other); });
    if (reserved) return invalid(where + " is set by skald and can not be given");
    if (value.is_null()) continue;
    auto text = scalar_text(where, value);
    if (!text.ok()) return std::move(text).error();
    if (!is_header_value(*text)) return invalid(where + " holds a control character");
    set_header(out, name, std::move(*text));
  }
  return {};
}

Result<std::string> text_member(Json const& map, std::string_view scheme, std::string_view name) {
  Json const& value = map[name];
  if (!value.is_string()) {
    return invalid("authentication." + std::string(scheme) + " needs a text '" + std::string(name) +
                   "'");
  }
  if (!is_header_value(value.as_string())) {
    return invalid("authentication." + std::string(scheme) + "." + std::string(name) +
                   " holds a control character");
  }
  return std::string(value.as_string());
}

// The properties of a scheme: those written, or the secret that `use` names.
Json const* scheme_of(Json const& authentication, std::string_view name) {
  Json const* scheme = authentication.find(name);
  Json const* secret = scheme == nullptr ? nullptr : scheme->find("use");
  return secret != nullptr ? secret : scheme;
}

Result<void> read_authentication(Json const& authentication, HttpHeaders& headers) {
  if (authentication.is_null()) return {};
  if (Json const* basic = scheme_of(authentication, "basic")) {
    auto user = text_member(*basic, "basic", "username");
    if (!user.ok()) return std::move(user).error();
    auto password = text_member(*basic, "basic", "password");
    if (!password.ok()) return std::move(password).error();
    set_header(headers, "Authorization", "Basic " + to_base64(*user + ":" + *password));
    return {};
  }
  if (Json const* bearer = scheme_of(authentication, "bearer")) {
    // The secret of `use` may be the token itself.
    auto token = bearer->is_string() ? Result<std::string>(std::string(bearer->as_string()))
                                     : text_member(*bearer, "bearer", "token");
    if (!token.ok()) return std::move(token).error();
    if (!is_header_value(*token)) return invalid("the token holds a control character");
    set_header(headers, "Authorization", "Bearer " + *token);
    return {};
  }
  return invalid("this kind of authentication is not supported", "use basic or bearer");
}

// The media type without its parameters, in lower case.
std::string media_type(std::string_view content_type) {
  auto end = std::min(content_type.find(';'), content_type.size());
  while (end > 0 && content_type[end - 1] == ' ') --end;
  return ascii_lower(content_type.substr(0, end));
}

bool is_json_type(std::string_view media) {
  return media == "application/json" || media.ends_with("+json");
}

Result<void> read_body(Json const& with, HttpCall& call) {
  Json const* body = with.find("body");
  if (body == nullptr || body->is_null()) return {};
  call.has_body = true;
  std::string const* given = find_header(call.headers, "Content-Type");
  if (given == nullptr) {
    set_header(call.headers, "Content-Type", "application/json");
    call.body = to_text(*body);
    return {};
  }
  std::string const media = media_type(*given);
  if (body->is_string() && !is_json_type(media)) {
    call.body = std::string(body->as_string());
  } else if (body->is_object() && media == "application/x-www-form-urlencoded") {
    auto form = encode_map(*body, "body");
    if (!form.ok()) return std::move(form).error();
    call.body = std::move(*form);
  } else {
    call.body = to_text(*body);
  }
  return {};
}

Result<void> read_output(Json const& with, HttpCall& call) {
  Json const& output = with["output"];
  if (output.is_null() || output == Json("content")) {
    call.output = HttpCall::Output::content;
  } else if (output == Json("raw")) {
    call.output = HttpCall::Output::raw;
  } else if (output == Json("response")) {
    call.output = HttpCall::Output::response;
  } else {
    return invalid(to_text(output) + " is no output of an http call",
                   "use content, raw or response");
  }
  call.redirect = with["redirect"].truthy();
  return {};
}

void add_skald_headers(CallRequest const& request, HttpHeaders& headers) {
  if (!request.key.empty() && find_header(headers, "Idempotency-Key") == nullptr) {
    set_header(headers, "Idempotency-Key", request.key);
  }
  if (find_header(headers, "User-Agent") == nullptr) set_header(headers, "User-Agent", "skald/0.1");
  if (find_header(headers, "Accept") == nullptr) set_header(headers, "Accept", "*/*");
  set_header(headers, "Skald-Run", request.run);
  set_header(headers, "Skald-Step", encode_unsafe(request.step));
  set_header(headers, "Skald-Attempt", std::to_string(request.attempt));
  bool const undo = request.direction == saga::Direction::undo;
  bool const probe = !request.probes.empty();
  set_header(headers, "Skald-Direction", undo ? "undo" : probe ? "probe" : "forward");
  erase_header(headers, "Skald-Callback");
  if (!request.callback.empty()) set_header(headers, "Skald-Callback", request.callback);
  erase_header(headers, "Skald-Probes");
  if (probe) set_header(headers, "Skald-Probes", request.probes);
  erase_header(headers, "Skald-Undoes");
  if (!request.undoes.empty()) set_header(headers, "Skald-Undoes", request.undoes);
}

Result<void> check_ids(CallRequest const& request) {
  for (auto const* value : {&request.key, &request.run, &request.undoes, &request.probes}) {
    if (!is_header_value(*value)) return invalid("an id of the call holds a control character");
  }
  return {};
}

Json const& shown_uri(HttpCall const& call) {
  Json const& endpoint = call.shown["endpoint"];
  return endpoint.is_object() ? endpoint["uri"] : endpoint;
}

bool seals_url(HttpCall const& call) {
  return holds_secret(call.shown["endpoint"]) || holds_secret(call.shown["query"]);
}

std::string_view query_of(std::string_view target) {
  return target.substr(std::min(target.find('?'), target.size()));
}

// What must not be told to another server than the one that the workflow names. Single headers with
// a secret are dropped; of a map that is a secret nobody knows which ones those are.
Result<void> check_leaving(HttpCall const& next, HttpCall const& call) {
  auto const query = query_of(call.url.target);
  char const* what = nullptr;
  if (next.has_body && holds_secret(call.shown["body"])) what = "the body of the call holds";
  if (seals_url(call) && !query.empty() && query_of(next.url.target) == query) {
    what = "the query of the call holds";
  }
  if (call.shown["headers"].is_sealed()) what = "the headers of the call are";
  if (what == nullptr) return {};
  return invalid("the redirection leads to another server, and " + std::string(what) + " a secret",
                 "name the server that is to get it as the endpoint");
}

void drop_secret_headers(HttpCall& next) {
  for (char const* name : {"Authorization", "Cookie", "Host"}) erase_header(next.headers, name);
  Json const& given = next.shown["headers"];
  if (!given.is_object()) return;
  for (auto const& [name, value] : given.members()) {
    if (holds_secret(value)) erase_header(next.headers, std::string(name.as_string()));
  }
}

}  // namespace

std::string shown_url(HttpCall const& call) {
  if (!seals_url(call)) return call.written_url;
  Json const& uri = shown_uri(call);
  std::string const base = uri.is_sealed()   ? shown_text(uri)
                           : uri.is_string() ? std::string(uri.as_string())
                                             : "<secret>";
  return holds_secret(call.shown["query"]) ? base + "?<secret>" : base;
}

std::string shown_origin(HttpCall const& call) {
  if (call.elsewhere || !seals_url(call)) return call.url.origin();
  std::string const url = shown_url(call);
  auto const mark = url.find("://");
  auto const host = mark == std::string::npos ? 0 : mark + 3;
  std::string const origin = url.substr(0, url.find_first_of("/?#", host));
  return origin.find("<secret") == std::string::npos ? call.url.origin() : origin;
}

Result<HttpCall> build_call(CallRequest const& request, TargetTable const& targets, Json shown) {
  Json const& with = request.with;
  HttpCall call;
  call.shown = std::move(shown);
  auto method = read_method(with);
  if (!method.ok()) return std::move(method).error();
  call.method = std::move(*method);
  auto endpoint = read_endpoint(with);
  if (!endpoint.ok()) return std::move(endpoint).error();
  auto query = encode_map(with["query"], "query");
  if (!query.ok()) return std::move(query).error();
  call.written_url = std::move(*endpoint);
  append_query(call.written_url, *query);

  auto const match = targets.find(call.written_url);
  call.target = match.index;
  auto url = parse_url(match.url, seals_url(call) ? shown_url(call) : std::string());
  if (!url.ok()) return std::move(url).error();
  call.url = std::move(*url);

  SKALD_TRY(check_ids(request));
  SKALD_TRY(read_headers(with, call.headers));
  Json const& endpoint_object = with["endpoint"];
  SKALD_TRY(read_authentication(endpoint_object["authentication"], call.headers));
  SKALD_TRY(read_authentication(with["authentication"], call.headers));
  SKALD_TRY(read_body(with, call));
  SKALD_TRY(read_output(with, call));
  add_skald_headers(request, call.headers);
  return call;
}

std::string to_wire(HttpCall const& call) {
  std::string out;
  out.reserve(512 + call.body.size());
  out.append(call.method).append(" ").append(call.url.target).append(" HTTP/1.1\r\n");
  if (find_header(call.headers, "Host") == nullptr) {
    out.append("Host: ").append(call.url.authority()).append("\r\n");
  }
  for (auto const& [name, value] : call.headers) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
  bool const expects_body = call.method == "POST" || call.method == "PUT" || call.method == "PATCH";
  if (call.has_body || expects_body) {
    out.append("Content-Length: ").append(std::to_string(call.body.size())).append("\r\n");
  }
  return out.append("\r\n").append(call.body);
}

Result<HttpCall> follow(HttpCall const& call, int status, std::string_view location) {
  auto url = resolve_location(call.url, location);
  if (!url.ok()) return std::move(url).error();
  if (call.url.secure() && !url->secure()) {
    return invalid("the redirection to '" + std::string(location) + "' leaves https");
  }
  HttpCall next = call;
  // A 303 says that the work is done and where to look. A 301 or 302 says where the work is to be
  // done: only POST becomes GET there, as every client has it. A PUT or a DELETE that became GET
  // would be taken for done.
  bool const looks = call.method == "GET" || call.method == "HEAD";
  bool const moved = status == 307 || status == 308 || (status != 303 && call.method != "POST");
  bool const keeps_method = looks || moved;
  if (!keeps_method) {
    next.method = "GET";
    next.has_body = false;
    next.body.clear();
    erase_header(next.headers, "Content-Type");
  }
  next.url = std::move(*url);
  if (next.url.origin() != call.url.origin()) {
    SKALD_TRY(check_leaving(next, call));
    drop_secret_headers(next);
    next.elsewhere = true;
  }
  return next;
}

}  // namespace skald::runtime
