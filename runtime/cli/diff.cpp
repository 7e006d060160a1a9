// skald diff OLD NEW: what changed between two versions, and which running runs could go on with
// the new one.

#include "compiler/diff/diff.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "runtime/cli/server.hpp"
#include "runtime/cli/workflow_file.hpp"

namespace skald::cli {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
};

struct Version {
  std::string name;
  std::shared_ptr<graph::StepGraph const> graph;
  bool deployed = false;
};

bool is_file(std::string const& name) {
  std::error_code failed;
  return name == "-" || name.ends_with(".yaml") || name.ends_with(".yml") ||
         name.ends_with(".json") || std::filesystem::is_regular_file(name, failed);
}

class DiffCommand {
 public:
  DiffCommand(Console& console, DiffOptions const& options)
      : console_(console), options_(options) {}

  Exit run() {
    Version before;
    Version after;
    if (auto const end = load(options_.before, before); end != Exit::ok) return end;
    if (auto const end = load(options_.after, after); end != Exit::ok) return end;
    auto const changes = compiler::differences(*before.graph, *after.graph);
    Json runs;
    if (before.deployed) {
      auto found = running(before, after);
      if (!found) return fail_on_server(console_, found.error());
      runs = std::move(*found);
    }
    print(before, after, changes, runs);
    return Exit::ok;
  }

 private:
  Exit load(std::string const& name, Version& version) {
    if (is_file(name)) {
      auto file = load_workflow(name);
      if (!file) return console_.fail(file.error());
      if (!file->ok()) {
        report(console_, *file);
        return Exit::error;
      }
      version = {name, file->graph, false};
      return Exit::ok;
    }
    auto deployed = client().workflow(name);
    if (!deployed) return fail_on_server(console_, deployed.error());
    auto graph = graph::from_json((*deployed)["graph"]);
    if (!graph) return console_.fail(graph.error());
    version = {std::string((*deployed)["workflow"].as_string()),
               std::make_shared<graph::StepGraph const>(std::move(*graph)), true};
    return Exit::ok;
  }

  Client& client() {
    if (!client_) client_.emplace(connect(console_));
    return *client_;
  }

  // Every run of the old version that has not ended: [{id, status, canMove, why: [...]}].
  Result<Json> running(Version const& before, Version const& after) {
    Json out = Json::array();
    RunFilter filter;
    filter.workflow = before.name;
    filter.limit = 200;
    while (true) {
      auto page = client().list(filter);
      if (!page) return std::move(page).error();
      for (auto const& run : (*page)["runs"].items()) {
        auto const status = run["status"].is_string() ? run["status"].as_string() : "";
        auto const known = parse_run_status(status);
        if (known && is_end(*known)) continue;
        auto view = client().describe(std::string(run["id"].as_string()));
        if (!view) return std::move(view).error();
        out.push_back(judged(*view, before, after));
      }
      auto const& next = (*page)["next"];
      if (!next.is_string()) return out;
      filter.after = std::string(next.as_string());
    }
  }

  static Json judged(Json const& view, Version const& before, Version const& after) {
    std::set<std::string> entered;
    if (view["steps"].is_array()) {
      for (auto const& step : view["steps"].items()) {
        if (step["path"].is_string()) entered.emplace(step["path"].as_string());
      }
    }
    Json why = Json::array();
    for (auto const& each : compiler::hindrances(*before.graph, *after.graph, entered)) {
      why.push_back(each);
    }
    bool const free = why.size() == 0;
    return Json::object({{"id", view["id"]},
                         {"status", view["status"]},
                         {"canMove", free},
                         {"why", std::move(why)}});
  }

  void print(Version const& before, Version const& after,
             std::vector<compiler::Change> const& changes, Json const& runs) {
    if (console_.format() != Format::table)
      return console_.data(as_json(before, after, changes, runs));
    auto const paint = console_.paint();
    if (changes.empty()) console_.out() << "they do the same\n";
    for (auto const& change : changes) {
      auto const name = change.task.empty() ? std::string("the workflow") : change.task;
      using Kind = compiler::Change::Kind;
      auto const mark = change.kind == Kind::added     ? paint.green("+")
                        : change.kind == Kind::removed ? paint.red("-")
                                                       : paint.cyan("~");
      bool const one = change.kind == Kind::added || change.kind == Kind::removed;
      console_.out() << fmt::format("{} {}{}\n", mark, paint.bold(name),
                                    one ? "  " + change.texts.front() : "");
      if (one) continue;
      for (auto const& text : change.texts) console_.out() << "    " << text << '\n';
    }
    if (runs.is_array()) print_runs(runs);
    console_.out().flush();
  }

  void print_runs(Json const& runs) {
    auto const paint = console_.paint();
    if (runs.size() == 0) console_.out() << "\nno run of the old version is going on\n";
    for (std::size_t i = 0; i < runs.size(); ++i) {
      Json const& run = runs[i];
      if (i == 0)
        console_.out() << "\nruns of the old version that could go on with the new one:\n";
      bool const free = run["canMove"] == Json(true);
      console_.out() << fmt::format("  {} {} ({})\n", free ? paint.green("✓") : paint.red("✗"),
                                    run["id"].as_string(), run["status"].as_string());
      for (auto const& why : run["why"].items()) {
        console_.out() << "      " << why.as_string() << '\n';
      }
    }
  }

  static Json as_json(Version const& before, Version const& after,
                      std::vector<compiler::Change> const& changes, Json const& runs) {
    Json list = Json::array();
    for (auto const& change : changes) {
      Json texts = Json::array();
      for (auto const& text : change.texts) texts.push_back(text);
      list.push_back(Json::object({{"change", compiler::to_string(change.kind)},
                                   {"task", change.task},
                                   {"texts", std::move(texts)}}));
    }
    Json out = Json::object({{"before", graph::digest(*before.graph).hex()},
                             {"after", graph::digest(*after.graph).hex()},
                             {"changes", std::move(list)}});
    if (runs.is_array()) out.set("runs", runs);
    return out;
  }

  Console& console_;
  DiffOptions const& options_;
  std::optional<Client> client_;
};

}  // namespace

Command diff_command() {
  auto options = std::make_shared<DiffOptions>();
  auto command =
      server_command("diff", "Say what changed between two versions of a workflow",
                     {{.names = "OLD",
                       .target = &options->before,
                       .help = "A file, or namespace/name/version on the server",
                       .required = true,
                       .file = true},
                      {.names = "NEW",
                       .target = &options->after,
                       .help = "A file, or namespace/name/version on the server",
                       .required = true,
                       .file = true}},
                     [options](Console& console) { return DiffCommand(console, *options).run(); });
  command.group = "Author";
  command.details =
      "When OLD is on the server, its runs that have not ended are listed, with what keeps each\n"
      "from going on with NEW. A run always ends on the definition it began with.";
  return command;
}

}  // namespace skald::cli
