#pragma once

// Sends the calls of a trial as the engine does, and waits for their answers. Internal to
// runtime/trial. Thread-safety: none; it belongs to the trial's thread.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/executor/http_executor.hpp"
#include "runtime/trial/participant_trial.hpp"

namespace skald::trial {

// One call: which request, for which id, under which keys.
struct Call {
  Request const* request = nullptr;
  std::string id;
  std::string key;     // empty: sent without (a read)
  std::string undoes;  // of an undo
};

class Caller {
 public:
  static Result<std::unique_ptr<Caller>> make(Duration timeout);

  // Sends all of them at once; their answers in the same order.
  std::vector<saga::Answer> send(std::vector<Call> const& calls);
  saga::Answer send(Call const& call) { return send(std::vector<Call>{call}).front(); }

 private:
  explicit Caller(Duration timeout) : timeout_(timeout) {}
  void take(std::uint64_t number, saga::Answer answer);

  Duration timeout_;
  std::uint64_t next_ = 1;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::uint64_t, saga::Answer> answers_;
  std::unique_ptr<runtime::HttpExecutor> http_;  // last: its threads call back into the above
};

// "HTTP 409 Conflict: sold out", "HTTP 201", "no answer: ...".
std::string in_words(saga::Answer const& answer);

}  // namespace skald::trial
