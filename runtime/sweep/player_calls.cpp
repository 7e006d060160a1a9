// The participants of a sweep, and the way to them: what becomes of every attempt.

#include <algorithm>

#include "runtime/rehearsal/stub_answer.hpp"
#include "runtime/sweep/player.hpp"

namespace skald::sweep {
namespace {

using namespace runtime;

constexpr std::uint32_t kMostAttempts = 50;      // of one call; a fault meets the first one only
constexpr Duration kWay = Duration::from_ms(1);  // of a request, and of an answer

// The task's path and number, behind what tells the run from the one that is swept.
std::string name_of(CallRequest const& request, std::string const& swept) {
  std::string_view const number(
      request.key.begin() + static_cast<std::ptrdiff_t>(request.key.rfind(':')), request.key.end());
  auto const place = request.run.substr(swept.size()) + request.step + std::string(number);
  return place.starts_with('/') ? place.substr(1) : place;
}

bool only_reads(CallRequest const& request) {
  if (request.function != "http" || !request.with["method"].is_string()) return false;
  std::string method(request.with["method"].as_string());
  std::transform(method.begin(), method.end(), method.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return method == "get" || method == "head" || method == "options";
}

bool is_success(saga::Answer const& answer) {
  using Kind = saga::Answer::Kind;
  return answer.kind == Kind::returned ||
         (answer.kind == Kind::response && answer.status >= 200 && answer.status < 300);
}

saga::Answer response(int status, std::string message) {
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::response;
  answer.status = status;
  answer.message = std::move(message);
  return answer;
}

saga::Answer without(saga::Answer::Kind kind, std::string message) {
  saga::Answer answer;
  answer.kind = kind;
  answer.message = std::move(message);
  return answer;
}

}  // namespace

std::string Player::name(CallRequest const& request) const {
  return name_of(request, subject_.run);
}

Call& Player::note(CallRequest const& request) {
  auto const [at, fresh] = by_key_.emplace(request.key, trace_.calls.size());
  if (fresh) {
    Call call;
    call.name = name(request);
    call.run = request.run;
    call.key = request.key;
    call.task = of_run(request.run).graph->find(request.step)->index;
    call.activation = {request.id.activation};
    call.undo = request.direction == saga::Direction::undo;
    call.reads = only_reads(request);
    call.with = request.with;
    call.first_seen = trace_.moments;
    trace_.calls.push_back(std::move(call));
  }
  auto const seen =
      Json::object({{"step", request.step}, {"with", request.with}, {"undoes", request.undoes}});
  auto const [known, first] = requests_.emplace(request.key, seen);
  if (!first && known->second != seen) {
    broken("one key, two different requests: " + name(request));
  }
  return trace_.calls[at->second];
}

Player::Fate Player::fate(CallRequest const& request, Call const& call) const {
  Fate fate;
  if (request.attempt > 1) return fate;
  for (auto const& fault : schedule_) {
    if (is_moment(fault.kind) || fault.call != call.name) continue;
    switch (fault.kind) {
      case Kind::refuse:
        fate.works = false;
        fate.instead = request.function == "http" ? response(422, "refused (sweep)")
                                                  : without(saga::Answer::Kind::refused, "refused");
        break;
      case Kind::error: fate.instead = response(500, "an error (sweep)"); break;
      case Kind::timeout: fate.answers = false; break;
      case Kind::silence: fate.works = fate.answers = false; break;
      case Kind::lost:
        fate.instead = without(saga::Answer::Kind::lost, "the connection broke (sweep)");
        break;
      case Kind::late: fate.late = true; break;
      case Kind::unsent:
        fate.arrives = fate.works = false;
        fate.instead = without(saga::Answer::Kind::not_sent, "no connection (sweep)");
        break;
      case Kind::twice: fate.twice = true; break;
      case Kind::crash:
      case Kind::cancel: break;
    }
  }
  return fate;
}

void Player::submit(CallRequest request) {
  auto& call = note(request);
  if (request.attempt > kMostAttempts && !stuck_) {
    stuck_ = true;
    broken(call.name + " is tried again and again, and never succeeds");
  }
  auto const what = fate(request, call);
  queued_.insert(request.id);
  inside({}, [this, request = std::move(request), what] {
    if (queued_.erase(request.id) == 0) return;  // withdrawn
    tell("attempt " + std::to_string(request.attempt) + " of " + name(request) + " leaves" +
         (what.arrives ? "" : ", and finds no connection"));
    auto const delay = what.late ? request.timeout + Duration::from_ms(500) : kWay;
    outside(delay, [this, request, what] { arrive(request, what); });
    if (what.twice) outside(delay + kWay, [this, request, what] { arrive(request, what); });
  });
}

void Player::withdraw(AttemptId id) {
  if (queued_.erase(id) == 0) return;
  inside({}, [this, id] {
    partition_->answer(id, without(saga::Answer::Kind::not_sent, "withdrawn"), now_);
  });
}

// The request is there: the participant does what it does, and answers.
void Player::arrive(CallRequest const& request, Fate const& fate) {
  auto& call = trace_.calls[by_key_.at(request.key)];
  auto const stub = stubs_.take(of_run(call.run).graph->task(call.task), request.function);
  auto good = stub_answer(request.function, request.with, stub, now_);
  bool rejected = false;
  if (fate.works && is_success(good) && call.undo) {
    trace_.books.undo(request.key, request.undoes);
    tell("  the participant undoes " + name(request));
  } else if (fate.works && is_success(good) && !call.reads) {
    rejected = !trace_.books.act(request.key);
    tell("  the participant " + std::string(rejected ? "rejects " : "does ") + name(request));
  }
  bool const silent = !fate.answers || stub.kind == StubAnswer::Kind::timeout;
  if (silent) return tell("  no answer comes");
  if (rejected) good = response(409, "it was undone before (sweep)");
  auto const after = kWay + stub.after;
  bool const calls_back = !request.callback.empty() && !fate.instead && is_success(good);
  if (!calls_back) return answer(request, fate.instead ? *fate.instead : good, after);
  // It takes the job, and tells later what the stub says.
  answer(request, response(202, "taken"), kWay);
  outside(after + kWay, [this, request, good] { call_back(request, good); });
}

void Player::call_back(CallRequest const& request, saga::Answer const& result) {
  tell("  the participant calls back for " + name(request));
  auto const done = [this, key = request.key](Result<void> const& taken) {
    if (taken.ok()) trace_.calls[by_key_.at(key)].heard = true;
  };
  partition_->call_back(request.run, {request.id.activation}, result, now_, done);
}

void Player::answer(CallRequest const& request, saga::Answer const& answer, Duration after) {
  inside(after, [this, request, answer] {
    auto& call = trace_.calls[by_key_.at(request.key)];
    if (is_success(answer) && request.callback.empty()) call.heard = true;
    auto const status = answer.status == 0 ? "" : " " + std::to_string(answer.status);
    tell("  the answer to " + name(request) + ":" +
         (is_success(answer) ? " done" + status : status + " " + answer.message));
    partition_->answer(request.id, answer, now_);
  });
}

}  // namespace skald::sweep
