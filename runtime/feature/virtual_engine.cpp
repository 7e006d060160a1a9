#include "runtime/feature/virtual_engine.hpp"

#include <algorithm>
#include <set>

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/engine/schedule_routes.hpp"
#include "runtime/index/memory_index.hpp"

namespace skald::feature {
namespace {

using namespace runtime;

// "GET https://..." of a call of HTTP, else the function's name.
std::string target_of(CallRequest const& request) {
  if (request.function != "http") return request.function;
  auto text = [](Json const& value) {
    return value.is_string() ? std::string(value.as_string()) : to_text(value);
  };
  auto method = text(request.with["method"]);
  for (char& c : method) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  auto const& endpoint = request.with["endpoint"];
  return method + " " + text(endpoint.is_object() ? endpoint["uri"] : endpoint);
}

saga::Answer answer_of(Json const& script) {
  using Kind = saga::Answer::Kind;
  saga::Answer answer;
  auto const message = script["message"];
  if (message.is_string()) answer.message = message.as_string();
  if (script["lost"].truthy() || script == Json("timeout")) {
    answer.kind = Kind::lost;
    if (answer.message.empty()) answer.message = "the connection broke";
  } else if (script == Json("unreachable")) {
    answer.kind = Kind::not_sent;
    answer.message = "no connection";
  } else if (auto const* why = script.find("failed")) {
    answer.kind = Kind::failed;
    answer.message = why->is_string() ? std::string(why->as_string()) : to_text(*why);
  } else if (auto const* words = script.find("refused")) {
    answer.kind = Kind::refused;
    answer.message = words->is_string() ? std::string(words->as_string()) : to_text(*words);
  } else if (auto const* value = script.find("returns")) {
    answer.kind = Kind::returned;
    answer.output = *value;
  } else {
    answer.kind = Kind::response;
    answer.status =
        script["status"].is_number() ? static_cast<int>(script["status"].as_number()) : 200;
    auto const* content = script.find("content");
    answer.output = content != nullptr ? *content : script["body"];
    if (answer.status >= 400 && answer.message.empty()) {
      answer.message = "the service answered " + std::to_string(answer.status);
    }
  }
  return answer;
}

}  // namespace

VirtualEngine::VirtualEngine(Time begin)
    : now_(begin),
      journal_(MemoryJournal::Commit::manual),
      index_(std::make_unique<DirectIndex>(std::make_unique<MemoryIndex>())) {
  boot();
}

VirtualEngine::~VirtualEngine() = default;

void VirtualEngine::boot() {
  PartitionOptions const options;
  PartitionPorts ports{journal_, *this, *index_, nullptr, nullptr, nullptr};
  ports.publish = [this](std::uint64_t run, ActivationId activation, Json const& event) {
    later([this, run, activation, event] {
      emitted_.push_back(event);
      partition_->event(event, now_, [](auto const&) {});
      partition_->event_accepted(run, activation, now_);
    });
  };
  ports.graph = [this](std::string const& digest) { return deployments_.by_digest(digest); };
  ports.deployed = [this](Deployed const& deployed) {
    static_cast<void>(deployments_.load(deployed));
  };
  ScheduleRoutes const routes{[this](std::string const&, ScheduleRoutes::Work work) {
                                later([this, work = std::move(work)] { work(*partition_, now_); });
                              },
                              ports.graph};
  ports.post = routes.post;
  ports.launch = [routes](ScheduledStart start) { launch(routes, std::move(start)); };
  ports.watch = [routes](std::string const& schedule, std::string const& run) {
    watch(routes, schedule, run);
  };
  ports.callback_url = [this](std::string const& run, ActivationId activation) {
    awaited_.push_back({run, activation});
    return "http://callback.example/" + std::to_string(awaited_.size());
  };
  partition_ = std::make_unique<Partition>(options, std::move(ports));
  auto const recovery = partition_->recover({});
  SKALD_ASSERT(recovery.ok(), "a journal in memory that can not be replayed");
  now_ = std::max(now_, partition_->last_recorded());
  partition_->begin(now_);
  // As an engine does that opens: the newest versions' schedules count.
  std::set<std::string> names;
  for (auto const& item : deployments_.all()) {
    names.insert(item->graph->id.ns + "/" + item->graph->id.name);
  }
  for (auto const& name : names) {
    auto const newest = deployments_.find(name);
    partition_->schedules().set(newest->graph, newest->deployed.digest, now_);
  }
}

void VirtualEngine::crash() {
  partition_.reset();
  outbox_.clear();
  journal_.crash(journal_.durable());
  boot();
}

void VirtualEngine::restart() {
  rest();
  crash();
  rest();
}

void VirtualEngine::set_clock(Time at) {
  SKALD_ASSERT(at >= now_ || journal_.last() == Lsn{0}, "the clock does not go back");
  now_ = at;
}

Result<std::string> VirtualEngine::deploy(std::string const& definition) {
  auto read = dsl::read_yaml(definition, "workflow");
  if (!read.document) return Error{ErrorCode::invalid_argument, dsl::render(read.diagnostics), ""};
  auto made = compiler::compile(*read.document);
  if (!made.graph) return Error{ErrorCode::invalid_argument, dsl::render(made.diagnostics), ""};
  Deployed deployed;
  deployed.workflow = made.graph->id.text();
  deployed.digest = graph::digest(*made.graph).hex();
  deployed.source = definition;
  deployed.graph = to_text(graph::to_json(*made.graph));
  deployed.at = now_;
  auto const name = made.graph->id.ns + "/" + made.graph->id.name;
  auto workflow = deployed.workflow;
  partition_->deploy(deployed, [](Result<void> const&) {});
  deployments_.add(std::move(deployed), made.graph);
  auto const newest = deployments_.find(name);
  partition_->schedules().set(newest->graph, newest->deployed.digest, now_);
  return workflow;
}

StartCommand VirtualEngine::command(std::string const& digest, std::string run, Json input) const {
  StartCommand command;
  command.graph = deployments_.by_digest(digest);
  command.digest = digest;
  command.run = std::move(run);
  command.body_digest = sha256(to_canonical(input)).hex();
  command.input = std::move(input);
  return command;
}

Result<std::string> VirtualEngine::start(std::string const& workflow, Json const& input,
                                         std::string id) {
  auto const item = deployments_.find(workflow);
  if (!item) return Error{ErrorCode::not_found, "no workflow '" + workflow + "'", ""};
  if (id.empty()) id = "run-" + std::to_string(next_id_++);
  std::optional<Error> refused;
  partition_->start(command(item->deployed.digest, id, input), now_,
                    [&refused](Result<StartReply> reply) {
                      if (!reply.ok()) refused = reply.error();
                    });
  rest();
  if (refused) return *refused;
  return id;
}

void VirtualEngine::publish(Json event) {
  if (event.find("specversion") == nullptr) event.set("specversion", "1.0");
  if (event.find("id") == nullptr) event.set("id", "event-" + std::to_string(next_id_++));
  if (event.find("source") == nullptr) event.set("source", "https://scenario.example");
  if (event.find("time") == nullptr) event.set("time", to_iso8601(now_));
  partition_->event(std::move(event), now_, [](auto const&) {});
  rest();
}

bool VirtualEngine::call_back(Json output) {
  if (awaited_.empty()) return false;
  saga::Answer answer;
  answer.kind = saga::Answer::Kind::returned;
  answer.output = std::move(output);
  auto const& [run, activation] = awaited_.back();
  bool taken = false;
  partition_->call_back(run, activation, std::move(answer), now_,
                        [&taken](Result<void> const& result) { taken = result.ok(); });
  rest();
  return taken;
}

void VirtualEngine::cancel(std::string const& run) {
  partition_->cancel(run, "the scenario", "", now_, [](Result<void> const&) {});
  rest();
}

void VirtualEngine::answer_calls(std::string target, std::vector<Json> answers) {
  answers_[std::move(target)] = std::move(answers);
}

std::size_t VirtualEngine::calls_of(std::string const& target) const {
  auto const found = calls_.find(target);
  return found == calls_.end() ? 0 : found->second;
}

void VirtualEngine::submit(CallRequest request) {
  later([this, request = std::move(request)] { answer(request); });
}

void VirtualEngine::withdraw(AttemptId) {}

void VirtualEngine::answer(CallRequest const& request) {
  auto const target = target_of(request);
  auto const count = calls_[target]++;
  auto const found = answers_.find(target);
  if (found == answers_.end() || found->second.empty()) return;  // it keeps the engine waiting
  auto const& script = found->second[std::min(count, found->second.size() - 1)];
  partition_->answer(request.id, answer_of(script), now_);
}

bool VirtualEngine::step() {
  if (partition_->has_work()) {
    partition_->tick(now_);
    partition_->flush();
    return true;
  }
  if (journal_.durable() < journal_.last()) {
    journal_.commit_all();
    return true;
  }
  if (partition_->has_actions()) {
    partition_->release(journal_.durable());
    return true;
  }
  if (!outbox_.empty()) {
    auto const work = std::move(outbox_.front());
    outbox_.pop_front();
    work();
    return true;
  }
  if (auto const due = partition_->next_deadline(); due && *due <= now_) {
    partition_->tick(now_);
    return true;
  }
  return false;
}

void VirtualEngine::rest() {
  while (step()) {
  }
}

bool VirtualEngine::next() {
  rest();
  auto const due = partition_->next_deadline();
  if (!due) return false;
  now_ = std::max(now_, *due);
  rest();
  return true;
}

void VirtualEngine::pass(Duration length) {
  auto const end = now_ + length;
  rest();
  for (auto due = partition_->next_deadline(); due && *due <= end;
       due = partition_->next_deadline()) {
    now_ = std::max(now_, *due);
    rest();
  }
  now_ = end;
  rest();
}

std::vector<std::string> VirtualEngine::runs() const {
  std::vector<std::string> ids;
  auto& journal = const_cast<MemoryJournal&>(journal_);
  static_cast<void>(journal.read(Lsn{1}, [&ids](JournalEntry const& entry) {
    return for_each_frame(entry.payload, [&ids](std::string_view frame) -> Result<void> {
      auto batch = decode(frame);
      if (!batch.ok()) return std::move(batch).error();
      for (auto const& each : batch->entries) {
        if (std::holds_alternative<RunStarted>(each.record.body)) ids.push_back(each.run);
      }
      return {};
    });
  }));
  return ids;
}

std::vector<Record> VirtualEngine::records(std::string const& run) const {
  std::vector<Record> found;
  auto& journal = const_cast<MemoryJournal&>(journal_);
  static_cast<void>(journal.read(Lsn{1}, [&](JournalEntry const& entry) {
    return for_each_frame(entry.payload, [&](std::string_view frame) -> Result<void> {
      auto batch = decode(frame);
      if (!batch.ok()) return std::move(batch).error();
      for (auto& each : batch->entries) {
        if (each.run == run) found.push_back(std::move(each.record));
      }
      return {};
    });
  }));
  return found;
}

Result<RunReport> VirtualEngine::report(std::string const& run) const {
  return partition_->report(run);
}

std::vector<std::string> VirtualEngine::order(std::string const& run) const {
  std::vector<std::string> names;
  auto const all = records(run);
  if (all.empty()) return names;
  auto const graph = deployments_.by_digest(std::get<RunStarted>(all[0].body).graph);
  for (auto const& record : all) {
    auto const* entered = std::get_if<TaskEntered>(&record.body);
    if (entered == nullptr) continue;
    auto const& task = graph->task(entered->task);
    bool forward = true;
    for (auto list = task.list; list.valid() && forward;) {
      forward = graph->list(list).role != graph::ListRole::compensate;
      auto const owner = graph->list(list).owner;
      list = owner.valid() ? graph->task(owner).list : graph::ListIndex{};
    }
    if (forward) names.push_back(task.name);
  }
  return names;
}

}  // namespace skald::feature
