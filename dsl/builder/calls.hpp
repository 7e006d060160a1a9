#pragma once

// Calls: HTTP, and C++ functions in the process.
//
//   http::put<Booked>("hotel", url).body(pick(trip, &Trip::city)).timeout(5s).retry(transient)
//       .compensate(http::del("cancelHotel", url))
//   step<Booked>("hotel", &book_hotel).with(pick(trip, &Trip::city, &Trip::from))
//       .compensate("cancelHotel", &cancel_hotel)

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "dsl/builder/task.hpp"

namespace skald {

// A secret that the workflow declares (Workflow::secrets). In expressions: secret("shop", "key").
struct Secret {
  std::string name;
};

// $secrets.<name>, or a member of it. It can be handed on and be a part of a text, nothing else.
inline Expr<std::string> secret(std::string const& name, std::string const& member = {}) {
  auto const text = "$secrets[" + to_text(Json(name)) + "]";
  return expression<std::string>(member.empty() ? text : text + "[" + to_text(Json(member)) + "]");
}

namespace builder {

// {bearer: {token}}, {basic: {username, password}}, {<scheme>: {use}}.
Node bearer_node(Text const& token, Place at);
Node basic_node(Text const& user, Text const& password, Place at);
Node secret_node(std::string_view scheme, Secret const& secret, Place at);

}  // namespace builder

namespace http {

enum class Output { content, raw, response };

template <class Out = Json>
class Call final : public Task<Call<Out>, Out> {
  using Base = Task<Call<Out>, Out>;

 public:
  Call(Name const& name, char const* method, Text const& url) : Base(name) {
    builder::put(this->body_, "call", builder::text_node("http"), name.place);
    put_argument("method", builder::text_node(method), name.place);
    put_argument("endpoint", url.node(), name.place);
  }

  [[nodiscard]] Call body(Value const& value, Place at = Place::here()) const {
    return argument("body", value.node(), at);
  }
  [[nodiscard]] Call header(std::string_view name, Text const& value,
                            Place at = Place::here()) const {
    return argument_in("headers", name, value.node(), at);
  }
  [[nodiscard]] Call query(std::string_view name, Value const& value,
                           Place at = Place::here()) const {
    return argument_in("query", name, value.node(), at);
  }
  // What the output is: the content (default), its base64 text, or the whole response.
  [[nodiscard]] Call output_mode(Output mode, Place at = Place::here()) const {
    constexpr char const* kWords[] = {"content", "raw", "response"};
    return argument("output", builder::text_node(kWords[static_cast<int>(mode)]), at);
  }
  // true: redirects are answers, not errors.
  [[nodiscard]] Call redirect(bool accept, Place at = Place::here()) const {
    return argument("redirect", builder::node_of(Json(accept)), at);
  }
  // Done when the participant posts the result to the URL in Skald-Callback, or by its timeout.
  [[nodiscard]] Call await_callback(Place at = Place::here()) const {
    return this->with("await", builder::text_node("callback"), at);
  }
  [[nodiscard]] Call bearer(Text const& token, Place at = Place::here()) const {
    return authentication(builder::bearer_node(token, at), at);
  }
  // The token is the secret, or its member `token`.
  [[nodiscard]] Call bearer(Secret const& secret, Place at = Place::here()) const {
    return authentication(builder::secret_node("bearer", secret, at), at);
  }
  [[nodiscard]] Call basic(Text const& user, Text const& password, Place at = Place::here()) const {
    return authentication(builder::basic_node(user, password, at), at);
  }
  // The secret has `username` and `password`.
  [[nodiscard]] Call basic(Secret const& secret, Place at = Place::here()) const {
    return authentication(builder::secret_node("basic", secret, at), at);
  }

 private:
  void put_argument(std::string_view key, builder::Node node, Place at) {
    builder::put_in(this->body_, "with", key, std::move(node), at);
  }
  Call argument(std::string_view key, builder::Node node, Place at) const {
    Call copy = *this;
    copy.put_argument(key, std::move(node), at);
    return copy;
  }
  Call argument_in(std::string_view outer, std::string_view key, builder::Node node,
                   Place at) const {
    builder::Node with = *this->body_.get("with");
    builder::put_in(with, outer, key, std::move(node), at);
    return this->with("with", std::move(with), at);
  }
  Call authentication(builder::Node schemes, Place at) const {
    builder::Node with = *this->body_.get("with");
    builder::Node endpoint = *with.get("endpoint");
    if (!endpoint.is_map()) {
      builder::Node uri = std::exchange(endpoint, builder::map_node());
      builder::put(endpoint, "uri", std::move(uri), at);
    }
    builder::put(endpoint, "authentication", std::move(schemes), at);
    builder::put(with, "endpoint", std::move(endpoint), at);
    return this->with("with", std::move(with), at);
  }
};

template <class Out = Json>
Call<Out> get(Name const& name, Text const& url) {
  return {name, "get", url};
}
template <class Out = Json>
Call<Out> head(Name const& name, Text const& url) {
  return {name, "head", url};
}
template <class Out = Json>
Call<Out> put(Name const& name, Text const& url) {
  return {name, "put", url};
}
template <class Out = Json>
Call<Out> post(Name const& name, Text const& url) {
  return {name, "post", url};
}
template <class Out = Json>
Call<Out> patch(Name const& name, Text const& url) {
  return {name, "patch", url};
}
template <class Out = Json>
Call<Out> del(Name const& name, Text const& url) {
  return {name, "delete", url};
}
template <class Out = Json>
Call<Out> options(Name const& name, Text const& url) {
  return {name, "options", url};
}

}  // namespace http

namespace builder {

// `with` of a function: one field for each member of its input.
Node picked_arguments(Code const& base, std::vector<std::string> const& names);
// Aborts when `names` lacks a member that `wanted` needs.
void check_arguments(AnyTask const& task, std::vector<std::string> const& names,
                     std::vector<std::string_view> const& wanted);

template <class T>
std::vector<std::string_view> needed_members() {
  std::vector<std::string_view> names;
  auto const add = [&names](auto const& member) {
    using M = typename std::remove_cvref_t<decltype(member)>::type;
    if (!describe::is_optional<M>) names.push_back(member.name);
  };
  std::apply([&add](auto const&... each) { (add(each), ...); }, describe::members<T>());
  return names;
}

template <class T>
std::vector<std::string> all_members() {
  std::vector<std::string> names;
  std::apply([&names](auto const&... each) { (names.emplace_back(each.name), ...); },
             describe::members<T>());
  return names;
}

struct Deduced {};

}  // namespace builder

// A call of a function, registered by name or with the workflow.
template <class In, class Out>
class FunctionCall final : public Task<FunctionCall<In, Out>, Out> {
  using Base = Task<FunctionCall<In, Out>, Out>;

 public:
  FunctionCall(Name const& name, std::string const& function) : Base(name) {
    builder::put(this->body_, "call", builder::text_node(function), name.place);
  }
  FunctionCall(Name const& name, RegisteredFunction function) : FunctionCall(name, function.name) {
    this->needs_.add(std::move(function));
  }

  // The function's input: some members of a struct, a whole struct, or an object of fields.
  template <class T>
  [[nodiscard]] FunctionCall with(Picked<T> const& picked, Place at = Place::here()) const {
    if constexpr (describe::Described<In>) {
      builder::check_arguments(*this, picked.names, builder::needed_members<In>());
    }
    return Base::with("with", builder::picked_arguments(picked.base, picked.names), at);
  }
  template <class T>
  [[nodiscard]] FunctionCall with(Expr<T> const& value, Place at = Place::here()) const {
    static_assert(describe::Described<T> && (std::is_same_v<T, In> || std::is_same_v<In, Json>),
                  "skald: the function's input is another type; use pick(...) or object()");
    return Base::with("with", builder::picked_arguments(value.code(), builder::all_members<T>()),
                      at);
  }
  [[nodiscard]] FunctionCall with(Value const& value, Place at = Place::here()) const {
    return Base::with("with", value.node(), at);
  }

  // The name under which the function is registered; the task's own when not given. Functions of
  // all workflows in an engine share one space of names.
  [[nodiscard]] FunctionCall named(std::string const& function, Place at = Place::here()) const {
    FunctionCall copy = Base::with("call", builder::text_node(function), at);
    for (RegisteredFunction& registered : copy.needs_.functions) {
      if (registered.name == this->body_.get("call")->text()) registered.name = function;
    }
    return copy;
  }

  using Base::compensate;
  // Undoes the task by a function that is given what it did.
  template <class F>
  requires(!std::derived_from<F, AnyTask>) [[nodiscard]] FunctionCall
      compensate(Name const& name, F undo) const {
    using Pointer = decltype(functions::pointer_of(undo));
    functions::check_signature<Pointer>();
    using Argument = typename functions::Signature<Pointer>::input;
    if constexpr (functions::IsUndo<Argument>::value) {
      constexpr bool fits = std::is_same_v<typename functions::IsUndo<Argument>::input, In> &&
                            std::is_same_v<typename functions::IsUndo<Argument>::output, Out>;
      static_assert(fits, "skald: the undo function is of another step: its Undo<In, Out> differs");
    }
    return compensate(FunctionCall<Argument, Json>(name, function(name.text, undo)));
  }
};

// Calls a C++ function, which travels with the workflow.
template <class Out = builder::Deduced, class F>
auto step(Name const& name, F body) {
  using Pointer = decltype(functions::pointer_of(body));
  functions::check_signature<Pointer>();
  using In = typename functions::Signature<Pointer>::input;
  using Result = typename functions::Signature<Pointer>::output;
  static_assert(std::is_same_v<Out, builder::Deduced> || std::is_same_v<Out, Result>,
                "skald: the function returns another type than step<...> names");
  static_assert(std::is_void_v<In> || builder::kind_of<In>() == builder::ValueKind::object ||
                    std::is_same_v<In, Json>,
                "skald: the input of a step function is a struct, a map or Json");
  using Output = std::conditional_t<std::is_void_v<Result>, Json, Result>;
  return FunctionCall<In, Output>(name, function(name.text, body));
}

// Calls a function that is registered by name: Engine::add("bookHotel", ...).
template <class Out = Json>
FunctionCall<Json, Out> call(Name const& name, std::string const& function) {
  return {name, function};
}

}  // namespace skald
