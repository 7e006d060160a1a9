// Functions whose arguments are generators: range, limit, first, any, until, ...

#include <cmath>

#include "dsl/jq/exprs.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

Flow flow_of(Run const& run) {
  return run.failed() ? Flow::stop : Flow::more;
}

// range(from; to) counts by ones. range(from; to; by) is made of what the language has: it goes on
// by adding, as long as the order of values says so, and takes values of any kind.
class Range final : public Expr {
 public:
  Range(Operand from, Operand to, Operand by) : Expr(false), from_(from), to_(to), by_(by) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    return run.each(*from_, frame, in, [&](Item from) {
      return run.each(*to_, frame, in, [&](Item to) -> Flow {
        if (by_ == nullptr) return count(run, *from, *to, sink);
        return run.each(*by_, frame, in,
                        [&](Item by) { return advance(run, *from, *to, *by, sink); });
      });
    });
  }

 private:
  Flow count(Run& run, Json const& from, Json const& to, Sink sink) const {
    if (!from.is_number() || !to.is_number()) {
      run.fail("Range bounds must be numeric");
      return run.locate(span), Flow::stop;
    }
    double const end = to.as_number();
    Json value = from;  // as it is written
    for (double at = from.as_number(); !(at >= end); value = Json(at)) {
      if (!run.spend()) return Flow::stop;
      if (auto const flow = sink({&value, false}); flow != Flow::more) return flow;
      at += 1;
    }
    return Flow::more;
  }

  Flow advance(Run& run, Json const& from, Json const& to, Json const& by, Sink sink) const {
    int const direction = compare(by, Json(0));
    Json value = from;
    while (direction != 0 && pay_to_compare(run, value, to)) {
      int const order = compare(value, to);
      if (direction > 0 ? order >= 0 : order <= 0) return Flow::more;
      if (!run.spend()) return Flow::stop;
      if (auto const flow = sink({&value, false}); flow != Flow::more) return flow;
      if (!calculate_into(run, Operator::add, value, by)) return run.locate(span), Flow::stop;
    }
    return flow_of(run);
  }

  Operand from_;
  Operand to_;
  Operand by_;  // null: one
};

// limit(n; body) and skip(n; body).
class Portion final : public Expr {
 public:
  Portion(bool limit, Operand count, Operand body)
      : Expr(false), limit_(limit), count_(count), body_(body) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    return portion(run, frame, in, [&](double count, bool& enough) {
      return run.each(*body_, frame, in,
                      [&](Item item) { return pass(count, enough, sink, item); });
    });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    auto const depth = run.path().size();
    return portion(run, frame, *in.value, [&](double count, bool& enough) {
      auto const flow =
          body_->paths(run, frame, in, [&](Spot spot) { return pass(count, enough, sink, spot); });
      run.path().resize(depth);
      return flow;
    });
  }

 private:
  template <class Body>
  Flow portion(Run& run, Frame* frame, Json const& in, Body body) const {
    return run.each(*count_, frame, in, [&](Item item) -> Flow {
      if (!item.json->is_number()) {
        type_error(run, *item, Json(1), "cannot be subtracted");
        return run.locate(span), Flow::stop;
      }
      double const count = item.json->as_number();
      if (count < 0) {
        run.fail(std::string(limit_ ? "limit" : "skip") + " doesn't support negative count");
        return run.locate(span), Flow::stop;
      }
      if (limit_ && !(count > 0)) return Flow::more;
      bool enough = false;
      auto const flow = body(count, enough);
      return enough && flow == Flow::stop ? flow_of(run) : flow;
    });
  }

  template <class Target, class Output>
  Flow pass(double& count, bool& enough, Target sink, Output output) const {
    if (!limit_)
      return count > 0 ? (count -= 1, count < 0 ? sink(output) : Flow::more) : sink(output);
    count -= 1;
    auto const flow = sink(output);
    if (flow != Flow::more || count > 0) return flow;
    enough = true;
    return Flow::stop;
  }

  bool limit_;
  Operand count_;
  Operand body_;
};

class FirstOf final : public Expr {
 public:
  explicit FirstOf(Operand body) : Expr(true), body_(body) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    if (body_->single()) return body_->one(run, frame, in, space);
    bool found = false;
    run.each(*body_, frame, in, [&](Item item) {
      space = item.take();
      found = true;
      return Flow::stop;
    });
    return found ? &space : nullptr;
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    bool found = false;
    Flow after = Flow::more;
    auto const depth = run.path().size();
    auto const flow = body_->paths(run, frame, in, [&](Spot spot) {
      found = true;
      after = sink(spot);
      return Flow::stop;
    });
    run.path().resize(depth);
    return found ? after : flow;
  }

 private:
  Operand body_;
};

class LastOf final : public Expr {
 public:
  explicit LastOf(Operand body) : Expr(true), body_(body) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    bool found = false;
    auto const flow = run.each(*body_, frame, in, [&](Item item) {
      space = item.take();
      found = true;
      return Flow::more;
    });
    return found && flow == Flow::more ? &space : nullptr;
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    bool found = false;
    std::vector<Json> path;
    Json value;
    Json at;
    auto const flow = body_->paths(run, frame, in, [&](Spot spot) {
      found = true;
      path = run.path();
      value = *spot.value;
      at = *spot.at;
      return Flow::more;
    });
    if (flow != Flow::more || !found) return flow;
    std::swap(run.path(), path);
    auto const after = sink({&value, &at});
    std::swap(run.path(), path);
    return after;
  }

 private:
  Operand body_;
};

class IsEmpty final : public Expr {
 public:
  explicit IsEmpty(Operand body) : Expr(true), body_(body) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    bool found = false;
    run.each(*body_, frame, in, [&](Item) {
      found = true;
      return Flow::stop;
    });
    if (run.failed()) return nullptr;
    space = Json(!found);
    return &space;
  }

 private:
  Operand body_;
};

class Quantifier final : public Expr {
 public:
  Quantifier(bool any, Operand source, Operand condition)
      : Expr(true), any_(any), source_(source), condition_(condition) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    bool decided = false;
    run.each(*source_, frame, in, [&](Item item) {
      return run.each(*condition_, frame, *item, [&](Item truth) {
        if (truth.json->truthy() != any_) return Flow::more;
        decided = true;
        return Flow::stop;
      });
    });
    if (run.failed()) return nullptr;
    space = Json(decided == any_);
    return &space;
  }

 private:
  bool any_;
  Operand source_;
  Operand condition_;
};

class Sum final : public Expr {
 public:
  explicit Sum(Operand source) : Expr(true), source_(source) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json sum;
    auto const flow = run.each(*source_, frame, in, [&](Item item) {
      return calculate_into(run, Operator::add, sum, *item) ? Flow::more : Flow::stop;
    });
    if (flow != Flow::more) return run.locate(span), nullptr;
    space = std::move(sum);
    return &space;
  }

 private:
  Operand source_;
};

// until, while and recurse. With at most one output in every step they are a loop.
class Loop final : public Expr {
 public:
  enum class Style { until, during, recurse };
  Loop(Style style, Operand condition, Operand next)
      : Expr(false),
        style_(style),
        condition_(condition),
        next_(next),
        straight_(next->single() && (condition == nullptr || condition->single())) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    return straight_ ? iterate(run, frame, in, sink) : branch(run, frame, in, sink);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    Level const level(run);
    if (!level) return Flow::stop;
    return truths(run, frame, *in.value, [&](bool truth) -> Flow {
      if (style_ == Style::during && !truth) return Flow::more;
      if (style_ != Style::until || truth) {
        auto const flow = sink(in);
        if (flow != Flow::more || style_ == Style::until) return flow;
      }
      return next_->paths(run, frame, in, [&](Spot spot) { return paths(run, frame, spot, sink); });
    });
  }

 private:
  template <class Use>
  Flow truths(Run& run, Frame* frame, Json const& in, Use use) const {
    if (condition_ == nullptr) return use(false);
    return run.each(*condition_, frame, in, [&](Item item) { return use(item.json->truthy()); });
  }

  Flow branch(Run& run, Frame* frame, Json const& in, Sink sink) const {
    Level const level(run);
    if (!level || !run.spend()) return Flow::stop;
    return truths(run, frame, in, [&](bool truth) -> Flow {
      if (style_ == Style::during && !truth) return Flow::more;
      if (style_ != Style::until || truth) {
        auto const flow = sink({&in, false});
        if (flow != Flow::more || style_ == Style::until) return flow;
      }
      return run.each(*next_, frame, in,
                      [&](Item item) { return branch(run, frame, *item, sink); });
    });
  }

  Flow iterate(Run& run, Frame* frame, Json const& in, Sink sink) const {
    Json value = in;
    for (;;) {
      if (!run.spend()) return Flow::stop;
      bool truth = false;
      if (condition_ != nullptr) {
        Json space;
        auto const* condition = condition_->one(run, frame, value, space);
        if (condition == nullptr) return flow_of(run);
        truth = condition->truthy();
      }
      if (style_ == Style::during && !truth) return Flow::more;
      if (style_ != Style::until || truth) {
        auto const flow = sink({&value, false});
        if (flow != Flow::more || style_ == Style::until) return flow;
      }
      Json next;
      if (!next_->consume(run, frame, std::move(value), next)) return flow_of(run);
      value = std::move(next);
    }
  }

  Style style_;
  Operand condition_;
  Operand next_;
  bool straight_;
};

class Forever final : public Expr {
 public:
  explicit Forever(Operand body) : Expr(false), body_(body) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    for (;;) {
      if (!run.spend()) return Flow::stop;
      auto const flow = run.each(*body_, frame, in, sink);
      if (flow != Flow::more) return flow;
    }
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    for (;;) {
      if (!run.spend()) return Flow::stop;
      auto const flow = body_->paths(run, frame, in, sink);
      if (flow != Flow::more) return flow;
    }
  }

 private:
  Operand body_;
};

class Raise final : public Expr {
 public:
  explicit Raise(Operand message) : Expr(true), message_(message) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json&) const override {
    run.each(*message_, frame, in, [&](Item item) {
      run.raise(*item);
      return Flow::stop;
    });
    run.locate(span);
    return nullptr;
  }

 private:
  Operand message_;
};

}  // namespace

ExprPtr make_range(Operand from, Operand to, Operand by) {
  return std::make_unique<Range>(from, to, by);
}
ExprPtr make_limit(Operand count, Operand body) {
  return std::make_unique<Portion>(true, count, body);
}
ExprPtr make_skip(Operand count, Operand body) {
  return std::make_unique<Portion>(false, count, body);
}
ExprPtr make_first(Operand body) {
  return std::make_unique<FirstOf>(body);
}
ExprPtr make_last(Operand body) {
  return std::make_unique<LastOf>(body);
}
ExprPtr make_is_empty(Operand body) {
  return std::make_unique<IsEmpty>(body);
}
ExprPtr make_quantifier(bool any, Operand source, Operand condition) {
  return std::make_unique<Quantifier>(any, source, condition);
}
ExprPtr make_add(Operand source) {
  return std::make_unique<Sum>(source);
}
ExprPtr make_until(Operand condition, Operand next) {
  return std::make_unique<Loop>(Loop::Style::until, condition, next);
}
ExprPtr make_while(Operand condition, Operand next) {
  return std::make_unique<Loop>(Loop::Style::during, condition, next);
}
ExprPtr make_recurse_by(Operand next) {
  return std::make_unique<Loop>(Loop::Style::recurse, nullptr, next);
}
ExprPtr make_repeat(Operand body) {
  return std::make_unique<Forever>(body);
}
ExprPtr make_raise(Operand message) {
  return std::make_unique<Raise>(message);
}

}  // namespace skald::jq
