#pragma once

// Tasks without tasks in them: set, raise, wait, listen, emit.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "dsl/builder/task.hpp"

namespace skald {

// set("itinerary").field("booking", id): an object, which replaces the data.
class SetTask final : public Task<SetTask, Json> {
 public:
  explicit SetTask(Name const& name);
  SetTask(Name const& name, Value const& value);
  [[nodiscard]] SetTask field(std::string_view key, Value const& value,
                              Place at = Place::here()) const;
};

inline SetTask set(Name const& name) {
  return SetTask(name);
}
inline SetTask set(Name const& name, Value const& value) {
  return {name, value};
}

// The error to raise; title, detail and instance may be left out.
struct RaisedError {
  Text type;
  Value status;
  Value title = {};
  Value detail = {};
  Value instance = {};
};

class RaiseTask final : public Task<RaiseTask, Json> {
 public:
  RaiseTask(Name const& name, RaisedError const& error);
};

inline RaiseTask raise(Name const& name, RaisedError const& error) {
  return {name, error};
}

class WaitTask final : public Task<WaitTask, Json> {
 public:
  WaitTask(Name const& name, Length const& length);
};

inline WaitTask wait(Name const& name, Length const& length) {
  return {name, length};
}

// Which events a listen takes: event("travel.approval.v1").where("source", "https://hotel.local").
class EventFilter {
 public:
  EventFilter(Text const& type, Place at);

  // Takes only events whose attribute ("source", "subject", ...) is that value.
  [[nodiscard]] EventFilter where(std::string_view attribute, Value const& value,
                                  Place at = Place::here()) const;
  // Takes only the event in which `from` (an expression on the event) gives `expect`.
  [[nodiscard]] EventFilter correlate(std::string_view name, std::string_view from,
                                      Value const& expect, Place at = Place::here()) const;

  builder::Node const& node() const { return node_; }

 private:
  builder::Node node_;
};

inline EventFilter event(Text const& type, Place at = Place::here()) {
  return {type, at};
}

// What a listen makes of an event: its data (default), or the whole of it.
enum class Read { data, envelope, raw };

namespace builder {
// {listen: {to: {strategy: node}}}
void put_strategy(Node& body, std::string_view strategy, Node node, Place at);
char const* word_of(Read read);
}  // namespace builder

// Waits for one event; its data is the output.
template <class Out = Json>
class ListenTask final : public Task<ListenTask<Out>, Out> {
  using Base = Task<ListenTask<Out>, Out>;

 public:
  ListenTask(Name const& name, EventFilter filter) : Base(name), filter_(std::move(filter)) {
    builder::put_strategy(this->body_, "one", filter_.node(), name.place);
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
    builder::put_strategy(copy.body_, "one", copy.filter_.node(), at);
    return copy;
  }

  EventFilter filter_;
};

template <class Out = Json>
ListenTask<Out> listen(Name const& name, Text const& type) {
  return {name, event(type, name.place)};
}

// Waits for several events: the first of any, or one of each. The output is the array of them.
class ListenManyTask final : public Task<ListenManyTask, Json> {
 public:
  ListenManyTask(Name const& name, std::string_view strategy,
                 std::initializer_list<EventFilter> filters);
  [[nodiscard]] ListenManyTask read(Read what, Place at = Place::here()) const;
};

inline ListenManyTask listen_any(Name const& name, std::initializer_list<EventFilter> filters) {
  return {name, "any", filters};
}
inline ListenManyTask listen_all(Name const& name, std::initializer_list<EventFilter> filters) {
  return {name, "all", filters};
}

// Sends an event to other runs and to the configured sinks.
class EmitTask final : public Task<EmitTask, Json> {
 public:
  EmitTask(Name const& name, Text const& type);
  // An attribute of the event: "source", "subject", ...
  [[nodiscard]] EmitTask attribute(std::string_view key, Value const& value,
                                   Place at = Place::here()) const;
  [[nodiscard]] EmitTask source(Text const& uri, Place at = Place::here()) const;
  [[nodiscard]] EmitTask data(Value const& value, Place at = Place::here()) const;

 private:
  EmitTask put_attribute(std::string_view key, builder::Node node, Place at) const;
};

inline EmitTask emit(Name const& name, Text const& type) {
  return {name, type};
}

}  // namespace skald
