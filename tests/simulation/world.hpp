#pragma once

// One seed's world: the real engine partition on a journal in memory, participants, a network and
// clients that do everything badly, and a virtual clock. One thread; equal seeds give equal worlds.
// A broken promise throws Violation.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "runtime/engine/partition.hpp"
#include "tests/simulation/exposure.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/journal_watch.hpp"
#include "tests/simulation/memory_index.hpp"
#include "tests/simulation/participants.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/workflow_text.hpp"
#include "tests/support/record_words.hpp"

namespace skald::simulation {

class World final : private runtime::Executor {
 public:
  // With a story, everything that happens is told to it.
  World(std::uint64_t seed, Counts& counts, std::ostream* story = nullptr);
  ~World() override;

  // Plays the world to its end and checks it. Returns the hash of all that happened.
  Digest play();

 private:
  struct Item {
    std::int64_t at;
    std::uint64_t order;
    std::uint32_t life;  // of the process it belongs to; 0: of the world
    std::function<void()> happen;

    bool operator>(Item const& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };
  // A request as the participants have seen it, to compare its repetitions with.
  struct Seen {
    std::string step;
    std::string undoes;
    Json with;
    Json undo;
  };
  struct Client {
    std::string run;
    std::string digest;
    bool acknowledged = false;
  };
  // What becomes of one attempt.
  struct Fate {
    char const* name;
    bool works = false;           // the participant does it
    std::int64_t work_after = 0;  // us
    std::int64_t answer_after = 0;
    saga::Answer answer;  // unless the participant rejects the work
  };

  void submit(runtime::CallRequest request) override;
  void withdraw(runtime::AttemptId id) override;

  // world.cpp
  void load_workflows();
  ChildWorkflow deploy(WorkflowText made, bool startable);
  void boot();
  void crash();
  void crash(std::uint64_t keep);
  void cut_soon(std::uint32_t within);
  bool cut_family();
  bool cut_here();
  void later(std::int64_t us, std::function<void()> happen, bool of_process = true);
  void step();
  void flush();
  void commit();
  Time now() const { return {clock_ + offset_}; }
  void tell(std::string const& line);
  void tell_record(runtime::Entry const& entry);
  void quieten();
  void resume_suspended();
  void drain();
  bool all_ended();
  // world_clients.cpp
  void start_clients();
  void start(Client& client, bool conflicting);
  void disturb(Client const& client);
  void send_event(std::string const& type);
  // world_operators.cpp
  std::string draw_run();
  void meddle();
  Operation draw_operation(runtime::State const& state, graph::StepGraph const& graph);
  void check_meddling(std::string const& run, Operation const& operation);
  // world_clients.cpp
  void check_operation(std::string const& run, bool killed);
  std::string family_member(std::string const& run);
  void regret(std::string const& run);
  void strike();
  std::string word_of_child(std::string const& run) const;
  // world_network.cpp
  Fate draw_fate(runtime::CallRequest const& request);
  Fate good_fate(runtime::CallRequest const& request);
  void check_request(runtime::CallRequest const& request);
  void check_family(RunChecker const& child, RunChecker::Act const& act,
                    runtime::CallRequest const& request) const;
  bool is_done_on(runtime::CallRequest const& request, saga::Answer const& answer) const;
  void offer_later(std::string const& function);
  void note_heard(runtime::CallRequest const& request);
  void note_probe(runtime::CallRequest const& request);
  saga::Answer probe(runtime::CallRequest const& request);
  void call_back(runtime::CallRequest const& request, std::shared_ptr<bool> const& rejected,
                 Fate const& fate);
  void work(runtime::CallRequest const& request, std::shared_ptr<bool> const& rejected);
  // world_checks.cpp
  void compare_states();
  void check_ledger();
  void check_children() const;
  void check_child(RunChecker const& parent, RunChecker::Act const& act,
                   RunChecker const& child) const;
  void check_link(RunChecker const& child) const;
  void check_locks() const;
  void check_heard() const;
  bool knows_success(std::string const& run, runtime::ActivationId activation) const;

  std::uint64_t seed_;
  Random random_;
  Random fate_;      // of attempts, apart from the rest
  Random operator_;  // likewise
  Counts& counts_;
  std::ostream* story_;
  Faults faults_;
  std::map<std::string, std::string> texts_;  // digest -> YAML
  JournalWatch::Graphs graphs_;
  std::vector<std::string> digests_;
  std::map<std::string, runtime::FoundWorkflow> names_;
  std::int64_t deployed_at_ = 0;  // before it nobody knows the workflows of children
  JournalWatch journal_;
  MemoryIndex index_;
  Participants participants_;
  Exposure exposure_;
  std::unique_ptr<runtime::Partition> partition_;
  std::vector<Client> clients_;
  std::map<std::string, Seen> seen_;
  std::map<std::string, std::pair<std::string, runtime::ActivationId>> heard_;  // successes, by key
  std::set<runtime::AttemptId> queued_;  // submitted, not yet on the wire
  std::set<std::string> at_work_;        // keys that a participant works on, as it has said
  std::priority_queue<Item, std::vector<Item>, std::greater<>> items_;
  std::int64_t clock_ = 1'700'000'000'000'000;  // true time, us
  std::int64_t offset_ = 0;                     // engine time minus true time
  std::uint64_t order_ = 0;
  std::uint64_t meddled_ = 0;
  std::map<std::string, std::uint64_t> holds_;  // suspensions asked for, by the run at the top
  std::uint64_t events_ = 0;
  std::uint32_t life_ = 1;
  std::uint32_t crashes_ = 0;
  std::uint32_t strikes_ = 0;
  std::uint64_t cut_at_ = 0;  // the process dies once the journal has that entry; 0: none
  bool flushing_ = false;
  std::map<std::string, runtime::Words> words_;  // for the story
};

}  // namespace skald::simulation
