#pragma once

// Result<T> carries a value or an Error of the environment (disk, network, bad request). It is a
// small subset of std::expected. Dropping one is a compile warning. Not for programmers' mistakes
// (SKALD_ASSERT), authors' mistakes (Diagnostic) or business failures (records).

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace skald {

// What kind of failure it is; decides exit codes and HTTP statuses.
enum class ErrorCode {
  invalid_argument,     // the caller's input is wrong: usage, body, option
  not_found,            // no such run, workflow, file
  conflict,             // same key with another body, same version with another digest
  failed_precondition,  // the state forbids it: locked directory, newer format, ended run
  too_large,            // over a stated limit
  overloaded,           // try again later
  timed_out,            // a deadline passed
  unavailable,          // no connection, a dead name, a port in use
  no_space,             // the disk is full
  corrupt,              // stored bytes are not what was written
  io,                   // any other error of the operating system
  cancelled,            // stopped on request
  refused,              // a step function said no and did nothing: refused("sold out")
};

// The stable name of a code, as JSON and logs show it ("not_found").
char const* to_string(ErrorCode code) noexcept;

// What happened, and what to do next.
struct Error {
  ErrorCode code = ErrorCode::io;
  std::string message;  // what happened and why, one sentence
  std::string hint;     // what to do next; may be empty
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  // The value. Calling it on an error is a programmer's mistake: check ok() first.
  T& value() & {
    check();
    return std::get<0>(state_);
  }
  T const& value() const& {
    check();
    return std::get<0>(state_);
  }
  T&& value() && {
    check();
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  T const& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  T const* operator->() const { return &value(); }

  Error const& error() const& {
    SKALD_ASSERT(!ok(), "error() of a Result that holds a value");
    return std::get<1>(state_);
  }
  Error&& error() && {
    SKALD_ASSERT(!ok(), "error() of a Result that holds a value");
    return std::get<1>(std::move(state_));
  }
  T value_or(T other) && { return ok() ? std::get<0>(std::move(state_)) : std::move(other); }

 private:
  void check() const {
    if (!ok()) base::assertion_failed("ok()", __FILE__, __LINE__, error().message.c_str());
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  void value() const {
    if (!ok()) base::assertion_failed("ok()", __FILE__, __LINE__, error_->message.c_str());
  }
  Error const& error() const& {
    SKALD_ASSERT(!ok(), "error() of a Result that holds a value");
    return *error_;
  }
  Error&& error() && {
    SKALD_ASSERT(!ok(), "error() of a Result that holds a value");
    return *std::move(error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace skald

// Returns the error of a Result expression from the enclosing function.
#define SKALD_TRY(expression)                               \
  do {                                                      \
    if (auto skald_try_ = (expression); !skald_try_.ok()) { \
      return std::move(skald_try_).error();                 \
    }                                                       \
  } while (false)
