// skald fmt FILE...: the one way to write a workflow.

#include "dsl/format/format.hpp"

#include <filesystem>
#include <fstream>
#include <ostream>

#include "dsl/yaml/reader.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/input.hpp"

namespace skald::cli {
namespace {

struct FmtOptions {
  std::vector<std::string> files;
  bool check = false;
};

// Written beside the file and renamed over it, so that an interruption leaves one of the two.
Result<void> replace_file(std::filesystem::path const& path, std::string const& text) {
  auto const whole = std::filesystem::is_symlink(path) ? std::filesystem::canonical(path) : path;
  auto beside = whole;
  beside += ".skald-fmt";
  std::error_code failed;
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return Error{ErrorCode::io, "'" + beside.string() + "' can not be written", ""};
  }
  std::filesystem::permissions(beside, std::filesystem::status(whole, failed).permissions(),
                               failed);
  std::filesystem::rename(beside, whole, failed);
  if (failed) {
    return Error{ErrorCode::io, "'" + whole.string() + "' can not be replaced: " + failed.message(),
                 ""};
  }
  return {};
}

class Formatter {
 public:
  Formatter(Console& console, bool check) : console_(console), check_(check) {}

  Exit file(std::string const& path) {
    auto text = read_file(path);
    if (!text) return console_.fail(text.error());
    auto const name = path == "-" ? std::string("<stdin>") : path;
    auto const read = dsl::read_yaml(*text, name);
    if (!read.document) {
      console_.err() << dsl::render(read.diagnostics, console_.error_paint().on);
      return Exit::error;
    }
    auto formatted = dsl::format_yaml(*text);
    if (!formatted) {
      auto error = std::move(formatted).error();
      error.message = name + ": " + error.message;
      return console_.fail(error);
    }
    if (path == "-" && !check_) {
      console_.out() << *formatted;
      return Exit::ok;
    }
    if (*formatted == *text) return Exit::ok;
    if (check_) {
      console_.out() << name << '\n';
      console_.note(name + " is not formatted; 'skald fmt " + path + "' does it");
      return Exit::error;
    }
    if (auto written = replace_file(path, *formatted); !written) {
      return console_.fail(written.error());
    }
    console_.out() << name << '\n';
    return Exit::ok;
  }

 private:
  Console& console_;
  bool check_;
};

Exit format(Console& console, FmtOptions const& options) {
  Formatter formatter(console, options.check);
  auto end = Exit::ok;
  for (auto const& path : options.files) {
    if (auto const one = formatter.file(path); one != Exit::ok) end = one;
  }
  return end;
}

}  // namespace

Command fmt_command() {
  auto options = std::make_shared<FmtOptions>();
  return {.name = "fmt",
          .summary = "Write workflow files in the one form, comments kept",
          .group = "Author",
          .options = {{.names = "FILE",
                       .target = &options->files,
                       .help = "Workflow files; '-' reads stdin and writes stdout",
                       .required = true,
                       .file = true},
                      {.names = "--check",
                       .target = &options->check,
                       .help = "Change nothing; exit with 1 when a file is not in the form"}},
          .run = [options](Console& console) { return format(console, *options); },
          .details =
              "Prints the names of the files it changed, or would change with --check.\n"
              "A file that is no YAML, or that could not be kept as it is, stays untouched."};
}

}  // namespace skald::cli
