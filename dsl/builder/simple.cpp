#include "dsl/builder/simple.hpp"

namespace skald {

using builder::Node;

SetTask::SetTask(Name const& name) : SetTask(name, object()) {}

SetTask::SetTask(Name const& name, Value const& value) : Task(name) {
  builder::put(body_, "set", value.node(), name.place);
}

SetTask SetTask::field(std::string_view key, Value const& value, Place at) const {
  return with_in("set", key, value.node(), at);
}

RaiseTask::RaiseTask(Name const& name, RaisedError const& error) : Task(name) {
  Node node = builder::map_node();
  builder::put(node, "type", error.type.node(), name.place);
  auto const add = [&](char const* key, Value const& value) {
    if (value.given()) builder::put(node, key, value.node(), name.place);
  };
  add("status", error.status);
  add("title", error.title);
  add("detail", error.detail);
  add("instance", error.instance);
  builder::put_in(body_, "raise", "error", std::move(node), name.place);
}

WaitTask::WaitTask(Name const& name, Length const& length) : Task(name) {
  builder::put(body_, "wait", length.node(), name.place);
}

EmitTask::EmitTask(Name const& name, Text const& type) : Task(name) {
  body_ = put_attribute("type", type.node(), name.place).body_;
}

EmitTask EmitTask::put_attribute(std::string_view key, Node node, Place at) const {
  Node const* const before = body_.get("emit");
  Node with = before != nullptr ? *before->get("event")->get("with") : builder::map_node();
  builder::put(with, key, std::move(node), at);
  Node event = builder::map_node();
  builder::put(event, "with", std::move(with), at);
  return with_in("emit", "event", std::move(event), at);
}

EmitTask EmitTask::attribute(std::string_view key, Value const& value, Place at) const {
  return put_attribute(key, value.node(), at);
}

EmitTask EmitTask::source(Text const& uri, Place at) const {
  return put_attribute("source", uri.node(), at);
}

EmitTask EmitTask::data(Value const& value, Place at) const {
  return put_attribute("data", value.node(), at);
}

}  // namespace skald
