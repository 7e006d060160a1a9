#pragma once

// The participants' books, as well-behaved participants keep them (SAGA 11): an action is done once
// per key, an action that comes after its undo is rejected, an undo without its action does
// nothing.

#include <map>
#include <set>
#include <string>

namespace skald::sweep {

class Books {
 public:
  // False: its undo has come before; nothing is done.
  bool act(std::string const& key) {
    if (closed_.contains(key)) return false;
    booked_.insert(key);
    return true;
  }
  // `key` is the undo's own, `undoes` the action's.
  void undo(std::string const& key, std::string const& undoes) {
    if (!undos_.insert(key).second) return;
    closed_.insert(undoes);
    booked_.erase(undoes);
  }
  bool booked(std::string const& key) const { return booked_.contains(key); }

 private:
  std::set<std::string> booked_;
  std::set<std::string> closed_;
  std::set<std::string> undos_;
};

}  // namespace skald::sweep
