#include "runtime/rehearsal/stub_answer.hpp"

#include "runtime/executor/http_call.hpp"
#include "runtime/executor/http_reply.hpp"

namespace skald::runtime {
namespace {

saga::Answer http_answer(Json const& with, StubAnswer const& stub, Time now) {
  CallRequest request;
  request.with = with;
  request.function = "http";
  auto built = build_call(request, TargetTable());
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
