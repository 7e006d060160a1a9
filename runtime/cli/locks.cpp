// skald locks: who holds which lock, and who waits for it.

#include <memory>

#include "runtime/cli/clock.hpp"
#include "runtime/cli/server.hpp"

namespace skald::cli {
namespace {

std::string since(Json const& place) {
  auto const& moment = place["since"];
  auto const at = moment.is_string() ? parse_iso8601(moment.as_string()) : Result<Time>(now());
  return at && *at <= now() ? to_human(now() - *at) : "0 s";
}

// A row for the holder, and one for each that waits.
Json table_rows(Json const& locks) {
  Json rows = Json::array();
  auto const add = [&rows](Json const& name, std::string const& state, Json const& run,
                           Json const& place) {
    rows.push_back(
        Json::object({{"lock", name}, {"state", state}, {"run", run}, {"for", since(place)}}));
  };
  for (auto const& lock : locks.items()) {
    add(lock["name"], "held", lock["holder"], lock);
    std::uint64_t place = 0;
    for (auto const& waiting : lock["waiting"].items()) {
      add(lock["name"], "waiting " + std::to_string(++place), waiting["run"], waiting);
    }
  }
  return rows;
}

Exit list(Console& console, std::string const& name) {
  auto client = connect(console);
  auto locks = client.locks(name);
  if (!locks) return fail_on_server(console, locks.error());
  if (console.format() != Format::table) {
    console.data(*locks);
  } else if (locks->size() == 0) {
    console.note(name.empty() ? "no lock is held" : "nobody holds lock '" + name + "'");
  } else {
    console.rows(table_rows(*locks),
                 {{"LOCK", "lock"}, {"STATE", "state"}, {"RUN", "run"}, {"FOR", "for"}});
  }
  return Exit::ok;
}

}  // namespace

Command locks_command() {
  auto name = std::make_shared<std::string>();
  auto command = server_command(
      "locks", "List the locks that runs hold and wait for",
      {{.names = "NAME", .target = name.get(), .help = "Only this lock", .value = "NAME"}},
      [name](Console& console) { return list(console, *name); });
  command.details =
      "A task with 'lock: NAME' takes the lock before it begins, and its run holds it to its end.\n"
      "Who waits comes first come, first served. 'skald show RUN' tells what a run waits for.";
  return command;
}

}  // namespace skald::cli
