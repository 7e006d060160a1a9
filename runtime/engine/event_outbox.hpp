#pragma once

// The events that runs have emitted and that sinks outside have not taken yet. A sink is owed an
// event from the moment the event is durable until the sink has taken it, or has refused it for
// good; both are facts in the journal, so that a crash forgets nothing: at worst an event is sent
// again, with the same id.
//
// A sink that fails is tried with one event at a time, after a pause that grows from one second to
// a minute; the events wait, oldest first. An event that fails alone waits for itself. When a sink
// is owed more than the limits say, no further `emit` is accepted until it has taken some.
//
// Thread-safety: none; it belongs to its partition's thread. FailingSinks is for all partitions.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "runtime/codec/record_codec.hpp"
#include "runtime/executor/executor.hpp"

namespace skald::runtime {

struct OutboxLimits {
  std::size_t count = 100'000;  // events that one sink is owed
  std::size_t bytes = std::size_t{256} << 20U;
  std::uint32_t in_flight = 32;  // deliveries to one sink at once
};

// Which sinks fail, in so many of the partitions: an operator hears of it once, and not from each.
class FailingSinks {
 public:
  // True when it is the first outbox for which the sink fails, or the last that has got over it.
  bool begins(std::string const& sink);
  bool ends(std::string const& sink);

 private:
  std::mutex mutex_;
  std::map<std::string, int> counts_;
};

struct OutboxOptions {
  // Makes the call that brings the event to the sink of that name (event_sinks.hpp).
  using MakeCall = std::function<CallRequest(std::string const& sink, EventReceived const& event)>;

  std::vector<std::string> sinks = {};  // names
  MakeCall call = {};
  OutboxLimits limits = {};
  Duration timeout = Duration::from_seconds(30);  // of an attempt
  // The same for all partitions of an engine; none: the outbox has its own.
  std::shared_ptr<FailingSinks> failing = {};
};

// How a sink stands.
struct SinkReport {
  std::string name;
  bool configured = true;
  std::uint64_t owed = 0;
  std::optional<Time> oldest = {};  // of these
  std::uint64_t sent = 0;           // since the start, as the following
  std::uint64_t refused = 0;
  std::uint64_t failures = 0;  // in a row
  std::string error = {};      // of the last of them
  std::optional<Time> next_try = {};
};

class EventOutbox {
 public:
  struct Ports {
    // A fact to be journaled.
    std::function<void(EventSent)> keep;
    std::function<void(CallRequest)> submit;
    // A warning or a word of relief for the operator.
    std::function<void(std::string)> say;
  };

  // `handle` stands in the attempts' ids: it is no run's.
  EventOutbox(OutboxOptions options, std::uint64_t handle, Ports ports);

  std::uint64_t handle() const { return handle_; }
  std::vector<std::string> const& sinks() const { return options_.sinks; }

  // While the journal is replayed; later, when the event is durable, with send() behind it.
  void owe(EventReceived const& event);
  void fold(EventSent const& sent);
  // Behind the replay: says what is owed to sinks that nobody has configured.
  void begin(Time now);

  void send(Time now);
  void answered(AttemptId attempt, saga::Answer const& answer, Time now);
  // No more can be owed just now.
  bool full() const;

  // When send() is wanted next.
  std::optional<Time> next_deadline() const;
  // Those that are configured, or are owed something; by name.
  std::vector<SinkReport> report() const;

 private:
  struct Owed {
    EventReceived event;
    std::string identity;
    std::size_t bytes = 0;
    std::uint32_t attempts = 0;
    Time not_before;
    bool under_way = false;
  };
  struct Sink {
    bool configured = false;
    std::map<std::uint64_t, Owed> owed;              // by number, oldest first
    std::map<std::string, std::uint64_t> numbers;    // by identity
    std::set<std::pair<Time, std::uint64_t>> ready;  // owed and not under way: when, and which
    std::size_t bytes = 0;
    std::uint32_t under_way = 0;
    std::uint32_t failures = 0;  // in a row
    Time paused_until;
    std::string error;  // of the last failure
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;
  };

  void send(std::string const& name, Sink& sink, Time now);
  void settle(std::string const& name, Sink& sink, std::uint64_t number, bool refused, Time now);
  void failed(std::string const& name, Sink& sink, std::uint64_t number, saga::Answer const& answer,
              Time now);
  static void forget(Sink& sink, std::uint64_t number);
  std::optional<Time> wanted(Sink const& sink) const;
  std::uint32_t most(Sink const& sink) const;

  OutboxOptions options_;
  std::uint64_t handle_;
  Ports ports_;
  std::map<std::string, Sink> sinks_;
  std::map<std::uint32_t, std::pair<std::string, std::uint64_t>> attempts_;  // sink and number
  std::uint32_t next_attempt_ = 1;
  std::uint64_t next_number_ = 1;
};

}  // namespace skald::runtime
