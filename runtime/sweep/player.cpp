#include "runtime/sweep/player.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "runtime/index/memory_index.hpp"
#include "runtime/rehearsal/stub_answer.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::sweep {
namespace {

using namespace runtime;

constexpr Time kBegin{1'767'225'600'000'000};    // 2026-01-01T00:00:00Z
constexpr std::uint64_t kMostMoments = 20'000;   // of one run
constexpr std::uint32_t kMostAttempts = 50;      // of one call; a fault meets the first one only
constexpr Duration kWay = Duration::from_ms(1);  // of a request, and of an answer

std::string name_of(CallRequest const& request) {
  std::string_view const key = request.key;
  return std::string(key.substr(std::min(key.size(), request.run.size() + 1)));
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

Player::Player(Subject const& subject, Schedule const& schedule, bool story)
    : subject_(subject),
      schedule_(schedule),
      story_(story),
      stubs_(subject.stubs),
      now_(kBegin),
      journal_(MemoryJournal::Commit::manual),
      index_(std::make_unique<MemoryIndex>()) {}

Player::~Player() = default;

void Player::tell(std::string line) {
  if (story_) trace_.story.push_back(std::move(line));
}

void Player::outside(Duration after, std::function<void()> happen) {
  items_.push({now_ + after, ++order_, 0, std::move(happen)});
}

void Player::inside(Duration after, std::function<void()> happen) {
  items_.push({now_ + after, ++order_, life_, std::move(happen)});
}

void Player::boot() {
  PartitionPorts ports{journal_, *this, index_, nullptr, nullptr, nullptr};
  ports.publish = [this](std::uint64_t run, ActivationId activation, Json const& event) {
    inside({}, [this, run, activation, event] {
      partition_->event(event, now_, [](auto const&) {});
      partition_->event_accepted(run, activation, now_);
    });
  };
  ports.graph = [this](std::string const& digest) {
    return digest == subject_.digest ? subject_.graph : nullptr;
  };
  ports.deployed = [](Deployed const&) {};
  ports.callback_url = [](std::string const&, ActivationId) { return "sweep:callback"; };
  partition_ = std::make_unique<Partition>(PartitionOptions{}, std::move(ports));
  auto const recovery = partition_->recover({});
  SKALD_ASSERT(recovery.ok(), "a journal in memory that can not be replayed");
  now_ = std::max(now_, partition_->last_recorded());
  partition_->begin(now_);
}

void Player::start() {
  StartCommand command;
  command.graph = subject_.graph;
  command.digest = subject_.digest;
  command.run = command.start_key = subject_.run;
  command.body_digest = "same";
  command.input = subject_.input;
  partition_->start(std::move(command), now_, [this](Result<StartReply> const& reply) {
    if (!reply.ok()) return broken("a start is refused: " + reply.error().message);
    acknowledged_ = true;
  });
}

void Player::crash() {
  tell("CRASH");
  partition_.reset();
  journal_.crash(journal_.durable());
  ++life_;
  queued_.clear();
  boot();
  if (partition_->state(subject_.run) != nullptr || partition_->report(subject_.run).ok()) return;
  if (acknowledged_) broken("a start that was acknowledged is lost in a crash");
  start();  // as its client does
}

void Player::cancel() {
  tell("somebody cancels the run");
  partition_->cancel(subject_.run, "the sweep", "sweep", now_, [this](Result<void> const& done) {
    trace_.cancelled = trace_.cancelled || done.ok();
  });
}

Call& Player::note(CallRequest const& request) {
  auto const [at, fresh] = by_key_.emplace(request.key, trace_.calls.size());
  if (fresh) {
    Call call;
    call.name = name_of(request);
    call.key = request.key;
    call.task = subject_.graph->find(request.step)->index;
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
    broken("one key, two different requests: " + name_of(request));
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
    tell("attempt " + std::to_string(request.attempt) + " of " + name_of(request) + " leaves" +
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
  auto const stub = stubs_.take(subject_.graph->task(call.task), request.function);
  auto good = stub_answer(request.function, request.with, stub, now_);
  bool rejected = false;
  if (fate.works && is_success(good) && call.undo) {
    trace_.books.undo(request.key, request.undoes);
    tell("  the participant undoes " + name_of(request));
  } else if (fate.works && is_success(good) && !call.reads) {
    rejected = !trace_.books.act(request.key);
    tell("  the participant " + std::string(rejected ? "rejects " : "does ") + name_of(request));
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
  tell("  the participant calls back for " + name_of(request));
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
    tell("  the answer to " + name_of(request) + ":" +
         (is_success(answer) ? " done" + status : status + " " + answer.message));
    partition_->answer(request.id, answer, now_);
  });
}

// Everything that needs no time.
bool Player::happen_now() {
  if (partition_->has_work()) {
    partition_->tick(now_);
    partition_->flush();
  } else if (journal_.durable() < journal_.last()) {
    journal_.commit_all();
    if (story_ || !trace_.first_stop) read_journal();
  } else if (partition_->has_actions()) {
    partition_->release(journal_.durable());
  } else if (!items_.empty() && items_.top().at <= now_) {
    auto const item = items_.top();
    items_.pop();
    if (item.life == 0 || item.life == life_) item.happen();
  } else if (auto const due = partition_->next_deadline(); due && *due <= now_) {
    partition_->tick(now_);
  } else {
    return false;
  }
  return true;
}

// To the moment at which the next thing is due. What the stubs bring comes before time passes.
bool Player::wait() {
  if (next_event()) return true;
  auto next = partition_->next_deadline();
  if (!items_.empty() && (!next || items_.top().at < *next)) next = items_.top().at;
  if (!next) return false;
  now_ = std::max(now_, *next);
  return true;
}

// The next event of the stubs comes, if the run listens for such a one.
bool Player::next_event() {
  if (events_ == stubs_.events().size()) return false;
  auto const* state = partition_->state(subject_.run);
  if (state == nullptr) return false;
  Json event = stubs_.events()[events_];
  auto const type = std::string(event["type"].as_string());
  auto const wanted = [&type](Effect const& effect) {
    auto const* listen = std::get_if<SubscribeEffect>(&effect);
    if (listen == nullptr) return false;
    auto const& types = listen->types;
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
  };
  auto const effects = pending(*subject_.graph, *state);
  if (std::none_of(effects.begin(), effects.end(), wanted)) return false;
  ++events_;
  event.set("specversion", "1.0");
  event.set("time", to_iso8601(now_));
  tell("an event comes: " + type);
  partition_->event(std::move(event), now_, [](auto const&) {});
  return true;
}

bool Player::moment() {
  ++trace_.moments;
  for (auto const& fault : schedule_) {
    if (fault.moment != trace_.moments) continue;
    if (fault.kind == Kind::crash) crash();
    if (fault.kind == Kind::cancel) cancel();
  }
  return !stuck_ && (happen_now() || wait());
}

// The records as they stand; the story tells those that are new.
void Player::read_journal() {
  trace_.records.clear();
  static_cast<void>(journal_.read(Lsn{1}, [this](JournalEntry const& entry) {
    return for_each_frame(entry.payload, [this](std::string_view frame) -> Result<void> {
      auto batch = decode(frame);
      if (!batch.ok()) return std::move(batch).error();
      for (auto& each : batch->entries) trace_.records.push_back(std::move(each.record));
      return {};
    });
  }));
  auto const& records = trace_.records;
  for (auto const& record : records) {
    if (!trace_.first_stop && std::holds_alternative<Stopping>(record.body)) {
      trace_.first_stop = trace_.moments;
    }
  }
  if (!story_) return;
  view::HistoryWriter writer(*subject_.graph);
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto const fact = writer.write(records[i]);
    if (i < told_) continue;
    auto line = "moment " + std::to_string(trace_.moments) + ", fact " + to_text(fact["seq"]) +
                ": " + std::string(fact["type"].as_string());
    if (fact["task"].is_string()) line += " " + std::string(fact["task"].as_string());
    for (auto const* name : {"outcome", "status", "reason"}) {
      auto const& value = fact[name];
      if (!value.is_null()) {
        line += ", " + (value.is_string() ? std::string(value.as_string()) : to_text(value));
      }
    }
    tell(std::move(line));
  }
  told_ = records.size();
}

Trace Player::play() {
  boot();
  start();
  while (moment()) {
    if (trace_.moments <= kMostMoments) continue;
    broken("the run does not come to rest within " + std::to_string(kMostMoments) + " moments");
    break;
  }
  read_journal();
  auto const report = partition_->report(subject_.run);
  if (!report.ok()) {
    broken("the run is lost");
  } else if (!report->over && !stuck_) {
    auto const* state = partition_->state(subject_.run);
    for (auto const& effect : pending(*subject_.graph, *state)) {
      if (std::holds_alternative<SubscribeEffect>(effect)) trace_.waits_for = "an event";
      if (auto const* child = std::get_if<ChildEffect>(&effect)) {
        trace_.waits_for = "a child run of " + child->workflow + ", which a sweep does not play";
      }
    }
    if (trace_.waits_for.empty() && trace_.moments <= kMostMoments) {
      broken("the run does nothing any more and is not over");
    }
  }
  return std::move(trace_);
}

}  // namespace skald::sweep
