// Identity, indexes, slices, iteration, and the functions that name paths.

#include "dsl/jq/exprs.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

// "near attempt to ..." when a value in path mode is no longer at its path.
Flow stray(Run& run, std::string const& attempt, Json const& value) {
  return run.stop("Invalid path expression near attempt to " + attempt + " " +
                  dump_short(value, 30));
}

Flow stray_access(Run& run, Json const& key, Json const& value) {
  return stray(run, "access element " + dump_short(key) + " of", value);
}

// Runs the sink with `key` at the end of the current path.
Flow step(Run& run, Json const& key, Json const& value, SpotSink sink) {
  run.path().push_back(key);
  auto const flow = sink({&value, &value});
  run.path().pop_back();
  return flow;
}

// Updates target[key]: takes the part out, so that it is alone and can change in place.
Flow update_part(Run& run, Json& target, Json const& key, bool optional, Updater updater,
                 Span span) {
  Json part;
  if (!run.spend()) return Flow::stop;
  if (!take_value(run, target, key, part)) {
    if (optional && run.catchable()) return run.take_error(), Flow::more;
    return run.locate(span), Flow::stop;
  }
  auto const flow = updater(&part);
  if (flow == Flow::stop) return flow;
  bool const good = flow == Flow::tail ? delete_keys(run, target, {key})
                                       : set_value(run, target, key, std::move(part));
  if (!good) return run.locate(span), Flow::stop;
  return Flow::more;
}

class Identity final : public Expr {
 public:
  Identity() : Expr(true) {}
  Json const* one(Run&, Frame*, Json const& in, Json&) const override { return &in; }
  bool consume(Run&, Frame*, Json&& in, Json& out) const override {
    Json value = std::move(in);
    out = std::move(value);
    return true;
  }
  Flow paths(Run&, Frame*, Spot in, SpotSink sink) const override { return sink(in); }
  bool updatable() const override { return true; }
  Flow update(Run&, Frame*, Json& value, Updater updater) const override { return updater(&value); }
};

// An index with a value that is computed for each use: target[key].
class Index final : public Expr {
 public:
  Index(Operand target, Operand key, bool optional)
      : Expr(target->single() && key->single()), target_(target), key_(key), optional_(optional) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json key_space;
    auto const* key = key_->one(run, frame, in, key_space);
    if (key == nullptr) return nullptr;
    Json target_space;
    auto const* target = target_->one(run, frame, in, target_space);
    if (target == nullptr) return nullptr;
    auto const* found = index_value(run, *target, *key, space);
    if (found == nullptr) return missed(run);
    if (target == &target_space && found != &space) {
      Json copy = *found;
      space = std::move(copy);
      return &space;
    }
    return found;
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::each(run, frame, in, sink);
    return run.each(*key_, frame, in, [&](Item key) {
      return run.each(*target_, frame, in, [&](Item target) -> Flow {
        Json space;
        auto const* found = index_value(run, *target, *key, space);
        if (found == nullptr) return missed(run), run.failed() ? Flow::stop : Flow::more;
        return sink({found, found == &space});
      });
    });
  }

  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return run.each(*key_, frame, *in.value, [&](Item key) {
      return target_->paths(run, frame, in, [&](Spot target) -> Flow {
        if (!target.intact()) return stray_access(run, *key, *target.value);
        Json space;
        auto const* found = index_value(run, *target.value, *key, space);
        if (found == nullptr) return missed(run), run.failed() ? Flow::stop : Flow::more;
        return step(run, *key, *found, sink);
      });
    });
  }

  bool updatable() const override { return target_->updatable() && key_->single(); }
  Flow update(Run& run, Frame* frame, Json& value, Updater updater) const override {
    Json key_space;
    auto const* key = key_->one(run, frame, value, key_space);
    if (key == nullptr) return run.failed() ? Flow::stop : Flow::more;
    Json const held = *key;
    return target_->update(run, frame, value, [&](Json* target) {
      return update_part(run, *target, held, optional_, updater, span);
    });
  }

 private:
  // The error stands, or `?` swallows it.
  Json const* missed(Run& run) const {
    if (optional_ && run.catchable()) {
      run.take_error();
    } else {
      run.locate(span);
    }
    return nullptr;
  }

  Operand target_;
  Operand key_;
  bool optional_;
};

// target.name: the most common expression of all.
class Field final : public Expr {
 public:
  Field(Operand target, std::string_view name, bool optional)
      : Expr(target->single()), target_(target), key_(name), optional_(optional) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    auto const* target = target_->one(run, frame, in, space);
    if (target == nullptr) return nullptr;
    auto const* found = member_value(run, *target, key_.as_string(), key_);
    if (found == nullptr) return missed(run);
    if (target == &space) {
      Json copy = *found;
      space = std::move(copy);
      return &space;
    }
    return found;
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::each(run, frame, in, sink);
    return run.each(*target_, frame, in, [&](Item target) -> Flow {
      auto const* found = member_value(run, *target, key_.as_string(), key_);
      if (found == nullptr) return missed(run), run.failed() ? Flow::stop : Flow::more;
      return sink({found, false});
    });
  }

  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return target_->paths(run, frame, in, [&](Spot target) -> Flow {
      if (!target.intact()) return stray_access(run, key_, *target.value);
      auto const* found = member_value(run, *target.value, key_.as_string(), key_);
      if (found == nullptr) return missed(run), run.failed() ? Flow::stop : Flow::more;
      return step(run, key_, *found, sink);
    });
  }

  bool updatable() const override { return target_->updatable(); }
  Flow update(Run& run, Frame* frame, Json& value, Updater updater) const override {
    return target_->update(run, frame, value, [&](Json* target) {
      return update_part(run, *target, key_, optional_, updater, span);
    });
  }

 private:
  Json const* missed(Run& run) const {
    if (optional_ && run.catchable()) {
      run.take_error();
    } else {
      run.locate(span);
    }
    return nullptr;
  }

  Operand target_;
  Json key_;
  bool optional_;
};

class Iterate final : public Expr {
 public:
  Iterate(Operand target, bool optional) : Expr(false), target_(target), optional_(optional) {}

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (target_->single()) {
      Json space;
      auto const* target = target_->one(run, frame, in, space);
      if (target == nullptr) return run.failed() ? Flow::stop : Flow::more;
      return iterate(run, *target, sink);
    }
    return run.each(*target_, frame, in, [&](Item target) { return iterate(run, *target, sink); });
  }

  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
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
  Flow update(Run& run, Frame* frame, Json& value, Updater updater) const override {
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

class Slice final : public Expr {
 public:
  Slice(Operand target, Operand from, Operand to, bool optional)
      : Expr(target->single() && from->single() && to->single()),
        target_(target),
        from_(from),
        to_(to),
        optional_(optional) {}

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json from_space;
    auto const* from = from_->one(run, frame, in, from_space);
    if (from == nullptr) return nullptr;
    Json to_space;
    auto const* to = to_->one(run, frame, in, to_space);
    if (to == nullptr) return nullptr;
    Json target_space;
    auto const* target = target_->one(run, frame, in, target_space);
    if (target == nullptr) return nullptr;
    auto const* result = slice_value(run, *target, *from, *to, space);
    return result != nullptr ? result : missed(run);
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::each(run, frame, in, sink);
    return run.each(*from_, frame, in, [&](Item from) {
      return run.each(*to_, frame, in, [&](Item to) {
        return run.each(*target_, frame, in, [&](Item target) -> Flow {
          Json space;
          auto const* found = slice_value(run, *target, *from, *to, space);
          if (found == nullptr) return missed(run), run.failed() ? Flow::stop : Flow::more;
          return sink({found, found == &space});
        });
      });
    });
  }

  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return run.each(*from_, frame, *in.value, [&](Item from) {
      return run.each(*to_, frame, *in.value, [&](Item to) {
        return target_->paths(run, frame, in, [&](Spot target) -> Flow {
          Json const key = slice_key(*from, *to);
          if (!target.intact()) return stray_access(run, key, *target.value);
          Json space;
          auto const* found = slice_value(run, *target.value, *from, *to, space);
          if (found == nullptr) return missed(run), run.failed() ? Flow::stop : Flow::more;
          return step(run, key, *found, sink);
        });
      });
    });
  }

 private:
  Json const* missed(Run& run) const {
    if (optional_ && run.catchable()) {
      run.take_error();
    } else {
      run.locate(span);
    }
    return nullptr;
  }

  Operand target_;
  Operand from_;
  Operand to_;
  bool optional_;
};

// `..`: depth first, by an explicit stack.
class Recurse final : public Expr {
 public:
  Recurse() : Expr(false) {}

  Flow each(Run& run, Frame*, Json const& in, Sink sink) const override {
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

  Flow paths(Run& run, Frame*, Spot in, SpotSink sink) const override {
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

  Json const* one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json path_space;
    auto const* path = path_->one(run, frame, in, path_space);
    if (path == nullptr || !get(run, in, *path, space)) return nullptr;
    return &space;
  }

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    return run.each(*path_, frame, in, [&](Item path) -> Flow {
      Json out;
      if (!get(run, in, *path, out)) return Flow::stop;
      return sink({&out, true});
    });
  }

  Flow paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
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

  Flow each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    std::vector<Json> path;
    auto* const outer = run.exchange_path(&path);
    auto const flow = body_->paths(run, frame, {&in, &in}, [&](Spot spot) -> Flow {
      if (!spot.intact()) {
        return run.stop("Invalid path expression with result " + dump_short(*spot.value, 30));
      }
      if (skip_root_ && path.empty()) return Flow::more;
      if (!run.charge((path.size() + 2) * sizeof(Json))) return Flow::stop;
      Json result = Json::array(path);
      run.exchange_path(outer);
      auto const after = sink({&result, true});
      run.exchange_path(&path);
      return after;
    });
    run.exchange_path(outer);
    run.locate(span);
    return flow;
  }

 private:
  Operand body_;
  bool skip_root_;
};

}  // namespace

ExprPtr make_identity() {
  return std::make_unique<Identity>();
}
ExprPtr make_field(Operand target, std::string_view name, bool optional) {
  return std::make_unique<Field>(target, name, optional);
}
ExprPtr make_index(Operand target, Operand key, bool optional) {
  return std::make_unique<Index>(target, key, optional);
}
ExprPtr make_slice(Operand target, Operand from, Operand to, bool optional) {
  return std::make_unique<Slice>(target, from, to, optional);
}
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
