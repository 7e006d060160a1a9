// Calls: of defined functions, of function arguments, and of native functions of values.

#include <algorithm>

#include "dsl/jq/exprs.hpp"

namespace skald::jq {
namespace {

class Call final : public Expr {
 public:
  // A recursion is never single: only each() serves tail calls.
  Call(Function const* function, std::size_t levels, std::vector<Argument> arguments)
      : Expr(function->finished && function->body->single()),
        function_(function),
        levels_(levels),
        arguments_(std::move(arguments)) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Level const level(run);
    if (!level || !pay(run)) return nullptr;
    auto const callee = prepare(frame);
    auto const* result = function_->body->one(run, callee.get(), in, space);
    if (result == nullptr || result == &space) return result;
    space = *result;  // it may point into the frame
    return &space;
  }

  bool consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    Level const level(run);
    if (!level || !pay(run)) return false;
    auto const callee = prepare(frame);
    return function_->body->consume(run, callee.get(), std::move(in), out);
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::each(run, frame, in, sink);
    if (!pay(run)) return Flow::stop;
    return run.tail(*function_->body, prepare(frame), in);
  }

  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    Level const level(run);
    if (!level || !pay(run)) return Flow::stop;
    auto const callee = prepare(frame);
    return function_->body->paths(run, callee.get(), in, sink);
  }

 private:
  // Frames count as memory: arguments that call arguments can keep all of them alive.
  bool pay(Run& run) const {
    return run.spend() && (!function_->framed || run.charge(kFrameBytes));
  }

  FrameRef prepare(Frame* frame) const {
    auto* const home = frame->up(levels_);
    if (!function_->framed) return FrameRef(home);
    auto callee = Frame::make(home, function_->slots, arguments_.size());
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      auto& argument = callee.get()->argument(i);
      argument.body = arguments_[i].body;
      argument.slots = static_cast<std::uint32_t>(*arguments_[i].slots);
      argument.frame = FrameRef(frame);
    }
    return callee;
  }

  static constexpr std::size_t kFrameBytes = 112;

  Function const* function_;
  std::size_t levels_;
  std::vector<Argument> arguments_;
};

class ClosureCall final : public Expr {
 public:
  ClosureCall(std::size_t levels, std::size_t argument)
      : Expr(false), levels_(levels), argument_(argument) {}

  bool single_in(Frame* frame) const override {
    return frame->up(levels_)->argument(argument_).body->single();
  }

  // Only when single_in() said so.
  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Level const level(run);
    if (!level || !run.spend()) return nullptr;
    auto const& closure = frame->up(levels_)->argument(argument_);
    auto const own = enter(closure);
    auto const* result = closure.body->one(run, own.get(), in, space);
    if (result == nullptr || result == &space) return result;
    space = *result;
    return &space;
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink) const override {
    auto const& closure = frame->up(levels_)->argument(argument_);
    return run.tail(*closure.body, enter(closure), in);
  }

  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    Level const level(run);
    if (!level || !run.spend()) return Flow::stop;
    auto const& closure = frame->up(levels_)->argument(argument_);
    auto const own = enter(closure);
    return closure.body->paths(run, own.get(), in, sink);
  }

 private:
  static FrameRef enter(Closure const& closure) {
    if (closure.slots == 0) return closure.frame;
    return Frame::make(closure.frame.get(), closure.slots, 0);
  }

  std::size_t levels_;
  std::size_t argument_;
};

// Runs its body in a frame of its own.
class Framed final : public Expr {
 public:
  explicit Framed(Argument body) : Expr(body.body->single()), body_(std::move(body)) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    auto const own = Frame::make(frame, *body_.slots, 0);
    auto const* result = body_.body->one(run, own.get(), in, space);
    if (result == nullptr || result == &space) return result;
    space = *result;
    return &space;
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::each(run, frame, in, sink);
    return run.tail(*body_.body, Frame::make(frame, *body_.slots, 0), in);
  }

  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    auto const own = Frame::make(frame, *body_.slots, 0);
    return body_.body->paths(run, own.get(), in, sink);
  }

 private:
  Argument body_;
};

class NativeCall final : public Expr {
 public:
  NativeCall(Native function, Cost cost, Operands arguments)
      : Expr(all_single(arguments)),
        function_(function),
        cost_(cost),
        arguments_(std::move(arguments)) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json spaces[kMost];
    Json const* values[kMost] = {};
    for (std::size_t i = arguments_.size(); i-- > 0;) {
      values[i] = arguments_[i]->one(run, frame, in, spaces[i]);
      if (values[i] == nullptr) return nullptr;
    }
    if (!run.spend() || !call(run, in, values, space)) return run.locate(span), nullptr;
    return &space;
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::each(run, frame, in, sink);
    Json const* values[kMost] = {};
    return fill(run, frame, in, sink, values, arguments_.size());
  }

 private:
  static constexpr std::size_t kMost = 4;

  // Every native is called here, so that none can forget to pay: for the texts it went through,
  // whether it failed or not, and for what it made.
  bool call(Run& run, Json const& in, Json const* const* values, Json& out) const {
    if (cost_ == Cost::nothing) return function_(run, in, values, out);
    auto const fuel = run.fuel_left();
    auto const bytes = run.bytes_left();
    bool const good = function_(run, in, values, out);
    auto const steps = Run::steps_of_text(text_gone_through(in, values));
    auto const spent = fuel - run.fuel_left();
    if (steps > spent && !run.spend(steps - spent)) return false;
    if (!good) return false;
    auto const made = bytes_made(out);
    auto const charged = bytes - run.bytes_left();
    return made <= charged || run.charge(made - charged);
  }

  std::size_t text_gone_through(Json const& in, Json const* const* values) const {
    switch (cost_) {
      case Cost::nothing: return 0;
      case Cost::shorter: return std::min(text_bytes(in), text_bytes(*values[0]));
      case Cost::texts: break;
    }
    auto bytes = text_bytes(in);
    for (std::size_t i = 0; i < arguments_.size(); ++i) bytes += text_bytes(*values[i]);
    return bytes;
  }

  // What a result that has just been made takes, its parts left out: they are paid for where they
  // are made, or are parts of something else, too.
  static std::size_t bytes_made(Json const& out) {
    if (out.is_boolean() || out.is_null()) return 0;
    if (out.is_number() && text_bytes(out) == 0) return 0;
    if (!out.unique()) return 0;
    if (out.is_array()) return out.size() * sizeof(Json);
    if (out.is_object()) return out.size() * sizeof(Json::Member);
    return text_bytes(out);
  }

  // The last argument varies slowest, as in jq.
  Flow fill(Run& run, Frame* frame, Json const& in, Sink sink, Json const** values,
            std::size_t at) const {
    if (at == 0) {
      Json out;
      if (!call(run, in, values, out)) {
        run.locate(span);
        return run.failed() ? Flow::stop : Flow::more;
      }
      return sink({&out, true});
    }
    return run.each(*arguments_[at - 1], frame, in, [&](Item item) {
      values[at - 1] = item.json;
      return fill(run, frame, in, sink, values, at - 1);
    });
  }

  Native function_;
  Cost cost_;
  Operands arguments_;
};

}  // namespace

ExprPtr make_call(Function const* function, std::size_t levels, std::vector<Argument> arguments) {
  return std::make_unique<Call>(function, levels, std::move(arguments));
}
ExprPtr make_framed(Argument body) {
  return std::make_unique<Framed>(std::move(body));
}
ExprPtr make_closure_call(std::size_t levels, std::size_t argument) {
  return std::make_unique<ClosureCall>(levels, argument);
}
ExprPtr make_native(Native function, Cost cost, Operands arguments) {
  return std::make_unique<NativeCall>(function, cost, std::move(arguments));
}

}  // namespace skald::jq
