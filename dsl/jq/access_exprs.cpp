// Identity, and access to parts: fields, indexes, slices.

#include "dsl/jq/exprs.hpp"
#include "dsl/jq/path_mode.hpp"

namespace skald::jq {
namespace {

Flow stray_access(Run& run, Json const& key, Json const& value) {
  return stray(run, "access element " + dump_short(key) + " of", value);
}

class Identity final : public Expr {
 public:
  Identity() : Expr(true, kFree) {}
  Json const* do_one(Run&, Frame*, Json const& in, Json&) const override { return &in; }
  bool do_consume(Run&, Frame*, Json&& in, Json& out) const override {
    Json value = std::move(in);
    out = std::move(value);
    return true;
  }
  Flow do_paths(Run&, Frame*, Spot in, SpotSink sink) const override { return sink(in); }
  bool updatable() const override { return true; }
  Flow do_update(Run&, Frame*, Json& value, Updater updater) const override {
    return updater(&value);
  }
};

// What `?` and updates have in common for fields, indexes and slices.
class Access : public Expr {
 protected:
  Access(bool single, bool optional) : Expr(single), optional_(optional) {}

  // The error stands, or `?` swallows it.
  Flow missed(Run& run) const {
    if (optional_ && run.catchable()) return run.take_error(), Flow::more;
    return run.locate(span), Flow::stop;
  }

  // A part that would die with what it is a part of, which stands in `space` or beside it.
  static Json const* keep(Json const& part, Json& space) {
    Json copy = part;
    space = std::move(copy);
    return &space;
  }

  // Updates target[key]: takes the part out, so that it is alone and can change in place.
  Flow update_part(Run& run, Json& target, Json const& key, Updater updater) const {
    Json part;
    if (!run.spend()) return Flow::stop;
    if (!take_value(run, target, key, part)) return missed(run);
    auto const flow = updater(&part);
    if (flow == Flow::stop) return flow;
    bool const removal = flow == Flow::tail || flow == Flow::none;
    if (removal && target.is_null()) return Flow::none;
    if (flow == Flow::none) return Flow::more;
    bool const good = flow == Flow::tail ? delete_keys(run, target, {key})
                                         : set_value(run, target, key, std::move(part));
    if (!good) return run.locate(span), Flow::stop;
    return Flow::more;
  }

 private:
  bool optional_;
};

// An index with a value that is computed for each use: target[key].
class Index final : public Access {
 public:
  Index(Operand target, Operand key, bool optional)
      : Access(target->single() && key->single(), optional), target_(target), key_(key) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json key_space;
    auto const* key = key_->one(run, frame, in, key_space);
    if (key == nullptr) return nullptr;
    Json target_space;
    auto const* target = target_->one(run, frame, in, target_space);
    if (target == nullptr) return nullptr;
    auto const* found = index_value(run, *target, *key, space);
    if (found == nullptr) return missed(run), nullptr;
    if (target == &target_space && found != &space) return keep(*found, space);
    return found;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return run.each(*key_, frame, in, [&](Item key) {
      return run.each(*target_, frame, in, [&](Item target) -> Flow {
        Json space;
        auto const* found = index_value(run, *target, *key, space);
        if (found == nullptr) return missed(run);
        return sink({found, found == &space});
      });
    });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return run.each(*key_, frame, *in.value, [&](Item key) {
      return target_->paths(run, frame, in, [&](Spot target) -> Flow {
        if (!target.intact()) return stray_access(run, *key, *target.value);
        Json space;
        auto const* found = index_value(run, *target.value, *key, space);
        if (found == nullptr) return missed(run);
        return step(run, *key, *found, sink);
      });
    });
  }

  bool updatable() const override { return target_->updatable() && key_->single(); }
  Flow do_update(Run& run, Frame* frame, Json& value, Updater updater) const override {
    Json key_space;
    auto const* key = key_->one(run, frame, value, key_space);
    if (key == nullptr) return run.failed() ? Flow::stop : Flow::more;
    Json const held = *key;
    return target_->update(run, frame, value,
                           [&](Json* target) { return update_part(run, *target, held, updater); });
  }

 private:
  Operand target_;
  Operand key_;
};

// target.name: the most common expression of all.
class Field final : public Access {
 public:
  Field(Operand target, std::string_view name, bool optional)
      : Access(target->single(), optional), target_(target), key_(name) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    auto const* target = target_->one(run, frame, in, space);
    if (target == nullptr) return nullptr;
    Json part;  // of a secret
    auto const* found = member_value(run, *target, key_.as_string(), key_, part);
    if (found == nullptr) return missed(run), nullptr;
    if (found == &part) return space = std::move(part), &space;
    return target == &space ? keep(*found, space) : found;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return run.each(*target_, frame, in, [&](Item target) -> Flow {
      Json part;
      auto const* found = member_value(run, *target, key_.as_string(), key_, part);
      if (found == nullptr) return missed(run);
      return sink({found, false});
    });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return target_->paths(run, frame, in, [&](Spot target) -> Flow {
      if (!target.intact()) return stray_access(run, key_, *target.value);
      Json part;
      auto const* found = member_value(run, *target.value, key_.as_string(), key_, part);
      if (found == nullptr) return missed(run);
      return step(run, key_, *found, sink);
    });
  }

  bool updatable() const override { return target_->updatable(); }
  Flow do_update(Run& run, Frame* frame, Json& value, Updater updater) const override {
    return target_->update(run, frame, value,
                           [&](Json* target) { return update_part(run, *target, key_, updater); });
  }

 private:
  Operand target_;
  Json key_;
};

class Slice final : public Access {
 public:
  Slice(Operand target, Operand from, Operand to, bool optional)
      : Access(target->single() && from->single() && to->single(), optional),
        target_(target),
        from_(from),
        to_(to) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
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
    if (result == nullptr) missed(run);
    return result;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return run.each(*from_, frame, in, [&](Item from) {
      return run.each(*to_, frame, in, [&](Item to) {
        return run.each(*target_, frame, in, [&](Item target) -> Flow {
          Json space;
          auto const* found = slice_value(run, *target, *from, *to, space);
          if (found == nullptr) return missed(run);
          return sink({found, found == &space});
        });
      });
    });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return run.each(*from_, frame, *in.value, [&](Item from) {
      return run.each(*to_, frame, *in.value, [&](Item to) {
        return target_->paths(run, frame, in, [&](Spot target) -> Flow {
          Json const key = slice_key(*from, *to);
          if (!target.intact()) return stray_access(run, key, *target.value);
          Json space;
          auto const* found = slice_value(run, *target.value, *from, *to, space);
          if (found == nullptr) return missed(run);
          return step(run, key, *found, sink);
        });
      });
    });
  }

 private:
  Operand target_;
  Operand from_;
  Operand to_;
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

}  // namespace skald::jq
