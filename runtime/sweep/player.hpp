#pragma once

// Plays one run of a workflow, and the child runs that it starts, under one schedule: the partition
// that the server runs, on a journal in memory and a virtual clock, with model participants. Equal
// schedules give equal runs.
//
// Thread-safety: none; one object plays one run.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "runtime/engine/direct_index.hpp"
#include "runtime/engine/partition.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "runtime/rehearsal/rehearsal.hpp"
#include "runtime/rehearsal/stubs.hpp"
#include "runtime/sweep/books.hpp"
#include "runtime/sweep/schedule.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::sweep {

// What a workflow is swept with.
struct Subject {
  runtime::GraphPtr graph;
  std::string digest;  // of the graph, hex
  Json input;
  runtime::Stubs stubs;  // answers when nothing goes wrong
  std::string run = runtime::kRehearsedRun;
  std::map<std::string, runtime::GraphPtr> others = {};  // by digest: what it may run as children
};

// One effect that was asked of a participant, with all its attempts.
struct Call {
  std::string name;  // "do/1/flight:1"; of a child run ":2/do/0/room:1", ":2" ends the child's id
  std::string run;
  std::string key;
  graph::TaskIndex task;
  runtime::ActivationId activation;
  bool undo = false;
  bool reads = false;            // a GET, HEAD or OPTIONS: it changes nothing
  Json with;                     // its arguments
  bool heard = false;            // the engine was told of its success
  std::uint64_t first_seen = 0;  // moment
};

// The facts of one run.
struct RunTrace {
  std::string run;
  runtime::GraphPtr graph;
  std::optional<runtime::Parent> parent;
  std::vector<runtime::Record> records;
};

// What came of it.
struct Trace {
  std::vector<Call> calls;
  std::vector<RunTrace> runs;  // in the order of their starts: the one that is swept comes first
  Books books;
  std::uint64_t moments = 0;
  std::optional<std::uint64_t> first_stop;  // the moment at which the first unwinding began
  bool cancelled = false;                   // a cancel was acknowledged
  std::string waits_for;                    // what nothing brings; the run is not over
  std::vector<std::string> broken;          // promises that were seen to be broken on the way
  std::vector<std::string> story;           // when it was asked for
};

class Player final : private runtime::Executor {
 public:
  Player(Subject const& subject, Schedule const& schedule, bool story = false);
  ~Player() override;

  Trace play();

 private:
  struct Item {
    Time at;
    std::uint64_t order;
    std::uint32_t life;  // of the process that it belongs to; 0: of the world outside
    std::function<void()> happen;

    bool operator>(Item const& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };
  // What becomes of one attempt.
  struct Fate {
    bool arrives = true;  // the request does
    bool works = true;    // and the participant does it
    bool answers = true;  // and says so
    bool late = false;    // after the deadline
    bool twice = false;
    std::optional<saga::Answer> instead;  // of the good answer
  };

  void submit(runtime::CallRequest request) override;
  void withdraw(runtime::AttemptId id) override;

  void boot();
  void start();
  void crash();
  void cancel();
  bool moment();  // one thing happens; false when nothing is left
  bool happen_now();
  bool wait();
  bool next_event();
  bool listens(std::string const& type) const;
  std::string missing() const;  // what the runs wait for, in words
  void outside(Duration after, std::function<void()> happen);
  void inside(Duration after, std::function<void()> happen);
  std::string name(runtime::CallRequest const& request) const;
  Call& note(runtime::CallRequest const& request);
  Fate fate(runtime::CallRequest const& request, Call const& call) const;
  void arrive(runtime::CallRequest const& request, Fate const& fate);
  void answer(runtime::CallRequest const& request, saga::Answer const& answer, Duration after);
  void call_back(runtime::CallRequest const& request, saga::Answer const& result);
  void read_journal();
  RunTrace& of_run(std::string const& run);
  void note_record(runtime::Entry entry);
  std::optional<runtime::FoundWorkflow> find(std::string const& name) const;
  void broken(std::string what) { trace_.broken.push_back(std::move(what)); }
  void tell(std::string line);

  Subject const& subject_;
  Schedule const& schedule_;
  bool const story_;
  runtime::Stubs stubs_;
  Time now_;
  std::uint32_t life_ = 1;
  std::uint64_t order_ = 0;
  std::size_t events_ = 0;  // of the stubs, sent
  bool acknowledged_ = false;
  bool stuck_ = false;  // a call that never succeeds
  runtime::MemoryJournal journal_;
  runtime::DirectIndex index_;
  std::unique_ptr<runtime::Partition> partition_;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> items_;
  std::set<runtime::AttemptId> queued_;
  std::map<std::string, std::size_t> by_key_;
  std::map<std::string, Json> requests_;     // by key, to compare repetitions with
  Lsn read_{0};                              // of the journal
  std::map<std::string, std::size_t> runs_;  // places in the trace
  std::map<std::string, std::unique_ptr<view::HistoryWriter>> writers_;  // of the story
  Trace trace_;
};

}  // namespace skald::sweep
