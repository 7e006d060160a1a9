// Assignments, updates, and the functions that collect paths. A target that is a plain path is
// updated in place, top down; any other target has its paths listed and changed one by one.

#include "dsl/jq/exprs.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

// Calls `use` with every path of `target` in `in`. False on an error.
template <class Use>
bool for_each_path(Run& run, Frame* frame, Expr const& target, Json const& in, Use use) {
  std::vector<Json> path;
  auto* const outer = run.exchange_path(&path);
  auto const flow = target.paths(run, frame, {&in, &in}, [&](Spot spot) -> Flow {
    if (!spot.intact()) {
      return run.stop("Invalid path expression with result " + dump_short(*spot.value, 30));
    }
    if (!run.spend()) return Flow::stop;
    run.exchange_path(outer);
    bool const good = use(path);
    run.exchange_path(&path);
    return good ? Flow::more : Flow::stop;
  });
  run.exchange_path(outer);
  return flow == Flow::more;
}

// Changes every place of `target` in `value`; `change` is an Updater.
template <class Change>
bool change_all(Run& run, Frame* frame, Expr const& target, Json& value, Change change) {
  if (target.updatable()) {
    auto const flow = target.update(run, frame, value, change);
    if (flow == Flow::tail) value = Json();  // the root itself is to go
    return flow != Flow::stop;
  }
  Json const before = value;
  Json removed = Json::array();
  bool const good = for_each_path(run, frame, target, before, [&](std::vector<Json> const& path) {
    Json part;
    if (!get_path(run, value, path, part)) return false;
    auto const flow = change(&part);
    if (flow == Flow::stop) return false;
    if (flow == Flow::more) return set_path(run, value, path, std::move(part));
    removed.push_back(Json::array(path));
    return run.charge((path.size() + 2) * sizeof(Json));
  });
  return good && delete_paths(run, value, removed);
}

// Base of the updates with a value on the right: the value varies slowest.
class ValueUpdate : public Expr {
 public:
  ValueUpdate(Operand target, Operand value)
      : Expr(value->single()), target_(target), value_(value) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const final {
    Json value = in;
    Json result;
    if (!consume(run, frame, std::move(value), result)) return nullptr;
    space = std::move(result);
    return &space;
  }

  bool consume(Run& run, Frame* frame, Json&& in, Json& out) const final {
    Json space;
    auto const* value = value_->one(run, frame, in, space);
    if (value == nullptr) return false;
    Json const held = value == &space ? std::move(space) : *value;
    Json result = std::move(in);
    if (!update_with(run, frame, result, held)) return run.locate(span), false;
    out = std::move(result);
    return true;
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const final {
    if (single()) return Expr::each(run, frame, in, sink);
    return run.each(*value_, frame, in, [&](Item value) -> Flow {
      Json result = in;
      if (!update_with(run, frame, result, *value)) return run.locate(span), Flow::stop;
      return sink({&result, true});
    });
  }

 protected:
  Expr const& target() const { return *target_; }

 private:
  virtual bool update_with(Run& run, Frame* frame, Json& root, Json const& value) const = 0;

  Operand target_;
  Operand value_;
};

class Assign final : public ValueUpdate {
 public:
  using ValueUpdate::ValueUpdate;

 private:
  bool update_with(Run& run, Frame* frame, Json& root, Json const& value) const override {
    return change_all(run, frame, target(), root, [&](Json* part) {
      *part = value;
      return Flow::more;
    });
  }
};

class ArithmeticUpdate final : public ValueUpdate {
 public:
  ArithmeticUpdate(Operator op, Operand target, Operand value)
      : ValueUpdate(target, value), op_(op) {}

 private:
  bool update_with(Run& run, Frame* frame, Json& root, Json const& value) const override {
    return change_all(run, frame, target(), root, [&](Json* part) {
      return calculate_into(run, op_, *part, value) ? Flow::more : Flow::stop;
    });
  }

  Operator op_;
};

class DefaultUpdate final : public ValueUpdate {
 public:
  using ValueUpdate::ValueUpdate;

 private:
  bool update_with(Run& run, Frame* frame, Json& root, Json const& value) const override {
    return change_all(run, frame, target(), root, [&](Json* part) {
      if (!part->truthy()) *part = value;
      return Flow::more;
    });
  }
};

// target |= update: the first output of the update, or removal when there is none.
class Modify final : public Expr {
 public:
  Modify(Operand target, Operand update) : Expr(true), target_(target), update_(update) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json value = in;
    Json result;
    if (!consume(run, frame, std::move(value), result)) return nullptr;
    space = std::move(result);
    return &space;
  }

  bool consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    Json result = std::move(in);
    bool const good = change_all(run, frame, *target_, result,
                                 [&](Json* part) { return change(run, frame, *part); });
    if (!good) return run.locate(span), false;
    out = std::move(result);
    return true;
  }

 private:
  Flow change(Run& run, Frame* frame, Json& part) const {
    if (update_->single()) {
      if (update_->consume(run, frame, std::move(part), part)) return Flow::more;
      return run.failed() ? Flow::stop : Flow::tail;
    }
    Json const old = std::exchange(part, Json());
    bool found = false;
    run.each(*update_, frame, old, [&](Item item) {
      part = item.take();
      found = true;
      return Flow::stop;
    });
    if (run.failed()) return Flow::stop;
    return found ? Flow::more : Flow::tail;
  }

  Operand target_;
  Operand update_;
};

class Delete final : public Expr {
 public:
  explicit Delete(Operand targets) : Expr(true), targets_(targets) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json value = in;
    Json result;
    if (!consume(run, frame, std::move(value), result)) return nullptr;
    space = std::move(result);
    return &space;
  }

  bool consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    Json paths = Json::array();
    bool good = for_each_path(run, frame, *targets_, in, [&](std::vector<Json> const& path) {
      paths.push_back(Json::array(path));
      return run.charge((path.size() + 2) * sizeof(Json));
    });
    Json result = std::move(in);
    good = good && delete_paths(run, result, paths);
    if (!good) return run.locate(span), false;
    out = std::move(result);
    return true;
  }

 private:
  Operand targets_;
};

class Pick final : public Expr {
 public:
  explicit Pick(Operand targets) : Expr(true), targets_(targets) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json result;
    bool const good = for_each_path(run, frame, *targets_, in, [&](std::vector<Json> const& path) {
      Json part;
      return get_path(run, in, path, part) && set_path(run, result, path, std::move(part));
    });
    if (!good) return run.locate(span), nullptr;
    space = std::move(result);
    return &space;
  }

 private:
  Operand targets_;
};

}  // namespace

ExprPtr make_assign(Operand target, Operand value) {
  return std::make_unique<Assign>(target, value);
}
ExprPtr make_modify(Operand target, Operand update) {
  return std::make_unique<Modify>(target, update);
}
ExprPtr make_update(Operator op, Operand target, Operand value) {
  return std::make_unique<ArithmeticUpdate>(op, target, value);
}
ExprPtr make_default_update(Operand target, Operand value) {
  return std::make_unique<DefaultUpdate>(target, value);
}
ExprPtr make_delete(Operand targets) {
  return std::make_unique<Delete>(targets);
}
ExprPtr make_pick(Operand targets) {
  return std::make_unique<Pick>(targets);
}

}  // namespace skald::jq
