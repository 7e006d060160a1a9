#pragma once

// Tasks without tasks in them: set, raise, wait, emit.

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
