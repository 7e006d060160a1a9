// Assignments, updates, and the functions that collect paths. A target that is a plain path is
// updated in place, top down; any other target has its paths listed and changed one by one.

#include "dsl/jq/exprs.hpp"
#include "dsl/jq/path_mode.hpp"

namespace skald::jq {
namespace {

Flow more_if(bool good) {
  return good ? Flow::more : Flow::stop;
}

Flow list_path(Run& run, std::vector<Json> const& path, Json& list) {
  list.push_back(Json::array(path));
  return more_if(run.charge((path.size() + 2) * sizeof(Json)));
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
  auto const flow =
      for_each_path(run, frame, target, before, [&](std::vector<Json> const& path) -> Flow {
        Json part;
        if (!run.spend() || !get_path(run, value, path, part)) return Flow::stop;
        auto const changed = change(&part);
        if (changed == Flow::more) return more_if(set_path(run, value, path, std::move(part)));
        return changed == Flow::stop ? changed : list_path(run, path, removed);
      });
  return flow == Flow::more && delete_paths(run, value, removed);
}

// An expression whose consume() does the work: its answer is its input, changed.
class Change : public Expr {
 public:
  using Expr::Expr;

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const final {
    Json value = in;
    Json result;
    if (!do_consume(run, frame, std::move(value), result)) return nullptr;
    space = std::move(result);
    return &space;
  }
};

// Base of the updates with a value on the right: the value varies slowest.
class ValueUpdate : public Change {
 public:
  ValueUpdate(Operand target, Operand value)
      : Change(value->single()), target_(target), value_(value) {}

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const final {
    Json space;
    auto const* value = value_->one(run, frame, in, space);
    if (value == nullptr) return false;
    Json const held = take_result(value, space);
    Json result = std::move(in);
    if (!update_with(run, frame, result, held)) return run.locate(span), false;
    out = std::move(result);
    return true;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const final {
    if (single()) return Expr::do_each(run, frame, in, sink);
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
class Modify final : public Change {
 public:
  Modify(Operand target, Operand update) : Change(true), target_(target), update_(update) {}

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
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

class Delete final : public Change {
 public:
  explicit Delete(Operand targets) : Change(true), targets_(targets) {}

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    Json paths = Json::array();
    auto const flow = for_each_path(run, frame, *targets_, in, [&](std::vector<Json> const& path) {
      return run.spend() ? list_path(run, path, paths) : Flow::stop;
    });
    Json result = std::move(in);
    if (flow != Flow::more || !delete_paths(run, result, paths)) return run.locate(span), false;
    out = std::move(result);
    return true;
  }

 private:
  Operand targets_;
};

// setpath(path; value)
class SetPath final : public Change {
 public:
  SetPath(Operand path, Operand value)
      : Change(path->single() && value->single()), path_(path), value_(value) {}

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    Json value_space;
    auto const* value = value_->one(run, frame, in, value_space);
    if (value == nullptr) return false;
    Json path_space;
    auto const* path = path_->one(run, frame, in, path_space);
    if (path == nullptr) return false;
    // Both may point into `in`.
    Json const held_value = take_result(value, value_space);
    Json const held_path = take_result(path, path_space);
    Json result = std::move(in);
    if (!set(run, result, held_path, held_value)) return false;
    out = std::move(result);
    return true;
  }

  // The value varies slowest, as in jq.
  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return run.each(*value_, frame, in, [&](Item value) {
      return run.each(*path_, frame, in, [&](Item path) -> Flow {
        Json result = in;
        if (!set(run, result, *path, *value)) return Flow::stop;
        return sink({&result, true});
      });
    });
  }

 private:
  bool set(Run& run, Json& root, Json const& path, Json const& value) const {
    bool const good = path.is_array() ? set_path(run, root, path.items(), value)
                                      : run.fail("Path must be specified as an array");
    if (!good) run.locate(span);
    return good;
  }

  Operand path_;
  Operand value_;
};

// fromstream(events): builds values in place, so that a long stream costs what its values cost.
class FromStream final : public Expr {
 public:
  explicit FromStream(Operand events) : Expr(false), events_(events) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    Json built;
    return run.each(*events_, frame, in, [&](Item event) -> Flow {
      bool complete = false;
      if (!add(run, *event, built, complete)) return run.locate(span), Flow::stop;
      if (!complete) return Flow::more;
      Json value = std::exchange(built, Json());
      return sink({&value, true});
    });
  }

 private:
  // [path, leaf] puts a leaf; [path] ends the container that its last key stands in.
  static bool add(Run& run, Json const& event, Json& built, bool& complete) {
    Json space;
    Json size;
    auto const* path = index_value(run, event, Json(0), space);
    if (path == nullptr || !length_of(run, event, size)) return false;
    if (size == Json(2)) {
      if (!path->is_array()) return run.fail("Path must be specified as an array");
      complete = path->size() == 0;
      auto const* leaf = index_value(run, event, Json(1), space);
      return leaf != nullptr && set_path(run, built, path->items(), *leaf);
    }
    if (!length_of(run, *path, size)) return false;
    complete = size == Json(1);
    return true;
  }

  Operand events_;
};

class Pick final : public Expr {
 public:
  explicit Pick(Operand targets) : Expr(true), targets_(targets) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json result;
    auto const flow = for_each_path(run, frame, *targets_, in, [&](std::vector<Json> const& path) {
      Json part;
      return more_if(run.spend() && get_path(run, in, path, part) &&
                     set_path(run, result, path, std::move(part)));
    });
    if (flow != Flow::more) return run.locate(span), nullptr;
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
ExprPtr make_set_path(Operand path, Operand value) {
  return std::make_unique<SetPath>(path, value);
}
ExprPtr make_from_stream(Operand events) {
  return std::make_unique<FromStream>(events);
}
ExprPtr make_pick(Operand targets) {
  return std::make_unique<Pick>(targets);
}

}  // namespace skald::jq
