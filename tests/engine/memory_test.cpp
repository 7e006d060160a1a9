// What a partition has in memory and what in its index: a run that can take no further fact leaves
// the memory, also while the log is read again, and the index gets a history when it is complete.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/engine/direct_index.hpp"
#include "runtime/engine/partition.hpp"
#include "runtime/index/memory_index.hpp"
#include "runtime/journal/memory_journal.hpp"

namespace skald::runtime {
namespace {

constexpr char kBooking[] = R"(
document: { dsl: '1.0.3', namespace: t, name: booking, version: '1.0.0' }
do:
  - book:
      call: book
      timeout: { after: { seconds: 1 } }
      compensate: [ { unbook: { call: unbook } } ]
  - pay: { call: pay }
)";

class Memory : public testing::Test, private Executor {
 protected:
  Memory() {
    auto const read = dsl::read_yaml(kBooking, "workflow");
    graph_ = compiler::compile(*read.document).graph;
    recover();
    partition_->begin(now_);
    settle();
    StartCommand command;
    command.digest = graph::digest(*graph_).hex();
    command.graph = graph_;
    command.run = "r";
    partition_->start(std::move(command), now_, [](auto const&) {});
    settle();
  }

  // Reads the log again; `rebuilt`: for an index that has lost everything.
  void recover(bool rebuilt = false) {
    if (rebuilt || index_ == nullptr) {
      index_ = std::make_unique<DirectIndex>(std::make_unique<MemoryIndex>());
    }
    PartitionPorts ports{journal_, *this, *index_, nullptr, nullptr, nullptr};
    ports.graph = [this](std::string const&) { return graph_; };
    PartitionOptions options;
    options.check_effects = true;
    options.history_chunk_bytes = chunk_bytes_;
    partition_ = std::make_unique<Partition>(options, std::move(ports));
    ASSERT_TRUE(partition_->recover({}).ok());
  }

  void crash(bool rebuilt = false) {
    partition_.reset();
    journal_.crash(journal_.last());
    recover(rebuilt);
  }

  void settle() {
    for (int i = 0; i < 5; ++i) {
      partition_->tick(now_);
      partition_->flush();
      journal_.commit_all();
      partition_->release(journal_.durable());
    }
  }

  void answer(saga::Answer::Kind kind) {
    saga::Answer answer;
    answer.kind = kind;
    partition_->answer(requests_.back().id, answer, now_);
    settle();
  }
  void pass(Duration time) {
    now_ = now_ + time;
    settle();
  }
  void fail_and_undo() {
    answer(saga::Answer::Kind::returned);
    answer(saga::Answer::Kind::refused);
    answer(saga::Answer::Kind::returned);
    ASSERT_EQ(partition_->report("r").value().status, "compensated");
  }

  bool in_memory() const { return partition_->state("r") != nullptr; }
  std::size_t chunks() const {
    std::size_t count = 0;
    while (*index_->get(history_key("r", static_cast<std::uint32_t>(count)))) ++count;
    return count;
  }

  void submit(CallRequest request) override { requests_.push_back(std::move(request)); }
  void withdraw(AttemptId) override {}

  MemoryJournal journal_{MemoryJournal::Commit::manual};
  std::unique_ptr<DirectIndex> index_;
  GraphPtr graph_;
  std::unique_ptr<Partition> partition_;
  std::vector<CallRequest> requests_;
  std::size_t chunk_bytes_ = 8192;
  Time now_{1'767'225'600'000'000};
};

TEST_F(Memory, LetsAnUndoneRunGoWhileTheLogIsRead) {
  fail_and_undo();
  EXPECT_FALSE(in_memory());
  crash();
  EXPECT_FALSE(in_memory());
  EXPECT_EQ(partition_->report("r").value().status, "compensated");
}

TEST_F(Memory, KeepsARunOfWhichALateSuccessWouldBeNews) {
  pass(Duration::from_seconds(2));  // the booking is given up and undone, its answer is out
  answer(saga::Answer::Kind::returned);
  ASSERT_EQ(partition_->report("r").value().status, "compensated");
  EXPECT_TRUE(in_memory());
  crash();
  EXPECT_TRUE(in_memory());
}

TEST_F(Memory, KeepsAnEndedRunUntilTheIndexKnowsWhatCameBehindItsEnd) {
  pass(Duration::from_seconds(2));
  Operation const skip{Verb::skip, "book", {}, false, false, "storm", "olga"};
  partition_->operate("r", skip, now_, [](auto const& done) { EXPECT_TRUE(done.ok()); });
  settle();
  ASSERT_EQ(partition_->report("r").value().status, "compensated");
  answer(saga::Answer::Kind::lost);  // of the undo that was skipped
  auto const ended = partition_->report("r").value().records;
  saga::Answer late;
  late.kind = saga::Answer::Kind::returned;
  partition_->answer(requests_.front().id, late, now_);
  partition_->release(journal_.durable());
  EXPECT_EQ(partition_->report("r").value().records, ended + 1);
  auto const whole = partition_->live_history("r").value_or(LiveHistory()).chunk;
  settle();
  EXPECT_FALSE(in_memory());
  EXPECT_EQ(*index_->get(history_key("r", 0)), whole);
}

TEST_F(Memory, HasTheHistoryOfALiveRunAndTheIndexThatOfAnEndedOne) {
  answer(saga::Answer::Kind::returned);
  EXPECT_EQ(chunks(), 0U);
  EXPECT_FALSE(partition_->live_history("r")->chunk.empty());
  auto const open = partition_->live_history("r")->chunk;
  crash();
  EXPECT_EQ(chunks(), 0U);
  EXPECT_EQ(partition_->live_history("r")->chunk, open);
  partition_->begin(now_);
  settle();
  answer(saga::Answer::Kind::returned);
  EXPECT_EQ(chunks(), 1U);
  auto const whole = *index_->get(history_key("r", 0));
  crash(true);
  EXPECT_EQ(*index_->get(history_key("r", 0)), whole);
}

TEST_F(Memory, GivesTheIndexEachChunkThatIsFull) {
  chunk_bytes_ = 1;
  crash(true);
  auto const before = chunks();
  EXPECT_GE(before, 1U);
  EXPECT_TRUE(partition_->live_history("r")->chunk.empty());
  partition_->begin(now_);
  settle();
  answer(saga::Answer::Kind::returned);
  EXPECT_GT(chunks(), before);
}

}  // namespace
}  // namespace skald::runtime
