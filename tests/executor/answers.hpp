#pragma once

// Collects what an executor answers, and waits for it.

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include <gtest/gtest.h>

#include "runtime/executor/executor.hpp"

namespace skald::test {

class Answers {
 public:
  runtime::AnswerCallback callback() {
    return [this](runtime::AttemptId id, saga::Answer answer) { add(id, std::move(answer)); };
  }

  void add(runtime::AttemptId id, saga::Answer answer) {
    std::lock_guard const lock(mutex_);
    ++count_;
    answers_[id.run] = std::move(answer);
    arrived_.notify_all();
  }

  // The answer of the run with that number; a test failure after ten seconds.
  saga::Answer wait(std::uint64_t run) {
    std::unique_lock lock(mutex_);
    bool const came = arrived_.wait_for(lock, kPatience, [&] { return answers_.contains(run); });
    EXPECT_TRUE(came) << "no answer for " << run;
    return came ? answers_[run] : saga::Answer{};
  }

  void wait_for_count(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(arrived_.wait_for(lock, kPatience, [&] { return count_ >= count; }))
        << count_ << " of " << count;
  }

  std::size_t count() {
    std::lock_guard const lock(mutex_);
    return count_;
  }

  std::map<std::uint64_t, saga::Answer> all() {
    std::lock_guard const lock(mutex_);
    return answers_;
  }

 private:
  static constexpr auto kPatience = std::chrono::seconds(10);

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::uint64_t, saga::Answer> answers_;
  std::size_t count_ = 0;
};

inline runtime::CallRequest call(std::uint64_t run, std::string function, Json with,
                                 Duration timeout = Duration::from_seconds(10)) {
  runtime::CallRequest request;
  request.id = {run, 1, 1};
  request.function = std::move(function);
  request.with = std::move(with);
  request.timeout = timeout;
  request.key = "key-" + std::to_string(run);
  request.run = "run-" + std::to_string(run);
  request.step = "/do/0/hotel";
  return request;
}

}  // namespace skald::test
