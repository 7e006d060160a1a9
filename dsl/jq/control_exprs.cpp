// Pipes, commas, choices, errors and labels.

#include "dsl/jq/exprs.hpp"

namespace skald::jq {
namespace {

class Pipe final : public Expr {
 public:
  explicit Pipe(Operands stages)
      : Expr(all_single(stages), count_of(stages) / 2), stages_(std::move(stages)) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    // Computed values alternate between two places; references need none.
    Json spaces[2];
    Json const* value = &in;
    bool computed = false;
    for (std::size_t i = 0; i + 1 < stages_.size(); ++i) {
      auto& next_space = spaces[i % 2];
      auto const* next = stages_[i]->one(run, frame, *value, next_space);
      if (next == nullptr) return nullptr;
      if (next == &next_space) {
        computed = true;
      } else if (computed) {
        // A reference into the value before, which is about to go.
        Json copy = *next;
        next_space = std::move(copy);
        next = &next_space;
      }
      value = next;
    }
    auto const* last = stages_.back()->one(run, frame, *value, space);
    if (last == nullptr || last == &space || !computed) return last;
    space = *last;
    return &space;
  }

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    Json value = std::move(in);
    for (auto const* stage : stages_) {
      Json next;
      if (!stage->consume(run, frame, std::move(value), next)) return false;
      value = std::move(next);
    }
    out = std::move(value);
    return true;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    return from(run, frame, in, sink, 0);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return paths_from(run, frame, in, sink, 0);
  }

  bool updatable() const override {
    for (auto const* stage : stages_) {
      if (!stage->updatable()) return false;
    }
    return true;
  }
  Flow do_update(Run& run, Frame* frame, Json& value, Updater updater) const override {
    return update_from(run, frame, value, updater, 0);
  }

 private:
  Flow from(Run& run, Frame* frame, Json const& in, Sink sink, std::size_t at) const {
    if (at + 1 == stages_.size()) return stages_[at]->each(run, frame, in, sink);
    auto const& stage = *stages_[at];
    if (!stage.single()) {
      return run.each(stage, frame, in, [&](Item item) -> Flow {
        auto const flow = from(run, frame, *item, sink, at + 1);
        // The item dies with this call; a tail call made here has its own copy.
        return flow == Flow::tail ? run.resume(sink) : flow;
      });
    }
    Json space;
    auto const* next = stage.one(run, frame, in, space);
    if (next == nullptr) return run.failed() ? Flow::stop : Flow::more;
    return from(run, frame, *next, sink, at + 1);
  }

  Flow paths_from(Run& run, Frame* frame, Spot in, SpotSink sink, std::size_t at) const {
    if (at + 1 == stages_.size()) return stages_[at]->paths(run, frame, in, sink);
    return stages_[at]->paths(
        run, frame, in, [&](Spot spot) { return paths_from(run, frame, spot, sink, at + 1); });
  }

  Flow update_from(Run& run, Frame* frame, Json& value, Updater updater, std::size_t at) const {
    if (at + 1 == stages_.size()) return stages_[at]->update(run, frame, value, updater);
    return stages_[at]->update(run, frame, value, [&](Json* part) {
      return update_from(run, frame, *part, updater, at + 1);
    });
  }

  Operands stages_;
};

class Comma final : public Expr {
 public:
  explicit Comma(Operands branches) : Expr(false), branches_(std::move(branches)) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    for (std::size_t i = 0; i + 1 < branches_.size(); ++i) {
      auto const flow = run.each(*branches_[i], frame, in, sink);
      if (flow != Flow::more) return flow;
    }
    return branches_.back()->each(run, frame, in, sink);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    for (auto const* branch : branches_) {
      auto const flow = branch->paths(run, frame, in, sink);
      if (flow != Flow::more) return flow;
    }
    return Flow::more;
  }

 private:
  Operands branches_;
};

class Conditional final : public Expr {
 public:
  Conditional(Operand condition, Operand then, Operand otherwise)
      : Expr(condition->single() && then->single() && otherwise->single()),
        condition_(condition),
        then_(then),
        otherwise_(otherwise) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    auto const* branch = choose(run, frame, in);
    return branch != nullptr ? branch->one(run, frame, in, space) : nullptr;
  }

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    auto const* branch = choose(run, frame, in);
    return branch != nullptr && branch->consume(run, frame, std::move(in), out);
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (condition_->single()) {
      auto const* branch = choose(run, frame, in);
      if (branch == nullptr) return run.failed() ? Flow::stop : Flow::more;
      return branch->each(run, frame, in, sink);
    }
    return run.each(*condition_, frame, in, [&](Item condition) {
      return run.each(condition.json->truthy() ? *then_ : *otherwise_, frame, in, sink);
    });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return run.each(*condition_, frame, *in.value, [&](Item condition) {
      auto const* branch = condition.json->truthy() ? then_ : otherwise_;
      return branch->paths(run, frame, in, sink);
    });
  }

  bool updatable() const override {
    return condition_->single() && then_->updatable() && otherwise_->updatable();
  }
  Flow do_update(Run& run, Frame* frame, Json& value, Updater updater) const override {
    auto const* branch = choose(run, frame, value);
    if (branch == nullptr) return run.failed() ? Flow::stop : Flow::more;
    return branch->update(run, frame, value, updater);
  }

 private:
  Operand choose(Run& run, Frame* frame, Json const& in) const {
    Json space;
    auto const* condition = condition_->one(run, frame, in, space);
    if (condition == nullptr) return nullptr;
    return condition->truthy() ? then_ : otherwise_;
  }

  Operand condition_;
  Operand then_;
  Operand otherwise_;
};

class Empty final : public Expr {
 public:
  Empty() : Expr(true) {}
  Json const* do_one(Run&, Frame*, Json const&, Json&) const override { return nullptr; }
  Flow do_paths(Run&, Frame*, Spot, SpotSink) const override { return Flow::more; }
  bool updatable() const override { return true; }
  Flow do_update(Run&, Frame*, Json&, Updater) const override { return Flow::more; }
};

// try body catch handler. Errors of the body are caught, errors of what follows are not.
class Attempt final : public Expr {
 public:
  Attempt(Operand body, Operand handler)
      : Expr(body->single() && (handler == nullptr || handler->single())),
        body_(body),
        handler_(handler) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    auto const* result = body_->one(run, frame, in, space);
    if (result != nullptr || !run.catchable()) return result;
    Json const error = run.take_error();
    if (handler_ == nullptr) return nullptr;
    result = handler_->one(run, frame, error, space);
    if (result == nullptr || result == &space) return result;
    space = *result;
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    bool beyond = false;
    auto const flow = run.each(*body_, frame, in, [&](Item item) -> Flow {
      auto const after = sink(item);
      beyond = after != Flow::more;
      return after;
    });
    if (beyond || flow == Flow::more || !run.catchable()) return flow;
    Json const error = run.take_error();
    if (handler_ == nullptr) return Flow::more;
    return run.each(*handler_, frame, error, sink);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    bool beyond = false;
    auto const depth = run.path().size();
    auto const flow = body_->paths(run, frame, in, [&](Spot spot) -> Flow {
      auto const after = sink(spot);
      beyond = after != Flow::more;
      return after;
    });
    if (beyond || flow == Flow::more || !run.catchable()) return flow;
    run.path().resize(depth);
    Json const error = run.take_error();
    if (handler_ == nullptr) return Flow::more;
    return handler_->paths(run, frame, {&error, in.at}, sink);
  }

 private:
  Operand body_;
  Operand handler_;
};

// label $name | body. A break is an error whose value names the label, as in jq.
class Label final : public Expr {
 public:
  Label(std::size_t slot, Operand body) : Expr(false, 2 * kAllocation), slot_(slot), body_(body) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    auto const id = enter(run, frame);
    auto const flow = run.each(*body_, frame, in, sink);
    return leave(run, id, flow);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    auto const id = enter(run, frame);
    auto const depth = run.path().size();
    auto const flow = leave(run, id, body_->paths(run, frame, in, sink));
    run.path().resize(depth);
    return flow;
  }

 private:
  Json enter(Run& run, Frame* frame) const {
    Json id = Json::object({{"__jq", Json(run.next_label())}});
    frame->slot(slot_) = id;
    return id;
  }
  static Flow leave(Run& run, Json const& id, Flow flow) {
    if (flow != Flow::stop || !run.catchable()) return flow;
    if (!run.error_value().same(id)) return flow;
    run.take_error();
    return Flow::more;
  }

  std::size_t slot_;
  Operand body_;
};

class Break final : public Expr {
 public:
  Break(std::size_t levels, std::size_t slot)
      : Expr(true, 1 + steps_up(levels)), levels_(levels), slot_(slot) {}
  Json const* do_one(Run& run, Frame* frame, Json const&, Json&) const override {
    run.raise(frame->up(levels_)->slot(slot_));
    run.locate(span);
    return nullptr;
  }

 private:
  std::size_t levels_;
  std::size_t slot_;
};

}  // namespace

ExprPtr make_pipe(Operands stages) {
  return std::make_unique<Pipe>(std::move(stages));
}
ExprPtr make_comma(Operands branches) {
  return std::make_unique<Comma>(std::move(branches));
}
ExprPtr make_conditional(Operand condition, Operand then, Operand otherwise) {
  return std::make_unique<Conditional>(condition, then, otherwise);
}
ExprPtr make_attempt(Operand body, Operand handler) {
  return std::make_unique<Attempt>(body, handler);
}
ExprPtr make_label(std::size_t slot, Operand body) {
  return std::make_unique<Label>(slot, body);
}
ExprPtr make_break(std::size_t levels, std::size_t slot) {
  return std::make_unique<Break>(levels, slot);
}
ExprPtr make_empty() {
  return std::make_unique<Empty>();
}

}  // namespace skald::jq
