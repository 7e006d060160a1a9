// The network and the participants' behaviour: what becomes of every attempt.

#include <algorithm>

#include "runtime/machine/tree.hpp"
#include "tests/simulation/violation.hpp"
#include "tests/simulation/world.hpp"

namespace skald::simulation {
namespace {

saga::Answer answer_of(saga::Answer::Kind kind, int status, std::string message) {
  saga::Answer answer;
  answer.kind = kind;
  answer.status = status;
  answer.message = std::move(message);
  return answer;
}

saga::Answer lost() {
  return answer_of(saga::Answer::Kind::lost, 0, "no answer");
}

bool is_success(saga::Answer const& answer) {
  if (answer.ongoing) return false;
  return answer.kind == saga::Answer::Kind::returned ||
         (answer.kind == saga::Answer::Kind::response && answer.status / 100 == 2);
}

std::string name_of(runtime::CallRequest const& request) {
  return request.key + " attempt " + std::to_string(request.attempt);
}

}  // namespace

void World::submit(runtime::CallRequest request) {
  check_request(request);
  queued_.insert(request.id);
  auto fate = draw_fate(request);
  tell("send " + name_of(request) + ": " + fate.name);
  ++counts_[std::string(request.direction == saga::Direction::undo ? "undo " : "act ") + fate.name];
  auto const queue = random_.chance(800) ? 0 : random_.between(0, 30'000);
  later(queue, [this, request = std::move(request), fate = std::move(fate)] {
    if (queued_.erase(request.id) == 0) return;  // withdrawn
    auto rejected = std::make_shared<bool>(false);
    bool const twice = random_.chance(faults_.duplicate);
    if (request.direction == saga::Direction::forward) {
      exposure_.hit(request.run, {request.id.activation}, fate.name);
      if (twice) exposure_.hit(request.run, {request.id.activation}, "duplicated");
      if (!request.probes.empty()) note_probe(request);
    }
    if (fate.works && request.probes.empty()) {
      auto arrive = [this, request, rejected] { work(request, rejected); };
      later(fate.work_after, arrive, false);
      if (twice) later(fate.work_after + random_.between(0, 2'000'000), arrive, false);
    }
    auto tell_engine = [this, request, rejected, answer = fate.answer, works = fate.works] {
      auto heard = answer;
      if (!request.probes.empty() && works) heard = probe(request);
      if (*rejected) heard = answer_of(saga::Answer::Kind::response, 409, "too late");
      tell("answer to " + name_of(request) + ": " + std::to_string(static_cast<int>(heard.kind)) +
           " " + std::to_string(heard.status));
      bool const done = is_success(heard) && request.callback.empty();
      if (done) note_heard(request);
      partition_->answer(request.id, heard, now());
      flush();
      if (!heard.unoffered.empty()) offer_later(heard.unoffered);
    };
    if (!request.callback.empty() && fate.works && is_success(fate.answer)) {
      call_back(request, rejected, fate);
    }
    later(fate.answer_after, tell_engine);
    if (twice) later(fate.answer_after + random_.between(0, 500'000), tell_engine);
  });
}

// Somebody brings the function. A crash forgets that, and the restart asks again.
void World::offer_later(std::string const& function) {
  later(random_.between(0, 3'000'000), [this, function] {
    tell("offered " + function);
    partition_->offered(function, now());
    flush();
  });
}

void World::note_probe(runtime::CallRequest const& request) {
  auto const& acts = journal_.runs().at(request.run).acts();
  exposure_.hit(request.run, acts.at({request.id.activation}).probe_of, "probed");
}

// What a participant says of an action: done, or never (with its barrier nothing comes later). One
// without a barrier can not know.
saga::Answer World::probe(runtime::CallRequest const& request) {
  auto const known = participants_.probe(request.probes);
  using Kind = saga::Answer::Kind;
  if (!known) return answer_of(Kind::response, 503, "who knows");
  return *known ? answer_of(Kind::response, 200, "") : answer_of(Kind::response, 404, "never");
}

// A success that the engine was told may not be forgotten.
void World::note_heard(runtime::CallRequest const& request) {
  if (request.direction == saga::Direction::forward) {
    heard_[request.key] = {request.run, {request.id.activation}};
  }
}

// Once the work is done the participant tells so: before its answer or after it, perhaps twice,
// perhaps never, whatever has become of the engine meanwhile.
void World::call_back(runtime::CallRequest const& request, std::shared_ptr<bool> const& rejected,
                      Fate const& fate) {
  if (fate_.chance(faults_.mute)) return;
  auto tell_engine = [this, request, rejected, output = fate.answer.output] {
    auto answer = *rejected ? answer_of(saga::Answer::Kind::response, 409, "too late")
                            : answer_of(saga::Answer::Kind::returned, 0, "");
    answer.output = output;
    tell("callback of " + name_of(request));
    bool const good = is_success(answer);
    auto done = [this, request, good](Result<void> const& taken) {
      ++counts_[taken.ok() ? "called back" : "called back in vain"];
      if (good && taken.ok()) note_heard(request);
    };
    partition_->call_back(request.run, {request.id.activation}, std::move(answer), now(), done);
    flush();
  };
  auto const after = fate.work_after + fate_.between(0, 400'000);
  later(after, tell_engine, false);
  if (fate_.chance(100)) later(after + fate_.between(0, 900'000), tell_engine, false);
}

void World::withdraw(runtime::AttemptId id) {
  if (queued_.erase(id) == 0) return;
  ++counts_["withdrawn"];
  tell("withdrawn");
  later(0, [this, id] {
    partition_->answer(id, answer_of(saga::Answer::Kind::not_sent, 0, "withdrawn"), now());
    flush();
  });
}

void World::work(runtime::CallRequest const& request, std::shared_ptr<bool> const& rejected) {
  if (request.direction == saga::Direction::undo) {
    tell("participant undoes " + request.undoes);
    participants_.undo(request.key, request.undoes);
    return;
  }
  *rejected = !participants_.act(request.key);
  tell(std::string("participant ") + (*rejected ? "rejects " : "does ") + request.key);
}

World::Fate World::good_fate(runtime::CallRequest const& request) {
  Fate fate{"good", true, fate_.between(0, 20'000), 0, {}};
  fate.answer_after = fate.work_after + fate_.between(0, 20'000);
  bool const response = fate_.chance(500);
  fate.answer = response ? answer_of(saga::Answer::Kind::response, 200, "")
                         : answer_of(saga::Answer::Kind::returned, 0, "");
  if (response && request.direction == saga::Direction::undo && fate_.chance(100)) {
    fate.answer.status = 410;
  }
  fate.answer.output = Json::object({{"n", Json(fate_.below(100))}});
  return fate;
}

World::Fate World::draw_fate(runtime::CallRequest const& request) {
  auto fate = good_fate(request);
  auto const timeout = request.timeout.us;
  using Kind = saga::Answer::Kind;
  bool const broken = request.direction == saga::Direction::undo && fate_.chance(faults_.broken);
  // Who has said that it works on a call does not refuse what it has done.
  bool const at_work = at_work_.contains(request.key);
  if (!broken && !at_work && fate_.chance(faults_.refused)) {
    fate.name = "refused";
    fate.works = false;
    fate.answer = fate_.chance(500) ? answer_of(Kind::refused, 0, "no")
                                    : answer_of(Kind::response, 422, "no");
    fate.works = is_done_on(request, fate.answer);
  } else if (broken || fate_.chance(faults_.failed)) {
    fate.name = "failed";
    fate.works = fate_.chance(500);
    constexpr int kStatuses[] = {500, 503, 429, 408};
    fate.answer = fate_.chance(500) ? answer_of(Kind::failed, 0, "threw")
                                    : answer_of(Kind::response, kStatuses[fate_.below(4)], "");
  } else if (fate_.chance(faults_.lost)) {
    fate.name = "lost";
    fate.works = fate_.chance(500);
    fate.answer = lost();
    bool const hangs = !fate_.chance(300);
    if (hangs) fate.name = "hangs";
    fate.answer_after = hangs ? timeout + fate_.between(-2'000, 9'000) : fate.work_after;
  } else if (fate_.chance(faults_.late)) {
    bool const work_late = fate_.chance(500);
    fate.name = work_late ? "late work" : "late answer";
    if (work_late) fate.work_after = timeout + fate_.between(0, 1'500'000);
    fate.answer_after = std::max(fate.work_after, timeout) + fate_.between(1, 1'500'000);
    if (fate_.chance(200)) fate.answer = lost();
    if (!work_late && !at_work && fate_.chance(500)) {
      fate.answer = answer_of(Kind::response, 422, "no");
      fate.works = is_done_on(request, fate.answer);
    }
  } else if (fate_.chance(faults_.ongoing)) {
    fate.name = "ongoing";
    fate.works = fate_.chance(500);
    fate.answer = answer_of(Kind::response, 202, "");
    fate.answer.ongoing = Duration::from_ms(fate_.between(0, 400));
    if (fate.works) at_work_.insert(request.key);
  } else if (fate_.chance(faults_.not_sent)) {
    fate.name = "not sent";
    fate.works = false;
    fate.answer = answer_of(Kind::not_sent, 0, "no connection");
    if (fate_.chance(300)) {
      fate.name = "unoffered";
      fate.answer.unoffered = request.function;
    }
  }
  fate.answer_after = std::max<std::int64_t>(fate.answer_after, 0);
  return fate;
}

// True when the participant says so that there is nothing to undo any more.
bool World::is_done_on(runtime::CallRequest const& request, saga::Answer const& answer) const {
  if (request.direction != saga::Direction::undo) return false;
  auto const& run = journal_.runs().at(request.run);
  auto const& act = run.acts().at({request.id.activation});
  auto const& done_on = run.graph().task(act.task).effect.done_on;
  return std::ranges::count(done_on, answer.status) > 0;
}

// A child does not go forward once its parent stops, unless there is no way back in it.
void World::check_family(RunChecker const& child, RunChecker::Act const& act,
                         runtime::CallRequest const& request) const {
  auto const& link = child.state().parent;
  if (!link || link->one_way || act.in_undo || act.probe_of.valid()) return;
  if (runtime::in_finally(child.state(), act.scopes.front())) return;
  auto const& tasks = child.graph().tasks;
  if (std::ranges::any_of(tasks, [](auto const& task) { return task.pivot; })) return;
  auto const& parent = journal_.runs().at(link->run);
  require(parent.moving(parent.acts().at(link->activation)),
          "a child goes forward although its parent stops: " + name_of(request));
}

// What may leave the engine: only what is durable, under one key one request, nothing inside a
// scope that unwinds.
void World::check_request(runtime::CallRequest const& request) {
  auto const run = journal_.runs().find(request.run);
  require(run != journal_.runs().end(), "a call of a run that is not in the journal");
  auto const& checker = run->second;
  auto const act = checker.acts().find({request.id.activation});
  require(act != checker.acts().end(), "a call leaves before its task is in the journal");
  auto const attempt = act->second.attempts.find(request.attempt);
  require(attempt != act->second.attempts.end() && attempt->second <= journal_.durable(),
          "a call leaves before it is durable: " + name_of(request));
  require(act->second.in_undo == (request.direction == saga::Direction::undo),
          "a call leaves in the wrong direction");
  require(checker.moving(act->second), "a call leaves a scope that unwinds: " + name_of(request));
  check_family(checker, act->second, request);
  Seen const seen{request.step, request.undoes, request.with, request.undo};
  auto const [at, fresh] = seen_.emplace(request.key, seen);
  require(fresh || (at->second.step == seen.step && at->second.undoes == seen.undoes &&
                    at->second.with == seen.with && at->second.undo == seen.undo),
          "one key, two different requests: " + name_of(request));
}

}  // namespace skald::simulation
