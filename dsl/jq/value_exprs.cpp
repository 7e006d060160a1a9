// Literals, variables, and the constructors of arrays, objects and strings.

#include "base/sealed.hpp"
#include "dsl/jq/exprs.hpp"
#include "dsl/jq/strings.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

class Literal final : public Expr {
 public:
  explicit Literal(Json value) : Expr(true, kFree), value_(std::move(value)) {}
  Json const* constant() const override { return &value_; }
  Json const* do_one(Run&, Frame*, Json const&, Json&) const override { return &value_; }

 private:
  Json value_;
};

class Variable final : public Expr {
 public:
  Variable(std::size_t levels, std::size_t slot)
      : Expr(true, steps_up(levels)), levels_(levels), slot_(slot) {}
  Json const* do_one(Run&, Frame* frame, Json const&, Json&) const override {
    return &frame->up(levels_)->slot(slot_);
  }

 private:
  std::size_t levels_;
  std::size_t slot_;
};

class Global final : public Expr {
 public:
  explicit Global(std::size_t index) : Expr(true, kFree), index_(index) {}
  Json const* do_one(Run& run, Frame*, Json const&, Json&) const override {
    auto const values = run.environment().variables;
    return index_ < values.size() ? &values[index_] : &null_json();
  }

 private:
  std::size_t index_;
};

class Collect final : public Expr {
 public:
  explicit Collect(Operand items) : Expr(true, kAllocation), items_(items) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    std::vector<Json> items;
    std::size_t room = 0;
    if (items_ != nullptr) {
      auto const flow = run.each(*items_, frame, in, [&](Item item) -> Flow {
        if (items.size() == room) {
          auto const more = room == 0 ? std::size_t{4} : room;
          // Half as much again: while it grows, the old storage is still there.
          if (!run.charge(more * sizeof(Json) * 3 / 2)) return Flow::stop;
          room += more;
          items.reserve(room);
        }
        items.push_back(item.take());
        return Flow::more;
      });
      if (flow != Flow::more) return nullptr;
    }
    space = Json::array(std::move(items));
    return &space;
  }

 private:
  Operand items_;
};

class Object final : public Expr {
 public:
  explicit Object(Operands operands)
      : Expr(all_single(operands), kAllocation + count_of(operands)),
        operands_(std::move(operands)) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json object = Json::object();
    object.reserve(operands_.size() / 2);
    if (!run.charge(operands_.size() * sizeof(Json) + 64)) return nullptr;
    for (std::size_t i = 0; i < operands_.size(); i += 2) {
      Json key_space;
      auto const* key = operands_[i]->one(run, frame, in, key_space);
      if (key == nullptr) return nullptr;
      Json value_space;
      auto const* value = operands_[i + 1]->one(run, frame, in, value_space);
      if (value == nullptr || !check_key(run, *key)) return nullptr;
      object.set_shared(*key, take_result(value, value_space));
    }
    space = std::move(object);
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return fill(run, frame, in, sink, Json::object(), 0);
  }

 private:
  bool check_key(Run& run, Json const& key) const {
    if (key.is_string()) return spend_on_key(run, key);
    run.fail("Cannot use " + describe(key) + " as object key");
    run.locate(span);
    return false;
  }

  // The members from `at` on; the first key varies slowest.
  Flow fill(Run& run, Frame* frame, Json const& in, Sink sink, Json object, std::size_t at) const {
    if (at == operands_.size()) return sink({&object, true});
    return run.each(*operands_[at], frame, in, [&](Item key) {
      return run.each(*operands_[at + 1], frame, in, [&](Item value) -> Flow {
        if (!check_key(run, *key)) return Flow::stop;
        Json next = object;
        if (!run.charge((next.size() + 2) * sizeof(Json::Member))) return Flow::stop;
        next.set_shared(*key, value.take());
        return fill(run, frame, in, sink, std::move(next), at + 2);
      });
    });
  }

  Operands operands_;
};

class String final : public Expr {
 public:
  String(Operands parts, std::vector<bool> formatted, std::string format)
      : Expr(all_single(parts), kAllocation + count_of(parts)),
        parts_(std::move(parts)),
        formatted_(std::move(formatted)),
        format_(std::move(format)),
        plain_(format_ == "text") {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    std::string text;
    Json sealed;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      Json part_space;
      auto const* part = parts_[i]->one(run, frame, in, part_space);
      if (part == nullptr) return nullptr;
      if (part->is_sealed() && (!formatted_[i] || plain_)) {
        sealed = sealed_text(joined(sealed, text), *part);
        text.clear();
      } else if (!append(run, i, *part, text)) {
        return nullptr;
      }
    }
    if (!run.charge(text.size() + sealed.byte_size())) return nullptr;
    space = joined(sealed, text);
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return fill(run, frame, in, sink, std::string(), parts_.size());
  }

 private:
  // What has been gathered: a text, or a sealed one with more text behind it.
  static Json joined(Json const& sealed, std::string const& text) {
    if (sealed.is_null()) return Json(std::string_view(text));
    return text.empty() ? sealed : sealed_text(sealed, Json(std::string_view(text)));
  }

  bool append(Run& run, std::size_t index, Json const& value, std::string& text) const {
    if (!run.spend_on(value)) return false;
    auto const before = text.size();
    bool const scalar = !value.is_array() && !value.is_object() && !value.is_sealed();
    if (!scalar && !no_secret(run, value)) return run.locate(span), false;
    if (!formatted_[index] || plain_) {
      append_as_text(text, value);
      return value.is_string() || run.spend_on_printed(text.size() - before);
    }
    // A format goes through the text that the value prints to.
    if (!run.spend_on(value)) return false;
    if (format_value(run, format_, value, text)) return run.spend_on_printed(text.size() - before);
    run.locate(span);
    return false;
  }

  // The parts before `at`, in front of `tail`; the last part varies slowest.
  Flow fill(Run& run, Frame* frame, Json const& in, Sink sink, std::string const& tail,
            std::size_t at) const {
    if (at == 0) {
      Json const text{std::string_view(tail)};
      return sink({&text, false});
    }
    return run.each(*parts_[at - 1], frame, in, [&](Item item) -> Flow {
      std::string text;
      if (!append(run, at - 1, *item, text)) return Flow::stop;
      text += tail;
      if (!run.charge(text.size())) return Flow::stop;
      return fill(run, frame, in, sink, text, at - 1);
    });
  }

  Operands parts_;
  std::vector<bool> formatted_;
  std::string format_;
  bool plain_;
};

class Negate final : public Expr {
 public:
  explicit Negate(Operand value) : Expr(value->single()), value_(value) {}

  Json const* do_one(Run& run, Frame* frame, Json const& in, Json& space) const override {
    Json value_space;
    auto const* value = value_->one(run, frame, in, value_space);
    if (value == nullptr) return nullptr;
    if (!negate(run, *value, space)) return run.locate(span), nullptr;
    return &space;
  }

  Flow do_each(Run& run, Frame* frame, Json const& in, Sink sink) const override {
    if (single()) return Expr::do_each(run, frame, in, sink);
    return run.each(*value_, frame, in, [&](Item value) -> Flow {
      Json out;
      if (!negate(run, *value, out)) return run.locate(span), Flow::stop;
      return sink({&out, true});
    });
  }

 private:
  Operand value_;
};

}  // namespace

std::uint32_t count_of(Operands const& operands) {
  return static_cast<std::uint32_t>(operands.size());
}

bool all_single(Operands const& operands) {
  for (auto const* operand : operands) {
    if (!operand->single()) return false;
  }
  return true;
}

ExprPtr make_literal(Json value) {
  return std::make_unique<Literal>(std::move(value));
}
ExprPtr make_variable(std::size_t levels, std::size_t slot) {
  return std::make_unique<Variable>(levels, slot);
}
ExprPtr make_global(std::size_t index) {
  return std::make_unique<Global>(index);
}
ExprPtr make_collect(Operand items) {
  return std::make_unique<Collect>(items);
}
ExprPtr make_object(Operands keys_and_values) {
  return std::make_unique<Object>(std::move(keys_and_values));
}
ExprPtr make_string(Operands parts, std::vector<bool> formatted, std::string format) {
  return std::make_unique<String>(std::move(parts), std::move(formatted), std::move(format));
}
ExprPtr make_negate(Operand value) {
  return std::make_unique<Negate>(value);
}

}  // namespace skald::jq
