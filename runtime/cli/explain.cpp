// skald explain CODE: what a code means, with a wrong and a right example.

#include "compiler/explain/codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "dsl/diagnostic.hpp"
#include "runtime/cli/command.hpp"

namespace skald::cli {
namespace {

// Codes of the environment, as `error[not_found]` shows them.
struct ErrorText {
  ErrorCode code;
  std::string_view text;
};
constexpr std::array<ErrorText, 12> kErrors{{
    {ErrorCode::invalid_argument,
     "What was given is wrong: an option, a body, an input. Exit code 2, HTTP 400 or 422."},
    {ErrorCode::not_found,
     "There is no such run, workflow or file. 'skald ls' lists the runs. Exit code 3, HTTP 404."},
    {ErrorCode::conflict,
     "The same id, key or version was used before with something else. Take another one, or send\n"
     "exactly what was sent the first time. Exit code 1, HTTP 409."},
    {ErrorCode::failed_precondition,
     "It can not be done in this state: the data directory is in use by another process or was\n"
     "written by a newer skald, or the run has ended. Exit code 4, HTTP 409."},
    {ErrorCode::too_large, "It is over a limit, which the message names. Exit code 1, HTTP 413."},
    {ErrorCode::overloaded,
     "There is too much to do at the moment. Try again later. Exit code 1,\n"
     "HTTP 429 or 503 with Retry-After."},
    {ErrorCode::timed_out,
     "It was not done in time. A run goes on all the same: 'skald show RUN'\n"
     "says how it stands. Exit code 7."},
    {ErrorCode::unavailable,
     "Nobody answers, a name is not known, or a port is in use. Is the server running, and is\n"
     "--server right? Exit code 1."},
    {ErrorCode::no_space,
     "The disk is full. Nothing acknowledged is lost; running compensations\n"
     "go on. Exit code 1, HTTP 507."},
    {ErrorCode::corrupt,
     "What was read from disk is not what was written. skald never guesses: restore a backup, or\n"
     "let 'skald doctor' show what is whole and which runs are concerned. Exit code 1."},
    {ErrorCode::io,
     "The operating system reported an error, which the message repeats. Exit code 1."},
    {ErrorCode::cancelled, "It was stopped on request. Exit code 130."},
}};

constexpr std::string_view kExits =
    "Exit codes: 0 ok, 1 error, 2 usage, 3 not found, 4 not allowed, 5 run compensated,\n"
    "6 run suspended, 7 timed out, 8 run faulted, 9 run cancelled or killed, 130 interrupted.\n";

std::string upper(std::string_view text) {
  std::string result(text);
  for (auto& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

struct CodeEntry {
  std::string_view code;
  std::string_view title;
  std::string_view severity;
};

std::vector<CodeEntry> all_codes() {
  return {
#define SKALD_DIAGNOSTIC(code, severity, name, title) {code, title, #severity},
#include "dsl/diagnostics.def"
#undef SKALD_DIAGNOSTIC
  };
}

Exit list(Console& console) {
  Json rows = Json::array();
  for (auto const& entry : all_codes()) {
    rows.push_back(
        Json::object({{"code", entry.code}, {"severity", entry.severity}, {"title", entry.title}}));
  }
  for (auto const& error : kErrors) {
    rows.push_back(Json::object({{"code", to_string(error.code)},
                                 {"severity", "error"},
                                 {"title", error.text.substr(0, error.text.find('.'))}}));
  }
  console.rows(rows, {{"CODE", "code"}, {"SEVERITY", "severity"}, {"MEANING", "title"}});
  return Exit::ok;
}

Exit show(Console& console, std::string_view code, std::string_view title, std::string_view text) {
  auto const data = Json::object({{"code", code}, {"title", title}, {"text", text}});
  auto const paint = console.paint();
  console.show(data, fmt::format("{}: {}\n\n{}{}", paint.bold(code), title, text,
                                 text.ends_with('\n') ? "" : "\n"));
  return Exit::ok;
}

Exit explain(Console& console, std::string const& code) {
  if (code.empty()) return list(console);
  auto const wanted = upper(code);
  if (wanted == "EXIT") return show(console, "exit", "what the process ends with", kExits);
  std::vector<std::string_view> names;
  for (auto const& entry : all_codes()) {
    names.push_back(entry.code);
    if (entry.code == wanted) {
      return show(console, entry.code, entry.title, compiler::explain(entry.code));
    }
  }
  for (auto const& error : kErrors) {
    names.push_back(to_string(error.code));
    if (upper(to_string(error.code)) == wanted) {
      return show(console, to_string(error.code), "an error of the environment", error.text);
    }
  }
  auto const near = dsl::nearest(wanted, names);
  return console.fail({ErrorCode::not_found, "there is no code '" + code + "'",
                       near.empty() ? "'skald explain' lists all codes"
                                    : "did you mean '" + std::string(near) + "'?"});
}

}  // namespace

Command explain_command() {
  auto code = std::make_shared<std::string>();
  return {.name = "explain",
          .summary = "Explain a code of a finding or an error",
          .group = "Author",
          .options = {{.names = "CODE",
                       .target = code.get(),
                       .help = "E204, not_found, exit; without one all codes are listed"}},
          .run = [code](Console& console) { return explain(console, *code); },
          .prints_data = true};
}

}  // namespace skald::cli
