// When a workflow starts by itself.

#include "base/cron.hpp"
#include "compiler/lower.hpp"
#include "compiler/time_zones.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::Schedule;

constexpr Duration kShortest = Duration::from_ms(10);

void cron(Lowering& to, Node const& node, Schedule& schedule) {
  auto const parsed = Cron::parse(node.text());
  if (auto const* problem = std::get_if<Cron::Problem>(&parsed)) {
    to.report.add(Code::bad_cron, dsl::span_in(node, problem->begin, problem->end),
                  problem->message, problem->hint);
    return;
  }
  schedule.cron = node.text();
}

void time_zone(Lowering& to, Node const* node, Schedule& schedule) {
  if (node == nullptr) return;
  std::string const name(node->text());
  if (auto rule = zone_rule(name)) {
    schedule.zone_rule = std::move(*rule);
  } else if (name.find_first_of("0123456789") != std::string::npos && TimeZone::parse(name).ok()) {
    schedule.zone_rule = name;
  } else {
    to.report.add(Code::unknown_time_zone, node->span,
                  "no time zone named '" + name + "' is known here",
                  "write a name of the tz database (package tzdata) such as Europe/Berlin, or a "
                  "rule such as CET-1CEST,M3.5.0,M10.5.0/3");
    return;
  }
  if (!schedule.zone_rule.empty()) schedule.time_zone = name;
}

std::optional<Duration> interval(Lowering& to, Node const* node, Duration shortest) {
  auto const length = fixed_duration(to, node);
  if (!length || *length >= shortest) return length;
  to.report.add(Code::bad_duration, node->span,
                "this interval is too short: the shortest is " + to_human(shortest));
  return std::nullopt;
}

// A key that only some kinds of schedules have.
void only(Lowering& to, Node const& node, std::string_view key, bool allowed,
          std::string_view kinds) {
  Node const* found = node.get(key);
  if (found == nullptr || allowed) return;
  to.report.add(Code::ignored_key, found->span,
                "'" + std::string(key) + "' has a meaning beside " + std::string(kinds) + " only");
}

graph::Listen events(Lowering& to, Node const& node, Node const& strategy) {
  graph::Listen on;
  // The run gets the events themselves, as the specification's text and examples have it.
  on.read = graph::Listen::Read::envelope;
  lower_strategy(to, strategy, {{}, Site::Point::scheduled, {}}, on);
  auto const read = get(node, "read").text();
  if (read == "data") on.read = graph::Listen::Read::data;
  if (read == "raw") on.read = graph::Listen::Read::raw;
  return on;
}

}  // namespace

std::optional<Schedule> lower_schedule(Lowering& to, Node const* node) {
  if (node == nullptr || !node->is_map()) return std::nullopt;
  Schedule schedule;
  if (Node const* text = node->get("cron")) cron(to, *text, schedule);
  schedule.every = interval(to, node->get("every"), kShortest);
  schedule.after = interval(to, node->get("after"), {});
  if (Node const* on = node->get("on"); on != nullptr && on->is_map()) {
    schedule.on = events(to, *node, *on);
  }
  bool const has_cron = node->get("cron") != nullptr;
  bool const timed = has_cron || node->get("every") != nullptr;
  only(to, *node, "timezone", has_cron, "'cron'");
  only(to, *node, "missed", timed, "'cron' and 'every'");
  only(to, *node, "overlap", node->get("after") == nullptr, "'cron', 'every' and 'on'");
  only(to, *node, "read", node->get("on") != nullptr, "'on'");
  if (has_cron) time_zone(to, node->get("timezone"), schedule);
  // `every` starts a run whether or not the one before has ended (OWS), and no event is lost.
  if (schedule.every || schedule.on) schedule.overlap = Schedule::Overlap::allow;
  auto const overlap = get(*node, "overlap").text();
  if (overlap == "skip") schedule.overlap = Schedule::Overlap::skip;
  if (overlap == "queue") schedule.overlap = Schedule::Overlap::queue;
  if (overlap == "allow") schedule.overlap = Schedule::Overlap::allow;
  auto const missed = get(*node, "missed").text();
  if (missed == "none") schedule.missed = Schedule::Missed::none;
  if (missed == "all") schedule.missed = Schedule::Missed::all;
  return schedule;
}

}  // namespace skald::compiler
