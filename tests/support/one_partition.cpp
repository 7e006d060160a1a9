#include "tests/support/one_partition.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <utility>

#include "compiler/compiler.hpp"
#include "dsl/yaml/reader.hpp"
#include "runtime/codec/record_codec.hpp"
#include "runtime/index/memory_index.hpp"

namespace skald::test {

using runtime::Partition;
using runtime::PartitionPorts;

Workflows::Workflows(std::vector<char const*> const& texts) {
  for (auto const* text : texts) {
    auto const read = dsl::read_yaml(text, "workflow");
    auto const made = compiler::compile(*read.document);
    auto const digest = graph::digest(*made.graph).hex();
    names_.push_back(made.graph->id.ns + "/" + made.graph->id.name);
    found_[names_.back()] = {made.graph->id.text(), digest};
    graphs_[digest] = made.graph;
  }
}

runtime::StartCommand Workflows::to_start(std::string const& name, std::string const& run) const {
  runtime::StartCommand command;
  command.digest = found_.at(name).digest;
  command.graph = graphs_.at(command.digest);
  command.run = run;
  return command;
}

void Workflows::serve(PartitionPorts& ports) const {
  ports.graph = [this](std::string const& digest) { return graphs_.at(digest); };
  ports.find = [this](std::string const& name) { return std::optional(found_.at(name)); };
}

runtime::PartitionOptions OnePartition::checked() {
  runtime::PartitionOptions options;
  options.check_effects = true;
  return options;
}

void OnePartition::read_log() {
  if (index_ == nullptr) {
    index_ = std::make_unique<runtime::DirectIndex>(std::make_unique<runtime::MemoryIndex>());
  }
  PartitionPorts ports{journal_, *this, *index_, nullptr, nullptr, nullptr};
  workflows_.serve(ports);
  ports.find = [this, find = std::move(ports.find)](std::string const& name) {
    return deployed_ ? find(name) : std::nullopt;
  };
  ports.post = post_;
  partition_ = std::make_unique<Partition>(options_, std::move(ports));
  auto const recovery = partition_->recover({});
  ASSERT_TRUE(recovery.ok()) << recovery.error().message;
}

void OnePartition::begin() {
  partition_->begin(now_);
  settle();
}

void OnePartition::crash(Lsn kept) {
  partition_.reset();
  requests_.clear();
  journal_.crash(kept);
  read_log();
}

void OnePartition::crash_with_the_index() {
  partition_.reset();
  index_.reset();
  crash();
}

void OnePartition::start(std::string const& run, std::string const& workflow) {
  partition_->start(workflows_.to_start(workflow, run), now_, [](auto const&) {});
}

void OnePartition::answer(runtime::CallRequest const& request, saga::Answer::Kind kind) {
  saga::Answer answer;
  answer.kind = kind;
  partition_->answer(request.id, answer, now_);
}

void OnePartition::settle() {
  for (int i = 0; i < 5; ++i) {
    write();
    make_durable();
  }
}

void OnePartition::write() {
  partition_->tick(now_);
  partition_->flush();
}

void OnePartition::make_durable() {
  journal_.commit_all();
  partition_->release(journal_.durable());
}

void OnePartition::pass(Duration time) {
  now_ = now_ + time;
  settle();
}

runtime::RunReport OnePartition::report(std::string const& run) const {
  runtime::RunReport none;
  none.status = "none";
  return partition_->report(run).value_or(std::move(none));
}

void OnePartition::submit(runtime::CallRequest request) {
  if (leaves_) leaves_(request);
  calls_ += (calls_.empty() ? "" : " ") + request.function;
  requests_.push_back(std::move(request));
}

void OnePartition::for_each_record(
    std::function<void(std::string const& run, runtime::Record const& record)> const& visit) {
  auto const look = [&](std::string_view frame) -> Result<void> {
    auto const batch = runtime::decode(frame);
    for (auto const& entry : batch->entries) visit(entry.run, entry.record);
    return {};
  };
  auto const read = journal_.read(Lsn{1}, [&](runtime::JournalEntry const& entry) {
    return runtime::for_each_frame(entry.payload, look);
  });
  EXPECT_TRUE(read.ok());
}

}  // namespace skald::test
