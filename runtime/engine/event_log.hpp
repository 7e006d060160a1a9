#pragma once

// The events a partition has accepted and still keeps for listens that begin later: unique by
// (source, id), oldest first.

#include <deque>
#include <set>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace skald::runtime {

class EventLog {
 public:
  struct Kept {
    Time at;
    std::string identity;
    Json event;
  };

  // False when the same event is kept already.
  bool add(Json event, Time at);
  // Forgets events older than `keep`.
  void prune(Time now, Duration keep);
  std::deque<Kept> const& kept() const { return kept_; }

 private:
  std::deque<Kept> kept_;
  std::set<std::string> identities_;
};

}  // namespace skald::runtime
