#pragma once

// A partition on its own for a test: a journal and an index in memory, a virtual clock, and calls
// that wait until the test answers them. A crash keeps as much of the log as the test says.
//
//   class Booking : public testing::Test, protected test::OnePartition {
//    protected:
//     Booking() : OnePartition({kBooking}) { read_log(); begin(); start("r", "t/booking"); }
//   };
//
// Thread-safety: none; a test has one of its own.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "runtime/engine/direct_index.hpp"
#include "runtime/engine/partition.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/journal/memory_journal.hpp"

namespace skald::test {

// Workflow texts, compiled, as an engine keeps those that are deployed.
class Workflows {
 public:
  explicit Workflows(std::vector<char const*> const& texts);

  // "namespace/name", in the order of the texts.
  std::vector<std::string> const& names() const { return names_; }
  runtime::StartCommand to_start(std::string const& name, std::string const& run) const;
  // The ports by which a partition asks for them, which must not outlive this.
  void serve(runtime::PartitionPorts& ports) const;

 private:
  std::vector<std::string> names_;
  std::map<std::string, runtime::GraphPtr> graphs_;  // by digest
  std::map<std::string, runtime::FoundWorkflow> found_;
};

class OnePartition : private runtime::Executor {
 protected:
  explicit OnePartition(std::vector<char const*> const& texts) : workflows_(texts) {}

  // Makes the partition anew from the log, with options_ and the ports below.
  void read_log();
  void begin();
  // The process ends and only so much of the log is left; then it is read again.
  void crash(Lsn kept);
  void crash() { crash(journal_.last()); }
  void crash_with_the_index();  // which is built again from the log

  void start(std::string const& run, std::string const& workflow);
  void answer(runtime::CallRequest const& request, saga::Answer::Kind kind);
  // All that can happen now does: a few times what is due is written, and then it is durable.
  void settle();
  void write();
  void make_durable();
  void pass(Duration time);

  runtime::RunReport report(std::string const& run) const;
  // How many such facts of a run the journal has.
  template <class Fact>
  int count_of(std::string const& run) {
    int count = 0;
    for_each_record([&](std::string const& of, runtime::Record const& record) {
      if (of == run && std::holds_alternative<Fact>(record.body)) ++count;
    });
    return count;
  }

  // What a test may set; read_log() takes it over.
  runtime::PartitionOptions options_ = checked();
  std::function<void(std::string const&, std::function<void(runtime::Partition&, Time)>)> post_;
  bool deployed_ = true;                                     // whether a child's workflow is found
  std::function<void(runtime::CallRequest const&)> leaves_;  // is told of each call as it leaves

  runtime::MemoryJournal journal_{runtime::MemoryJournal::Commit::manual};
  std::unique_ptr<runtime::DirectIndex> index_;
  std::unique_ptr<runtime::Partition> partition_;
  std::vector<runtime::CallRequest> requests_;  // the test takes out those that it answers
  std::string calls_;                           // all that were asked for: "book pay"
  Time now_{1'767'225'600'000'000};

 private:
  static runtime::PartitionOptions checked();
  void for_each_record(
      std::function<void(std::string const& run, runtime::Record const& record)> const& visit);
  void submit(runtime::CallRequest request) override;
  void withdraw(runtime::AttemptId) override {}

  Workflows workflows_;
};

}  // namespace skald::test
