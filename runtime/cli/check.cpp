// skald check FILE...: everything that is wrong, at once.

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "compiler/explain/sarif.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/input.hpp"
#include "runtime/cli/outgoing.hpp"
#include "runtime/cli/workflow_file.hpp"

namespace skald::cli {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  std::optional<std::string> functions;
  std::uint64_t max_tasks = compiler::Options().max_tasks;
  bool portable = false;
  Outgoing outgoing;
};

std::string count_of(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

// One name a line; empty lines and lines after '#' are skipped.
Result<std::vector<std::string>> read_names(std::string const& path) {
  auto text = read_file(path);
  if (!text) return std::move(text).error();
  std::vector<std::string> names;
  std::string name;
  bool comment = false;
  for (char const c : *text + "\n") {
    if (c == '#') comment = true;
    if (c == '\n') {
      if (!name.empty()) names.push_back(std::move(name));
      name.clear();
      comment = false;
    } else if (!comment && c != ' ' && c != '\t' && c != '\r') {
      name += c;
    }
  }
  return names;
}

void print_summary(Console& console, WorkflowFile const& file) {
  auto const is_error = [](dsl::Diagnostic const& found) {
    return dsl::severity_of(found.code) == dsl::Severity::error;
  };
  auto const errors = static_cast<std::size_t>(std::ranges::count_if(file.diagnostics, is_error));
  auto const warnings = file.diagnostics.size() - errors;
  auto const paint = console.paint();
  if (errors > 0) {
    console.out() << paint.red("✗") << fmt::format(" {}: {}", file.name, count_of(errors, "error"));
  } else {
    console.out() << paint.green("✓") << fmt::format(" {}: ", file.name);
    if (file.graph) {
      console.out() << fmt::format("{}, {}, digest {}", file.graph->id.text(),
                                   count_of(file.graph->tasks.size(), "task"),
                                   graph::digest(*file.graph).short_hex());
    }
  }
  if (warnings > 0) console.out() << ", " << count_of(warnings, "warning");
  if (file.more > 0) console.out() << " and " << count_of(file.more, "finding") << " more";
  console.out() << '\n';
}

Exit check(Console& console, CheckOptions const& options) {
  compiler::Options settings;
  settings.max_tasks = options.max_tasks;
  settings.portable = options.portable;
  if (options.functions) {
    auto names = read_names(*options.functions);
    if (!names) return console.fail(names.error());
    settings.functions = std::move(*names);
    settings.without_function =
        "name it in " + *options.functions + ", or define it below use.functions";
  }
  bool failed = false;
  std::vector<WorkflowFile> files;  // kept, since findings point into their texts
  std::vector<dsl::Diagnostic> findings;
  for (auto const& path : options.files) {
    auto documents = options.outgoing.documents(path);
    if (!documents) return console.fail(documents.error());
    settings.documents = std::move(*documents);
    auto file = load_workflow(path, settings);
    if (!file) return console.fail(file.error());
    failed = failed || !file->ok();
    if (console.format() == Format::table) {
      report(console, *file);
      print_summary(console, *file);
    } else {
      findings.insert(findings.end(), file->diagnostics.begin(), file->diagnostics.end());
      files.push_back(std::move(*file));
    }
  }
  if (console.format() == Format::sarif) {
    console.data(compiler::to_sarif(findings, SKALD_VERSION));
  } else if (console.format() != Format::table) {
    console.data(dsl::to_json(findings));
  }
  return failed ? Exit::error : Exit::ok;
}

}  // namespace

Command check_command() {
  auto options = std::make_shared<CheckOptions>();
  return with_outgoing(
      {.name = "check",
       .summary = "Report everything that is wrong with workflow files",
       .group = "Author",
       .options = {{.names = "FILE",
                    .target = &options->files,
                    .help = "Workflow files, YAML or JSON; '-' is stdin",
                    .required = true,
                    .file = true},
                   {.names = "--functions",
                    .target = &options->functions,
                    .help = "Names of the functions that may be called, one a line",
                    .value = "FILE",
                    .file = true},
                   {.names = "--max-tasks",
                    .target = &options->max_tasks,
                    .help = "Of a workflow, with the functions it calls; a larger one is an error "
                            "(5000)",
                    .value = "N",
                    .range = {1, 1'000'000}},
                   {.names = "--portable",
                    .target = &options->portable,
                    .help = "What other engines of the specification lack is an error"}},
       .run = [options](Console& console) { return check(console, *options); },
       .prints_data = true,
       .prints_findings = true},
      options->outgoing);
}

}  // namespace skald::cli
