#pragma once

// The steps of scenarios that need more than one run from its start to its end: calls that are
// answered as the scenario says, events, time that passes, restarts, schedules. A scenario with
// such a step is played on a VirtualEngine.

#include <optional>
#include <string>
#include <string_view>

#include "runtime/feature/feature.hpp"
#include "runtime/feature/scenario.hpp"
#include "runtime/feature/virtual_engine.hpp"

namespace skald::feature {

inline constexpr char const* kUnknownStep =
    "the step is not known; docs/cli.md lists the steps there are";

// True when the scenario has a step that only VirtualSteps knows.
bool is_virtual(Scenario const& scenario);

class VirtualSteps {
 public:
  // No value: the step is not one of these. Else "" when it holds, or why not.
  std::optional<std::string> perform(Step const& step, std::string const& definition,
                                     Json const& input);
  // Runs the workflow to its end, however long that takes on the virtual clock.
  Result<Execution> execute(std::string const& definition, Json const& input);
  // How the run stands that the scenario speaks of: the one it started, else the newest.
  Result<Execution> execution() const;

 private:
  std::string answers(std::string_view text, Json const& script);
  std::string deploy(std::string const& definition);
  std::string start(std::string const& definition, Json const& input);
  std::string pass(std::string_view length);
  std::string counted(std::string_view text) const;
  std::string emitted(Json const& wanted) const;
  std::string status(std::string_view wanted) const;
  std::string current() const;

  VirtualEngine engine_;
  std::string workflow_;
  std::string run_;
  Time started_;
};

// The value of a step's text block. Errors: invalid_argument.
Result<Json> text_block(Step const& step);

}  // namespace skald::feature
