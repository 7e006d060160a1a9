#include "runtime/cli/run_output.hpp"

#include "runtime/cli/clock.hpp"
#include "runtime/view/draw_run.hpp"

namespace skald::cli {

Json pinned_run(Json const& view) {
  Json run = Json::object();
  for (auto const* name : {"id", "workflow", "status", "output", "error", "undone"}) {
    run.set(name, view[name]);
  }
  if (run["undone"].is_null()) run.set("undone", Json::array());
  if (view["status"] == Json("suspended")) run.set("reason", view["reason"]);
  return run;
}

std::string draw_now(Console const& console, Json const& view, bool attempts) {
  return view::draw_run(view, {.colour = console.paint().on,
                               .width = console.interactive() ? console.width() : 0,
                               .now = now(),
                               .attempts = attempts});
}

Exit show_end(Console& console, Json const& view) {
  console.show(pinned_run(view), console.format() == Format::table ? draw_now(console, view) : "");
  auto const& status = view["status"];
  return status.is_string() ? exit_of_status(status.as_string()) : Exit::ok;
}

}  // namespace skald::cli
