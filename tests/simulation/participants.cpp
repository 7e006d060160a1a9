#include "tests/simulation/participants.hpp"

#include <algorithm>

#include "base/digest.hpp"

namespace skald::simulation {

bool Participants::act(std::string const& key) {
  auto& entry = entries_[key];
  if (entry.done) return true;
  if (entry.undo_seen && !plain(key)) return false;
  entry.done = true;
  entry.booked = true;
  return true;
}

void Participants::undo(std::string const& key, std::string const& undoes) {
  if (!undos_.insert(key).second) return;
  auto& entry = entries_[undoes];
  entry.undo_seen = true;
  entry.booked = false;
}

std::optional<bool> Participants::probe(std::string const& key) {
  auto& entry = entries_[key];
  if (entry.done) return true;
  if (plain(key)) return std::nullopt;
  entry.undo_seen = true;
  return false;
}

bool Participants::booked(std::string const& key) const {
  auto const at = entries_.find(key);
  return at != entries_.end() && at->second.booked;
}

bool Participants::done(std::string const& key) const {
  auto const at = entries_.find(key);
  return at != entries_.end() && at->second.done;
}

bool Participants::plain(std::string const& key) const {
  return some_are_plain_ && stable_hash(key) % 3 == 0;
}

std::size_t Participants::booked_count() const {
  return static_cast<std::size_t>(std::count_if(
      entries_.begin(), entries_.end(), [](auto const& entry) { return entry.second.booked; }));
}

}  // namespace skald::simulation
