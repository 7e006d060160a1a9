// The short form of a run, which lists show and the index keeps.

#include <cinttypes>
#include <cstdio>

#include "runtime/engine/partition_slot.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::runtime {

RunReport report_of(State const& state) {
  RunReport report;
  report.id = state.run;
  report.workflow = state.workflow;
  report.status = view::run_status(state);
  report.output = state.output;
  report.error = state.error;
  report.exceptions = state.exceptions;
  report.records = state.records;
  report.over = state.status == RunStatus::ended || state.status == RunStatus::suspended;
  return report;
}

// Written at each change of a run's status, so it is text from the start.
std::string summary_text(State const& state, std::string_view status) {
  std::string out;
  out.reserve(512);
  auto const name = [&out](std::string_view key) {
    out += out.empty() ? '{' : ',';
    append_quoted(out, key);
    out += ':';
  };
  auto const text = [&](std::string_view key, std::string_view value) {
    name(key);
    append_quoted(out, value);
  };
  auto const json = [&](std::string_view key, Json const& value) {
    name(key);
    append_text(out, value);
  };
  text("id", state.run);
  text("workflow", state.workflow);
  text("digest", state.graph);
  text("status", status);
  text("bodyDigest", state.body_digest);
  text("started", to_iso8601(state.started));
  if (state.end) {
    text("ended", to_iso8601(state.ended));
  } else {
    json("ended", nullptr);
  }
  json("output", state.output);
  json("error", state.error);
  json("records", Json(state.records));
  if (!state.exceptions.is_null()) json("exceptions", state.exceptions);
  if (!state.start_key.empty()) text("startKey", state.start_key);
  if (state.parent) text("parent", state.parent->run);
  return out += '}';
}

RunReport report_of_summary(Json const& summary) {
  auto text = [&summary](std::string_view key) {
    return summary[key].is_string() ? std::string(summary[key].as_string()) : std::string();
  };
  RunReport report;
  report.id = text("id");
  report.workflow = text("workflow");
  report.status = text("status");
  report.output = summary["output"];
  report.error = summary["error"];
  report.exceptions = summary["exceptions"];
  report.records = static_cast<std::uint64_t>(
      summary["records"].is_number() ? summary["records"].as_number() : 0);
  report.over = summary["ended"].is_string() || report.status == "suspended";
  return report;
}

Error run_has_ended(RunReport const& report) {
  auto const name = report.workflow.substr(0, report.workflow.rfind('/'));
  return {
      ErrorCode::failed_precondition,
      "run '" + report.id + "' has ended (" + report.status + "): it can not be changed any more",
      "`skald show " + report.id + "` draws how it ended; `skald start " + name +
          "` starts another one"};
}

std::string run_key(std::string_view run) {
  return "r/" + std::string(run);
}

std::string history_key(std::string_view run, std::uint32_t chunk) {
  char number[16];
  std::snprintf(number, sizeof number, "%08" PRIx32, chunk);
  return "h/" + std::string(run) + "/" + number;
}

// Newest first: the time counts down from the end of time.
std::string time_key(Time started, std::string_view run) {
  char number[24];
  std::snprintf(number, sizeof number, "%016" PRIx64,
                UINT64_MAX - static_cast<std::uint64_t>(started.us));
  return std::string("t/") + number + "/" + std::string(run);
}

Result<void> for_each_frame(std::string_view bytes,
                            std::function<Result<void>(std::string_view)> const& visit) {
  while (!bytes.empty()) {
    std::uint32_t size = 0;
    if (bytes.size() < sizeof size) {
      return Error{ErrorCode::corrupt, "a journal entry ends inside a frame's length", ""};
    }
    for (unsigned i = 0; i < 4; ++i) {
      size |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    bytes.remove_prefix(sizeof size);
    if (bytes.size() < size) {
      return Error{ErrorCode::corrupt, "a journal entry ends inside a frame", ""};
    }
    SKALD_TRY(visit(bytes.substr(0, size)));
    bytes.remove_prefix(size);
  }
  return {};
}

}  // namespace skald::runtime
