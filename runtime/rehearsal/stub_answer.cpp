#include "runtime/rehearsal/stub_answer.hpp"

#include "base/sealed.hpp"
#include "runtime/executor/http_call.hpp"
#include "runtime/executor/http_reply.hpp"

namespace skald::runtime {
namespace {

// No secret is opened for a stub: something that a host, a port, a path and a header may be stands
// in its place.
Json stand_in(Json value) {
  if (value.is_sealed()) {
    std::string text;
    Json const pieces = value.pieces();
    for (Json const& piece : pieces.items()) {
      text += piece.is_string() ? piece.as_string() : std::string_view("1");
    }
    return Json(text);
  }
  bool const nested = value.is_array() || value.is_object();
  for (std::size_t i = 0; nested && i < value.size(); ++i) {
    value.put_at(i, stand_in(value.take_at(i)));
  }
  return value;
}

Json stand_in_url(Json const& uri) {
  Json text = stand_in(uri);
  if (!uri.is_sealed() || text.as_string().find("://") != std::string_view::npos) return text;
  return Json("http://" + std::string(text.as_string()));
}

// The arguments for the building of a call that is not sent.
Json without_secrets(Json with) {
  with.erase("authentication");  // it may name a secret, too
  if (!holds_secret(with)) return with;
  for (char const* map : {"headers", "query"}) {
    if (with[map].is_sealed()) with.erase(map);
  }
  Json endpoint = with["endpoint"];
  if (endpoint.is_object()) {
    if (holds_secret(endpoint["authentication"])) endpoint.erase("authentication");
    endpoint.set("uri", stand_in_url(endpoint["uri"]));
  } else {
    endpoint = stand_in_url(endpoint);
  }
  with.set("endpoint", std::move(endpoint));
  return stand_in(std::move(with));
}

saga::Answer http_answer(Json const& with, StubAnswer const& stub, Time now) {
  CallRequest request;
  request.with = without_secrets(with);
  request.function = "http";
  auto built = build_call(request, TargetTable(), holds_secret(with) ? with : Json());
  if (!built) {
    saga::Answer answer;
    answer.kind = saga::Answer::Kind::not_sent;
    answer.invalid = true;
    answer.message = built.error().message;
    return answer;
  }
  HttpReply reply;
  reply.status = stub.status;
  for (auto const& [name, value] : stub.headers) set_header(reply.headers, name, value);
  if (!stub.content.is_null()) {
    if (find_header(reply.headers, "Content-Type") == nullptr) {
      set_header(reply.headers, "Content-Type", "application/json");
    }
    reply.body = to_text(stub.content);
  }
  return answer_of(*built, std::move(reply), now);
}

}  // namespace

saga::Answer stub_answer(std::string const& function, Json const& with, StubAnswer const& stub,
                         Time now) {
  using Kind = saga::Answer::Kind;
  saga::Answer answer;
  answer.message = stub.message;
  switch (stub.kind) {
    case StubAnswer::Kind::timeout:
      answer.kind = Kind::lost;
      answer.message = "no answer in time (stub)";
      return answer;
    case StubAnswer::Kind::unreachable:
      answer.kind = Kind::not_sent;
      answer.message = "not reachable (stub)";
      return answer;
    case StubAnswer::Kind::refused: answer.kind = Kind::refused; return answer;
    case StubAnswer::Kind::failed: answer.kind = Kind::failed; return answer;
    case StubAnswer::Kind::answer: break;
  }
  if (function == "http") return http_answer(with, stub, now);
  answer.kind = Kind::returned;
  answer.output = stub.content;
  return answer;
}

}  // namespace skald::runtime
