#pragma once

// Retry policies, by name (they go to `use.retries`) or without one (they stand in the task).
//
//   retry_policy("transient").delay(200ms).exponential().jitter(0ms, 100ms).retries(6).within(2min)

#include <cstdint>
#include <optional>
#include <string>

#include "dsl/builder/expression.hpp"
#include "dsl/builder/nodes.hpp"
#include "dsl/builder/value.hpp"

namespace skald {

class RetryPolicy {
 public:
  RetryPolicy(std::string name, Place place);

  [[nodiscard]] RetryPolicy delay(Length length, Place at = Place::here()) const;
  // How the delay grows; the same each time when none is chosen.
  [[nodiscard]] RetryPolicy constant(Place at = Place::here()) const;
  [[nodiscard]] RetryPolicy linear(Place at = Place::here()) const;
  [[nodiscard]] RetryPolicy linear(Length increment, Place at = Place::here()) const;
  [[nodiscard]] RetryPolicy exponential(Place at = Place::here()) const;
  [[nodiscard]] RetryPolicy exponential(Length max, Place at = Place::here()) const;
  // Of the exponential growth; 2 when not given.
  [[nodiscard]] RetryPolicy multiplier(double factor, Place at = Place::here()) const;
  [[nodiscard]] RetryPolicy jitter(Length from, Length to, Place at = Place::here()) const;
  // At most so many retries (attempts less one); no limit when not given.
  [[nodiscard]] RetryPolicy retries(std::uint32_t count, Place at = Place::here()) const;
  // At most so long, from the first attempt to the last.
  [[nodiscard]] RetryPolicy within(Length length, Place at = Place::here()) const;
  [[nodiscard]] RetryPolicy attempt_timeout(Length length, Place at = Place::here()) const;
  [[nodiscard]] RetryPolicy when(Condition const& condition, Place at = Place::here()) const;
  [[nodiscard]] RetryPolicy except_when(Condition const& condition, Place at = Place::here()) const;

  std::string const& name() const { return name_; }
  builder::Node const& node() const { return node_; }
  Place place() const { return place_; }
  // What stands at `retry:`: the name, or the policy itself.
  builder::Node reference() const;

 private:
  RetryPolicy with(std::string_view key, builder::Node node, Place at) const;

  std::string name_;
  Place place_;
  builder::Node node_;
};

inline RetryPolicy retry_policy(Name const& name) {
  return {name.text, name.place};
}
inline RetryPolicy retry_policy(Place at = Place::here()) {
  return {{}, at};
}

}  // namespace skald
