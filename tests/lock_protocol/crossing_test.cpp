// A request, its withdrawal and their answers, each overtaken by the next: the lock must not stay
// with a run that no longer wants it.

#include <gtest/gtest.h>

#include <functional>
#include <utility>
#include <vector>

#include "tests/support/one_partition.hpp"

namespace skald::runtime {
namespace {

constexpr char kPatient[] = R"(
document: { dsl: '1.0.3', namespace: locks, name: patient, version: '1.0.0' }
do:
  - try_it:
      try:
        - brief:
            timeout: { after: { milliseconds: 40 } }
            do: [ { seat: { lock: seat, call: act } } ]
      catch: { do: [ { later: { set: { tried: true } } } ] }
  - rest: { wait: { hours: 1 } }
  - again: { lock: seat, call: act }
)";

class Crossing : public testing::Test, protected test::OnePartition {
 protected:
  Crossing() : OnePartition({kPatient}) {
    post_ = [this](std::string const&, auto work) { messages_.push_back(std::move(work)); };
    read_log();
    begin();
  }

  void start_and_settle(std::string const& run) {
    start(run, "locks/patient");
    settle();
  }
  void deliver(std::size_t place) {
    auto const message = std::move(messages_.at(place));
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(place));
    message(*partition_, now_);
    settle();
  }
  void deliver_all() {
    while (!messages_.empty()) deliver(0);
  }

  std::vector<std::function<void(Partition&, Time)>> messages_;
};

TEST_F(Crossing, OfAGrantAndItsWithdrawalLeavesNoLockBehind) {
  start_and_settle("r");
  pass(Duration::from_ms(50));
  deliver(messages_.size() - 1);  // the withdrawal comes first: its home knows of no request
  deliver(0);                     // ... and grants what comes behind
  deliver(messages_.size() - 1);  // the run hears of the grant while it withdraws
  deliver_all();                  // ... and now that the withdrawal has been heard
  EXPECT_TRUE(partition_->state("r")->lock_requests.empty());
  EXPECT_TRUE(partition_->state("r")->locks.empty());
  start_and_settle("s");
  deliver_all();
  EXPECT_TRUE(partition_->state("s")->locks.contains("seat"));
}

TEST_F(Crossing, LeavesNoLockBehindWhenTheProcessEndsBeforeTheRunHearsOfTheGrant) {
  start_and_settle("r");
  pass(Duration::from_ms(50));
  deliver(messages_.size() - 1);  // the withdrawal, before what it withdraws
  deliver(messages_.size() - 1);  // ... and its answer: the run has forgotten the request
  ASSERT_TRUE(partition_->state("r")->lock_requests.empty());
  deliver(0);
  messages_.clear();
  crash();
  ASSERT_TRUE(partition_->locks().table().contains("seat"));
  begin();
  settle();
  start_and_settle("s");
  deliver_all();
  EXPECT_TRUE(partition_->state("s")->locks.contains("seat"));
}

}  // namespace
}  // namespace skald::runtime
