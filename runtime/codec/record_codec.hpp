#pragma once

// Facts to bytes and back: the payload of a journal frame. The bytes are protobuf (record.proto),
// so that fields can be added and old journals read for ever. What is decoded shares values as
// what was encoded did.
//
// Thread-safety: free functions without shared state; call them from any thread.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "runtime/machine/locks.hpp"
#include "runtime/machine/record.hpp"
#include "runtime/machine/schedule.hpp"

namespace skald::runtime {

// One fact of a run.
struct Entry {
  std::string run;
  std::uint64_t sequence = 1;  // 1-based number of the record in its run
  Record record;
};

// A workflow was deployed: its source and its graph, which runs use for ever.
struct Deployed {
  std::string workflow;     // "namespace/name/version"
  std::string digest;       // of the graph, hex
  std::string source;       // as its author wrote it
  std::string source_name;  // file name, for messages
  std::string graph;        // JSON text of the graph
  Time at;
};

// An event was accepted, from outside or from a run, before it was acknowledged.
struct EventReceived {
  Json event;  // CloudEvents, structured
  Time at;
  // Of one that a run of this partition emitted, when there are sinks: which, and where it is from.
  std::vector<std::string> sinks = {};
  std::string run = {};
  std::string step = {};  // path of the task
};

// A sink has taken an event, or has refused it for good: it is owed it no more.
struct EventSent {
  std::string sink;
  std::string event;  // its identity (event_identity)
  Time at;
  bool refused = false;
};

// What one commit writes.
struct Batch {
  std::vector<Entry> entries;
  std::vector<Deployed> deployments;
  std::vector<EventReceived> events;
  std::vector<ScheduleFact> schedules = {};
  std::vector<LockFact> locks = {};
  std::vector<EventSent> sent = {};

  bool empty() const {
    return entries.empty() && deployments.empty() && events.empty() && schedules.empty() &&
           locks.empty() && sent.empty();
  }
  void clear();
};

// The bytes of a batch. The order of entries is kept. RunStarted.run must be the entry's run.
std::string encode(Batch const& batch);
// The same, appended to `out`.
void encode(Batch const& batch, std::string& out);
// What one turn of a run made: a batch of these facts, numbered from `first` on; appended to `out`.
void encode_turn(std::string const& run, std::uint64_t first, std::span<Record const> records,
                 std::string& out);

// Errors: corrupt when the bytes are no batch; failed_precondition when they hold a fact that only
// a newer skald knows.
Result<Batch> decode(std::string_view bytes);

}  // namespace skald::runtime
