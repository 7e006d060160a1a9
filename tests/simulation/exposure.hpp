#pragma once

// Which faults met which effect, held against how the effect turned out: the campaign's table of
// "row of SAGA 2 x fault". A fault of the network meets the attempt it struck; a fault of the
// process, of its clock or of a person meets every effect that its run had begun by then.
// "ongoing" is an answer that asks for more time, "probed" a probe that was asked for the effect,
// "operator" a verb that was carried out.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.hpp"
#include "tests/simulation/faults.hpp"
#include "tests/simulation/run_checker.hpp"

namespace skald::simulation {

class Exposure {
 public:
  using Runs = std::map<std::string, RunChecker>;

  // `fault` is one of the names in faults().
  void hit(std::string const& run, runtime::ActivationId effect, std::string_view fault);
  void hit_run(Runs const& runs, std::string const& run, std::string_view fault);
  void hit_all(Runs const& runs, std::string_view fault);

  // Adds "row <outcome> x <fault>" for every effect of a call.
  void count(Runs const& runs, Counts& counts) const;

  static constexpr std::string_view kFaults[] = {
      "refused",     "failed",   "lost",       "hangs",    "late work",
      "late answer", "not sent", "duplicated", "crash",    "ongoing",
      "probed",      "cancel",   "kill",       "operator", "clock step"};
  static constexpr std::string_view kRows[] = {"succeeded", "in doubt", "refused", "not sent"};
  static std::string cell(std::string_view row, std::string_view fault);
  // False where the rules themselves exclude the pair: a request that has left is never "not sent".
  static bool possible(std::string_view row, std::string_view fault);

 private:
  std::map<std::pair<std::string, runtime::ActivationId>, std::uint32_t> hits_;
};

}  // namespace skald::simulation
