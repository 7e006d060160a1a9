#include "runtime/sweep/player.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "runtime/engine/deployments.hpp"
#include "runtime/index/memory_index.hpp"

namespace skald::sweep {
namespace {

using namespace runtime;

constexpr Time kBegin{1'767'225'600'000'000};   // 2026-01-01T00:00:00Z
constexpr std::uint64_t kMostMoments = 20'000;  // of one run

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
    if (digest == subject_.digest) return subject_.graph;
    auto const other = subject_.others.find(digest);
    return other == subject_.others.end() ? nullptr : other->second;
  };
  ports.find = [this](std::string const& name) { return find(name); };
  ports.deployed = [](Deployed const&) {};
  ports.post = [this](std::string const&, std::function<void(Partition&, Time)> work) {
    inside({}, [this, work = std::move(work)] { work(*partition_, now_); });
  };
  ports.callback_url = [](std::string const&, ActivationId) { return "sweep:callback"; };
  partition_ = std::make_unique<Partition>(PartitionOptions{}, std::move(ports));
  auto const recovery = partition_->recover({});
  SKALD_ASSERT(recovery.ok(), "a journal in memory that can not be replayed");
  now_ = std::max(now_, partition_->last_recorded());
  partition_->begin(now_);
}

// "ns/name" is the newest version of what was given.
std::optional<FoundWorkflow> Player::find(std::string const& name) const {
  graph::StepGraph const* newest = nullptr;
  std::optional<FoundWorkflow> found;
  auto const look = [&](std::string const& digest, graph::StepGraph const& graph) {
    bool const fits = name == graph.id.text() || name == graph.id.ns + "/" + graph.id.name;
    if (!fits) return;
    if (newest != nullptr && !older_version(newest->id.version, graph.id.version)) return;
    newest = &graph;
    found = FoundWorkflow{graph.id.text(), digest};
  };
  look(subject_.digest, *subject_.graph);
  for (auto const& [digest, graph] : subject_.others) look(digest, *graph);
  return found;
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

// Everything that needs no time.
bool Player::happen_now() {
  if (partition_->has_work()) {
    partition_->tick(now_);
    partition_->flush();
  } else if (journal_.durable() < journal_.last()) {
    journal_.commit_all();
    read_journal();
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

// The next event of the stubs comes, if a run listens for such a one.
bool Player::next_event() {
  if (events_ == stubs_.events().size()) return false;
  Json event = stubs_.events()[events_];
  auto const type = std::string(event["type"].as_string());
  if (!listens(type)) return false;
  ++events_;
  event.set("specversion", "1.0");
  event.set("time", to_iso8601(now_));
  tell("an event comes: " + type);
  partition_->event(std::move(event), now_, [](auto const&) {});
  return true;
}

bool Player::listens(std::string const& type) const {
  auto const wanted = [&type](Effect const& effect) {
    auto const* listen = std::get_if<SubscribeEffect>(&effect);
    if (listen == nullptr) return false;
    auto const& types = listen->types;
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
  };
  return std::any_of(trace_.runs.begin(), trace_.runs.end(), [&](RunTrace const& run) {
    auto const* state = partition_->state(run.run);
    if (state == nullptr) return false;
    auto const effects = pending(*run.graph, *state);
    return std::any_of(effects.begin(), effects.end(), wanted);
  });
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

RunTrace& Player::of_run(std::string const& run) {
  return trace_.runs[runs_.at(run)];
}

// What has become durable. The story tells it.
void Player::read_journal() {
  static_cast<void>(journal_.read(Lsn{read_.value + 1}, [this](JournalEntry const& entry) {
    read_ = entry.lsn;
    return for_each_frame(entry.payload, [this](std::string_view frame) -> Result<void> {
      auto batch = decode(frame);
      if (!batch.ok()) return std::move(batch).error();
      for (auto& each : batch->entries) note_record(std::move(each));
      return {};
    });
  }));
}

void Player::note_record(Entry entry) {
  if (auto const* started = std::get_if<RunStarted>(&entry.record.body)) {
    auto graph =
        started->graph == subject_.digest ? subject_.graph : subject_.others.at(started->graph);
    runs_.emplace(entry.run, trace_.runs.size());
    trace_.runs.push_back({entry.run, std::move(graph), started->parent, {}});
  }
  auto& run = of_run(entry.run);
  if (!trace_.first_stop && std::holds_alternative<Stopping>(entry.record.body)) {
    trace_.first_stop = trace_.moments;
  }
  if (story_) {
    auto& writer = writers_[entry.run];
    if (!writer) writer = std::make_unique<view::HistoryWriter>(*run.graph);
    auto const fact = writer->write(entry.record);
    auto line = "moment " + std::to_string(trace_.moments) + ", fact " +
                entry.run.substr(subject_.run.size()) + (run.parent ? "/" : "") +
                to_text(fact["seq"]) + ": " + std::string(fact["type"].as_string());
    if (fact["task"].is_string()) line += " " + std::string(fact["task"].as_string());
    for (auto const* name : {"outcome", "status", "reason"}) {
      auto const& value = fact[name];
      if (!value.is_null()) {
        line += ", " + (value.is_string() ? std::string(value.as_string()) : to_text(value));
      }
    }
    tell(std::move(line));
  }
  run.records.push_back(std::move(entry.record));
}

// The innermost reason: a parent waits for its child, and the child for an event.
std::string Player::missing() const {
  std::string what;
  for (auto const& run : trace_.runs) {
    auto const* state = partition_->state(run.run);
    if (state == nullptr) continue;
    for (auto const& effect : pending(*run.graph, *state)) {
      if (std::holds_alternative<SubscribeEffect>(effect)) what = "an event";
      auto const* child = std::get_if<ChildEffect>(&effect);
      if (child != nullptr && child->want == ChildEffect::Want::resolve) {
        what = "the workflow " + child->workflow + ": give its file with --with";
      }
    }
  }
  return what;
}

Trace Player::play() {
  boot();
  start();
  while (moment()) {
    if (trace_.moments <= kMostMoments) continue;
    broken("the run does not come to rest within " + std::to_string(kMostMoments) + " moments");
    break;
  }
  auto const report = partition_->report(subject_.run);
  if (!report.ok()) {
    broken("the run is lost");
  } else if (!report->over && !stuck_) {
    trace_.waits_for = missing();
    if (trace_.waits_for.empty() && trace_.moments <= kMostMoments) {
      broken("the run does nothing any more and is not over");
    }
  }
  return std::move(trace_);
}

}  // namespace skald::sweep
