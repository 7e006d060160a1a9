#pragma once

// Typed expressions. An Expr<T> is a jq expression that gives a T; members are reached by pointers
// to members, so that a misspelt or foreign one does not compile, and comparisons check the kinds
// of both sides:
//
//   auto const trip = input<Trip>();
//   trip[&Trip::amount] > 5000                       // Expr<bool>
//   format("http://hotel.local/{}", run_id())        // Expr<std::string>
//   pick(trip, &Trip::city, &Trip::from)             // {city, from}
//
// Nothing is computed here: the engine evaluates the expression when the step runs.

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/describe.hpp"
#include "dsl/builder/code.hpp"

namespace skald {

namespace builder {

template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using type = T;
};
template <class T>
using unwrapped_t = typename Unwrapped<T>::type;

// The kind of JSON value a type has; `any` fits all others.
enum class ValueKind { any, boolean, number, string, list, object, null };

template <class T>
constexpr ValueKind kind_of() {
  using U = unwrapped_t<T>;
  if constexpr (std::is_same_v<U, bool>) {
    return ValueKind::boolean;
  } else if constexpr (std::is_null_pointer_v<U>) {
    return ValueKind::null;
  } else if constexpr (std::is_arithmetic_v<U>) {
    return ValueKind::number;
  } else if constexpr (std::is_convertible_v<U, std::string_view>) {
    return ValueKind::string;
  } else if constexpr (describe::is_vector<U>) {
    return ValueKind::list;
  } else if constexpr (describe::is_map<U> || describe::Described<U>) {
    return ValueKind::object;
  } else {
    return ValueKind::any;
  }
}

template <class A, class B>
constexpr bool comparable() {
  constexpr ValueKind a = kind_of<A>();
  constexpr ValueKind b = kind_of<B>();
  return a == b || a == ValueKind::any || b == ValueKind::any || a == ValueKind::null ||
         b == ValueKind::null;
}

template <class T, class M>
std::string_view checked_name(M T::*pointer) {
  std::string_view const name = describe::name_of(pointer);
  SKALD_ASSERT(!name.empty(), "a member that SKALD_DESCRIBE does not name");
  return name;
}

}  // namespace builder

template <class T>
class Expr {
 public:
  using type = T;

  explicit Expr(builder::Code code) : code_(std::move(code)) {}

  builder::Code const& code() const { return code_; }

  // The member of a struct.
  template <class M, class C>
  Expr<M> operator[](M C::*pointer) const {
    static_assert(std::is_same_v<C, builder::unwrapped_t<T>>,
                  "skald: this member belongs to another struct than the value");
    return Expr<M>(builder::member(code_, builder::checked_name(pointer)));
  }
  // The member of a value whose type is not known (Json) or of a map.
  auto operator[](char const* key) const {
    static_assert(std::is_same_v<T, Json> || describe::is_map<T>,
                  "skald: use a pointer to member: value[&Struct::member]");
    return Expr<std::conditional_t<std::is_same_v<T, Json>, Json, describe::inner_t<T>>>(
        builder::member(code_, key));
  }
  // The item of a list.
  template <std::integral Index>
  auto operator[](Index index) const {
    static_assert(std::is_same_v<T, Json> || describe::is_vector<T>,
                  "skald: only a list has items");
    return Expr<std::conditional_t<std::is_same_v<T, Json>, Json, describe::inner_t<T>>>(
        builder::item(code_, static_cast<std::size_t>(index)));
  }
  // The same expression, whose value the author knows to be a U.
  template <class U>
  Expr<U> as() const {
    return Expr<U>(code_);
  }

 private:
  builder::Code code_;
};

namespace builder {

template <class T>
inline constexpr bool is_expr = false;
template <class T>
inline constexpr bool is_expr<Expr<T>> = true;

template <class T>
struct OperandType {
  using type = std::decay_t<T>;
};
template <class T>
struct OperandType<Expr<T>> {
  using type = T;
};
template <class T>
using operand_t = typename OperandType<T>::type;

template <class T>
concept Operand = is_expr<T> || std::is_same_v<T, Json> || kind_of<std::decay_t<T>>()
!= ValueKind::any;
// One side is an expression, the other one too or a constant.
template <class A, class B>
concept Operands = (is_expr<A> || is_expr<B>)&&Operand<A>&& Operand<B>;

template <class T>
Code code_of(T const& operand) {
  if constexpr (is_expr<T>) {
    return operand.code();
  } else if constexpr (std::is_null_pointer_v<T>) {
    return literal(Json());
  } else if constexpr (std::is_convertible_v<T const&, std::string_view>) {
    return literal(Json(std::string_view(operand)));
  } else {
    return literal(describe::write(operand));
  }
}

template <class A, class B>
Expr<bool> compare(A const& a, std::string_view sign, B const& b) {
  static_assert(comparable<operand_t<A>, operand_t<B>>(),
                "skald: compares values of different kinds, such as a string with a number");
  return Expr<bool>(binary(code_of(a), sign, code_of(b), Binding::comparison));
}

template <class A, class B>
auto arithmetic(A const& a, std::string_view sign, B const& b, Binding binding) {
  constexpr ValueKind left = kind_of<operand_t<A>>();
  constexpr ValueKind right = kind_of<operand_t<B>>();
  constexpr bool numbers = left == ValueKind::number && right == ValueKind::number;
  constexpr bool strings = left == ValueKind::string && right == ValueKind::string;
  constexpr bool any = left == ValueKind::any || right == ValueKind::any;
  static_assert(numbers || strings || any, "skald: computes with values of different kinds");
  using Out = std::conditional_t<any, Json, std::conditional_t<strings, std::string, double>>;
  return Expr<Out>(binary(code_of(a), sign, code_of(b), binding));
}

template <class T>
inline constexpr bool is_condition = is_expr<T> && (kind_of<operand_t<T>>() == ValueKind::boolean ||
                                                    kind_of<operand_t<T>>() == ValueKind::any);

// What a compiler says of a bad pattern is the name of the function that it must not call.
inline void single_brace_in_a_format() {}  // a brace is {{ or }}
inline void more_arguments_than_braces_in_a_format() {}
inline void fewer_arguments_than_braces_in_a_format() {}

// Counts {} at compile time.
template <std::size_t N>
struct FormatPattern {
  std::string_view text;

  consteval FormatPattern(char const* pattern) : text(pattern) {  // NOLINT: implicit
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      bool const last = i + 1 == text.size();
      if (!last && text[i] == '{' && text[i + 1] == '}') {
        ++count;
      } else if (last || text[i] != text[i + 1] || (text[i] != '{' && text[i] != '}')) {
        if (text[i] == '{' || text[i] == '}') single_brace_in_a_format();
        continue;
      }
      ++i;
    }
    if (count < N) more_arguments_than_braces_in_a_format();
    if (count > N) fewer_arguments_than_braces_in_a_format();
  }
};

}  // namespace builder

template <class A, class B>
requires builder::Operands<A, B> Expr<bool>
operator==(A const& a, B const& b) {
  return builder::compare(a, "==", b);
}
template <class A, class B>
requires builder::Operands<A, B> Expr<bool>
operator!=(A const& a, B const& b) {
  return builder::compare(a, "!=", b);
}
template <class A, class B>
requires builder::Operands<A, B> Expr<bool>
operator<(A const& a, B const& b) {
  return builder::compare(a, "<", b);
}
template <class A, class B>
requires builder::Operands<A, B> Expr<bool>
operator<=(A const& a, B const& b) {
  return builder::compare(a, "<=", b);
}
template <class A, class B>
requires builder::Operands<A, B> Expr<bool>
operator>(A const& a, B const& b) {
  return builder::compare(a, ">", b);
}
template <class A, class B>
requires builder::Operands<A, B> Expr<bool>
operator>=(A const& a, B const& b) {
  return builder::compare(a, ">=", b);
}
template <class A, class B>
requires builder::Operands<A, B>
auto operator+(A const& a, B const& b) {
  return builder::arithmetic(a, "+", b, builder::Binding::sum);
}
template <class A, class B>
requires builder::Operands<A, B>
auto operator-(A const& a, B const& b) {
  return builder::arithmetic(a, "-", b, builder::Binding::sum);
}
template <class A, class B>
requires builder::Operands<A, B>
auto operator*(A const& a, B const& b) {
  return builder::arithmetic(a, "*", b, builder::Binding::product);
}
template <class A, class B>
requires builder::Operands<A, B>
auto operator/(A const& a, B const& b) {
  return builder::arithmetic(a, "/", b, builder::Binding::product);
}
// jq has no short circuit to lose here: both sides are conditions without effects.
template <class A, class B>
requires(builder::is_condition<A>&& builder::is_condition<B>) Expr<bool>
operator&&(A const& a, B const& b) {
  return Expr<bool>(builder::binary(a.code(), "and", b.code(), builder::Binding::conjunction));
}
template <class A, class B>
requires(builder::is_condition<A>&& builder::is_condition<B>) Expr<bool>
operator||(A const& a, B const& b) {
  return Expr<bool>(builder::binary(a.code(), "or", b.code(), builder::Binding::disjunction));
}
template <class A>
requires builder::is_condition<A> Expr<bool>
operator!(A const& a) {
  return Expr<bool>(builder::negation(a.code()));
}

// What `when` takes: an expression that gives true or false.
class Condition {
 public:
  template <class T>
  Condition(Expr<T> const& condition) : code_(condition.code()) {  // NOLINT: implicit
    static_assert(builder::is_condition<Expr<T>>, "skald: a condition gives true or false");
  }

  builder::Code const& code() const { return code_; }

 private:
  builder::Code code_;
};

// Some members of a struct, as an object of their own.
template <class T>
struct Picked {
  builder::Code base;
  std::vector<std::string> names;

  Expr<Json> expression() const { return Expr<Json>(builder::fields(base, names)); }
};

template <class T, class... C, class... M>
Picked<T> pick(Expr<T> const& value, M C::*... pointers) {
  static_assert((std::is_same_v<C, builder::unwrapped_t<T>> && ...),
                "skald: this member belongs to another struct than the value");
  return {value.code(), {std::string(builder::checked_name(pointers))...}};
}

// Text with values in it: format("http://hotel.local/{}", id). {{ and }} are braces.
template <class... Args>
Expr<std::string> format(builder::FormatPattern<sizeof...(Args)> pattern, Args const&... args) {
  return Expr<std::string>(builder::interpolation(pattern.text, {builder::code_of(args)...}));
}

// An expression written by hand; nobody checks that it gives a T.
template <class T = Json>
Expr<T> expression(std::string code) {
  return Expr<T>(builder::Code{std::move(code), builder::Binding::pipe});
}

// The input of the run.
template <class T = Json>
Expr<T> input() {
  return Expr<T>(builder::Code{"$workflow.input"});
}
inline Expr<std::string> run_id() {
  return Expr<std::string>(builder::Code{"$workflow.id"});
}
// $context: what `export_as` of earlier tasks left.
template <class T = Json>
Expr<T> context() {
  return Expr<T>(builder::Code{"$context"});
}
// The data at hand: the task's input, or in output_as its raw output.
template <class T = Json>
Expr<T> data() {
  return Expr<T>(builder::Code{"."});
}
inline Expr<std::string> secret(std::string_view name) {
  return Expr<std::string>(builder::member(builder::variable("secrets"), name));
}

// In a compensate block: what is undone. `output` is null when the action is in doubt.
template <class In = Json, class Out = Json>
struct UndoExpr {
  Expr<In> input{builder::Code{"$undo.input"}};
  Expr<std::optional<Out>> output{builder::Code{"$undo.output"}};
  Expr<std::string> outcome{builder::Code{"$undo.outcome"}};
  Expr<Json> error{builder::Code{"$undo.error"}};
};
template <class In = Json, class Out = Json>
UndoExpr<In, Out> undo() {
  return {};
}

}  // namespace skald
