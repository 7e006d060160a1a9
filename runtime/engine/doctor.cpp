#include "runtime/engine/doctor.hpp"

#include <map>
#include <set>

#include "runtime/codec/record_codec.hpp"
#include "runtime/engine/partition.hpp"
#include "runtime/journal/data_dir.hpp"
#include "runtime/journal/frame_builder.hpp"
#include "runtime/journal/inspect.hpp"
#include "runtime/machine/tree.hpp"

namespace skald::runtime {
namespace {

// Which runs there are, and which of them have not ended: from their facts alone, so that it needs
// no workflow.
class RunCensus {
 public:
  Result<void> read(LogFrame const& frame) {
    ++frames_;
    if (frame.header.kind != FrameKind::entries) return {};
    Result<void> outcome;
    auto const count = [&](std::uint32_t, std::string_view payload) {
      outcome = for_each_frame(payload, [this](std::string_view batch) { return count_in(batch); });
      return outcome.ok();
    };
    bool const well_formed = visit_body(frame.body, frame.header.entries, count);
    if (!outcome.ok() || well_formed) return outcome;
    return Error{ErrorCode::corrupt,
                 "the entries of frame " + std::to_string(frame.header.frame) + " in '" +
                     frame.file + "' can not be read",
                 "restore a backup"};
  }

  std::uint64_t frames() const { return frames_; }
  std::uint64_t runs() const { return runs_; }
  std::set<std::string> const& live() const { return live_; }
  // How many events each sink has not got.
  Json owed() const {
    Json out = Json::object();
    for (auto const& [sink, events] : owed_) {
      if (!events.empty()) out.set(sink, Json(std::uint64_t{events.size()}));
    }
    return out;
  }

 private:
  Result<void> count_in(std::string_view bytes) {
    auto const batch = decode(bytes);
    if (!batch.ok()) return batch.error();
    for (auto const& entry : batch->entries) {
      if (std::holds_alternative<RunStarted>(entry.record.body)) ++runs_;
      // A late success opens an ended run again: whatever comes behind the end means that it lives.
      if (std::holds_alternative<RunEnded>(entry.record.body)) {
        live_.erase(entry.run);
      } else {
        live_.insert(entry.run);
      }
    }
    for (auto const& event : batch->events) {
      for (auto const& sink : event.sinks) owed_[sink].insert(event_identity(event.event));
    }
    for (auto const& sent : batch->sent) owed_[sent.sink].erase(sent.event);
    return {};
  }

  std::uint64_t frames_ = 0;
  std::uint64_t runs_ = 0;
  std::set<std::string> live_;
  std::map<std::string, std::set<std::string>> owed_;  // events by sink
};

Json damage_json(JournalDamage const& damage) {
  Json out = Json::object({{"file", damage.file},
                           {"offset", Json(damage.offset)},
                           {"frame", Json(damage.frame)},
                           {"firstLsn", Json(damage.first_lsn)},
                           {"reason", damage.reason}});
  if (damage.next_lsn) out.set("nextLsn", Json(*damage.next_lsn));
  return out;
}

void describe_log(LogEnd const& end, RunCensus const& census, Json& out) {
  out.set("state", end.damage ? "damaged" : end.torn ? "torn" : "whole");
  out.set("verdict", describe_end(end));
  out.set("frames", Json(census.frames()));
  out.set("lastLsn", Json(end.next_lsn - 1));
  out.set("epoch", Json(end.epoch));
  out.set("runs", Json(census.runs()));
  out.set("liveRuns", Json(std::uint64_t{census.live().size()}));
  out.set("owedEvents", census.owed());
  if (!end.damage) return;
  out.set("damage", damage_json(*end.damage));
  Json concerned = Json::array();
  for (auto const& run : census.live()) concerned.push_back(run);
  out.set("concerned", std::move(concerned));
}

Json examine_log(std::uint32_t partition, std::string const& dir) {
  Json out = Json::object({{"partition", Json(partition)}, {"journal", dir}});
  RunCensus census;
  auto const end = inspect_log(dir, [&](LogFrame const& frame) { return census.read(frame); });
  if (end.ok()) {
    describe_log(*end, census, out);
    return out;
  }
  out.set("state", "damaged");
  out.set("verdict", end.error().message);
  if (!end.error().hint.empty()) out.set("hint", end.error().hint);
  return out;
}

}  // namespace

Result<Json> examine(std::string const& data_dir) {
  auto const partitions = DataDir::partitions_of(data_dir);
  if (!partitions.ok() && partitions.error().code == ErrorCode::not_found) {
    return Error{ErrorCode::not_found, "'" + data_dir + "' is no data directory: it has no FORMAT",
                 "give the directory that 'skald serve --data-dir' or 'skald run' uses"};
  }
  if (!partitions.ok()) return partitions.error();
  Json logs = Json::array();
  bool whole = true;
  for (std::uint32_t partition = 0; partition < *partitions; ++partition) {
    auto log = examine_log(partition, DataDir::journal_dir_of(data_dir, partition));
    whole = whole && log["state"] != Json("damaged");
    logs.push_back(std::move(log));
  }
  return Json::object({{"directory", data_dir}, {"whole", whole}, {"partitions", std::move(logs)}});
}

}  // namespace skald::runtime
