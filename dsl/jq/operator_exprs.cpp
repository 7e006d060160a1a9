// Arithmetic, comparison, and/or, and `//`.

#include "dsl/jq/exprs.hpp"

namespace skald::jq {
namespace {

// The right operand varies slowest, as in jq.
template <class Apply>
Flow combine(Run& run, Frame* frame, Json const& in, Operand left, Operand right, Apply apply) {
  return run.each(*right, frame, in, [&](Item r) {
    return run.each(*left, frame, in, [&](Item l) { return apply(l, r); });
  });
}

class Arithmetic final : public Expr {
 public:
  Arithmetic(Operator op, Operand left, Operand right)
      : Expr(left->single() && right->single()), op_(op), left_(left), right_(right) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json right_space;
    auto const* right = right_->one(run, frame, in, right_space);
    if (right == nullptr) return nullptr;
    auto const* left = left_->one(run, frame, in, space);
    if (left == nullptr) return nullptr;
    bool const good = left == &space ? calculate_into(run, op_, space, *right)
                                     : calculate(run, op_, *left, *right, space);
    if (!good) return run.locate(span), nullptr;
    return &space;
  }

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    Json right_space;
    auto const* right = right_->one(run, frame, in, right_space);
    if (right == nullptr) return false;
    // `right` may point into `in`, which the left operand uses up.
    Json const held = take_result(right, right_space);
    Json left;
    if (!left_->consume(run, frame, std::move(in), left)) return false;
    if (!calculate_into(run, op_, left, held)) return run.locate(span), false;
    out = std::move(left);
    return true;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return combine(run, frame, in, left_, right_, [&](Item l, Item r) -> Flow {
      Json out;
      if (!calculate(run, op_, *l, *r, out)) return run.locate(span), Flow::stop;
      return sink({&out, true});
    });
  }

 private:
  Operator op_;
  Operand left_;
  Operand right_;
};

// Nobody here knows what a secret is, so nothing can be said about it.
bool comparable(Run& run, Json const& a, Json const& b) {
  if (!a.is_sealed() && !b.is_sealed()) return true;
  return type_error(run, a, b, "cannot be compared");
}

class Compare final : public Expr {
 public:
  Compare(Order order, Operand left, Operand right)
      : Expr(left->single() && right->single()),
        order_(order),
        free_(is_short(left->constant()) || is_short(right->constant())),
        left_(left),
        right_(right) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json right_space;
    auto const* right = right_->one(run, frame, in, right_space);
    if (right == nullptr) return nullptr;
    Json left_space;
    auto const* left = left_->one(run, frame, in, left_space);
    if (left == nullptr || !(free_ || pay_to_compare(run, *left, *right))) return nullptr;
    if (!comparable(run, *left, *right)) return run.locate(span), nullptr;
    space = Json(compare_as(order_, *left, *right));
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return combine(run, frame, in, left_, right_, [&](Item l, Item r) -> Flow {
      if (!free_ && !pay_to_compare(run, *l, *r)) return Flow::stop;
      if (!comparable(run, *l, *r)) return run.locate(span), Flow::stop;
      Json const out(compare_as(order_, *l, *r));
      return sink({&out, false});
    });
  }

 private:
  // Nothing has to be paid to compare with it, whatever the other one is.
  static bool is_short(Json const* constant) {
    return constant != nullptr && !constant->is_array() && !constant->is_object() &&
           text_bytes(*constant) < Run::kShortText;
  }

  Order order_;
  bool free_;
  Operand left_;
  Operand right_;
};

class Logic final : public Expr {
 public:
  Logic(bool is_and, Operand left, Operand right)
      : Expr(left->single() && right->single()), is_and_(is_and), left_(left), right_(right) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json side;
    auto const* left = left_->one(run, frame, in, side);
    if (left == nullptr) return nullptr;
    if (left->truthy() != is_and_) {
      space = Json(!is_and_);
      return &space;
    }
    auto const* right = right_->one(run, frame, in, side);
    if (right == nullptr) return nullptr;
    space = Json(right->truthy());
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return run.each(*left_, frame, in, [&](Item left) -> Flow {
      if (left.json->truthy() != is_and_) {
        Json const out(!is_and_);
        return sink({&out, false});
      }
      return run.each(*right_, frame, in, [&](Item right) {
        Json const out(right.json->truthy());
        return sink({&out, false});
      });
    });
  }

 private:
  bool is_and_;
  Operand left_;
  Operand right_;
};

// The true outputs of the left side, or else the right side.
class Alternative final : public Expr {
 public:
  Alternative(Operand left, Operand right)
      : Expr(left->single() && right->single()), left_(left), right_(right) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    auto const* left = left_->one(run, frame, in, space);
    if (left != nullptr && left->truthy()) return left;
    if (left == nullptr && run.failed()) return nullptr;
    return right_->one(run, frame, in, space);
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    bool found = false;
    auto const flow = run.each(*left_, frame, in, [&](Item left) -> Flow {
      if (!left.json->truthy()) return Flow::more;
      found = true;
      return sink(left);
    });
    if (flow == Flow::stop || found) return flow;
    return right_->each(run, frame, in, sink);
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    bool found = false;
    auto const flow = left_->paths(run, frame, in, [&](Spot left) -> Flow {
      if (!left.value->truthy()) return Flow::more;
      found = true;
      return sink(left);
    });
    if (flow == Flow::stop || found) return flow;
    return right_->paths(run, frame, in, sink);
  }

 private:
  Operand left_;
  Operand right_;
};

}  // namespace

ExprPtr make_arithmetic(Operator op, Operand left, Operand right) {
  return std::make_unique<Arithmetic>(op, left, right);
}
ExprPtr make_compare(Order order, Operand left, Operand right) {
  return std::make_unique<Compare>(order, left, right);
}
ExprPtr make_logic(bool is_and, Operand left, Operand right) {
  return std::make_unique<Logic>(is_and, left, right);
}
ExprPtr make_alternative(Operand left, Operand right) {
  return std::make_unique<Alternative>(left, right);
}

}  // namespace skald::jq
