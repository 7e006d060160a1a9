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

EventFilter::EventFilter(Text const& type, Place at) : node_(builder::map_node()) {
  builder::put_in(node_, "with", "type", type.node(), at);
}

EventFilter EventFilter::where(std::string_view attribute, Value const& value, Place at) const {
  EventFilter copy = *this;
  builder::put_in(copy.node_, "with", attribute, value.node(), at);
  return copy;
}

EventFilter EventFilter::correlate(std::string_view name, std::string_view from,
                                   Value const& expect, Place at) const {
  Node key = builder::map_node();
  builder::put(key, "from", builder::text_node(from), at);
  builder::put(key, "expect", expect.node(), at);
  EventFilter copy = *this;
  builder::put_in(copy.node_, "correlate", name, std::move(key), at);
  return copy;
}

namespace builder {

void put_strategy(Node& body, std::string_view strategy, Node node, Place at) {
  Node to = map_node();
  put(to, strategy, std::move(node), at);
  put_in(body, "listen", "to", std::move(to), at);
}

char const* word_of(Read read) {
  switch (read) {
    case Read::data: return "data";
    case Read::envelope: return "envelope";
    case Read::raw: return "raw";
  }
  return "data";
}

}  // namespace builder

ListenManyTask::ListenManyTask(Name const& name, std::string_view strategy,
                               std::initializer_list<EventFilter> filters)
    : Task(name) {
  Node list = builder::list_node();
  for (EventFilter const& filter : filters) builder::push(list, filter.node(), name.place);
  builder::put_strategy(body_, strategy, std::move(list), name.place);
}

ListenManyTask ListenManyTask::read(Read what, Place at) const {
  return with_in("listen", "read", builder::text_node(builder::word_of(what)), at);
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
