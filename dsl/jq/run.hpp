#pragma once

// The state of one evaluation: what is left of the limits, the error in flight, the current path
// and the pending tail call. One Run belongs to one thread and dies with the evaluation.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "dsl/jq/expr.hpp"

namespace skald::jq {

class Run {
 public:
  static constexpr std::size_t kShortText = 64;  // costs nothing that could be counted

  explicit Run(Environment const& environment);

  Environment const& environment() const { return environment_; }

  // A frame that is paid for: frames can keep each other alive. Without one when over a limit.
  FrameRef frame(Frame* parent, std::size_t slots, std::size_t arguments);

  // All outputs of an expression, tail calls included. Never returns Flow::tail.
  Flow each(Expr const& expr, Frame* frame, Json const& in, Sink sink);
  // Hands the rest of an expression's outputs over to `body`; the caller returns the result.
  Flow tail(Expr const& body, FrameRef frame, Json const& in) {
    tail_ = {&body, std::move(frame), in};
    return Flow::tail;
  }

  // Serves a pending tail call for a caller that can not hand it on.
  Flow resume(Sink sink);

  // Errors. fail() returns false and stop() Flow::stop, for the callers' return statements.
  bool failed() const { return failed_; }
  // A message takes time to make, and is memory that a `catch` may keep.
  bool fail(std::string const& message) {
    return spend(kMessageFuel) && charge(message.size()) && raise(Json(std::string_view(message)));
  }
  bool raise(Json value);
  Flow stop(std::string const& message) { return fail(message), Flow::stop; }
  // The error happened in this part of the program, unless a smaller part is known.
  void locate(Span span) {
    if (failed_ && span_.end == 0) span_ = span;
  }
  // A `try` takes the error; false when it is a limit, which nobody may catch.
  bool catchable() const { return failed_ && !limit_; }
  Json take_error();
  Json const& error_value() const { return error_; }
  EvalError error() const;

  // The limits. False when over.
  bool spend(std::uint64_t fuel = 1) {
    if (fuel_ >= fuel) {
      fuel_ -= fuel;
      return true;
    }
    return over("steps (fuel)");
  }
  // What is left; the difference is what something has paid.
  std::uint64_t fuel_left() const { return fuel_; }
  std::size_t bytes_left() const { return bytes_; }
  // What it takes to go through a text of so many bytes.
  bool spend_on_text(std::size_t bytes) { return bytes < kShortText || spend_on_long_text(bytes); }
  static std::uint64_t steps_of_text(std::size_t bytes) { return bytes / kTextBytesOfAStep; }
  // What it takes to go through all of a value.
  bool spend_on(Json const& value) { return spend(value.byte_size() / kBytesOfAStep); }
  // What it took to print, besides.
  bool spend_on_printed(std::size_t bytes) { return spend(bytes / kPrintedBytesOfAStep); }
  bool spend_on_both(Json const& a, Json const& b) {
    return spend(std::min(a.byte_size(), b.byte_size()) / kBytesOfAStep);
  }
  // Sorting `count` values of `bytes` together.
  bool spend_on_sort(std::size_t count, std::size_t bytes);
  bool charge(std::size_t bytes) {
    if (bytes_ >= bytes) {
      bytes_ -= bytes;
      return true;
    }
    return over("memory (bytes)");
  }
  bool enter();
  void leave() { --depth_; }
  bool over(char const* what);

  std::vector<Json>& path() { return *path_; }
  // Makes `path` the current one; returns the one before.
  std::vector<Json>* exchange_path(std::vector<Json>* path) { return std::exchange(path_, path); }
  std::uint64_t next_label() { return labels_++; }

 private:
  static constexpr std::size_t kBytesOfAStep = 24;
  static constexpr std::size_t kPrintedBytesOfAStep = 8;
  static constexpr std::size_t kTextBytesOfAStep = 16;
  static constexpr std::uint64_t kMessageFuel = 12;

  bool spend_on_long_text(std::size_t bytes);

  struct Tail {
    Expr const* body = nullptr;
    FrameRef frame;
    Json input;
  };

  Environment const& environment_;
  std::uint64_t fuel_;
  std::size_t bytes_;
  std::size_t depth_ = 0;
  char const* stack_begin_;
  std::vector<Json>* path_ = nullptr;
  std::uint64_t labels_ = 0;
  Tail tail_;
  Json error_;
  Span span_;
  bool failed_ = false;
  bool limit_ = false;
};

// One level of nesting, for as long as it lives; false when that is one too many.
class Level {
 public:
  explicit Level(Run& run) : run_(run), entered_(run.enter()) {}
  ~Level() { run_.leave(); }
  Level(Level const&) = delete;
  Level& operator=(Level const&) = delete;
  explicit operator bool() const { return entered_; }

 private:
  Run& run_;
  bool entered_;
};

inline Json const* Expr::one(Run& run, Frame* frame, Json const& in, Json& space) const {
  return run.spend(steps_) ? do_one(run, frame, in, space) : nullptr;
}

inline bool Expr::consume(Run& run, Frame* frame, Json&& in, Json& out) const {
  return run.spend(steps_) && do_consume(run, frame, std::move(in), out);
}

inline Flow Expr::each(Run& run, Frame* frame, Json const& in, Sink sink) const {
  return run.spend(std::max(steps_, 1U)) ? do_each(run, frame, in, sink) : Flow::stop;
}

inline Flow Expr::paths(Run& run, Frame* frame, Spot in, SpotSink sink) const {
  return run.spend(std::max(steps_, 1U)) ? do_paths(run, frame, in, sink) : Flow::stop;
}

inline Flow Expr::update(Run& run, Frame* frame, Json& value, Updater updater) const {
  return run.spend(std::max(steps_, 1U)) ? do_update(run, frame, value, updater) : Flow::stop;
}

}  // namespace skald::jq
