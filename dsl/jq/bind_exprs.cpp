// `as` bindings with destructuring and its alternatives, reduce and foreach.

#include "dsl/jq/exprs.hpp"

namespace skald::jq {
namespace {

bool plain(Patterns const& patterns) {
  return patterns.alternatives.size() == 1 && patterns.alternatives.front()->variable;
}

// Stores the parts of a value into slots and then calls `next`, once for every way the keys of
// the pattern come out.
class Matcher {
 public:
  using Next = SinkOf<int>;
  Matcher(Run& run, Frame* frame, Json const& in) : run_(run), frame_(frame), in_(in) {}

  Flow match(Pattern const& pattern, Json const& value, Next next) {
    if (pattern.variable) {
      frame_->slot(pattern.slot) = value;
      return next(0);
    }
    return parts(pattern, value, 0, next);
  }

 private:
  Flow parts(Pattern const& pattern, Json const& value, std::size_t at, Next next) {
    for (; at != pattern.parts.size() && is_simple(pattern.parts[at]); ++at) {
      if (!store(pattern, pattern.parts[at], value)) return Flow::stop;
    }
    if (at == pattern.parts.size()) return next(0);
    Level const level(run_);
    if (!level) return Flow::stop;
    auto const& part = pattern.parts[at];
    auto then = [&](int) { return parts(pattern, value, at + 1, next); };
    if (part.key == nullptr) return one_part(pattern, part, value, index_of(part), then);
    // A key is computed from the input of the whole binding.
    return run_.each(*part.key, frame_, in_,
                     [&](Item key) { return one_part(pattern, part, value, *key, then); });
  }

  static Json index_of(Pattern::Part const& part) { return Json(static_cast<double>(part.index)); }

  // One key and a variable for it: most parts are of that kind, and need no continuation.
  static bool is_simple(Pattern::Part const& part) {
    bool const one_key = part.key == nullptr || part.key->constant() != nullptr;
    return one_key && (part.inner == nullptr || part.inner->variable);
  }

  bool store(Pattern const& pattern, Pattern::Part const& part, Json const& value) {
    return one_part(pattern, part, value,
                    part.key == nullptr ? index_of(part) : *part.key->constant(),
                    [](int) { return Flow::more; }) == Flow::more;
  }

  Flow one_part(Pattern const& pattern, Pattern::Part const& part, Json const& value,
                Json const& key, Next next) {
    if (part.key != nullptr && !key.is_string()) {
      run_.fail(std::string("Cannot index ") + to_string(value.kind()) + " with " +
                to_string(key.kind()));
      run_.locate(pattern.span);
      return Flow::stop;
    }
    Json space;
    if (!run_.spend()) return Flow::stop;
    auto const* found = index_value(run_, value, key, space);
    if (found == nullptr) return run_.locate(pattern.span), Flow::stop;
    if (part.bind_key) frame_->slot(part.slot) = *found;
    if (part.inner == nullptr) return next(0);
    return match(*part.inner, *found, next);
  }

  Run& run_;
  Frame* frame_;
  Json const& in_;
};

// Tries the patterns in turn: an error in one, or in what follows it, leads to the next.
template <class Body>
Flow bind(Run& run, Frame* frame, Patterns const& patterns, Json const& in, Json const& value,
          Body body) {
  Matcher matcher(run, frame, in);
  auto const next = [&](int) { return body(); };
  if (patterns.alternatives.size() == 1) {
    return matcher.match(*patterns.alternatives.front(), value, next);
  }
  Flow flow = Flow::more;
  for (std::size_t i = 0; i < patterns.alternatives.size(); ++i) {
    if (!run.spend(1 + patterns.slots.size() / 4)) return Flow::stop;
    for (auto const slot : patterns.slots) frame->slot(slot) = Json();
    flow = matcher.match(*patterns.alternatives[i], value, next);
    bool const last = i + 1 == patterns.alternatives.size();
    if (flow != Flow::stop || !run.catchable() || last) return flow;
    run.take_error();
  }
  return flow;
}

class Bind final : public Expr {
 public:
  Bind(Operand source, Patterns patterns, Operand body)
      : Expr(source->single() && body->single() && plain(patterns)),
        source_(source),
        patterns_(std::move(patterns)),
        body_(body) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    if (!store(run, frame, in)) return nullptr;
    auto const* result = body_->one(run, frame, in, space);
    if (result == nullptr || result == &space) return result;
    space = *result;  // it may point at the slot, which the next use overwrites
    return &space;
  }

  bool do_consume(Run& run, Frame* frame, Json&& in, Json& out) const override {
    return store(run, frame, in) && body_->consume(run, frame, std::move(in), out);
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (source_->single_in(frame) && plain(patterns_)) {
      if (!store(run, frame, in)) return run.failed() ? Flow::stop : Flow::more;
      return body_->each(run, frame, in, sink);
    }
    return run.each(*source_, frame, in, [&](Item value) {
      return bind(run, frame, patterns_, in, *value,
                  [&] { return run.each(*body_, frame, in, sink); });
    });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return run.each(*source_, frame, *in.value, [&](Item value) {
      auto const depth = run.path().size();
      return bind(run, frame, patterns_, *in.value, *value, [&] {
        run.path().resize(depth);
        return body_->paths(run, frame, in, sink);
      });
    });
  }

 private:
  // Only when the pattern is one variable and the source has at most one value.
  bool store(Run& run, Frame* frame, Json const& in) const {
    Json space;
    auto const* value = source_->one(run, frame, in, space);
    if (value == nullptr) return false;
    auto& slot = frame->slot(patterns_.alternatives.front()->slot);
    if (value == &space) {
      slot = std::move(space);
    } else {
      slot = *value;
    }
    return true;
  }

  Operand source_;
  Patterns patterns_;
  Operand body_;
};

class Reduce final : public Expr {
 public:
  Reduce(Operand source, Patterns patterns, Operand init, Operand update)
      : Expr(init->single()),
        source_(source),
        patterns_(std::move(patterns)),
        init_(init),
        update_(update) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json init_space;
    auto const* init = init_->one(run, frame, in, init_space);
    if (init == nullptr) return nullptr;
    Json state = take_result(init, init_space);
    if (fold(run, frame, in, state) != Flow::more) return nullptr;
    space = std::move(state);
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return run.each(*init_, frame, in, [&](Item init) -> Flow {
      Json state = init.take();
      if (fold(run, frame, in, state) != Flow::more) return Flow::stop;
      return sink({&state, true});
    });
  }

  // The state keeps its path from step to step.
  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return init_->paths(run, frame, in, [&](Spot init) -> Flow {
      auto& path = run.path();
      auto const start = path;
      auto current = path;
      Json value = *init.value;
      Json at = *init.at;
      auto const flow = run.each(*source_, frame, *in.value, [&](Item item) {
        return bind(run, frame, patterns_, *in.value, *item, [&] {
          Json const old = std::exchange(value, Json());
          Json const old_at = at;
          run.path() = current;
          return update_->paths(run, frame, {&old, &old_at}, [&](Spot spot) {
            value = *spot.value;
            at = *spot.at;
            current = run.path();
            return Flow::more;
          });
        });
      });
      run.path() = current;
      auto const after = flow == Flow::more ? sink({&value, &at}) : flow;
      run.path() = start;
      return after;
    });
  }

 private:
  Flow fold(Run& run, Frame* frame, Json const& in, Json& state) const {
    return run.each(*source_, frame, in, [&](Item item) {
      return bind(run, frame, patterns_, in, *item, [&] { return advance(run, frame, state); });
    });
  }

  // No output of the update leaves null; of several the last one counts.
  Flow advance(Run& run, Frame* frame, Json& state) const {
    Json old = std::exchange(state, Json());
    if (update_->single()) {
      if (!update_->consume(run, frame, std::move(old), state) && run.failed()) return Flow::stop;
      return Flow::more;
    }
    return run.each(*update_, frame, old, [&](Item item) {
      state = item.take();
      return Flow::more;
    });
  }

  Operand source_;
  Patterns patterns_;
  Operand init_;
  Operand update_;
};

class Foreach final : public Expr {
 public:
  Foreach(Operand source, Patterns patterns, Operand init, Operand update, Operand extract)
      : Expr(false),
        source_(source),
        patterns_(std::move(patterns)),
        init_(init),
        update_(update),
        extract_(extract) {}

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    return run.each(*init_, frame, in, [&](Item init) {
      Json state = init.take();
      return run.each(*source_, frame, in, [&](Item item) {
        return bind(run, frame, patterns_, in, *item,
                    [&] { return advance(run, frame, state, sink); });
      });
    });
  }

  Flow do_paths(Run& run, Frame* frame, Spot in, SpotSink sink) const override {
    return init_->paths(run, frame, in, [&](Spot init) -> Flow {
      auto const start = run.path();
      auto current = run.path();
      Json value = *init.value;
      Json at = *init.at;
      auto const flow = run.each(*source_, frame, *in.value, [&](Item item) {
        return bind(run, frame, patterns_, *in.value, *item, [&] {
          Json const old = std::exchange(value, Json());
          Json const old_at = at;
          run.path() = current;
          return update_->paths(run, frame, {&old, &old_at}, [&](Spot spot) -> Flow {
            value = *spot.value;
            at = *spot.at;
            current = run.path();
            if (extract_ == nullptr) return sink(spot);
            return extract_->paths(run, frame, spot, sink);
          });
        });
      });
      run.path() = start;
      return flow;
    });
  }

 private:
  // The state is changed in place when it is nobody else's.
  Flow advance(Run& run, Frame* frame, Json& state, Sink sink) const {
    Json old = std::exchange(state, Json());
    if (!update_->single()) {
      return run.each(*update_, frame, old, [&](Item updated) {
        state = updated.take();
        return output(run, frame, state, sink);
      });
    }
    if (update_->consume(run, frame, std::move(old), state)) {
      return output(run, frame, state, sink);
    }
    return run.failed() ? Flow::stop : Flow::more;
  }

  Flow output(Run& run, Frame* frame, Json const& state, Sink sink) const {
    if (extract_ == nullptr) return sink({&state, false});
    return run.each(*extract_, frame, state, sink);
  }

  Operand source_;
  Patterns patterns_;
  Operand init_;
  Operand update_;
  Operand extract_;
};

}  // namespace

ExprPtr make_bind(Operand source, Patterns patterns, Operand body) {
  return std::make_unique<Bind>(source, std::move(patterns), body);
}
ExprPtr make_reduce(Operand source, Patterns patterns, Operand init, Operand update) {
  return std::make_unique<Reduce>(source, std::move(patterns), init, update);
}
ExprPtr make_foreach(Operand source, Patterns patterns, Operand init, Operand update,
                     Operand extract) {
  return std::make_unique<Foreach>(source, std::move(patterns), init, update, extract);
}

}  // namespace skald::jq
