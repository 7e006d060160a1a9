// Calls: of defined functions, of function arguments, and of native functions of values.

#include <algorithm>

#include "dsl/jq/exprs.hpp"

namespace skald::jq {
namespace {

class Call final : public Expr {
 public:
  // A recursion is never single: only each() serves tail calls.
  Call(Function const* function, std::size_t levels, std::vector<Argument> arguments)
      : Expr(function->finished && function->body->single(), 1 + steps_up(levels)),
        function_(function),
        levels_(levels),
        arguments_(std::move(arguments)) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Level const level(run);
    if (!level) return nullptr;
    auto const callee = prepare(run, frame);
    if (callee.get() == nullptr) return nullptr;
    auto const* result = function_->body->one(run, callee.get(), in, space);
    if (result == nullptr || result == &space) return result;
    space = *result;  // it may point into the frame
    return &space;
  }

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    Level const level(run);
    if (!level) return false;
    auto const callee = prepare(run, frame);
    return callee.get() != nullptr &&
           function_->body->consume(run, callee.get(), std::move(in), out);
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    auto callee = prepare(run, frame);
    if (callee.get() == nullptr) return Flow::stop;
    return run.tail(*function_->body, std::move(callee), in);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    Level const level(run);
    if (!level) return Flow::stop;
    auto const callee = prepare(run, frame);
    if (callee.get() == nullptr) return Flow::stop;
    return function_->body->paths(run, callee.get(), in, sink);
  }

 private:
  // The frame of the call, none when it is one too many.
  FrameRef prepare(Run& run, Frame* frame) const {
    auto* const home = frame->up(levels_);
    if (!function_->framed) return FrameRef(home);
    auto callee = run.frame(home, function_->slots, arguments_.size());
    if (callee.get() == nullptr) return callee;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      auto& argument = callee.get()->argument(i);
      argument.body = arguments_[i].body;
      argument.slots = static_cast<std::uint32_t>(*arguments_[i].slots);
      argument.frame = FrameRef(frame);
    }
    return callee;
  }

  Function const* function_;
  std::size_t levels_;
  std::vector<Argument> arguments_;
};

class ClosureCall final : public Expr {
 public:
  ClosureCall(std::size_t levels, std::size_t argument)
      : Expr(false, 1 + steps_up(levels)), levels_(levels), argument_(argument) {}

  bool single_in(Frame* frame) const override {
    return frame->up(levels_)->argument(argument_).body->single();
  }

  // Only when single_in() said so.
  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Level const level(run);
    if (!level) return nullptr;
    auto const& closure = frame->up(levels_)->argument(argument_);
    auto const own = enter(run, closure);
    if (own.get() == nullptr) return nullptr;
    auto const* result = closure.body->one(run, own.get(), in, space);
    if (result == nullptr || result == &space) return result;
    space = *result;
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink) const override {
    auto const& closure = frame->up(levels_)->argument(argument_);
    auto own = enter(run, closure);
    if (own.get() == nullptr) return Flow::stop;
    return run.tail(*closure.body, std::move(own), in);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    Level const level(run);
    if (!level) return Flow::stop;
    auto const& closure = frame->up(levels_)->argument(argument_);
    auto const own = enter(run, closure);
    if (own.get() == nullptr) return Flow::stop;
    return closure.body->paths(run, own.get(), in, sink);
  }

 private:
  static FrameRef enter(Run& run, Closure const& closure) {
    if (closure.slots == 0) return closure.frame;
    return run.frame(closure.frame.get(), closure.slots, 0);
  }

  std::size_t levels_;
  std::size_t argument_;
};

// Runs its body in a frame of its own.
class Framed final : public Expr {
 public:
  explicit Framed(Argument body) : Expr(body.body->single()), body_(std::move(body)) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    auto const own = run.frame(frame, *body_.slots, 0);
    if (own.get() == nullptr) return nullptr;
    auto const* result = body_.body->one(run, own.get(), in, space);
    if (result == nullptr || result == &space) return result;
    space = *result;
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    auto own = run.frame(frame, *body_.slots, 0);
    if (own.get() == nullptr) return Flow::stop;
    return run.tail(*body_.body, std::move(own), in);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    auto const own = run.frame(frame, *body_.slots, 0);
    if (own.get() == nullptr) return Flow::stop;
    return body_.body->paths(run, own.get(), in, sink);
  }

 private:
  Argument body_;
};

class NativeCall final : public Expr {
 public:
  NativeCall(Native function, Cost cost, Operands arguments)
      : Expr(all_single(arguments), kNativeSteps),
        function_(function),
        cost_(cost),
        arguments_(std::move(arguments)) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json spaces[kMost];
    Json const* values[kMost] = {};
    for (std::size_t i = arguments_.size(); i-- > 0;) {
      values[i] = arguments_[i]->one(run, frame, in, spaces[i]);
      if (values[i] == nullptr) return nullptr;
    }
    if (!call(run, in, values, space)) return run.locate(span), nullptr;
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    Json const* values[kMost] = {};
    return fill(run, frame, in, sink, values, arguments_.size());
  }

 private:
  static constexpr std::size_t kMost = 4;
  static constexpr std::uint32_t kNativeSteps = 2;

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
