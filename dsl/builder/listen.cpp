#include "dsl/builder/listen.hpp"

namespace skald {

using builder::Node;

EventFilter::EventFilter() : node_(builder::map_node()) {}

EventFilter::EventFilter(Text const& type, Place at) : EventFilter() {
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
  if (expect.given()) builder::put(key, "expect", expect.node(), at);
  EventFilter copy = *this;
  builder::put_in(copy.node_, "correlate", name, std::move(key), at);
  return copy;
}

EventFilter EventFilter::correlate(std::string_view name, std::string_view from, Place at) const {
  return correlate(name, from, Value(), at);
}

namespace builder {

Node strategy_node(std::string_view strategy, EventFilter const& filter, Place at) {
  Node to = map_node();
  put(to, strategy, filter.node(), at);
  return to;
}

Node strategy_node(std::string_view strategy, std::initializer_list<EventFilter> filters,
                   Place at) {
  Node list = list_node();
  for (EventFilter const& filter : filters) push(list, filter.node(), at);
  Node to = map_node();
  put(to, strategy, std::move(list), at);
  return to;
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
  auto to = builder::strategy_node(strategy, filters, name.place);
  builder::put_in(body_, "listen", "to", std::move(to), name.place);
}

ListenManyTask ListenManyTask::read(Read what, Place at) const {
  return with_in("listen", "read", builder::text_node(builder::word_of(what)), at);
}

ListenManyTask ListenManyTask::with_until(Node node, Place at) const {
  Node to = *body_.get("listen")->get("to");
  builder::put(to, "until", std::move(node), at);
  return with_in("listen", "to", std::move(to), at);
}

ListenManyTask ListenManyTask::until(Condition const& condition, Place at) const {
  return with_until(builder::expression_node(condition.code().text), at);
}

ListenManyTask ListenManyTask::until(EventFilter const& filter, Place at) const {
  return with_until(builder::strategy_node("one", filter, at), at);
}

ListenManyTask ListenManyTask::until_any(std::initializer_list<EventFilter> filters,
                                         Place at) const {
  return with_until(builder::strategy_node("any", filters, at), at);
}

ListenManyTask ListenManyTask::until_all(std::initializer_list<EventFilter> filters,
                                         Place at) const {
  return with_until(builder::strategy_node("all", filters, at), at);
}

ListenManyTask ListenManyTask::with_body(TaskList const& body, LoopNames const& names,
                                         Place at) const {
  ListenManyTask copy = with_in("foreach", "item", builder::text_node(names.each), at)
                            .with_in("foreach", "at", builder::text_node(names.at), at)
                            .with_in("foreach", "do", body.node(), at);
  copy.needs_.add(body.needs());
  return copy;
}

ListenManyTask ListenManyTask::in_foreach(std::string_view outer, std::string_view key, Node node,
                                          Place at) const {
  Node const* const before = body_.get("foreach");
  Node foreach = before != nullptr ? *before : builder::map_node();
  builder::put_in(foreach, outer, key, std::move(node), at);
  ListenManyTask copy = *this;
  builder::put(copy.body_, "foreach", std::move(foreach), at);
  return copy;
}

ListenManyTask ListenManyTask::event_output_as(Value const& value, Place at) const {
  return in_foreach("output", "as", value.node(), at);
}

ListenManyTask ListenManyTask::event_output_schema(Json const& schema, Place at) const {
  return in_foreach("output", "schema", builder::schema_node(schema), at);
}

ListenManyTask ListenManyTask::event_export_as(Value const& value, Place at) const {
  return in_foreach("export", "as", value.node(), at);
}

ListenManyTask ListenManyTask::event_export_schema(Json const& schema, Place at) const {
  return in_foreach("export", "schema", builder::schema_node(schema), at);
}

}  // namespace skald
