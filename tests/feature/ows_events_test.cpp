// The examples of the Open Workflow Specification that wait for events or for time, on a virtual
// clock. Those that need the network only are in tests/cli/ows_examples_test.cpp;
// docs/ows-examples.md lists all.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/feature/virtual_engine.hpp"

namespace skald::feature {
namespace {

std::string conformance_dir() {
  char const* variable = std::getenv("SKALD_CONFORMANCE_DIR");
  return variable != nullptr ? variable : SKALD_CONFORMANCE_DIR;
}

constexpr char kHot[] =
    R"({"type":"com.fake-hospital.vitals.measurements.temperature","data":{"temperature":39}})";
constexpr char kCool[] =
    R"({"type":"com.fake-hospital.vitals.measurements.temperature","data":{"temperature":37}})";
constexpr char kSlow[] =
    R"({"type":"com.fake-hospital.vitals.measurements.bpm","data":{"bpm":50}})";
constexpr char kOut[] = R"({"type":"com.fake-hospital.patient.checked-out"})";
constexpr char kTrigger[] =
    R"({"type":"io.serverlessworkflow.samples.events.trigger.v1","id":"7","source":"test"})";
constexpr char kHeartbeat[] = R"({"type":"com.example.hospital.events.patients.heartbeat.low",
    "data":{"timestamp":1,"patient":{"id":3,"name":"A","room":{"number":4},"vitals":{"bpm":30}}}})";
constexpr char kCheckup[] = R"({"type":"com.fake.petclinic.pets.checkup.completed.v2"})";
constexpr char kRace[] = R"({"type":"com.virtual-wf-powered-race.events.race.started.v1"})";

struct Example {
  char const* file;
  std::vector<char const*> events;
  char const* status;
  char const* output = nullptr;
  char const* called = nullptr;  // once
  char const* input = "{}";
};

std::vector<Example> examples() {
  return {
      // Its URL takes a member of an array of events, which is an error of jq.
      {"listen-to-one", {kHot, kRace}, "faulted"},
      {"listen-to-all", {kCool, kHot, kSlow}, "completed", R"([{"temperature":39},{"bpm":50}])"},
      {"listen-to-all-read-envelope", {kSlow, kCool, kHot}, "completed"},
      {"listen-to-any", {kCool}, "completed", R"([{"temperature":37}])"},
      {"listen-to-any-filter", {kCool, kSlow}, "completed", R"([{"bpm":50}])"},
      {"listen-to-any-forever-foreach",
       {kHot},
       "waiting",
       nullptr,
       "POST https://fake-chat-api.com/room/7",
       R"({"roomId":7})"},
      {"listen-to-any-until-condition", {kCool, kHot, kSlow}, "waiting"},
      {"listen-to-any-until-condition", {kCool, kHot, kSlow, kOut}, "completed"},
      {"listen-to-any-until-consumed",
       {kHot, kCool, kSlow, kOut},
       "completed",
       R"([{"temperature":39},{"bpm":50}])"},
      // Its `output.as` takes '.pets' of an array of events, which is an error of jq.
      {"for", {kCheckup}, "faulted", nullptr, nullptr, R"({"pets":[{"id":1}],"vet":{}})"},
      {"for", {}, "completed", nullptr, nullptr, R"({"pets":[{"id":1}]})"},
      {"schedule-event-driven",
       {kHeartbeat},
       "completed",
       nullptr,
       "POST https://hospital.example.com/api/v1/notify"},
      {"set", {kTrigger}, "completed"},
      {"set-expression", {kTrigger}, "completed"},
      {"schedule-cron", {}, "completed", nullptr, "POST https://example.com/api/v1/backup/start"},
      {"wait-duration-inline", {}, "completed", "{}"},
      {"wait-duration-iso8601", {}, "completed", "{}"},
  };
}

Json event(char const* text, std::size_t number) {
  auto event = parse_json(text).value();
  if (event.find("id") == nullptr) event.set("id", std::to_string(number));
  event.set("source", "test");
  return event;
}

// Runs the example for a day; gives the id of its run.
std::string play(VirtualEngine& engine, Example const& example, std::string const& text) {
  if (example.called != nullptr) {
    engine.answer_calls(example.called, {parse_json(R"({"status":200,"body":{}})").value()});
  }
  auto const deployed = engine.deploy(text);
  if (!deployed.ok()) return deployed.error().message;
  bool const scheduled = text.find("\nschedule:") != std::string::npos;
  if (!scheduled) {
    EXPECT_TRUE(engine.start(*deployed, parse_json(example.input).value()).ok());
  }
  engine.rest();
  for (std::size_t i = 0; i < example.events.size(); ++i) {
    engine.publish(event(example.events[i], i));
    engine.rest();
  }
  engine.pass(Duration::from_seconds(86'400));
  return engine.runs().empty() ? "no run" : engine.runs().back();
}

TEST(OpenWorkflowExamples, ThatWaitRunOnAVirtualClock) {
  auto const folder = conformance_dir() + "/ows/examples/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "SKALD_CONFORMANCE_DIR names no folder";
  for (auto const& example : examples()) {
    std::ifstream in(folder + example.file + ".yaml");
    std::string const text(std::istreambuf_iterator<char>(in), {});
    VirtualEngine engine;
    auto const report = engine.report(play(engine, example, text));
    ASSERT_TRUE(report.ok()) << example.file << ": " << report.error().message;
    EXPECT_EQ(report->status, example.status) << example.file << ": " << to_text(report->error);
    if (example.output != nullptr) {
      EXPECT_EQ(to_text(report->output), example.output) << example.file;
    }
    if (example.called != nullptr) {
      EXPECT_EQ(engine.calls_of(example.called), 1U) << example.file;
    }
  }
}

}  // namespace
}  // namespace skald::feature
