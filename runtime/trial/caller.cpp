#include "runtime/trial/caller.hpp"

#include <utility>

namespace skald::trial {
namespace {

std::string with_id(std::string text, std::string const& id) {
  constexpr std::string_view kMark = "{id}";
  for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + id.size())) {
    text.replace(at, kMark.size(), id);
  }
  return text;
}

Json with_id(Json const& value, std::string const& id) {
  if (value.is_string()) return with_id(std::string(value.as_string()), id);
  if (value.is_array()) {
    Json items = Json::array();
    for (auto const& item : value.items()) items.push_back(with_id(item, id));
    return items;
  }
  if (!value.is_object()) return value;
  Json members = Json::object();
  for (auto const& member : value.members()) {
    members.set(member.key.as_string(), with_id(member.value, id));
  }
  return members;
}

runtime::CallRequest to_send(Call const& call, std::uint64_t number, Duration timeout) {
  runtime::CallRequest request;
  request.id = {number, 1, 1};
  request.function = "http";
  request.with = Json::object(
      {{"method", call.request->method}, {"endpoint", with_id(call.request->url, call.id)}});
  if (!call.request->body.is_null()) request.with.set("body", with_id(call.request->body, call.id));
  request.timeout = timeout;
  request.key = call.key;
  request.run = call.id;
  request.step = call.undoes.empty() ? "/do/0/action" : "/do/0/action/compensate/0/undo";
  request.direction = call.undoes.empty() ? saga::Direction::forward : saga::Direction::undo;
  request.undoes = call.undoes;
  return request;
}

}  // namespace

Result<std::unique_ptr<Caller>> Caller::make(Duration timeout) {
  std::unique_ptr<Caller> caller(new Caller(timeout));
  auto made = runtime::HttpExecutor::make(
      {}, [to = caller.get()](runtime::AttemptId id, saga::Answer answer) {
        to->take(id.run, std::move(answer));
      });
  if (!made.ok()) return std::move(made).error();
  caller->http_ = std::move(*made);
  return caller;
}

void Caller::take(std::uint64_t number, saga::Answer answer) {
  std::lock_guard const lock(mutex_);
  answers_[number] = std::move(answer);
  arrived_.notify_all();
}

std::vector<saga::Answer> Caller::send(std::vector<Call> const& calls) {
  auto const first = next_;
  next_ += calls.size();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    http_->submit(to_send(calls[i], first + i, timeout_));
  }
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return answers_.size() == calls.size(); });
  std::vector<saga::Answer> answers;
  for (auto& [number, answer] : std::exchange(answers_, {})) answers.push_back(std::move(answer));
  return answers;
}

std::string in_words(saga::Answer const& answer) {
  if (answer.kind != saga::Answer::Kind::response) return "no answer: " + answer.message;
  if (!answer.message.empty()) return answer.message;
  return "HTTP " + std::to_string(answer.status);
}

}  // namespace skald::trial
