#pragma once

// skald test participant URL: tries a service against the contract of docs/participants.md.

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/cli/console.hpp"

namespace skald::cli {

struct ParticipantOptions {
  std::string url;                         // of the thing that is booked, "{id}" in it
  std::optional<std::string> action = {};  // "METHOD URL"
  std::optional<std::string> undo = {};
  std::optional<std::string> state = {};
  std::optional<std::string> body = {};  // JSON or @FILE
  std::uint64_t rounds = 20;
  std::string timeout = "10s";  // of one call
};

Exit test_participant(Console& console, ParticipantOptions const& options);

}  // namespace skald::cli
