#include "tests/simulation/world.hpp"

#include <algorithm>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "tests/simulation/violation.hpp"

namespace skald::simulation {

World::World(std::uint64_t seed, Counts& counts, std::ostream* story)
    : seed_(seed),
      random_(seed),
      fate_(seed ^ 0xfa7eULL),
      operator_(seed ^ 0x09e2ULL),
      counts_(counts),
      story_(story),
      faults_(Faults::draw(random_)),
      journal_(graphs_),
      participants_(faults_.plain) {
  if (story_ == nullptr) return;
  journal_.on_record = [this](runtime::Entry const& entry, Lsn) { tell_record(entry); };
}

World::~World() = default;

void World::tell(std::string const& line) {
  if (story_ == nullptr) return;
  auto const us = clock_ - 1'700'000'000'000'000;
  auto digits = std::to_string(us % 1'000'000);
  digits.insert(0, 6 - digits.size(), '0');
  *story_ << "  " << us / 1'000'000 << '.' << digits << "  " << line << '\n';
}

void World::tell_record(runtime::Entry const& entry) {
  if (auto const* begin = std::get_if<runtime::RunStarted>(&entry.record.body)) {
    words_.erase(entry.run);
    words_.emplace(entry.run, runtime::Words(*graphs_.at(begin->graph)));
  }
  tell("    " + entry.run + " " + std::to_string(entry.sequence) + ": " +
       words_.at(entry.run).of(entry.record));
}

void World::load_workflows() {
  auto const count = random_.between(1, 3);
  std::vector<ChildWorkflow> known;
  auto const quick = random_.chance(400) ? random_.between(1, 2) : 0;
  for (std::int64_t i = 0; i < quick; ++i) {
    auto const name = "n" + std::to_string(i + 1);
    known.push_back(deploy(quick_text(random_, name, known), false));
  }
  for (std::int64_t i = 0; i < count; ++i) {
    auto const name = "w" + std::to_string(i + 1);
    known.push_back(deploy(workflow_text(random_, name, known), true));
  }
}

ChildWorkflow World::deploy(WorkflowText made, bool startable) {
  auto const& text = made.yaml;
  auto read = dsl::read_yaml(text, "workflow.yaml");
  require(read.document.has_value(),
          "the workflow can not be read:\n" + text + '\n' + dsl::render(read.diagnostics));
  auto const graph = compiler::compile(*read.document);
  require(graph.graph != nullptr,
          "the workflow can not be compiled:\n" + text + '\n' + dsl::render(graph.diagnostics));
  auto const hex = graph::digest(*graph.graph).hex();
  graphs_[hex] = graph.graph;
  if (startable) digests_.push_back(hex);
  names_["sim/" + made.as_child.name] = {graph.graph->id.text(), hex};
  if (story_ != nullptr) *story_ << text << '\n';
  return std::move(made.as_child);
}

void World::later(std::int64_t us, std::function<void()> happen, bool of_process) {
  items_.push({clock_ + us, ++order_, of_process ? life_ : 0, std::move(happen)});
}

// A process begins: it replays the journal and goes on.
void World::boot() {
  runtime::PartitionOptions options;
  options.seed = seed_ + life_;
  options.history_chunk_bytes = 512;
  options.check_effects = true;
  if (faults_.own_entries) options.entry_bytes = 1;
  if (faults_.turn_records > 0) options.limits.turn_records = faults_.turn_records;
  auto publish = [this](std::uint64_t run, runtime::ActivationId id, Json event) {
    later(random_.between(0, 20'000), [this, run, id, event = std::move(event)] {
      partition_->event(event, now(), [](Result<runtime::EventReply> const&) {});
      partition_->event_accepted(run, id, now());
      flush();
    });
  };
  auto graph = [this](std::string const& digest) {
    auto const at = graphs_.find(digest);
    return at == graphs_.end() ? nullptr : at->second;
  };
  // Children begin once their workflow is deployed, which may take a while.
  auto find = [this](std::string const& name) -> std::optional<runtime::FoundWorkflow> {
    auto const at = names_.find(name);
    if (at == names_.end() || clock_ < deployed_at_) return std::nullopt;
    return at->second;
  };
  runtime::PartitionPorts ports{journal_, *this, index_,
                                publish,  graph, [](runtime::Deployed const&) {}};
  ports.callback_url = [](std::string const&, runtime::ActivationId) { return "sim:callback"; };
  ports.find = find;
  // Between a run and the home of a lock; what was under way is lost in a crash.
  ports.post = [this](std::string const&,
                      std::function<void(runtime::Partition&, Time)> const& work) {
    later(random_.between(0, 20'000), [this, work] {
      work(*partition_, now());
      flush();
    });
  };
  partition_ = std::make_unique<runtime::Partition>(options, std::move(ports));
  auto const recovery = partition_->recover({});
  require(recovery.ok(), "recovery failed: " + (recovery.ok() ? "" : recovery.error().message));
  offset_ = std::max(offset_, partition_->last_recorded().us - clock_);
  partition_->begin(now());
  flush();
}

void World::crash() {
  auto const durable = journal_.durable().value;
  crash(durable + random_.below(static_cast<std::uint32_t>(journal_.last().value - durable + 1)));
}

// The log will be cut few entries further, wherever that is in the work of the engine.
void World::cut_soon(std::uint32_t within) {
  if (crashes_ >= 12) return;
  cut_at_ = journal_.last().value + 1 + random_.below(within);
}

bool World::cut_here() {
  if (cut_at_ == 0 || journal_.last().value < cut_at_) return false;
  ++counts_["crashes behind a chosen entry"];
  crash(cut_at_);
  return true;
}

// Between what a run and its child have written last.
bool World::cut_family() {
  auto const at = journal_.newest_of_family();
  bool const open = at > journal_.durable() && crashes_ < 12;
  if (!open || !random_.chance(faults_.aimed)) return false;
  ++counts_["crashes in front of a fact about a child"];
  crash(at.value - 1);
  return true;
}

void World::crash(std::uint64_t keep) {
  ++counts_["crashes"];
  ++crashes_;
  tell("CRASH: " + std::to_string(journal_.last().value - keep) + " entries are lost");
  partition_.reset();
  journal_.crash(Lsn{keep});
  cut_at_ = 0;
  if (random_.chance(faults_.again)) cut_soon(4);
  ++life_;
  flushing_ = false;
  queued_.clear();
  if (random_.chance(300)) index_.lose();
  offset_ += random_.between(-3'000'000, 1'000'000);
  boot();
  exposure_.hit_all(journal_.runs(), "crash");
  // What it was told and had not written down is lost with it.
  std::erase_if(heard_, [this](auto const& entry) {
    return !knows_success(entry.second.first, entry.second.second);
  });
  for (auto& client : clients_) {
    if (client.acknowledged) {
      require(journal_.started(client.run).has_value(),
              "an acknowledged start is lost: " + client.run);
    } else {
      later(random_.between(0, 50'000), [this, &client] { start(client, false); });
    }
  }
}

// What the commands made is appended soon; several share an entry.
void World::flush() {
  if (flushing_) return;
  flushing_ = true;
  later(random_.chance(500) ? 0 : random_.between(0, 2'000), [this] {
    flushing_ = false;
    partition_->flush();
    if (cut_here() || cut_family()) return;
    if (random_.chance(50)) compare_states();
    commit();
  });
}

void World::commit() {
  later(random_.between(0, 4'000), [this] {
    auto const durable = journal_.durable().value;
    auto const last = journal_.last().value;
    auto const waiting = static_cast<std::uint32_t>(last - durable);
    auto const part = random_.chance(700) ? waiting : random_.below(waiting + 1);
    auto const up_to = durable + part;
    journal_.commit(Lsn{cut_at_ == 0 ? up_to : std::min(up_to, cut_at_)});
    partition_->release(journal_.durable());
    if (part < waiting) commit();
    if (partition_->has_work()) flush();
  });
}

// One thing happens: a timer of the engine, or the next event of the world.
void World::step() {
  ++events_;
  auto const deadline = partition_->next_deadline();
  auto const due = deadline ? deadline->us - offset_ : 0;
  bool const timer = deadline && (items_.empty() || due < items_.top().at);
  if (timer) {
    clock_ = std::max(clock_, due);
    partition_->tick(now());
    return flush();
  }
  if (items_.empty()) return;
  auto const item = items_.top();
  items_.pop();
  clock_ = std::max(clock_, item.at);
  if (item.life == 0 || item.life == life_) item.happen();
  if (random_.chance(300)) {
    partition_->tick(now());
    flush();
  }
  if (operator_.chance(faults_.meddle)) meddle();
  if (strikes_ < 3 && faults_.strike > 0) strike();
  if (cut_here()) return;
  if (crashes_ < 12 && random_.chance(faults_.crash)) crash();
  if (random_.chance(faults_.clock)) {
    ++counts_["clock steps"];
    exposure_.hit_all(journal_.runs(), "clock step");
    offset_ += random_.between(0, 5'000'000);
    tell("the engine's clock steps");
  }
}

void World::quieten() {
  auto const plain = faults_.plain;
  faults_ = Faults{};
  faults_.plain = plain;
  cut_at_ = 0;
  deployed_at_ = clock_;
  partition_->workflows_changed(now());
  flush();
  tell("all faults stop");
}

bool World::all_ended() {
  bool const started = std::all_of(clients_.begin(), clients_.end(), [this](Client const& client) {
    return client.acknowledged && journal_.runs().contains(client.run);
  });
  return started && std::all_of(journal_.runs().begin(), journal_.runs().end(),
                                [](auto const& entry) { return entry.second.ended(); });
}

void World::resume_suspended() {
  std::vector<std::string> suspended;
  for (auto const& [id, run] : journal_.runs()) {
    if (!run.ended() && run.state().status == runtime::RunStatus::suspended)
      suspended.push_back(id);
  }
  for (auto const& id : suspended) {
    ++counts_["resumes"];
    tell("resume " + id);
    partition_->resume(id, "mended", "operator", now(), [](Result<void> const&) {});
  }
}

// Without faults everything has to end: time passes, events come, operators resume.
void World::drain() {
  constexpr std::uint64_t kMost = 60'000;
  auto const begun = events_;
  for (int round = 0;; ++round) {
    while (!items_.empty() || partition_->next_deadline()) {
      require(events_ - begun < kMost, "the engine never comes to rest");
      step();
    }
    if (all_ended()) return;
    for (auto const& [id, run] : journal_.runs()) run.check_rest();
    require(round < 200, "a run does not end although all faults have stopped");
    partition_->tick(now());
    send_event("sim.e" + std::to_string(round % 2 + 1));
    for (auto& client : clients_) {
      if (!client.acknowledged) start(client, false);
    }
    resume_suspended();
    flush();
  }
}

Digest World::play() {
  load_workflows();
  if (random_.chance(300)) {
    deployed_at_ = clock_ + random_.between(0, 5'000'000);
    later(
        deployed_at_ - clock_ + 1,
        [this] {
          partition_->workflows_changed(now());
          flush();
        },
        false);
  }
  boot();
  start_clients();
  auto const end =
      clock_ + random_.between(faults_.strike > 0 ? 10'000'000 : 1'000'000, 20'000'000);
  while (!items_.empty() && clock_ < end && events_ < 30'000) step();
  quieten();
  drain();
  compare_states();
  check_ledger();
  check_children();
  check_locks();
  check_heard();
  counts_["events"] += events_;
  exposure_.count(journal_.runs(), counts_);
  for (auto const& [kind, count] : journal_.records()) {
    counts_["record " + std::string(kind)] += count;
    counts_["records"] += count;
  }
  for (auto const& [id, run] : journal_.runs()) {
    ++counts_["runs"];
    if (run.undone_for_parent()) ++counts_["children undone for their parent"];
    counts_["unwindings"] += run.unwindings();
    ++counts_[std::string("ended ") + runtime::to_string(*run.state().end)];
  }
  return sha256(journal_.digest().hex() + std::to_string(participants_.booked_count()) + ' ' +
                std::to_string(clock_) + ' ' + std::to_string(events_));
}

}  // namespace skald::simulation
