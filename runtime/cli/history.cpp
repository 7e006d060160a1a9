// skald history RUN: every fact of a run, in order.

#include <algorithm>
#include <array>

#include "runtime/cli/server.hpp"

namespace skald::cli {
namespace {

// What a row says beside its own columns: the fields of the record, in a line.
std::string details(Json const& record, std::size_t width) {
  static constexpr std::array<std::string_view, 6> kColumns{"seq",  "at",   "type",
                                                            "task", "path", "activation"};
  std::string text;
  for (auto const& [key, value] : record.members()) {
    if (std::ranges::find(kColumns, key.as_string()) != kColumns.end()) continue;
    text += (text.empty() ? "" : " ") + std::string(key.as_string()) + "=";
    text += value.is_string() ? std::string(value.as_string()) : to_text(value);
    if (text.size() > 4 * width) break;
  }
  return view::fit(text, width);
}

Exit history(Console& console, std::string const& run) {
  auto client = connect(console);
  auto records = client.history(run);
  if (!records) return fail_on_server(console, records.error());
  if (console.format() != Format::table) {
    console.data(*records);
    return Exit::ok;
  }
  auto const width = static_cast<std::size_t>(std::max(console.width() - 52, 40));
  Json rows = Json::array();
  for (auto const& record : records->items()) {
    Json row = record;
    auto const& at = record["at"];
    if (at.is_string() && at.as_string().size() > 11) {
      row.set("at", at.as_string().substr(11, at.as_string().size() - 12));
    }
    row.set("details", details(record, width));
    rows.push_back(std::move(row));
  }
  console.rows(
      rows,
      {{"SEQ", "seq"}, {"AT", "at"}, {"FACT", "type"}, {"TASK", "task"}, {"DETAILS", "details"}});
  return Exit::ok;
}

}  // namespace

Command history_command() {
  auto run = std::make_shared<std::string>();
  return server_command("history", "List every fact of a run", {run_argument(run.get())},
                        [run](Console& console) { return history(console, *run); });
}

}  // namespace skald::cli
