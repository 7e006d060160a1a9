#include "runtime/cli/test_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>

#include "runtime/cli/input.hpp"
#include "runtime/cli/run_output.hpp"
#include "runtime/cli/stub_file.hpp"
#include "runtime/cli/workflow_file.hpp"
#include "runtime/sweep/sweep.hpp"

namespace skald::cli {
namespace {

Json counted(std::map<std::string, std::uint64_t> const& counts) {
  Json out = Json::object();
  for (auto const& [what, count] : counts) out.set(what, Json(static_cast<double>(count)));
  return out;
}

std::string listed(std::map<std::string, std::uint64_t> const& counts) {
  std::string out;
  for (auto const& [what, count] : counts) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", what, count);
  }
  return out;
}

std::string lines_of(std::vector<std::string> const& story, std::string const& indent) {
  std::string out;
  for (auto const& line : story) out += indent + line + '\n';
  return out;
}

std::vector<std::string> story_of(sweep::Subject const& subject, sweep::Schedule const& schedule) {
  return sweep::Player(subject, schedule, true).play().story;
}

Json findings_json(std::vector<sweep::Finding> const& findings) {
  Json out = Json::array();
  for (auto const& each : findings) {
    out.push_back(Json::object({{"what", each.what},
                                {"schedule", sweep::to_text(each.schedule)},
                                {"times", Json(static_cast<double>(each.times))}}));
  }
  return out;
}

class Sweeper {
 public:
  Sweeper(Console& console, SweepOptions const& options, sweep::Subject const& subject)
      : console_(console), options_(options), subject_(subject), paint_(console.paint()) {}

  Exit replay() {
    auto const schedule = sweep::parse_schedule(*options_.replay);
    if (!schedule) return console_.fail(schedule.error());
    auto const trace = sweep::Player(subject_, *schedule, true).play();
    auto const verdict = sweep::judge(subject_, trace);
    bool all_met = true;
    for (auto const& fault : *schedule) {
      auto const named = [&fault](sweep::Call const& call) { return call.name == fault.call; };
      bool const met = sweep::is_moment(fault.kind)
                           ? fault.moment <= trace.moments
                           : std::any_of(trace.calls.begin(), trace.calls.end(), named);
      if (met) continue;
      console_.note("the run never comes to '" + sweep::to_text(fault) + "'");
      all_met = false;
    }
    Json problems = Json::array();
    for (auto const& each : verdict.problems) problems.push_back(each);
    Json story = Json::array();
    for (auto const& line : trace.story) story.push_back(line);
    auto text = lines_of(trace.story, "  ") + "the run is " + verdict.status +
                (verdict.error.empty() ? "" : ": " + verdict.error) + '\n';
    for (auto const& each : verdict.problems) text += paint_.red("✗ ") + each + '\n';
    console_.show(Json::object({{"schedule", sweep::to_text(*schedule)},
                                {"status", verdict.status},
                                {"problems", problems},
                                {"story", story}}),
                  text);
    return verdict.problems.empty() && all_met ? Exit::ok : Exit::error;
  }

  Exit sweep() {
    auto const begun = std::chrono::steady_clock::now();
    auto const report = sweep::sweep(subject_, {.schedules = options_.most});
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    console_.show(json(report), drawn(report));
    if (report.left_out > 0) {
      console_.note(fmt::format("{} schedules were left out: raise --most", report.left_out));
    }
    return report.problems.empty() ? Exit::ok : Exit::error;
  }

 private:
  Json json(sweep::Report const& report) const {
    Json never = Json::array();
    for (auto const& path : report.never) never.push_back(path);
    return Json::object(
        {{"workflow", subject_.graph->id.text()},
         {"plain", Json::object({{"status", report.plain.status}, {"error", report.plain.error}})},
         {"schedules", Json(static_cast<double>(report.played))},
         {"leftOut", Json(static_cast<double>(report.left_out))},
         {"faults", counted(report.kinds)},
         {"ends", counted(report.ends)},
         {"problems", findings_json(report.problems)},
         {"unsure", findings_json(report.unsure)},
         {"never", never},
         {"stays", findings_json(report.left)}});
  }

  std::string drawn(sweep::Report const& report) const {
    auto out = fmt::format("{} · without a fault it is {}{}\n", subject_.graph->id.text(),
                           report.plain.status,
                           report.plain.error.empty() ? "" : ": " + report.plain.error);
    out += fmt::format("{} schedules in {:.1f} s\n  faults: {}\n  ends:   {}\n", report.played,
                       seconds_, listed(report.kinds), listed(report.ends));
    for (auto const& each : report.problems)
      out += problem(each, &each == &report.problems.front());
    if (report.problems.empty()) out += paint_.green("✓") + " every promise was kept\n";
    out += noted("undos that read an answer, which is missing when it was lost:", report.unsure);
    if (!report.never.empty()) out += "\ncalls that were never reached:\n";
    for (auto const& path : report.never) out += "  " + path + '\n';
    out += noted("what stays when the run is undone, because it has no undo:", report.left);
    return out;
  }

  static std::string noted(char const* heading, std::vector<sweep::Finding> const& findings) {
    if (findings.empty()) return {};
    auto out = fmt::format("\n{}\n", heading);
    for (auto const& each : findings) {
      out += fmt::format("  {:<32} {} times, first with: {}\n", each.what, each.times,
                         sweep::to_text(each.schedule));
    }
    return out;
  }

  // The first one with its story.
  std::string problem(sweep::Finding const& finding, bool first) const {
    auto const schedule = sweep::to_text(finding.schedule);
    auto out = fmt::format("\n{} {} ({} schedules)\n  smallest: {}\n", paint_.red("✗"),
                           finding.what, finding.times, schedule);
    if (first) out += lines_of(story_of(subject_, finding.schedule), "    ");
    std::string with;
    for (auto const& file : options_.with) with += option("--with", file);
    return out + fmt::format("  again: skald test {} --sweep{}{}{} --replay {}\n",
                             shell_word(options_.file), with, option("--input", options_.input),
                             option("--stubs", options_.stubs), shell_word(schedule));
  }

  static std::string option(char const* name, std::optional<std::string> const& value) {
    return value ? fmt::format(" {} {}", name, shell_word(*value)) : "";
  }

  Console& console_;
  SweepOptions const& options_;
  sweep::Subject const& subject_;
  view::Paint paint_;
  double seconds_ = 0;
};

}  // namespace

Exit test_sweep(Console& console, SweepOptions const& options) {
  auto file = load_workflow(options.file);
  if (!file) return console.fail(file.error());
  report(console, *file);
  if (!file->ok()) return Exit::error;
  auto failed = Exit::ok;
  std::map<std::string, runtime::GraphPtr> others;
  std::vector<graph::StepGraph const*> graphs;
  for (auto const& name : options.with) {
    auto const other = load_workflow(name);
    if (!other) return console.fail(other.error());
    report(console, *other);
    if (!other->ok()) return Exit::error;
    graphs.push_back(other->graph.get());
    others.emplace(graph::digest(*other->graph).hex(), other->graph);
  }
  auto stubs = read_stubs(console, options.stubs, *file->graph, failed, graphs);
  if (!stubs) return failed;
  Json input = Json::object();
  if (options.input) {
    auto given = read_json_argument(*options.input, "--input");
    if (!given) return console.fail(given.error());
    input = std::move(*given);
  }
  sweep::Subject const subject{file->graph,
                               graph::digest(*file->graph).hex(),
                               std::move(input),
                               std::move(*stubs),
                               options.id.empty() ? runtime::kRehearsedRun : options.id,
                               std::move(others)};
  Sweeper sweeper(console, options, subject);
  return options.replay ? sweeper.replay() : sweeper.sweep();
}

}  // namespace skald::cli
