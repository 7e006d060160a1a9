#pragma once

// The events a partition has accepted and still keeps for listens that begin later: unique by
// (source, id), oldest first. Those that are addressed to a run are kept until it ends, the others
// as long as the limits say. Over a limit the oldest are forgotten; those that are only held for
// their run may take half of it, so that there is always room for what has just come.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/time.hpp"

namespace skald::runtime {

struct EventLimits {
  Duration age = Duration::from_seconds(86'400);
  std::size_t count = 1'000'000;
  std::size_t bytes = std::size_t{256} << 20U;
};

// The run that an event is addressed to (the extension attribute `skaldrun`); empty: none.
std::string_view address_of(Json const& event);

class EventLog {
 public:
  explicit EventLog(EventLimits limits) : limits_(limits) {}

  // False when the same event is kept already.
  bool add(Json event, Time at);
  // Forgets what is over the limits. Of an event that is too old, `is_live` says whether the run
  // that it is addressed to goes on.
  void prune(Time now, std::function<bool(std::string const& run)> const& is_live);
  // The run has ended.
  void forget_run(std::string const& run);
  // Those that the run may see, oldest first.
  void visit(std::string const& run, std::function<void(Json const&)> const& each) const;

  std::size_t count() const { return kept_.size() + held_order_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Kept {
    Time at;
    std::string identity;
    Json event;
    std::size_t bytes = 0;
    std::uint64_t number = 0;  // in the order of their coming
  };

  void forget(Kept const& kept);
  void hold(std::string run, Kept kept);
  void release_oldest();

  EventLimits limits_;
  std::deque<Kept> kept_;
  std::map<std::string, std::deque<Kept>> held_;     // by run: older than the limit
  std::map<std::uint64_t, std::string> held_order_;  // the runs, by the event's number
  std::set<std::string> identities_;
  std::size_t bytes_ = 0;       // of all
  std::size_t held_bytes_ = 0;  // of those held
  std::uint64_t next_number_ = 0;
};

}  // namespace skald::runtime
