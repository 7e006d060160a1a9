// skald doctor DIR: what is in a data directory, and what a damage concerns.

#include <fmt/format.h>

#include <string>

#include "runtime/cli/command.hpp"
#include "runtime/engine/doctor.hpp"

namespace skald::cli {
namespace {

constexpr std::size_t kNamed = 20;  // runs in the table form; -o json has all

std::string concerned_text(Json const& runs) {
  if (runs.size() == 0) return "    no run is concerned, but for those that began later\n";
  std::string text =
      fmt::format("    {} had not ended there; what has become of them since can not be read:\n",
                  runs.size() == 1 ? "one run" : fmt::format("{} runs", runs.size()));
  for (std::size_t i = 0; i < runs.size() && i < kNamed; ++i) {
    text += fmt::format("      {}\n", runs[i].as_string());
  }
  if (runs.size() > kNamed) {
    text += fmt::format("      and {} more: -o json lists them\n", runs.size() - kNamed);
  }
  return text;
}

std::string draw(Json const& found) {
  std::string text;
  for (auto const& log : found["partitions"].items()) {
    bool const damaged = log["state"] == Json("damaged");
    text += fmt::format("{} {}\n    {}\n", damaged ? "✗" : "✓", log["journal"].as_string(),
                        log["verdict"].as_string());
    if (log["frames"].is_number()) {
      text += fmt::format("    frames: {}, runs: {}, not ended: {}\n", to_text(log["frames"]),
                          to_text(log["runs"]), to_text(log["liveRuns"]));
    }
    if (log["owedEvents"].is_object()) {
      for (auto const& [sink, events] : log["owedEvents"].members()) {
        text +=
            fmt::format("    events not sent to '{}' yet: {}\n", sink.as_string(), to_text(events));
      }
    }
    if (log["hint"].is_string()) text += fmt::format("    {}\n", log["hint"].as_string());
    if (log["concerned"].is_array()) text += concerned_text(log["concerned"]);
  }
  return text;
}

Exit doctor(Console& console, std::string const& directory) {
  auto const found = runtime::examine(directory);
  if (!found) return console.fail(found.error());
  console.show(*found, draw(*found));
  if ((*found)["whole"] == Json(true)) return Exit::ok;
  console.note("the directory is damaged and will not open; nothing has been changed");
  return Exit::error;
}

}  // namespace

Command doctor_command() {
  auto directory = std::make_shared<std::string>();
  return {.name = "doctor",
          .summary = "Examine a data directory without opening it",
          .group = "Server",
          .options = {{.names = "DIR",
                       .target = directory.get(),
                       .help = "The data directory",
                       .value = "DIR",
                       .required = true,
                       .file = true}},
          .run = [directory](Console& console) { return doctor(console, *directory); },
          .prints_data = true,
          .details =
              "Reads every journal to its end, verifies it, and names the runs that a\n"
              "damage concerns. It changes nothing. Beside a running server the last write\n"
              "may look unfinished."};
}

}  // namespace skald::cli
