#include "tests/simulation/exposure.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace skald::simulation {
namespace {

std::uint32_t bit(std::string_view fault) {
  auto const* at = std::find(std::begin(Exposure::kFaults), std::end(Exposure::kFaults), fault);
  return at == std::end(Exposure::kFaults)
             ? 0
             : std::uint32_t{1} << static_cast<unsigned>(at - std::begin(Exposure::kFaults));
}

}  // namespace

void Exposure::hit(std::string const& run, runtime::ActivationId effect, std::string_view fault) {
  if (auto const mask = bit(fault); mask != 0) hits_[{run, effect}] |= mask;
}

void Exposure::hit_run(Runs const& runs, std::string const& run, std::string_view fault) {
  auto const at = runs.find(run);
  if (at == runs.end()) return;
  for (auto const& [id, act] : at->second.acts()) {
    if (!act.in_undo && !act.attempts.empty()) hit(run, id, fault);
  }
}

void Exposure::hit_all(Runs const& runs, std::string_view fault) {
  for (auto const& [id, run] : runs) {
    if (!run.ended()) hit_run(runs, id, fault);
  }
}

void Exposure::count(Runs const& runs, Counts& counts) const {
  for (auto const& [where, mask] : hits_) {
    auto const run = runs.find(where.first);
    if (run == runs.end()) continue;
    auto const act = run->second.acts().find(where.second);
    if (act == run->second.acts().end() || act->second.in_undo || !act->second.outcome) continue;
    // What a kill leaves open may have happened.
    auto const outcome = act->second.open ? saga::Outcome::in_doubt : *act->second.outcome;
    for (auto const fault : kFaults) {
      if ((mask & bit(fault)) != 0) ++counts[cell(saga::to_string(outcome), fault)];
    }
  }
}

std::string Exposure::cell(std::string_view row, std::string_view fault) {
  return "row " + std::string(row) + " x " + std::string(fault);
}

bool Exposure::possible(std::string_view row, std::string_view fault) {
  constexpr std::array<std::string_view, 8> kLeft = {
      "refused", "failed", "lost", "hangs", "late work", "late answer", "ongoing", "probed"};
  bool const left = std::find(kLeft.begin(), kLeft.end(), fault) != kLeft.end();
  return row != "not sent" || !left;
}

}  // namespace skald::simulation
