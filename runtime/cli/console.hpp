#pragma once

// Where a command writes: data to stdout in the format that was asked for, commentary and errors
// to stderr, colours only where a person looks. Not thread-safe.

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "runtime/view/paint.hpp"

namespace skald::cli {

// What the process ends with. Scripts rely on the numbers.
enum class Exit : int {
  ok = 0,
  error = 1,
  usage = 2,
  not_found = 3,
  not_allowed = 4,
  compensated = 5,
  suspended = 6,
  timed_out = 7,
  faulted = 8,
  cancelled = 9,  // or killed
  interrupted = 130,
};

Exit exit_of(ErrorCode code) noexcept;
// Of a run with that status; a run that has not ended is `ok`, unless it is suspended.
Exit exit_of_status(std::string_view status) noexcept;

// A word as a shell reads it back: 'it'\''s' where quotes are needed. For commands in hints.
std::string shell_word(std::string_view word);

enum class Format { table, json, jsonl, yaml, sarif };

// A column of the table form: its heading and the member of the row object it shows.
struct Column {
  std::string heading;
  std::string member;
};

class Console {
 public:
  // stdout and stderr of the process; looks at NO_COLOR, TERM, COLUMNS and the terminals.
  static Console of_process();
  Console(std::ostream& out, std::ostream& err) : out_(&out), err_(&err) {}

  std::ostream& out() { return *out_; }
  std::ostream& err() { return *err_; }
  view::Paint paint() const { return {colour_out_}; }
  view::Paint error_paint() const { return {colour_err_}; }
  bool interactive() const { return interactive_; }
  int width() const { return width_; }
  int height() const { return height_; }
  Format format() const { return format_; }
  void set_format(Format format) { format_ = format; }
  void set_colour(bool on) { colour_out_ = colour_err_ = on; }
  // The server the command speaks to, "http://127.0.0.1:8080".
  std::string const& server() const { return server_; }
  void set_server(std::string server) { server_ = std::move(server); }

  // One object, or in the table form the text that `drawn` holds.
  void show(Json const& data, std::string_view drawn);
  // An array of objects, as a table of these columns.
  void rows(Json const& data, std::vector<Column> const& columns);
  // Any value in a format that is not `table`.
  void data(Json const& data);
  // A line of commentary on stderr.
  void note(std::string_view text);
  // What happened, what to do next; returns the exit code that fits.
  Exit fail(Error const& error);

 private:
  std::ostream* out_;
  std::ostream* err_;
  Format format_ = Format::table;
  std::string server_;
  bool colour_out_ = false;
  bool colour_err_ = false;
  bool interactive_ = false;
  int width_ = 100;
  int height_ = 24;
};

}  // namespace skald::cli
