#pragma once

// The services of the simulated world and their books. Most obey the barrier (an undo that comes
// before its action makes the action refuse); some are plain: they only recognise a key that they
// have seen, so a late action really books, and must be undone once more.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace skald::simulation {

class Participants {
 public:
  explicit Participants(bool some_are_plain) : some_are_plain_(some_are_plain) {}

  // An action arrives. True when it is done now, or was done before under this key.
  bool act(std::string const& key);
  // An undo arrives: `key` is its own, `undoes` the action's.
  void undo(std::string const& key, std::string const& undoes);

  // The action of that key stands in the books.
  // Whether the action was done; when not, it will not be done later. None: nobody can know.
  std::optional<bool> probe(std::string const& key);
  bool booked(std::string const& key) const;
  // The action of that key was done at some time.
  bool done(std::string const& key) const;
  bool undo_done(std::string const& key) const { return undos_.contains(key); }
  bool plain(std::string const& key) const;
  std::size_t booked_count() const;

 private:
  struct Entry {
    bool done = false;
    bool booked = false;
    bool undo_seen = false;
  };

  bool some_are_plain_;
  std::map<std::string, Entry> entries_;
  std::set<std::string> undos_;
};

}  // namespace skald::simulation
