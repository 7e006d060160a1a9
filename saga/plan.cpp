#include "saga/plan.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace skald::saga {
namespace {

using Places = std::vector<std::uint32_t>;  // in the plan

// Finds the gates. Effects with the same lanes so far stand on one path: what is older there waits
// for all that is newer. A run of effects inside one fork is one step of that path.
class Gates {
 public:
  Gates(std::vector<Candidate> const& ordered, Plan& plan) : ordered_(ordered), plan_(plan) {
    plan_.waits_for.assign(ordered.size(), 0);
    plan_.opens.assign(ordered.size(), 0);
  }

  // `places` share their first `depth` lanes. Returns those that nothing older here waits for.
  Places path(Places const& places, std::size_t depth, std::uint32_t gate) {
    Places ends;
    for (auto at = places.begin(); at != places.end();) {
      if (!ends.empty()) {
        gate = ++last_gate_;
        for (auto const before : ends) plan_.opens[before] = gate;
      }
      auto const next = step_end(at, places.end(), depth);
      ends = step({at, next}, depth, gate);
      at = next;
    }
    return ends;
  }

 private:
  Lane const* lane(std::uint32_t place, std::size_t depth) const {
    auto const* lanes = ordered_[place].lanes;
    return lanes == nullptr || lanes->size() <= depth ? nullptr : &(*lanes)[depth];
  }

  // Behind the effects that stand in the same fork as the first one.
  Places::const_iterator step_end(Places::const_iterator at, Places::const_iterator end,
                                  std::size_t depth) const {
    auto const* first = lane(*at, depth);
    if (first == nullptr) return std::next(at);
    return std::find_if(at, end, [&](std::uint32_t place) {
      auto const* other = lane(place, depth);
      return other == nullptr || other->composite != first->composite;
    });
  }

  Places step(Places const& places, std::size_t depth, std::uint32_t gate) {
    if (lane(places.front(), depth) == nullptr) {
      plan_.waits_for[places.front()] = gate;
      return places;
    }
    std::map<std::uint32_t, Places> branches;
    for (auto const place : places) branches[lane(place, depth)->branch].push_back(place);
    Places ends;
    for (auto const& [branch, inside] : branches) {
      auto const last = path(inside, depth + 1, gate);
      ends.insert(ends.end(), last.begin(), last.end());
    }
    return ends;
  }

  std::vector<Candidate> const& ordered_;
  Plan& plan_;
  std::uint32_t last_gate_ = 0;
};

bool has_lanes(Candidate const& candidate) {
  return candidate.lanes != nullptr && !candidate.lanes->empty();
}

}  // namespace

Plan plan(std::vector<Candidate> const& candidates) {
  std::vector<Candidate> ordered;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(ordered),
               [](Candidate const& each) { return must_undo(each.outcome, *each.policy); });
  std::sort(ordered.begin(), ordered.end(),
            [](Candidate const& a, Candidate const& b) { return a.start > b.start; });
  Plan result;
  Places all;
  for (auto const& candidate : ordered) {
    all.push_back(static_cast<std::uint32_t>(all.size()));
    result.undos.push_back(candidate.start);
  }
  if (std::any_of(ordered.begin(), ordered.end(), has_lanes)) {
    Gates(ordered, result).path(all, 0, 0);
  }
  return result;
}

}  // namespace skald::saga
