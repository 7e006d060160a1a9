#include "dsl/builder/workflow.hpp"

#include <array>

namespace skald {

using builder::Node;

WorkflowBuilder::WorkflowBuilder(Name const& ns, std::string_view name, std::string_view version)
    : place_(ns.place), root_(builder::map_node()) {
  root_.span = builder::span_of(place_);
  builder::put_in(root_, "document", "dsl", builder::text_node("1.0.3"), place_);
  builder::put_in(root_, "document", "namespace", builder::text_node(ns.text), place_);
  builder::put_in(root_, "document", "name", builder::text_node(name), place_);
  builder::put_in(root_, "document", "version", builder::text_node(version), place_);
}

WorkflowBuilder WorkflowBuilder::with_in(std::string_view outer, std::string_view key, Node node,
                                         Place at) const {
  WorkflowBuilder copy = *this;
  builder::put_in(copy.root_, outer, key, std::move(node), at);
  return copy;
}

WorkflowBuilder WorkflowBuilder::title(std::string_view text, Place at) const {
  return with_in("document", "title", builder::text_node(text), at);
}

WorkflowBuilder WorkflowBuilder::summary(std::string_view text, Place at) const {
  return with_in("document", "summary", builder::text_node(text), at);
}

WorkflowBuilder WorkflowBuilder::tag(std::string_view key, std::string_view value, Place at) const {
  Node document = *root_.get("document");
  builder::put_in(document, "tags", key, builder::text_node(value), at);
  WorkflowBuilder copy = *this;
  builder::put(copy.root_, "document", std::move(document), at);
  return copy;
}

WorkflowBuilder WorkflowBuilder::metadata(std::string_view key, Json const& value, Place at) const {
  Node document = *root_.get("document");
  builder::put_in(document, "metadata", key, builder::node_of(value), at);
  WorkflowBuilder copy = *this;
  builder::put(copy.root_, "document", std::move(document), at);
  return copy;
}

WorkflowBuilder WorkflowBuilder::secrets(std::vector<std::string> const& names, Place at) const {
  Node list = builder::list_node();
  for (std::string const& name : names) builder::push(list, builder::text_node(name), at);
  return with_in("use", "secrets", std::move(list), at);
}

WorkflowBuilder WorkflowBuilder::undo(RetryPolicy const& policy, Place at) const {
  WorkflowBuilder copy = with_in("saga", "retry", policy.reference(), at);
  copy.needs_.add(policy);
  return copy;
}

WorkflowBuilder WorkflowBuilder::undo_exhausted(Exhausted what, Place at) const {
  char const* const word = what == Exhausted::suspend ? "suspend" : "continue";
  return with_in("saga", "exhausted", builder::text_node(word), at);
}

WorkflowBuilder WorkflowBuilder::undo_order(UndoOrder order, Place at) const {
  char const* const word = order == UndoOrder::reverse ? "reverse" : "dependency";
  return with_in("saga", "order", builder::text_node(word), at);
}

WorkflowBuilder WorkflowBuilder::recover(Recover direction, Place at) const {
  char const* const word = direction == Recover::backward ? "backward" : "forward";
  return with_in("saga", "recover", builder::text_node(word), at);
}

WorkflowBuilder WorkflowBuilder::recover_forward_then_backward(std::uint32_t tries,
                                                               Place at) const {
  Node node = builder::map_node();
  builder::put(node, "forwardThenBackward", builder::node_of(Json(tries)), at);
  return with_in("saga", "recover", std::move(node), at);
}

WorkflowBuilder WorkflowBuilder::finally(TaskList const& list, Place at) const {
  WorkflowBuilder copy = with_in("saga", "finally", list.node(), at);
  copy.needs_.add(list.needs());
  return copy;
}

WorkflowBuilder WorkflowBuilder::timeout(Length after, Place at) const {
  return with_in("timeout", "after", after.node(), at);
}

WorkflowBuilder WorkflowBuilder::input_from(Value const& value, Place at) const {
  return with_in("input", "from", value.node(), at);
}

WorkflowBuilder WorkflowBuilder::input_schema(Json const& schema, Place at) const {
  return with_in("input", "schema", builder::schema_node(schema), at);
}

WorkflowBuilder WorkflowBuilder::output_as(Value const& value, Place at) const {
  return with_in("output", "as", value.node(), at);
}

WorkflowBuilder WorkflowBuilder::output_schema(Json const& schema, Place at) const {
  return with_in("output", "schema", builder::schema_node(schema), at);
}

WorkflowBuilder WorkflowBuilder::every(Length interval, Place at) const {
  return with_in("schedule", "every", interval.node(), at);
}

WorkflowBuilder WorkflowBuilder::cron(std::string_view expression, std::string_view zone,
                                      Place at) const {
  auto copy = with_in("schedule", "cron", builder::text_node(expression), at);
  if (zone.empty()) return copy;
  return copy.with_in("schedule", "timezone", builder::text_node(zone), at);
}

WorkflowBuilder WorkflowBuilder::again_after(Length pause, Place at) const {
  return with_in("schedule", "after", pause.node(), at);
}

WorkflowBuilder WorkflowBuilder::on(EventFilter const& filter, Place at) const {
  return with_in("schedule", "on", builder::strategy_node("one", filter, at), at);
}

WorkflowBuilder WorkflowBuilder::on_any(std::initializer_list<EventFilter> filters,
                                        Place at) const {
  return with_in("schedule", "on", builder::strategy_node("any", filters, at), at);
}

WorkflowBuilder WorkflowBuilder::on_all(std::initializer_list<EventFilter> filters,
                                        Place at) const {
  return with_in("schedule", "on", builder::strategy_node("all", filters, at), at);
}

WorkflowBuilder WorkflowBuilder::read_events(Read what, Place at) const {
  return with_in("schedule", "read", builder::text_node(builder::word_of(what)), at);
}

WorkflowBuilder WorkflowBuilder::overlap(Overlap what, Place at) const {
  constexpr std::array<char const*, 3> kWords = {"skip", "queue", "allow"};
  return with_in("schedule", "overlap", builder::text_node(kWords[static_cast<std::size_t>(what)]),
                 at);
}

WorkflowBuilder WorkflowBuilder::missed(Missed what, Place at) const {
  constexpr std::array<char const*, 3> kWords = {"once", "none", "all"};
  return with_in("schedule", "missed", builder::text_node(kWords[static_cast<std::size_t>(what)]),
                 at);
}

Workflow WorkflowBuilder::finish(TaskList const& list) const {
  builder::Needs needs = needs_;
  needs.add(list.needs());
  Node root = root_;
  if (!needs.policies.empty()) {
    Node retries = builder::map_node();
    for (RetryPolicy const& policy : needs.policies) {
      builder::put(retries, policy.name(), policy.node(), policy.place());
    }
    builder::put_in(root, "use", "retries", std::move(retries), place_);
  }
  builder::put(root, "do", list.node(), place_);
  return {dsl::Document{std::move(root), builder::sources()}, std::move(needs.functions)};
}

}  // namespace skald
