#pragma once

// The options about calls that leave: where they go, with which secrets. `run`, `serve` and `test`
// share them.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "compiler/resources.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/engine/engine.hpp"

namespace skald::cli {

struct Outgoing {
  std::vector<std::string> rewrites;
  std::vector<std::string> limits;
  std::string secrets;
  std::string secrets_env;

  // Errors: invalid_argument.
  Result<void> apply(EngineOptions& settings) const;
  // For load_workflow: reads what the workflow in `file` refers to. Errors: as apply.
  Result<compiler::ResourceReader> documents(std::string const& file) const;
  // As they would be written on a command line, each with a blank before it.
  std::string words() const;
};

// The command with these options at the end of its own; `outgoing` must outlive it.
Command with_outgoing(Command command, Outgoing& outgoing);

}  // namespace skald::cli
