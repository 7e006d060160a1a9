#pragma once

// The log of the calls that a service has seen: key, direction, attempt, answer. It has a file of
// its own, since it also holds calls that changed nothing, and is not synced on every row: it
// survives a killed process, not a power cut. It is for the demo and the tests. Thread-safe.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "examples/services/call.hpp"

struct sqlite3;

namespace booking {

class CallLog {
 public:
  static skald::Result<CallLog> open(std::string const& file);

  // Notes a call when it arrives; gives its number.
  skald::Result<std::int64_t> arrival(Call const& call);
  // Notes how it was answered.
  skald::Result<void> answer(std::int64_t number, Answer const& answer);
  // [{n, key, undoes, direction, attempt, run, step, method, path, at, status, verdict}], oldest
  // first. `at` is in microseconds since 1970; status null: not answered.
  skald::Result<skald::Json> list();

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept;
  };
  explicit CallLog(sqlite3* db) : db_(db) {}

  std::unique_ptr<sqlite3, Close> db_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace booking
