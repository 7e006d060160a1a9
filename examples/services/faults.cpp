#include "examples/services/faults.hpp"

#include <chrono>
#include <string_view>
#include <utility>

namespace booking {
namespace {

using skald::Error;
using skald::ErrorCode;
using skald::Json;
using skald::Result;

constexpr Times kAlways = -1;

struct CountedSwitch {
  std::string_view name;
  Times Switches::*times;
};
constexpr CountedSwitch kCounted[] = {{"refuse", &Switches::refuse},
                                      {"fail", &Switches::fail},
                                      {"loseAnswers", &Switches::lose_answers},
                                      {"down", &Switches::down},
                                      {"hold", &Switches::hold}};

struct TimedSwitch {
  std::string_view name;
  std::int64_t Switches::*milliseconds;
};
constexpr TimedSwitch kTimed[] = {{"delayMs", &Switches::delay_ms},
                                  {"delayBeforeMs", &Switches::delay_before_ms}};

Error bad(std::string_view name) {
  return {ErrorCode::invalid_argument, "'" + std::string(name) + "' has a wrong value or name",
          "switches: refuse fail loseAnswers down hold (a number or \"always\"), delayMs "
          "delayBeforeMs (a number), direction (forward or undo), only (text of the path), "
          "release, reset "
          "(true)"};
}

Result<Times> times_of(std::string_view name, Json const& value) {
  if (value.is_string() && value.as_string() == "always") return kAlways;
  if (value.is_boolean()) return value.as_boolean() ? kAlways : 0;
  if (value.is_number() && value.as_number() >= 0) return static_cast<Times>(value.as_number());
  return bad(name);
}

// True when the switch acts on this call; a counted one goes down.
bool spend(Times& times) {
  if (times == kAlways) return true;
  if (times == 0) return false;
  --times;
  return true;
}

Json switches_to_json(Switches const& switches) {
  Json json = Json::object();
  for (CountedSwitch const& counted : kCounted) {
    Times const times = switches.*counted.times;
    if (times != 0) json.set(counted.name, times == kAlways ? Json("always") : Json(times));
  }
  for (TimedSwitch const& timed : kTimed) {
    if (switches.*timed.milliseconds != 0) json.set(timed.name, switches.*timed.milliseconds);
  }
  if (!switches.only.empty()) json.set("only", switches.only);
  return json;
}

}  // namespace

Result<void> Faults::set(Switches& switches, Json const& order) {
  for (Json::Member const& member : order.members()) {
    std::string_view const name = member.key.as_string();
    if (name == "direction" || name == "release" || name == "reset") continue;
    if (name == "only" && member.value.is_string()) {
      switches.only = std::string(member.value.as_string());
      continue;
    }
    bool known = false;
    for (CountedSwitch const& counted : kCounted) {
      if (counted.name != name) continue;
      Result<Times> const times = times_of(name, member.value);
      if (!times.ok()) return times.error();
      switches.*counted.times = *times;
      known = true;
    }
    for (TimedSwitch const& timed : kTimed) {
      if (timed.name != name) continue;
      if (!member.value.is_number()) return bad(name);
      switches.*timed.milliseconds = static_cast<std::int64_t>(member.value.as_number());
      known = true;
    }
    if (!known) return bad(name);
  }
  return {};
}

Result<void> Faults::control(Json const& order) {
  if (order.kind() != Json::Kind::object) return bad("the body");
  Json const& direction = order["direction"];
  std::string_view const only = direction.is_string() ? direction.as_string() : std::string_view();
  if (!direction.is_null() && only != "forward" && only != "undo") return bad("direction");
  {
    std::scoped_lock const lock(mutex_);
    if (order["reset"].truthy()) forward_ = undo_ = Switches();
    Switches forward = forward_;
    Switches undo = undo_;
    if (only != "undo") SKALD_TRY(set(forward, order));
    if (only != "forward") SKALD_TRY(set(undo, order));
    forward_ = forward;
    undo_ = undo;
  }
  if (order["reset"].truthy() || order["release"].truthy()) release();
  return {};
}

Fault Faults::take(std::string const& direction, std::string const& path) {
  std::scoped_lock const lock(mutex_);
  Switches& switches = direction == "undo" ? undo_ : forward_;
  Fault fault;
  if (path.find(switches.only) == std::string::npos) return fault;
  fault.down = spend(switches.down);
  if (fault.down) return fault;
  fault.delay_before_ms = switches.delay_before_ms;
  fault.delay_ms = switches.delay_ms;
  fault.fail = spend(switches.fail);
  if (fault.fail) return fault;
  fault.refuse = spend(switches.refuse);
  fault.hold = spend(switches.hold);
  fault.lose_answer = spend(switches.lose_answers);
  return fault;
}

void Faults::wait_ms(std::int64_t milliseconds) {
  if (milliseconds <= 0) return;
  std::unique_lock lock(mutex_);
  ++waiting_;
  released_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                     [this, seen = releases_] { return releases_ != seen; });
  --waiting_;
}

void Faults::wait_released() {
  std::unique_lock lock(mutex_);
  ++waiting_;
  released_.wait(lock, [this, seen = releases_] { return releases_ != seen; });
  --waiting_;
}

void Faults::release() {
  {
    std::scoped_lock const lock(mutex_);
    ++releases_;
  }
  released_.notify_all();
}

Json Faults::to_json() {
  std::scoped_lock const lock(mutex_);
  return Json::object({{"forward", switches_to_json(forward_)},
                       {"undo", switches_to_json(undo_)},
                       {"waiting", waiting_}});
}

}  // namespace booking
