#include "dsl/builder/flow.hpp"

namespace skald {

using builder::Node;

DoTask::DoTask(Name const& name, TaskList const& list) : Task(name) {
  builder::put(body_, "do", list.node(), name.place);
  needs_.add(list.needs());
}

ForkTask::ForkTask(Name const& name, TaskList const& branches) : Task(name) {
  builder::put_in(body_, "fork", "branches", branches.node(), name.place);
  needs_.add(branches.needs());
}

ForkTask ForkTask::compete(Place at) const {
  return with_in("fork", "compete", builder::node_of(Json(true)), at);
}

ForTask::ForTask(Name const& name, builder::Code const& in, std::string const& each,
                 std::string const& at, TaskList const& body)
    : Task(name) {
  builder::put_in(body_, "for", "each", builder::text_node(each), name.place);
  builder::put_in(body_, "for", "in", builder::expression_node(in.text), name.place);
  builder::put_in(body_, "for", "at", builder::text_node(at), name.place);
  builder::put(body_, "do", body.node(), name.place);
  needs_.add(body.needs());
}

ForTask ForTask::while_(Condition const& condition, Place at) const {
  return with("while", builder::expression_node(condition.code().text), at);
}

ForTask ForTask::concurrency(std::uint32_t n, Place at) const {
  return with_in("for", "concurrency", builder::node_of(Json(n)), at);
}

SwitchTask::SwitchTask(Name const& name) : Task(name) {
  builder::put(body_, "switch", builder::list_node(), name.place);
}

SwitchTask SwitchTask::add(std::string_view name, Node node, Place at) const {
  Node entry = builder::map_node();
  builder::put(entry, name, std::move(node), at);
  Node cases = *body_.get("switch");
  builder::push(cases, std::move(entry), at);
  return with("switch", std::move(cases), at);
}

SwitchTask SwitchTask::when(Name const& name, Condition const& condition,
                            Then const& target) const {
  Node node = builder::map_node();
  builder::put(node, "when", builder::expression_node(condition.code().text), name.place);
  builder::put(node, "then", builder::text_node(target.text()), name.place);
  return add(name.text, std::move(node), name.place);
}

SwitchTask SwitchTask::otherwise(Then const& target, Place at) const {
  Node node = builder::map_node();
  builder::put(node, "then", builder::text_node(target.text()), at);
  return add("default", std::move(node), at);
}

Catch Catch::with(std::string_view key, Node node, Place at) const {
  Catch copy = *this;
  builder::put(copy.node_, key, std::move(node), at);
  return copy;
}

Catch Catch::filter(std::string_view key, Json const& value, Place at) const {
  Node const* const before = node_.get("errors");
  Node errors = before != nullptr ? *before : builder::map_node();
  builder::put_in(errors, "with", key, builder::node_of(value), at);
  return with("errors", std::move(errors), at);
}

Catch Catch::type(std::string_view uri, Place at) const {
  return filter("type", uri, at);
}
Catch Catch::status(int code, Place at) const {
  return filter("status", code, at);
}
Catch Catch::title(std::string_view text, Place at) const {
  return filter("title", text, at);
}

Catch Catch::as(std::string name, Place at) const {
  return with("as", builder::text_node(name), at);
}

Catch Catch::when(Condition const& condition, Place at) const {
  return with("when", builder::expression_node(condition.code().text), at);
}

Catch Catch::except_when(Condition const& condition, Place at) const {
  return with("exceptWhen", builder::expression_node(condition.code().text), at);
}

Catch Catch::retry(RetryPolicy const& policy, Place at) const {
  Catch copy = with("retry", policy.reference(), at);
  copy.needs_.add(policy);
  return copy;
}

Catch Catch::handler(TaskList const& list) const {
  Catch copy = with("do", list.node(), {});
  copy.needs_.add(list.needs());
  return copy;
}

TryTask::TryTask(Name const& name, TaskList const& list) : Task(name) {
  builder::put(body_, "try", list.node(), name.place);
  builder::put(body_, "catch", builder::map_node(), name.place);
  needs_.add(list.needs());
}

TryTask TryTask::catch_(Catch const& handler, Place at) const {
  TryTask copy = with("catch", handler.node(), at);
  copy.needs_.add(handler.needs());
  return copy;
}

}  // namespace skald
