#pragma once

// What the commands that speak to a server share.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "runtime/cli/command.hpp"
#include "runtime/client/client.hpp"

namespace skald::cli {

// The server of --server or SKALD_SERVER.
Client connect(Console const& console);

// Who acts, for the run's history: SKALD_ACTOR, else the user's name.
std::string actor();

// The error with a hint that fits the command line.
Exit fail_on_server(Console& console, Error error);

// Says that no workflow of that name is deployed, when so; such a filter fits nothing. True when it
// has said so.
bool note_unknown_workflow(Console& console, Client const& client, std::string const& name);

// The findings alone when the server found mistakes in a workflow, else as above.
Exit fail_to_deploy(Console& console, Error const& error);

// Says which functions the workflow calls that nobody offers.
void warn_of_missing(Console& console, Deployment const& deployment);

// A command on a server, with these options.
Command server_command(std::string name, std::string summary, std::vector<Option> options,
                       std::function<Exit(Console&)> run);

// The RUN of `show RUN` and the like.
Option run_argument(std::string* target);

struct FollowOptions {
  std::optional<std::chrono::milliseconds> timeout = std::nullopt;
  bool live = false;        // a person looks on: the picture is drawn again at every change
  bool quiet = false;       // nothing is said before the end
  std::uint64_t after = 0;  // facts up to this one are not told
};

// Waits until the run has ended or is suspended, and shows it; timed_out when the time is up.
Exit follow_run(Console& console, Client& client, std::string const& run, FollowOptions options);

}  // namespace skald::cli
