#pragma once

// What the arguments of tasks are made of: constants, expressions, and objects and lists of both.
//
//   object().field("order", id).field("price", trip[&Trip::amount]).field("tags", list("a", id))

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/describe.hpp"
#include "base/time.hpp"
#include "dsl/builder/expression.hpp"
#include "dsl/builder/nodes.hpp"

namespace skald {

class Value {
 public:
  Value() = default;  // not given
  template <class T>
  requires(!std::is_same_v<std::decay_t<T>, Value>) Value(T const& value)  // NOLINT: implicit
      : given_(true), node_(make(value)) {}

  // An object's field, a list's item.
  [[nodiscard]] Value field(std::string_view name, Value const& value) const;

  bool given() const { return given_; }
  builder::Node const& node() const { return node_; }

 private:
  friend Value object();
  template <class... T>
  friend Value list(T const&... items);

  template <class T>
  static builder::Node make(T const& value) {
    if constexpr (builder::is_expr<T>) {
      return builder::expression_node(value.code().text);
    } else if constexpr (requires { value.expression(); }) {
      return builder::expression_node(value.expression().code().text);
    } else if constexpr (std::is_null_pointer_v<T>) {
      return builder::node_of(Json());
    } else if constexpr (std::is_convertible_v<T const&, std::string_view>) {
      return builder::node_of(Json(std::string_view(value)));
    } else {
      static_assert(describe::Value<T>,
                    "skald: this type has no JSON form; describe it by SKALD_DESCRIBE");
      return builder::node_of(describe::write(value));
    }
  }
  static Value of(builder::Node node) {
    Value result;
    result.given_ = true;
    result.node_ = std::move(node);
    return result;
  }

  bool given_ = false;
  builder::Node node_;
};

inline Value object() {
  return Value::of(builder::map_node());
}
template <class... T>
Value list(T const&... items) {
  builder::Node node = builder::list_node();
  (node.items.push_back(Value(items).node()), ...);
  return Value::of(std::move(node));
}

// A text: a constant or an expression that gives one.
class Text {
 public:
  Text(char const* text) : node_(builder::node_of(Json(text))) {}         // NOLINT: implicit
  Text(std::string const& text) : node_(builder::node_of(Json(text))) {}  // NOLINT: implicit
  template <class T>
  Text(Expr<T> const& text) : node_(builder::expression_node(text.code().text)) {  // NOLINT
    static_assert(builder::comparable<T, std::string>(), "skald: a text is expected here");
  }

  builder::Node const& node() const { return node_; }

 private:
  builder::Node node_;
};

// A length of time: 5s, days{3}, a skald::Duration, or an expression that gives an ISO 8601 text.
class Length {
 public:
  template <class Rep, class Period>
  Length(std::chrono::duration<Rep, Period> length)  // NOLINT: implicit
      : Length(Duration{std::chrono::duration_cast<std::chrono::microseconds>(length).count()}) {}
  Length(Duration length) : node_(builder::node_of(length)) {}  // NOLINT: implicit
  Length(Expr<std::string> const& length)                       // NOLINT: implicit
      : node_(builder::expression_node(length.code().text)) {}

  builder::Node const& node() const { return node_; }

 private:
  builder::Node node_;
};

using std::chrono::days;

}  // namespace skald
