#pragma once

// Whether an event is one that a filter wants, and what is read from it. Serves the tasks that
// listen and the schedules that events start. Pure.

#include <cstddef>
#include <set>
#include <vector>

#include "runtime/machine/expressions.hpp"

namespace skald::runtime {

// What a consumer of events wants and has: one per `listen`, or per start that gathers its events.
struct EventDemand {
  std::vector<graph::EventFilter> const& filters;
  Json const& expected;  // per filter: the values of its correlations that have an `expect`
  Json const& learned;   // correlation -> value that an earlier event has fixed
};

struct EventMatch {
  bool fits = false;
  Json learned;  // the values that this event fixes; null when it fixes none
};

// The values that correlations expect, one object per filter; evaluated once, when waiting begins.
Value expected_values(Expressions const& expressions,
                      std::vector<graph::EventFilter> const& filters, Json const& data,
                      Place const& place);

// `index` is that of a filter in the demand. `first` is where its filters begin in `expected`.
EventMatch match_event(Expressions const& expressions, EventDemand const& demand, std::size_t index,
                       std::size_t first, Json const& event, Place const& place);

// What the consumer gets to see of an event.
Json read_event(graph::Listen::Read read, Json const& event);

// Filters as numbers: first those of the strategy, then those of its `until`.
std::uint32_t first_until_filter(std::vector<graph::EventFilter> const& filters);
// True when enough of the filters, numbered from `first`, have taken an event.
bool satisfied(graph::Listen::Mode mode, std::size_t filters, std::uint32_t first,
               std::set<std::uint32_t> const& taken);
// True when a listen that has taken these takes no more; of a condition it is known only when it is
// asked.
bool has_enough(graph::Listen const& listen, std::set<std::uint32_t> const& taken);

}  // namespace skald::runtime
