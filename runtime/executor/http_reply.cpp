#include "runtime/executor/http_reply.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "base/base64.hpp"
#include "base/sealed.hpp"
#include "runtime/executor/http_date.hpp"
#include "runtime/executor/http_status.hpp"
#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

bool has_json_type(HttpReply const& reply) {
  std::string const* type = find_header(reply.headers, "Content-Type");
  if (type == nullptr) return false;
  auto const end = std::min(type->find_first_of("; \t"), type->size());
  std::string const media = ascii_lower(std::string_view(*type).substr(0, end));
  return media == "application/json" || media == "text/json" || media.ends_with("+json");
}

// The content as a value. Text that claims to be JSON and is not stays text: the effect has
// happened, so the answer must stay a success, and `note` tells what is wrong with it.
Json read_content(HttpReply const& reply, std::string& note) {
  if (reply.body.empty()) return {};
  if (has_json_type(reply)) {
    auto parsed = parse_json(reply.body);
    if (parsed.ok()) return std::move(*parsed);
    note = "the answer says that it is JSON and is not: " + parsed.error().message;
  }
  if (!is_valid_utf8(reply.body)) return to_base64(reply.body);
  return reply.body;
}

Json headers_json(HttpHeaders const& headers) {
  Json out = Json::object();
  for (auto const& [name, value] : headers) {
    if (!is_valid_utf8(value)) continue;
    Json const& before = out[name];
    out.set(name, before.is_string() ? std::string(before.as_string()) + ", " + value : value);
  }
  return out;
}

std::span<Json::Member const> no_members() {
  return {};
}

std::string shown(Json const& value) {
  return value.is_sealed() ? shown_text(value) : to_text(value);
}

// What the workflow asked for. Credentials are not repeated into the records.
Json request_json(HttpCall const& call) {
  HttpHeaders headers = call.headers;
  for (char const* name : {"Authorization", "Cookie"}) erase_header(headers, name);
  Json const& given = call.shown["headers"];
  for (auto const& [name, value] : given.is_object() ? given.members() : no_members()) {
    if (holds_secret(value)) set_header(headers, std::string(name.as_string()), shown(value));
  }
  return Json::object(
      {{"method", ascii_lower(call.method)},
       {"uri", shown_url(call)},
       {"headers", given.is_sealed() ? Json(shown(given)) : headers_json(headers)}});
}

Json output_of(HttpCall const& call, HttpReply const& reply, std::string& note) {
  switch (call.output) {
    case HttpCall::Output::content: return read_content(reply, note);
    case HttpCall::Output::raw: return reply.body.empty() ? Json() : Json(to_base64(reply.body));
    case HttpCall::Output::response: break;
  }
  return Json::object({{"request", request_json(call)},
                       {"statusCode", reply.status},
                       {"headers", headers_json(reply.headers)},
                       {"content", read_content(reply, note)}});
}

// One line of at most 200 bytes, cut between characters.
std::string shorten(std::string_view text) {
  constexpr std::size_t kMost = 200;
  std::string out;
  for (char const c : text.substr(0, kMost * 2)) {
    bool const blank = static_cast<unsigned char>(c) <= ' ';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() <= kMost) return out;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end) + "...";
}

// The reason in the participant's own words: of a problem document, else the begin of the body.
// Secrets are hidden before it is cut: a part of one would not be recognised.
std::string excerpt(HttpReply const& reply, Opened const& opened) {
  if (!is_valid_utf8(reply.body)) return {};
  auto const shortened = [&](std::string_view text) {
    return shorten(opened.hide(std::string(text)).value_or(""));
  };
  if (has_json_type(reply)) {
    auto const parsed = parse_json(reply.body);
    for (char const* name : {"detail", "message", "error", "title"}) {
      if (!parsed.ok()) break;
      Json const& value = (*parsed)[name];
      if (value.is_string() && !value.as_string().empty()) return shortened(value.as_string());
    }
  }
  return shortened(reply.body);
}

// A reason that is only the status again ("Not Found", "404 not found") says nothing.
std::string failure_message(HttpReply const& reply, Opened const& opened) {
  std::string const name = status_name(reply.status);
  auto const status = std::to_string(reply.status) + " " + name;
  std::string const reason = excerpt(reply, opened);
  bool const repeats = iequals(reason, name) || iequals(reason, status);
  return "HTTP " + status + (reason.empty() || repeats ? "" : ": " + reason);
}

// Whole milliseconds, at most an hour; anything else means nothing.
std::optional<Duration> parse_ongoing(std::string_view text) {
  std::int64_t ms = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  bool const whole = error == std::errc{} && end == text.data() + text.size() && ms >= 0;
  if (!whole) return std::nullopt;
  return Duration::from_ms(std::min<std::int64_t>(ms, 3'600'000));
}

}  // namespace

bool is_redirection(HttpCall const& call, HttpReply const& reply) {
  bool const moved = reply.status == 301 || reply.status == 302 || reply.status == 303 ||
                     reply.status == 307 || reply.status == 308;
  return call.redirect && moved && find_header(reply.headers, "Location") != nullptr;
}

saga::Answer answer_of(HttpCall const& call, HttpReply&& reply, Time now, Opened const& opened) {
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::response;
  answer.status = reply.status;
  if (std::string const* after = find_header(reply.headers, "Retry-After")) {
    answer.retry_after = parse_retry_after(*after, now);
  }
  if (std::string const* ms = find_header(reply.headers, "Skald-Ongoing")) {
    answer.ongoing = parse_ongoing(*ms);
  }
  bool const allowed_3xx = call.redirect && reply.status / 100 == 3;
  if (reply.status / 100 != 2 && !allowed_3xx) {
    answer.message = failure_message(reply, opened);
    return answer;
  }
  // In base64 nobody could find all of them any more.
  if (call.output == HttpCall::Output::raw || !is_valid_utf8(reply.body)) {
    auto hidden = opened.hide(std::move(reply.body));
    if (!hidden.ok()) return unhidden_answer(hidden.error());
    reply.body = std::move(*hidden);
  }
  // To the outcome table a 3xx is an error; here the call itself has declared it a success.
  if (allowed_3xx) answer.kind = saga::Answer::Kind::returned;
  answer.output = output_of(call, reply, answer.message);
  return answer;
}

}  // namespace skald::runtime
