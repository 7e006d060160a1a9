#pragma once

// The locks whose names are at home in a partition: answers the runs that ask for them, and frees
// what a run held or waited for when it has ended. The partition journals the facts.
//
// Thread-safety: none; it belongs to its partition's thread.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "runtime/machine/locks.hpp"

namespace skald::runtime {

// What is hashed to find the partition of a lock, as a run's id is to find that of the run.
std::string home_of_lock(std::string_view name);

class LockKeeper {
 public:
  struct Ports {
    // Facts to be journaled; what follows from them waits for that.
    std::function<void(std::vector<LockFact>)> keep;
    std::function<void(std::function<void()>)> after_durable;
    // The answer is to be given to the run, at its home.
    std::function<void(std::string const& run, std::string const& lock, LockAnswered answer)> tell;
    // The end of the run is to be told by ended().
    std::function<void(std::string const& lock, std::string const& run)> watch;
  };

  explicit LockKeeper(Ports ports) : ports_(std::move(ports)) {}

  // While the journal is replayed.
  void fold(LockFact const& fact) { evolve(table_, fact); }
  // ... and behind it: watches again who holds or waits.
  void begin();

  void ask(LockAsk const& request, Time now);
  void withdraw(std::string const& lock, std::string const& run, ActivationId request, Time now);
  void ended(std::string const& lock, std::string const& run, Time now);

  // [{name, holder, since, waiting: [{run, since}]}], by name, at most `limit`; of one name, or of
  // all that are held.
  Json list(std::string_view name, std::size_t limit) const;
  LockTable const& table() const { return table_; }

 private:
  void done(std::vector<LockFact> facts);
  void watch(std::string const& lock, std::string const& run);
  void tell(std::string const& run, std::string const& lock, LockAnswered answer);

  Ports ports_;
  LockTable table_;
  std::set<std::pair<std::string, std::string>> watched_;  // (lock, run)
};

}  // namespace skald::runtime
