#include "dsl/builder/policy.hpp"

#include <utility>

namespace skald {

using builder::Node;

RetryPolicy::RetryPolicy(std::string name, Place place)
    : name_(std::move(name)), place_(place), node_(builder::map_node()) {
  node_.span = builder::span_of(place);
}

RetryPolicy RetryPolicy::with(std::string_view key, Node node, Place at) const {
  RetryPolicy copy = *this;
  builder::put(copy.node_, key, std::move(node), at);
  return copy;
}

RetryPolicy RetryPolicy::delay(Length length, Place at) const {
  return with("delay", length.node(), at);
}

RetryPolicy RetryPolicy::constant(Place at) const {
  Node backoff = builder::map_node();
  builder::put(backoff, "constant", builder::map_node(), at);
  return with("backoff", std::move(backoff), at);
}

RetryPolicy RetryPolicy::linear(Place at) const {
  Node backoff = builder::map_node();
  builder::put(backoff, "linear", builder::map_node(), at);
  return with("backoff", std::move(backoff), at);
}

RetryPolicy RetryPolicy::linear(Length increment, Place at) const {
  Node backoff = builder::map_node();
  builder::put_in(backoff, "linear", "increment", increment.node(), at);
  return with("backoff", std::move(backoff), at);
}

RetryPolicy RetryPolicy::exponential(Place at) const {
  Node backoff = builder::map_node();
  builder::put(backoff, "exponential", builder::map_node(), at);
  return with("backoff", std::move(backoff), at);
}

RetryPolicy RetryPolicy::exponential(Length max, Place at) const {
  Node backoff = builder::map_node();
  builder::put_in(backoff, "exponential", "max", max.node(), at);
  return with("backoff", std::move(backoff), at);
}

RetryPolicy RetryPolicy::multiplier(double factor, Place at) const {
  Node const* const before = node_.get("backoff");
  Node backoff = before != nullptr ? *before : builder::map_node();
  builder::put_in(backoff, "exponential", "multiplier", builder::node_of(Json(factor)), at);
  return with("backoff", std::move(backoff), at);
}

RetryPolicy RetryPolicy::jitter(Length from, Length to, Place at) const {
  Node node = builder::map_node();
  builder::put(node, "from", from.node(), at);
  builder::put(node, "to", to.node(), at);
  return with("jitter", std::move(node), at);
}

RetryPolicy RetryPolicy::retries(std::uint32_t count, Place at) const {
  Node const* const before = node_.get("limit");
  Node limit = before != nullptr ? *before : builder::map_node();
  builder::put_in(limit, "attempt", "count", builder::node_of(Json(count)), at);
  return with("limit", std::move(limit), at);
}

RetryPolicy RetryPolicy::within(Length length, Place at) const {
  RetryPolicy copy = *this;
  builder::put_in(copy.node_, "limit", "duration", length.node(), at);
  return copy;
}

RetryPolicy RetryPolicy::attempt_timeout(Length length, Place at) const {
  Node const* const before = node_.get("limit");
  Node limit = before != nullptr ? *before : builder::map_node();
  builder::put_in(limit, "attempt", "duration", length.node(), at);
  return with("limit", std::move(limit), at);
}

RetryPolicy RetryPolicy::when(Condition const& condition, Place at) const {
  return with("when", builder::expression_node(condition.code().text), at);
}

RetryPolicy RetryPolicy::except_when(Condition const& condition, Place at) const {
  return with("exceptWhen", builder::expression_node(condition.code().text), at);
}

Node RetryPolicy::reference() const {
  return name_.empty() ? node_ : builder::text_node(name_);
}

}  // namespace skald
