// A request, its withdrawal and their answers, each overtaken by the next: the lock must not stay
// with a run that no longer wants it.

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/engine/direct_index.hpp"
#include "runtime/engine/partition.hpp"
#include "runtime/index/memory_index.hpp"
#include "runtime/journal/memory_journal.hpp"

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

class Crossing : public testing::Test, private Executor {
 protected:
  Crossing() {
    auto const read = dsl::read_yaml(kPatient, "workflow");
    graph_ = compiler::compile(*read.document).graph;
    PartitionPorts ports{journal_, *this, index_, nullptr, nullptr, nullptr};
    ports.graph = [this](std::string const&) { return graph_; };
    ports.post = [this](std::string const&, auto work) { messages_.push_back(std::move(work)); };
    partition_ = std::make_unique<Partition>(PartitionOptions{}, std::move(ports));
    EXPECT_TRUE(partition_->recover({}).ok());
    partition_->begin(now_);
  }

  void start(std::string const& run) {
    StartCommand command;
    command.digest = graph::digest(*graph_).hex();
    command.graph = graph_;
    command.run = run;
    partition_->start(std::move(command), now_, [](auto const&) {});
    settle();
  }
  void settle() {
    for (int i = 0; i < 5; ++i) {
      partition_->tick(now_);
      partition_->flush();
      journal_.commit_all();
      partition_->release(journal_.durable());
    }
  }
  void pass(Duration time) {
    now_ = now_ + time;
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

  void submit(CallRequest) override {}
  void withdraw(AttemptId) override {}

  MemoryJournal journal_{MemoryJournal::Commit::manual};
  DirectIndex index_{std::make_unique<MemoryIndex>()};
  GraphPtr graph_;
  std::unique_ptr<Partition> partition_;
  std::vector<std::function<void(Partition&, Time)>> messages_;
  Time now_{1'767'225'600'000'000};
};

TEST_F(Crossing, OfAGrantAndItsWithdrawalLeavesNoLockBehind) {
  start("r");
  pass(Duration::from_ms(50));
  deliver(messages_.size() - 1);  // the withdrawal comes first: its home knows of no request
  deliver(0);                     // ... and grants what comes behind
  deliver(messages_.size() - 1);  // the run hears of the grant while it withdraws
  deliver_all();                  // ... and now that the withdrawal has been heard
  EXPECT_TRUE(partition_->state("r")->lock_requests.empty());
  EXPECT_TRUE(partition_->state("r")->locks.empty());
  start("s");
  deliver_all();
  EXPECT_TRUE(partition_->state("s")->locks.contains("seat"));
}

}  // namespace
}  // namespace skald::runtime
