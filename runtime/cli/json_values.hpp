#pragma once

// JSON values that stand one behind the other, with or without white space between them, in a text
// or on stdin. They are read one by one: what comes through a pipe is handed out as soon as it is
// complete. Not thread-safe.

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace skald::cli {

class JsonValues {
 public:
  // `what` names the source in errors: "--input", "'trip.json'"; `hint` says what to do about them.
  JsonValues(std::string text, std::string what, std::string hint)
      : what_(std::move(what)), hint_(std::move(hint)), buffer_(std::move(text)) {}
  // Reads stdin, as far as it is asked for values.
  static JsonValues of_stdin();

  // Flushes `out` whenever it is about to wait for more. Must outlive this.
  void tie(std::ostream& out) { tied_ = &out; }

  // The next value; nothing behind the last. Errors: invalid_argument (no JSON), too_large (a value
  // of more than 64 MiB on stdin), io. What follows an error is not looked at.
  Result<std::optional<Json>> next();

 private:
  static constexpr int kNone = -1;

  void skip_space();
  bool find_end();
  Result<bool> read_more();
  Result<std::optional<Json>> take();

  std::string what_;
  std::string hint_;
  int descriptor_ = kNone;
  std::ostream* tied_ = nullptr;
  std::string buffer_;
  std::size_t begin_ = 0;  // of the next value
  std::size_t end_ = 0;    // how far it has been looked at
  std::size_t depth_ = 0;  // brackets open there
  bool quoted_ = false;    // in a string there
  bool escaped_ = false;   // behind a backslash there
  std::size_t count_ = 0;  // values before it
};

}  // namespace skald::cli
