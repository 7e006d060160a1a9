// Iteration, `..`, and the functions that go along paths and name them.

#include "dsl/jq/exprs.hpp"
#include "dsl/jq/path_mode.hpp"

namespace skald::jq {
namespace {

class Iterate final : public Expr {
 public:
  Iterate(Operand target, bool optional) : Expr(false), target_(target), optional_(optional) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (target_->single()) {
      Json space;
      auto const* target = target_->one(run, frame, in, space);
      if (target == nullptr) return run.failed() ? Flow::stop : Flow::more;
      return iterate(run, *target, sink);
    }
    return run.each(*target_, frame, in, [&](Item target) { return iterate(run, *target, sink); });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return target_->paths(run, frame, in, [&](Spot target) -> Flow {
      if (!target.intact()) return stray(run, "iterate through", *target.value);
      auto const& value = *target.value;
      if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
          if (!run.spend()) return Flow::stop;
          Json const key(static_cast<double>(i));
          if (auto const flow = step(run, key, value[i], sink); flow != Flow::more) return flow;
        }
        return Flow::more;
      }
      for (std::size_t i = 0; value.is_object() && i < value.size(); ++i) {
        if (!run.spend()) return Flow::stop;
        auto const& member = value.members()[i];
        auto const flow = step(run, member.key, member.value, sink);
        if (flow != Flow::more) return flow;
      }
      return value.is_object() ? Flow::more : refuse(run, value);
    });
  }

  bool updatable() const override { return target_->updatable(); }
  Flow do_update(Run& run, Frame* frame, Json& value, Updater updater) const override {
    return target_->update(run, frame, value,
                           [&](Json* target) { return update_all(run, *target, updater); });
  }

 private:
  Flow refuse(Run& run, Json const& value) const {
    if (optional_) return Flow::more;
    run.fail(std::string("Cannot iterate over ") + describe(value));
    run.locate(span);
    return Flow::stop;
  }

  Flow iterate(Run& run, Json const& value, Sink sink) const {
    if (value.is_array()) {
      for (auto const& item : value.items()) {
        if (!run.spend()) return Flow::stop;
        if (auto const flow = sink({&item, false}); flow != Flow::more) return flow;
      }
      return Flow::more;
    }
    if (!value.is_object()) return refuse(run, value);
    for (auto const& member : value.members()) {
      if (!run.spend()) return Flow::stop;
      if (auto const flow = sink({&member.value, false}); flow != Flow::more) return flow;
    }
    return Flow::more;
  }

  Flow update_all(Run& run, Json& value, Updater updater) const {
    if (!value.is_array() && !value.is_object()) return refuse(run, value);
    if (!value.unique() && !run.charge(value.size() * sizeof(Json::Member))) return Flow::stop;
    std::vector<Json> removed;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (!run.spend()) return Flow::stop;
      auto part = value.take_at(i);
      auto const flow = updater(&part);
      if (flow == Flow::stop) return flow;
      if (flow == Flow::tail) {
        removed.push_back(value.is_array() ? Json(static_cast<double>(i)) : value.members()[i].key);
      } else {
        value.put_at(i, std::move(part));
      }
    }
    if (!removed.empty() && !delete_keys(run, value, removed)) return Flow::stop;
    return Flow::more;
  }

  Operand target_;
  bool optional_;
};

// `..`: depth first, by an explicit stack.
class Recurse final : public Expr {
 public:
  Recurse() : Expr(false) {}

  Flow do_each(Run& run, Frame*, Json const& in, Sink sink) const override {
    std::vector<Json const*> todo{&in};
    while (!todo.empty()) {
      auto const& at = *todo.back();
      todo.pop_back();
      if (!run.spend() || !run.charge(sizeof(void*))) return Flow::stop;
      if (auto const flow = sink({&at, false}); flow != Flow::more) return flow;
      if (at.is_array()) {
        for (std::size_t i = at.size(); i-- > 0;) todo.push_back(&at[i]);
      } else if (at.is_object()) {
        auto const members = at.members();
        for (std::size_t i = members.size(); i-- > 0;) todo.push_back(&members[i].value);
      }
    }
    return Flow::more;
  }

  Flow do_paths(Run& run, Frame*, Spot in, SpotSink sink) const override {
    struct Entry {
      Json const* value;
      std::size_t next = 0;
    };
    auto const start = run.path().size();
    std::vector<Entry> levels;
    Spot spot = in;
    for (;;) {
      if (!run.spend()) break;
      auto const depth = run.path().size();
      if (auto const flow = sink(spot); flow != Flow::more) return run.path().resize(start), flow;
      run.path().resize(depth);
      auto const& value = *spot.value;
      if ((value.is_array() || value.is_object()) && value.size() != 0) {
        if (!spot.intact()) return stray(run, "iterate through", value);
        levels.push_back({&value});
        run.path().emplace_back();
      }
      while (!levels.empty() && levels.back().next == levels.back().value->size()) {
        levels.pop_back();
        run.path().pop_back();
      }
      if (levels.empty()) return Flow::more;
      auto& top = levels.back();
      auto const at = top.next++;
      if (top.value->is_array()) {
        run.path().back() = Json(static_cast<double>(at));
        spot = {&(*top.value)[at], &(*top.value)[at]};
      } else {
        auto const& member = top.value->members()[at];
        run.path().back() = member.key;
        spot = {&member.value, &member.value};
      }
    }
    run.path().resize(start);
    return Flow::stop;
  }
};

class GetPath final : public Expr {
 public:
  explicit GetPath(Operand path) : Expr(path->single()), path_(path) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json path_space;
    auto const* path = path_->one(run, frame, in, path_space);
    if (path == nullptr || !get(run, in, *path, space)) return nullptr;
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    return run.each(*path_, frame, in, [&](Item path) -> Flow {
      Json out;
      if (!get(run, in, *path, out)) return Flow::stop;
      return sink({&out, true});
    });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return run.each(*path_, frame, *in.value, [&](Item path) -> Flow {
      Json out;
      if (!get(run, *in.value, *path, out)) return Flow::stop;
      if (!in.intact()) return sink({&out, in.at});
      auto const start = run.path().size();
      for (auto const& key : path.json->items()) run.path().push_back(key);
      auto const flow = sink({&out, &out});
      run.path().resize(start);
      return flow;
    });
  }

 private:
  bool get(Run& run, Json const& in, Json const& path, Json& out) const {
    bool const good = path.is_array() ? get_path(run, in, path.items(), out)
                                      : run.fail("Path must be specified as an array");
    if (!good) run.locate(span);
    return good;
  }

  Operand path_;
};

// path(body), and paths: path(..) without the root.
class PathOf final : public Expr {
 public:
  PathOf(Operand body, bool skip_root) : Expr(false), body_(body), skip_root_(skip_root) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    auto const flow = for_each_path(run, frame, *body_, in, [&](std::vector<Json> const& path) {
      if (skip_root_ && path.empty()) return Flow::more;
      if (!run.spend(kAllocation) || !run.charge((path.size() + 2) * sizeof(Json))) {
        return Flow::stop;
      }
      Json result = Json::array(path);
      return sink({&result, true});
    });
    run.locate(span);
    return flow;
  }

 private:
  Operand body_;
  bool skip_root_;
};

}  // namespace

ExprPtr make_iterate(Operand target, bool optional) {
  return std::make_unique<Iterate>(target, optional);
}
ExprPtr make_recurse() {
  return std::make_unique<Recurse>();
}
ExprPtr make_get_path(Operand path) {
  return std::make_unique<GetPath>(path);
}
ExprPtr make_path_of(Operand body) {
  return std::make_unique<PathOf>(body, false);
}
ExprPtr make_paths() {
  static Recurse const recurse;
  return std::make_unique<PathOf>(&recurse, true);
}

}  // namespace skald::jq
