#include "runtime/cli/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "runtime/cli/table.hpp"
#include "runtime/cli/yaml_text.hpp"

namespace skald::cli {
namespace {

bool is_set(char const* name) {
  char const* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool wants_colour(int descriptor) {
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE")) return true;
  char const* term = std::getenv("TERM");
  return isatty(descriptor) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

struct ScreenSize {
  int width = 100;
  int height = 24;
};

ScreenSize screen_size() {
  ScreenSize result;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    if (size.ws_col >= 40) result.width = size.ws_col;
    if (size.ws_row >= 4) result.height = size.ws_row;
  }
  if (char const* columns = std::getenv("COLUMNS")) {
    int const width = std::atoi(columns);
    if (width >= 40) result.width = width;
  }
  return result;
}

}  // namespace

Exit exit_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument: return Exit::usage;
    case ErrorCode::not_found: return Exit::not_found;
    case ErrorCode::failed_precondition: return Exit::not_allowed;
    case ErrorCode::timed_out: return Exit::timed_out;
    case ErrorCode::cancelled: return Exit::interrupted;
    default: return Exit::error;
  }
}

Exit exit_of_status(std::string_view status) noexcept {
  if (status == "compensated") return Exit::compensated;
  if (status == "suspended") return Exit::suspended;
  if (status == "faulted") return Exit::faulted;
  if (status == "cancelled" || status == "killed") return Exit::cancelled;
  return Exit::ok;
}

std::string shell_word(std::string_view word) {
  auto const plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:=@%+,").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return std::string(word);
  std::string quoted = "'";
  for (char const c : word) c == '\'' ? quoted += "'\\''" : quoted += c;
  return quoted += '\'';
}

Console Console::of_process() {
  Console console(std::cout, std::cerr);
  console.colour_out_ = wants_colour(STDOUT_FILENO);
  console.colour_err_ = wants_colour(STDERR_FILENO);
  console.interactive_ = isatty(STDOUT_FILENO) == 1;
  auto const size = screen_size();
  console.width_ = size.width;
  console.height_ = size.height;
  return console;
}

void Console::data(Json const& data) {
  switch (format_) {
    case Format::table:
    case Format::sarif:
    case Format::json: *out_ << to_pretty_text(data) << '\n'; break;
    case Format::yaml: *out_ << to_yaml(data); break;
    case Format::jsonl:
      if (!data.is_array()) {
        *out_ << to_text(data) << '\n';
        break;
      }
      for (auto const& item : data.items()) *out_ << to_text(item) << '\n';
  }
  out_->flush();
}

void Console::show(Json const& value, std::string_view drawn) {
  if (format_ != Format::table) return data(value);
  *out_ << drawn;
  out_->flush();
}

void Console::rows(Json const& value, std::vector<Column> const& columns) {
  if (format_ != Format::table) return data(value);
  Table table(paint());
  std::vector<std::string> headings;
  for (auto const& column : columns) headings.push_back(column.heading);
  table.add_heading(std::move(headings));
  for (auto const& row : value.items()) {
    std::vector<std::string> cells;
    for (auto const& column : columns) {
      auto const& cell = row[column.member];
      cells.push_back(cell.is_string() ? std::string(cell.as_string())
                      : cell.is_null() ? std::string()
                                       : to_text(cell));
    }
    table.add(std::move(cells));
  }
  *out_ << table.text();
  out_->flush();
}

void Console::note(std::string_view text) {
  *err_ << text << '\n';
  err_->flush();
}

Exit Console::fail(Error const& error) {
  auto const paint = error_paint();
  *err_ << paint.bold(paint.red("error")) << '[' << to_string(error.code) << "]: " << error.message
        << '\n';
  if (!error.hint.empty()) *err_ << paint.cyan("  next: ") << error.hint << '\n';
  err_->flush();
  return exit_of(error.code);
}

}  // namespace skald::cli
