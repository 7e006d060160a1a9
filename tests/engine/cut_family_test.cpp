// A family of runs whose log is cut at every entry in turn, no two facts of different runs in one
// entry: whatever the cut, no run begins twice, all of them end as they would have, and an index
// that is built again from the log is the one that was written on the way.

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/one_partition.hpp"

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

class CutFamily : private test::OnePartition {
 public:
  // The log is cut behind that entry, once it is durable; 0: never. `refuses`: the call that fails,
  // and with it "pay"; "kill": a run is killed while it undoes its call; "late": the answer of
  // "book" comes when all have ended. `again`: it is cut once more, so many entries behind the
  // first cut, and turns are short, so that runs have something to do while they are recovered.
  CutFamily(std::uint64_t cut, std::string refuses, std::uint64_t again = 0)
      : OnePartition({std::begin(kRelatives), std::end(kRelatives)}),
        cut_(cut),
        again_(again),
        refuses_(std::move(refuses)) {
    options_.entry_bytes = 1;
    if (again_ > 0) options_.limits.turn_records = 1;
    read_log();
    partition_->begin(now_);
    run();
  }

  std::uint64_t entries() const { return journal_.last().value; }
  bool was_cut() const { return cut_ == 0; }

  std::map<std::string, std::string> ends() const {
    std::map<std::string, std::string> ends;
    for (auto const* run : {"p", "p:1", "p:2", "p:2:1"}) {
      auto const now = report(run);
      ends[run] = now.status + " " + to_text(now.exceptions);
    }
    return ends;
  }

  using OnePartition::count_of;
  using OnePartition::crash_with_the_index;

  using Content = std::map<std::string, std::string>;
  Content index() const {
    Content content;
    index_->scan("", "", [&](std::string_view key, std::string_view value) {
      content.emplace(key, value);
      return true;
    });
    return content;
  }

 private:
  void run() {
    start("p", "t/top");
    for (int i = 0; i < 60; ++i) {
      now_ = now_ + Duration::from_ms(200);
      if (i == 40 && late_) requests_.push_back(*std::exchange(late_, std::nullopt));
      settle_or_cut();
      answer_one();
      partition_->flush();
    }
  }

  void settle_or_cut() {
    for (int i = 0; i < 5; ++i) {
      write();
      if (cut_ > 0 && journal_.last().value >= cut_) cut_at(std::exchange(cut_, 0));
      make_durable();
    }
  }

  void cut_at(std::uint64_t entry) {
    journal_.commit(Lsn{entry});
    partition_->release(journal_.durable());
    late_.reset();
    crash(Lsn{entry});
    partition_->begin(now_);
    if (again_ > 0) cut_ = entry + std::exchange(again_, 0);
    settle_or_cut();
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
    bool const refused =
        request.function == refuses_ || (request.function == "pay" && !refuses_.empty());
    answer(request, refused ? saga::Answer::Kind::refused : saga::Answer::Kind::returned);
  }

  std::uint64_t cut_;
  std::uint64_t again_;
  std::string refuses_;
  std::optional<CallRequest> late_;
  bool was_late_ = false;
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
      family.crash_with_the_index();
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
