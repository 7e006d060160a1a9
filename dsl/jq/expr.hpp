#pragma once

// The compiled form of a program: a tree of immutable expressions, evaluated by recursion over the
// program and by iteration over the data. An expression that can have at most one output is
// `single` and answers one(), which hands out references and copies nothing it need not; any
// other pushes its outputs into a sink with each(). State of an evaluation lives in Run and
// Frame, never here, so any number of threads may evaluate one tree.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "base/json.hpp"
#include "dsl/jq/frame.hpp"
#include "dsl/jq/jq.hpp"

namespace skald::jq {

class Run;

// What a generator hears from its sink, and says to its caller.
enum class Flow : std::uint8_t {
  more,  // go on
  stop,  // an error was set in Run, or whoever asked has enough
  tail,  // the rest of the outputs come from Run's pending tail call
  none,  // of an update: there was nothing to change, so nothing is made either
};

// One output on its way to a sink. `owned` values may be moved from.
struct Item {
  Json const* json;
  bool owned;

  Json const& operator*() const { return *json; }
  // An `if`, for `?:` over these two would copy what it should move.
  Json take() const {
    if (owned) return std::move(*const_cast<Json*>(json));
    return *json;
  }
};

// The value of Expr::one() to keep: moved out of `space` when it stands there.
inline Json take_result(Json const* result, Json& space) {
  return Item{result, result == &space}.take();
}

// A value in path mode: the value itself and what lies at the current path. They are the same
// unless something other than a path expression made the value.
struct Spot {
  Json const* value;
  Json const* at;

  bool intact() const { return value == at || value->same(*at); }
};

// A reference to a callable that lives longer than the call it is passed to.
template <class Argument>
class SinkOf {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, SinkOf>)
      SinkOf(F&& callable)  // NOLINT: implicit
      : context_(const_cast<void*>(static_cast<void const*>(&callable))),
        call_([](void* context, Argument argument) -> Flow {
          return (*static_cast<std::remove_reference_t<F>*>(context))(argument);
        }) {}
  Flow operator()(Argument argument) const { return call_(context_, argument); }

 private:
  void* context_;
  Flow (*call_)(void*, Argument);
};
using Sink = SinkOf<Item>;
using SpotSink = SinkOf<Spot>;

// Changes a place in a value. Flow::more: done; Flow::tail: the place is to be removed; Flow::none:
// it is null, and stays what it was.
using Updater = SinkOf<Json*>;

class Expr {
 public:
  // Constants and variables: what uses them pays for them.
  static constexpr std::uint32_t kFree = 0;

  // `steps`: what every use takes of the fuel.
  explicit Expr(bool single, std::uint32_t steps = 1) : single_(single), steps_(steps) {}
  Expr(Expr const&) = delete;
  Expr& operator=(Expr const&) = delete;
  virtual ~Expr() = default;

  // At most one output: one() may be called.
  bool single() const { return single_; }
  std::uint32_t steps() const { return steps_; }
  // The same for this call: a function's argument may turn out to be simple.
  virtual bool single_in(Frame*) const { return single_; }
  // The value when it is the same for every input, else null.
  virtual Json const* constant() const { return nullptr; }

  // The ways to use an expression. Each pays its steps first and is defined in run.hpp; do_...() of
  // the classes below does the work.

  // The only output, or null when there is none or an error (Run::failed() tells). It points into
  // `in`, a frame or the program, or at `space`, where computed values are put.
  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const;
  // Like one(), but may use up `in`, so that its storage can be changed in place.
  bool consume(Run& run, Frame* frame, Json&& in, Json& out) const;
  // All outputs. Callers that can not hand on a tail call go through Run::each(), which serves it.
  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const;
  // All outputs with their paths; while the sink runs, Run::path() is the output's path.
  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const;
  // True when update() can be used: a path expression without choices that depend on the changes.
  virtual bool updatable() const { return false; }
  // Passes every place this path expression names in `value` to the updater.
  Flow update(Run& run, Frame* frame, Json& value, Updater updater) const;

  Span span;

 protected:
  virtual Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const;
  virtual bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const;
  virtual Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const;
  virtual Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const;
  virtual Flow do_update(Run& run, Frame* frame, Json& value, Updater updater) const;

 private:
  bool single_;
  std::uint32_t steps_;
};

}  // namespace skald::jq
