#include "dsl/builder/task.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace skald {
namespace builder {

void Needs::add(RegisteredFunction function) {
  auto const known = std::find_if(functions.begin(), functions.end(),
                                  [&](auto const& other) { return other.name == function.name; });
  if (known == functions.end()) {
    functions.push_back(std::move(function));
    return;
  }
  SKALD_ASSERT(known->identity == function.identity,
               "two functions have one name; give one of them another with .named(...)");
}

void Needs::add(RetryPolicy const& policy) {
  if (policy.name().empty()) return;
  auto const known = std::find_if(policies.begin(), policies.end(),
                                  [&](auto const& other) { return other.name() == policy.name(); });
  if (known == policies.end()) {
    policies.push_back(policy);
    return;
  }
  SKALD_ASSERT(dsl::to_json(known->node()) == dsl::to_json(policy.node()),
               "two different retry policies have one name");
}

void Needs::add(Needs const& other) {
  for (RegisteredFunction const& function : other.functions) add(function);
  for (RetryPolicy const& policy : other.policies) add(policy);
}

}  // namespace builder

AnyTask::AnyTask(Name const& name)
    : name_(name.text), place_(name.place), body_(builder::map_node()) {
  body_.span = builder::span_of(place_);
}

void TaskList::add(AnyTask const& task) {
  builder::Node entry = builder::map_node();
  builder::put(entry, task.name(), task.node(), task.place());
  builder::push(node_, std::move(entry), task.place());
  needs_.add(task.needs());
}

}  // namespace skald
