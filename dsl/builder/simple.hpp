#pragma once

// Tasks without tasks in them: set, raise, wait, listen, emit.

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

// Waits for one event of a type; its data is the output.
template <class Out = Json>
class ListenTask final : public Task<ListenTask<Out>, Out> {
  using Base = Task<ListenTask<Out>, Out>;

 public:
  ListenTask(Name const& name, Text const& type) : Base(name) {
    builder::put_in(filter_, "with", "type", type.node(), name.place);
    this->body_ = updated(name.place).body_;
    builder::put_in(this->body_, "output", "as", builder::text_node(".[0]"), name.place);
  }

  // Takes only events whose attribute ("source", "subject", ...) is that value.
  [[nodiscard]] ListenTask where(std::string_view attribute, Value const& value,
                                 Place at = Place::here()) const {
    ListenTask copy = *this;
    builder::put_in(copy.filter_, "with", attribute, value.node(), at);
    return copy.updated(at);
  }
  // Takes only the event in which `from` (an expression on the event) gives `expect`.
  [[nodiscard]] ListenTask correlate(std::string_view name, std::string_view from,
                                     Value const& expect, Place at = Place::here()) const {
    builder::Node key = builder::map_node();
    builder::put(key, "from", builder::text_node(from), at);
    builder::put(key, "expect", expect.node(), at);
    ListenTask copy = *this;
    builder::put_in(copy.filter_, "correlate", name, std::move(key), at);
    return copy.updated(at);
  }

 private:
  ListenTask updated(Place at) const {
    builder::Node to = builder::map_node();
    builder::put(to, "one", filter_, at);
    ListenTask copy = *this;
    builder::put_in(copy.body_, "listen", "to", std::move(to), at);
    return copy;
  }

  builder::Node filter_ = builder::map_node();
};

template <class Out = Json>
ListenTask<Out> listen(Name const& name, Text const& type) {
  return {name, type};
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
