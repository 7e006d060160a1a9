#pragma once

// Tasks that wait for events.
//
//   listen<Approval>("approval", "travel.approval.v1").correlate("booking", ".data.booking", id)
//   listen_any("vitals", {event("pulse"), event("fever")}).until(event("leaves"))

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "dsl/builder/task.hpp"

namespace skald {

// Which events a listen takes: event("travel.approval.v1").where("source", "https://hotel.local").
class EventFilter {
 public:
  EventFilter();  // of any type; give it a where()
  EventFilter(Text const& type, Place at);

  // Takes only events whose attribute ("source", "subject", ...) is that value, fits that pattern,
  // or, given an expression, is what makes it true.
  [[nodiscard]] EventFilter where(std::string_view attribute, Value const& value,
                                  Place at = Place::here()) const;
  // Takes only the event in which `from` (an expression on the event) gives `expect`.
  [[nodiscard]] EventFilter correlate(std::string_view name, std::string_view from,
                                      Value const& expect, Place at = Place::here()) const;
  // The same, where the first event fixes what all others must give.
  [[nodiscard]] EventFilter correlate(std::string_view name, std::string_view from,
                                      Place at = Place::here()) const;

  builder::Node const& node() const { return node_; }

 private:
  builder::Node node_;
};

inline EventFilter event(Text const& type, Place at = Place::here()) {
  return {type, at};
}
inline EventFilter event_where(std::string_view attribute, Value const& value,
                               Place at = Place::here()) {
  return EventFilter().where(attribute, value, at);
}

// What a listen makes of an event: its data (default), the whole of it, or its data undecoded.
enum class Read { data, envelope, raw };

namespace builder {
// {strategy: node}, {strategy: [nodes...]}
Node strategy_node(std::string_view strategy, EventFilter const& filter, Place at);
Node strategy_node(std::string_view strategy, std::initializer_list<EventFilter> filters, Place at);
char const* word_of(Read read);
}  // namespace builder

// Waits for one event; its data is the output.
template <class Out = Json>
class ListenTask final : public Task<ListenTask<Out>, Out> {
  using Base = Task<ListenTask<Out>, Out>;

 public:
  ListenTask(Name const& name, EventFilter filter) : Base(name), filter_(std::move(filter)) {
    auto to = builder::strategy_node("one", filter_, name.place);
    builder::put_in(this->body_, "listen", "to", std::move(to), name.place);
    builder::put_in(this->body_, "output", "as", builder::text_node(".[0]"), name.place);
  }

  // See EventFilter.
  [[nodiscard]] ListenTask where(std::string_view attribute, Value const& value,
                                 Place at = Place::here()) const {
    return filtered(filter_.where(attribute, value, at), at);
  }
  [[nodiscard]] ListenTask correlate(std::string_view name, std::string_view from,
                                     Value const& expect, Place at = Place::here()) const {
    return filtered(filter_.correlate(name, from, expect, at), at);
  }
  [[nodiscard]] ListenTask read(Read what, Place at = Place::here()) const {
    return this->with_in("listen", "read", builder::text_node(builder::word_of(what)), at);
  }

 private:
  ListenTask filtered(EventFilter filter, Place at) const {
    ListenTask copy = *this;
    copy.filter_ = std::move(filter);
    auto to = builder::strategy_node("one", copy.filter_, at);
    builder::put_in(copy.body_, "listen", "to", std::move(to), at);
    return copy;
  }

  EventFilter filter_;
};

template <class Out = Json>
ListenTask<Out> listen(Name const& name, Text const& type) {
  return {name, event(type, name.place)};
}

// Waits for several events: the first of any, one of each, or more until something ends it. The
// output is the array of them.
class ListenManyTask final : public Task<ListenManyTask, Json> {
 public:
  ListenManyTask(Name const& name, std::string_view strategy,
                 std::initializer_list<EventFilter> filters);
  [[nodiscard]] ListenManyTask read(Read what, Place at = Place::here()) const;

  // Of an any: goes on until the condition holds, whose data() is the array so far.
  [[nodiscard]] ListenManyTask until(Condition const& condition, Place at = Place::here()) const;
  // ... until such an event comes, which is no part of the output.
  [[nodiscard]] ListenManyTask until(EventFilter const& filter, Place at = Place::here()) const;
  [[nodiscard]] ListenManyTask until_any(std::initializer_list<EventFilter> filters,
                                         Place at = Place::here()) const;
  [[nodiscard]] ListenManyTask until_all(std::initializer_list<EventFilter> filters,
                                         Place at = Place::here()) const;

  // What is done with each event, one after the other: a task or tasks(...), as in for_each.
  template <class Body>
  [[nodiscard]] ListenManyTask foreach_event(Body body, LoopNames const& names = {},
                                             Place at = Place::here()) const {
    Expr<Json> const item(builder::variable(names.each));
    Expr<int> const index(builder::variable(names.at));
    if constexpr (std::is_invocable_v<Body, Expr<Json>, Expr<int>>) {
      return with_body(TaskList(body(item, index)), names, at);
    } else {
      return with_body(TaskList(body(item)), names, at);
    }
  }
  // What stands in the output for each event: from the output of its tasks.
  [[nodiscard]] ListenManyTask event_output_as(Value const& value, Place at = Place::here()) const;
  [[nodiscard]] ListenManyTask event_output_schema(Json const& schema,
                                                   Place at = Place::here()) const;
  // The new $context after each event.
  [[nodiscard]] ListenManyTask event_export_as(Value const& value, Place at = Place::here()) const;
  [[nodiscard]] ListenManyTask event_export_schema(Json const& schema,
                                                   Place at = Place::here()) const;

 private:
  ListenManyTask with_until(builder::Node node, Place at) const;
  ListenManyTask with_body(TaskList const& body, LoopNames const& names, Place at) const;
  ListenManyTask in_foreach(std::string_view outer, std::string_view key, builder::Node node,
                            Place at) const;
};

inline ListenManyTask listen_any(Name const& name, std::initializer_list<EventFilter> filters) {
  return {name, "any", filters};
}
inline ListenManyTask listen_all(Name const& name, std::initializer_list<EventFilter> filters) {
  return {name, "all", filters};
}

}  // namespace skald
