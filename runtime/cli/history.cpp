// skald history RUN: the facts of a run, in order.

#include <algorithm>
#include <array>
#include <functional>

#include "runtime/cli/server.hpp"
#include "runtime/view/draw_run.hpp"

namespace skald::cli {
namespace {

constexpr std::uint64_t kPage = 5'000;

// What a row says beside its own columns: the fields of the record, in a line.
std::string details(Json const& record, std::size_t width) {
  static constexpr std::array<std::string_view, 7> kColumns{"seq",  "at",         "type",  "task",
                                                            "path", "activation", "number"};
  std::string text;
  for (auto const& [key, value] : record.members()) {
    if (std::ranges::find(kColumns, key.as_string()) != kColumns.end()) continue;
    text += (text.empty() ? "" : " ") + std::string(key.as_string()) + "=";
    text += value.is_string() ? std::string(value.as_string()) : to_text(value);
    if (width > 0 && text.size() > 4 * width) break;
  }
  return width > 0 ? view::fit(text, width) : text;
}

struct Options {
  std::string run;
  std::uint64_t after = 0;
  std::uint64_t limit = 0;  // 0: all
  std::uint64_t last = 0;
  bool full = false;
};

// A width of 0 cuts nothing.
Json table_rows(Json const& facts, std::size_t width) {
  Json rows = Json::array();
  for (auto const& fact : facts.items()) {
    Json row = fact;
    auto const& at = fact["at"];
    if (at.is_string() && at.as_string().size() > 11) {
      row.set("at", at.as_string().substr(11, at.as_string().size() - 12));
    }
    row.set("task", view::step_text(fact));
    row.set("details", details(fact, width));
    rows.push_back(std::move(row));
  }
  return rows;
}

// Gives page after page to `take`, as many facts as are wanted.
Result<void> read_pages(Client& client, Options const& options,
                        std::function<void(Json const&)> const& take) {
  HistoryFilter filter{.after = options.after};
  if (options.last > 0) {
    auto const known = client.status(options.run);
    if (!known) return known.error();
    filter.after = known->records - std::min(known->records, options.last);
  }
  auto left = options.limit == 0 ? UINT64_MAX : options.limit;
  while (left > 0) {
    filter.limit = std::min<std::uint64_t>(kPage, left);
    auto page = client.history(options.run, filter);
    if (!page) return std::move(page).error();
    take((*page)["history"]);
    left -= std::min<std::uint64_t>(left, (*page)["history"].size());
    auto const& next = (*page)["next"];
    if (!next.is_number()) break;
    filter.after = static_cast<std::uint64_t>(next.as_number());
  }
  return {};
}

// A long history is printed as it comes, but for the formats that are one value.
Exit history(Console& console, Options const& options) {
  auto client = connect(console);
  bool const whole = console.format() == Format::json || console.format() == Format::yaml;
  Json all = Json::array();
  auto const width =
      options.full ? 0 : static_cast<std::size_t>(std::max(console.width() - 52, 40));
  bool cut = false;
  auto const read = read_pages(client, options, [&](Json const& facts) {
    if (whole) {
      for (auto const& fact : facts.items()) all.push_back(fact);
    } else if (console.format() == Format::jsonl) {
      console.data(facts);
    } else {
      auto const rows = table_rows(facts, width);
      for (auto const& row : rows.items()) cut = cut || row["details"].as_string().ends_with("…");
      console.rows(rows, {{"SEQ", "seq"},
                          {"AT", "at"},
                          {"FACT", "type"},
                          {"TASK", "task"},
                          {"DETAILS", "details"}});
    }
  });
  if (!read) return fail_on_server(console, read.error());
  if (whole) console.data(all);
  if (cut) console.note("details are cut (…): --full has all of them, -o json as data");
  return Exit::ok;
}

}  // namespace

Command history_command() {
  auto options = std::make_shared<Options>();
  auto command = server_command(
      "history", "List the facts of a run",
      {run_argument(&options->run),
       {.names = "--after",
        .target = &options->after,
        .help = "Only the facts behind this number",
        .value = "SEQ"},
       {.names = "--limit",
        .target = &options->limit,
        .help = "At most this many (0: all)",
        .value = "N"},
       {.names = "--last", .target = &options->last, .help = "Only the latest ones", .value = "N"},
       {.names = "--full", .target = &options->full, .help = "Details of any length"}},
      [options](Console& console) { return history(console, *options); });
  return command;
}

}  // namespace skald::cli
