// Locks between partitions, which speak only by messages: two partitions with a journal each, on a
// virtual clock. Everything happens in a random order, the process ends at random moments, and what
// was not durable then is lost, in each journal its own part. No lock ever has two holders, and
// when the faults stop every run comes to its end.

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "base/digest.hpp"
#include "runtime/engine/direct_index.hpp"
#include "runtime/engine/partition.hpp"
#include "runtime/index/memory_index.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "tests/support/one_partition.hpp"

namespace skald::runtime {
namespace {

constexpr char const* kWorkflows[] = {
    R"(
document: { dsl: '1.0.3', namespace: locks, name: ascending, version: '1.0.0' }
do:
  - a: { lock: a, call: act, compensate: [ { undoA: { call: undo } } ] }
  - b: { lock: b, call: act, compensate: [ { undoB: { call: undo } } ] }
  - last: { call: perhaps }
)",
    R"(
document: { dsl: '1.0.3', namespace: locks, name: descending, version: '1.0.0' }
do:
  - c: { lock: c, call: act }
  - lower:
      try:
        - a: { lock: a, call: act, compensate: [ { undoA: { call: undo } } ] }
      catch:
        errors: { with: { status: 409 } }
        do: [ { told: { set: { sorry: true } } } ]
)",
    R"(
document: { dsl: '1.0.3', namespace: locks, name: parallel, version: '1.0.0' }
do:
  - all:
      try:
        - both:
            fork:
              branches:
                - a: { lock: a, call: act }
                - c: { lock: c, call: act }
                - also: { lock: c, call: act }
                - brief:
                    lock: b
                    timeout: { after: { milliseconds: 40 } }
                    do: [ { b: { call: act } } ]
      catch:
        retry: { delay: { milliseconds: 20 }, limit: { attempt: { count: 1 } } }
        do: [ { other: { lock: d, call: act } } ]
)",
    R"(
document: { dsl: '1.0.3', namespace: locks, name: family, version: '1.0.0' }
do:
  - both:
      fork:
        branches:
          - child: { run: { workflow: { namespace: locks, name: ascending } } }
          - d: { lock: d, call: act }
          - race:
              fork:
                compete: true
                branches:
                  - wins: { call: act }
                  - loses: { lock: b, call: act }
)"};

// All that a process is, and the world that it loses at a crash.
class TwoHomes final : private Executor {
 public:
  TwoHomes(std::uint64_t seed, bool reorders) : random_(seed), reorders_(reorders) {
    for (auto& home : homes_) {
      home.journal = std::make_unique<MemoryJournal>(MemoryJournal::Commit::manual);
      home.index = std::make_unique<DirectIndex>(std::make_unique<MemoryIndex>());
    }
    boot();
    for (int i = 0; i < 14; ++i) runs_.push_back("run-" + std::to_string(i));
    start_all();
  }

  void play() {
    for (int i = 0; i < 2'500; ++i) {
      if (below(150) == 0) {
        crash();
      } else if (below(200) == 0) {
        cancel(runs_[below(static_cast<std::uint32_t>(runs_.size()))]);
      } else {
        step();
      }
      check_holders();
    }
    faults_ = false;
    for (int i = 0; !all_ended(); ++i) {
      ASSERT_LT(i, 200'000) << "a run does not end";
      step();
      check_holders();
    }
    for (int i = 0; i < 2'000; ++i) step();
    for (auto const& home : homes_) {
      EXPECT_EQ(to_text(to_json(home.partition->locks().table())), "{}") << "a lock is left";
    }
  }

  std::map<std::string, int> const& ends() const { return ends_; }
  std::uint64_t waits() const { return waits_; }

 private:
  struct Home {
    std::unique_ptr<MemoryJournal> journal;
    std::unique_ptr<DirectIndex> index;
    std::unique_ptr<Partition> partition;
  };
  struct Message {
    std::size_t to = 0;
    std::function<void(Partition&, Time)> work;
  };

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  Home& home_of(std::string_view id) { return homes_[stable_hash(root_run(id)) % homes_.size()]; }

  void boot() {
    std::uint32_t number = 0;
    for (auto& home : homes_) {
      PartitionPorts ports{*home.journal, *this, *home.index, nullptr, nullptr, nullptr};
      workflows_.serve(ports);
      ports.post = [this](std::string const& id, std::function<void(Partition&, Time)> work) {
        auto const to = static_cast<std::size_t>(&home_of(id) - homes_.data());
        messages_.push_back({to, std::move(work)});
      };
      PartitionOptions options;
      options.number = number++;
      home.partition = std::make_unique<Partition>(options, std::move(ports));
    }
    for (auto& home : homes_) {
      auto const recovery = home.partition->recover({});
      ASSERT_TRUE(recovery.ok()) << recovery.error().message;
      now_ = std::max(now_, home.partition->last_recorded());
    }
    for (auto& home : homes_) home.partition->begin(now_);
  }

  void start_all() {
    auto const& names = workflows_.names();
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      auto command = workflows_.to_start(names[i % names.size()], runs_[i]);
      command.body_digest = "same";
      home_of(runs_[i]).partition->start(std::move(command), now_, [](auto const&) {});
    }
  }

  // Each journal loses a part of its own of what was not acknowledged.
  void crash() {
    messages_.clear();
    for (auto& home : homes_) {
      home.partition.reset();
      auto const durable = home.journal->durable().value;
      auto const open = static_cast<std::uint32_t>(home.journal->last().value - durable);
      home.journal->crash(Lsn{durable + below(open + 1)});
    }
    boot();
    start_all();  // as the clients do that have no answer yet
  }

  void cancel(std::string const& run) {
    home_of(run).partition->cancel(run, "", "", now_, [](auto const&) {});
  }

  void submit(CallRequest request) override {
    auto const to = static_cast<std::size_t>(request.id.run >> 48U);
    messages_.push_back({to, [this, request](Partition& at, Time now) {
                           saga::Answer answer;
                           answer.kind = saga::Answer::Kind::returned;
                           auto const fate = below(10);
                           bool const fails = request.function == "perhaps" && fate < 5;
                           if (fails) answer.kind = saga::Answer::Kind::refused;
                           if (faults_ && fate == 9) answer.kind = saga::Answer::Kind::lost;
                           at.answer(request.id, answer, now);
                         }});
  }
  void withdraw(AttemptId) override {}

  void deliver() {
    if (messages_.empty()) return;
    auto const place = reorders_ ? below(static_cast<std::uint32_t>(messages_.size())) : 0;
    auto const message = std::move(messages_[place]);
    messages_.erase(messages_.begin() + place);
    message.work(*homes_[message.to].partition, now_);
  }

  void step() {
    auto& home = homes_[below(2)];
    switch (below(6)) {
      case 0: home.partition->flush(); break;
      case 1: {
        auto const durable = home.journal->durable().value;
        auto const open = static_cast<std::uint32_t>(home.journal->last().value - durable);
        home.journal->commit(Lsn{durable + below(open + 1)});
        break;
      }
      case 2: home.partition->release(home.journal->durable()); break;
      case 3: home.partition->tick(now_); break;
      case 4: now_ = now_ + Duration::from_ms(below(3)); break;
      default: deliver(); break;
    }
  }

  // What the runs themselves take for theirs.
  void check_holders() {
    std::map<std::string, std::string> holders;
    for (auto const& id : family()) {
      auto const* state = home_of(id).partition->state(id);
      if (state == nullptr) continue;
      waits_ += state->lock_requests.empty() ? 0 : 1;
      for (auto const& [name, since] : state->locks) {
        auto const [at, alone] = holders.emplace(name, id);
        ASSERT_TRUE(alone) << name << " is held by " << at->second << " and " << id;
      }
    }
  }

  std::vector<std::string> family() const {
    auto all = runs_;
    for (auto const& run : runs_) {
      for (std::uint32_t i = 1; i < 16; ++i) all.push_back(child_run(run, ActivationId{i}, 1));
    }
    return all;
  }

  bool all_ended() {
    std::map<std::string, int> ends;
    for (auto const& run : runs_) {
      auto const report = home_of(run).partition->report(run);
      if (!report.ok() || !report->over) return false;
      ++ends[report->status];
    }
    ends_ = ends;
    return true;
  }

  std::mt19937_64 random_;
  bool reorders_;
  bool faults_ = true;
  Time now_{1'767'225'600'000'000};
  test::Workflows const workflows_{{std::begin(kWorkflows), std::end(kWorkflows)}};
  std::vector<std::string> runs_;
  std::vector<Message> messages_;
  std::vector<Home> homes_{2};
  std::map<std::string, int> ends_;
  std::uint64_t waits_ = 0;
};

void play_worlds(bool reorders) {
  std::map<std::string, int> ends;
  std::uint64_t waits = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TwoHomes world(seed, reorders);
    world.play();
    if (testing::Test::HasFatalFailure()) return;
    for (auto const& [status, count] : world.ends()) ends[status] += count;
    waits += world.waits();
  }
  EXPECT_GT(ends["completed"], 50);
  EXPECT_GT(ends["compensated"], 10);
  EXPECT_GT(waits, 1'000U);
}

TEST(LockProtocol, HasOneHolderAndNoDeadlockThroughCrashesOfTwoPartitions) {
  play_worlds(false);
}

TEST(LockProtocol, HealsWhenMessagesOvertakeEachOther) {
  play_worlds(true);
}

}  // namespace
}  // namespace skald::runtime
