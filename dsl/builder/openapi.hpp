#pragma once

// Calls of operations that an OpenAPI document describes.
//
//   openapi::call<Pet>("get", "pets-api.yaml", "getPet").parameter("id",
//   input<Order>()[&Order::pet])

#include <string>
#include <string_view>
#include <utility>

#include "dsl/builder/calls.hpp"

namespace skald::openapi {

template <class Out = Json>
class Call final : public Task<Call<Out>, Out> {
  using Base = Task<Call<Out>, Out>;

 public:
  // `document`: a URL, or the path of a file (from the working directory of the process).
  Call(Name const& name, std::string const& document, std::string const& operation) : Base(name) {
    builder::put(this->body_, "call", builder::text_node("openapi"), name.place);
    builder::Node where = builder::map_node();
    builder::put(where, "endpoint", builder::text_node(document), name.place);
    builder::put_in(this->body_, "with", "document", std::move(where), name.place);
    builder::put_in(this->body_, "with", "operationId", builder::text_node(operation), name.place);
  }

  // A parameter of the operation, `body`, or a member of its body.
  [[nodiscard]] Call parameter(std::string_view name, Value const& value,
                               Place at = Place::here()) const {
    builder::Node with = *this->body_.get("with");
    builder::put_in(with, "parameters", name, value.node(), at);
    return this->with("with", std::move(with), at);
  }
  [[nodiscard]] Call output_mode(http::Output mode, Place at = Place::here()) const {
    constexpr char const* kWords[] = {"content", "raw", "response"};
    return argument("output", builder::text_node(kWords[static_cast<int>(mode)]), at);
  }
  [[nodiscard]] Call redirect(bool accept, Place at = Place::here()) const {
    return argument("redirect", builder::node_of(Json(accept)), at);
  }
  // Done when the participant posts the result to the URL in Skald-Callback, or by its timeout.
  [[nodiscard]] Call await_callback(Place at = Place::here()) const {
    return this->with("await", builder::text_node("callback"), at);
  }
  [[nodiscard]] Call bearer(Text const& token, Place at = Place::here()) const {
    return argument("authentication", builder::bearer_node(token, at), at);
  }
  [[nodiscard]] Call bearer(Secret const& secret, Place at = Place::here()) const {
    return argument("authentication", builder::secret_node("bearer", secret, at), at);
  }
  [[nodiscard]] Call basic(Text const& user, Text const& password, Place at = Place::here()) const {
    return argument("authentication", builder::basic_node(user, password, at), at);
  }
  [[nodiscard]] Call basic(Secret const& secret, Place at = Place::here()) const {
    return argument("authentication", builder::secret_node("basic", secret, at), at);
  }

 private:
  Call argument(std::string_view key, builder::Node node, Place at) const {
    builder::Node with = *this->body_.get("with");
    builder::put(with, key, std::move(node), at);
    return this->with("with", std::move(with), at);
  }
};

template <class Out = Json>
Call<Out> call(Name const& name, std::string const& document, std::string const& operation) {
  return {name, document, operation};
}

}  // namespace skald::openapi
