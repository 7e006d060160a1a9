// A family of runs whose log is cut at every entry in turn, no two facts of different runs in one
// entry: whatever the cut, no run begins twice, all of them end as they would have, and an index
// that is built again from the log is the one that was written on the way.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
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

constexpr char const* kRelatives[] = {R"(
document: { dsl: '1.0.3', namespace: t, name: top, version: '1.0.0' }
do:
  - note: { run: { workflow: { namespace: t, name: note }, await: false } }
  - middle: { run: { workflow: { namespace: t, name: middle } } }
  - pay: { call: pay }
)",
                                      R"(
document: { dsl: '1.0.3', namespace: t, name: middle, version: '1.0.0' }
do:
  - low: { run: { workflow: { namespace: t, name: low } } }
  - book:
      call: book
      timeout: { after: { seconds: 2 } }
      compensate: [ { unbook: { call: unbook } } ]
)",
                                      R"(
document: { dsl: '1.0.3', namespace: t, name: low, version: '1.0.0' }
do:
  - hold: { call: hold, compensate: [ { drop: { call: drop } } ] }
)",
                                      R"(
document: { dsl: '1.0.3', namespace: t, name: note, version: '1.0.0' }
do:
  - note: { set: { noted: true } }
)"};

class CutFamily : private Executor {
 public:
  // The log is cut behind that entry, once it is durable; 0: never. `refuses`: the call that fails,
  // and with it "pay"; "kill": a run is killed while it undoes its call; "late": the answer of
  // "book" comes when all have ended. `again`: it is cut once more, so many entries behind the
  // first cut, and turns are short, so that runs have something to do while they are recovered.
  CutFamily(std::uint64_t cut, std::string refuses, std::uint64_t again = 0)
      : cut_(cut), again_(again), refuses_(std::move(refuses)) {
    for (auto const* text : kRelatives) {
      auto const read = dsl::read_yaml(text, "workflow");
      auto const made = compiler::compile(*read.document);
      auto const digest = graph::digest(*made.graph).hex();
      names_[made.graph->id.ns + "/" + made.graph->id.name] = {made.graph->id.text(), digest};
      graphs_[digest] = made.graph;
    }
    read_log();
    partition_->begin(now_);
    run();
  }

  std::uint64_t entries() const { return journal_.last().value; }
  bool was_cut() const { return cut_ == 0; }

  std::map<std::string, std::string> ends() const {
    std::map<std::string, std::string> ends;
    for (auto const* run : {"p", "p:1", "p:2", "p:2:1"}) {
      auto const report = partition_->report(run);
      ends[run] = report.ok() ? report->status + " " + to_text(report->exceptions) : "none";
    }
    return ends;
  }

  // How many such facts of a run the journal has.
  template <class Fact>
  int count_of(std::string const& run) {
    int count = 0;
    auto const look = [&](std::string_view frame) -> Result<void> {
      auto const batch = decode(frame);
      for (auto const& entry : batch->entries) {
        if (entry.run == run && std::holds_alternative<Fact>(entry.record.body)) ++count;
      }
      return {};
    };
    auto const visit = [&](JournalEntry const& entry) {
      return for_each_frame(entry.payload, look);
    };
    EXPECT_TRUE(journal_.read(Lsn{1}, visit).ok());
    return count;
  }

  using Content = std::map<std::string, std::string>;
  Content index() const {
    Content content;
    index_->scan("", "", [&](std::string_view key, std::string_view value) {
      content.emplace(key, value);
      return true;
    });
    return content;
  }
  void build_index_again() {
    index_.reset();
    partition_.reset();
    journal_.crash(journal_.last());
    read_log();
  }

 private:
  void read_log() {
    if (index_ == nullptr) index_ = std::make_unique<DirectIndex>(std::make_unique<MemoryIndex>());
    PartitionPorts ports{journal_, *this, *index_, nullptr, nullptr, nullptr};
    ports.graph = [this](std::string const& digest) { return graphs_.at(digest); };
    ports.find = [this](std::string const& name) { return std::optional(names_.at(name)); };
    PartitionOptions options;
    options.check_effects = true;
    options.entry_bytes = 1;
    if (short_turns_) options.limits.turn_records = 1;
    partition_ = std::make_unique<Partition>(options, std::move(ports));
    auto const recovery = partition_->recover({});
    ASSERT_TRUE(recovery.ok()) << recovery.error().message;
  }

  void run() {
    StartCommand command;
    command.digest = names_.at("t/top").digest;
    command.graph = graphs_.at(command.digest);
    command.run = "p";
    partition_->start(std::move(command), now_, [](auto const&) {});
    for (int i = 0; i < 60; ++i) {
      now_ = now_ + Duration::from_ms(200);
      if (i == 40 && late_) requests_.push_back(*std::exchange(late_, std::nullopt));
      settle();
      answer_one();
      partition_->flush();
    }
  }

  void settle() {
    for (int i = 0; i < 5; ++i) {
      partition_->tick(now_);
      partition_->flush();
      if (cut_ > 0 && journal_.last().value >= cut_) crash(std::exchange(cut_, 0));
      journal_.commit_all();
      partition_->release(journal_.durable());
    }
  }

  void crash(std::uint64_t at) {
    journal_.commit(Lsn{at});
    partition_->release(journal_.durable());
    partition_.reset();
    requests_.clear();
    late_.reset();
    journal_.crash(Lsn{at});
    read_log();
    partition_->begin(now_);
    if (again_ > 0) cut_ = at + std::exchange(again_, 0);
    settle();
  }

  void answer_one() {
    if (requests_.empty()) return;
    auto const request = std::move(requests_.back());
    requests_.pop_back();
    if (request.function == "drop" && refuses_ == "kill") {
      partition_->kill(request.run, "lost", "olga", now_, [](auto const&) {});
      return;
    }
    if (request.function == "book" && refuses_ == "late" && !was_late_) {
      was_late_ = true;
      late_ = request;
      return;
    }
    saga::Answer answer;
    bool const refused =
        request.function == refuses_ || (request.function == "pay" && !refuses_.empty());
    answer.kind = refused ? saga::Answer::Kind::refused : saga::Answer::Kind::returned;
    partition_->answer(request.id, answer, now_);
  }

  void submit(CallRequest request) override { requests_.push_back(std::move(request)); }
  void withdraw(AttemptId) override {}

  std::uint64_t cut_;
  std::uint64_t again_;
  bool const short_turns_ = again_ > 0;
  std::string refuses_;
  MemoryJournal journal_{MemoryJournal::Commit::manual};
  std::unique_ptr<DirectIndex> index_;
  std::map<std::string, GraphPtr> graphs_;
  std::map<std::string, FoundWorkflow> names_;
  std::unique_ptr<Partition> partition_;
  std::vector<CallRequest> requests_;
  std::optional<CallRequest> late_;
  bool was_late_ = false;
  Time now_{1'767'225'600'000'000};
};

TEST(CutFamily, EndsAsItWouldHave) {
  for (std::string const refuses : {"", "pay", "book", "kill", "late"}) {
    CutFamily whole(0, refuses);
    auto const ends = whole.ends();
    EXPECT_NE(ends.at("p:2:1"), "none");
    bool const late = refuses == "late";
    EXPECT_EQ(whole.count_of<PlanAmended>("p:2"), late ? 1 : 0);
    for (std::uint64_t cut = 1; cut <= whole.entries(); ++cut) {
      SCOPED_TRACE(refuses + " cut behind entry " + std::to_string(cut));
      CutFamily family(cut, refuses);
      EXPECT_TRUE(family.was_cut());
      if (!late) {  // then the answer may have been lost with the process
        EXPECT_EQ(family.ends(), ends);
      }
      for (auto const& [run, end] : ends) EXPECT_LE(family.count_of<RunStarted>(run), 1) << run;
      auto const written = family.index();
      family.build_index_again();
      EXPECT_EQ(family.index(), written);
    }
  }
}

TEST(CutFamily, EndsAsItWouldHaveWhenTheRecoveryIsCutToo) {
  CutFamily const whole(0, "");
  for (std::uint64_t cut = 1; cut <= whole.entries(); ++cut) {
    for (std::uint64_t again = 1; again <= 6; ++again) {
      SCOPED_TRACE("cut behind " + std::to_string(cut) + " and " + std::to_string(again) + " more");
      CutFamily family(cut, "", again);
      EXPECT_EQ(family.ends(), whole.ends());
      for (auto const* run : {"p", "p:1", "p:2", "p:2:1"}) {
        EXPECT_EQ(family.count_of<RunStarted>(run), 1) << run;
      }
    }
  }
}

}  // namespace
}  // namespace skald::runtime
