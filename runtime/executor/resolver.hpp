#pragma once

// Resolver turns host names into addresses on threads of its own, so that a name server that does
// not answer never stalls the thread that moves bytes.
//
// One lookup a name runs at a time; whoever asks meanwhile shares its result. Good results are
// cached, and served while an expired one is looked up again; failures are remembered briefly.
// Names that failed or were slow before may occupy only half of the threads: dead names can not
// hold up the living.
//
// Thread-safety: all members. Destruction waits for callbacks that run and drops all others. A
// lookup under way can not be interrupted and may take half a minute: its thread is left behind,
// owns what it touches and ends by itself.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace skald::runtime {

// Numeric addresses ("127.0.0.1", "::1"), best first; never empty.
using Addresses = std::vector<std::string>;

struct ResolverOptions {
  unsigned threads = 4;                        // at least 2 are used
  Duration keep = Duration::from_seconds(30);  // a good result
  Duration keep_failure = Duration::from_seconds(1);
  std::size_t max_names = 4096;  // in the cache
  // Looks one name up, blocking; null: the system's resolver.
  std::function<Result<Addresses>(std::string const& host)> lookup = {};
};

class Resolver {
 public:
  using Callback = std::function<void(Result<Addresses> const&)>;

  explicit Resolver(ResolverOptions options);
  ~Resolver();
  Resolver(Resolver const&) = delete;
  Resolver& operator=(Resolver const&) = delete;

  // Calls back once: at once from inside when the result is cached, else from a thread of the
  // resolver.
  void resolve(std::string const& host, Callback callback);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace skald::runtime
