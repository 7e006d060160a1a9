#pragma once

// Tasks made of tasks: do_, fork, for_each, switch_, try_.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "dsl/builder/task.hpp"

namespace skald {

// An error as a catch sees it.
struct ErrorInfo {
  std::string type;
  int status = 0;
  std::optional<std::string> title;
  std::optional<std::string> detail;
  std::optional<std::string> instance;
};
SKALD_DESCRIBE(ErrorInfo, type, status, title, detail, instance)

class DoTask final : public Task<DoTask, Json> {
 public:
  DoTask(Name const& name, TaskList const& list);
};

template <std::derived_from<AnyTask>... Tasks>
DoTask do_(Name const& name, Tasks const&... each) {
  return {name, tasks(each...)};
}

// Branches at the same time.
class ForkTask final : public Task<ForkTask, Json> {
 public:
  ForkTask(Name const& name, TaskList const& branches);
  // The first branch that succeeds wins; the others are stopped and undone.
  [[nodiscard]] ForkTask compete(Place at = Place::here()) const;
};

template <std::derived_from<AnyTask>... Tasks>
ForkTask fork(Name const& name, Tasks const&... branches) {
  return {name, tasks(branches...)};
}

class ForTask final : public Task<ForTask, Json> {
 public:
  ForTask(Name const& name, builder::Code const& in, std::string const& each, std::string const& at,
          TaskList const& body);
  // Goes on only while the condition is true.
  [[nodiscard]] ForTask while_(Condition const& condition, Place at = Place::here()) const;
  // Up to n items at once, each with the loop's input; the output is the array of outputs.
  [[nodiscard]] ForTask concurrency(std::uint32_t n, Place at = Place::here()) const;
};

// for_each("legs", trip[&Trip::legs], [](Expr<Leg> leg, Expr<int> index) { return do...; }): the
// body gives a task or tasks(...). The index may be left out.
template <class List, class Body>
ForTask for_each(Name const& name, Expr<List> const& in, Body body, LoopNames const& names = {}) {
  static_assert(describe::is_vector<List> || std::is_same_v<List, Json>,
                "skald: only a list can be gone through");
  using Item = std::conditional_t<std::is_same_v<List, Json>, Json, describe::inner_t<List>>;
  Expr<Item> const item(builder::variable(names.each));
  Expr<int> const index(builder::variable(names.at));
  if constexpr (std::is_invocable_v<Body, Expr<Item>, Expr<int>>) {
    return {name, in.code(), names.each, names.at, TaskList(body(item, index))};
  } else {
    return {name, in.code(), names.each, names.at, TaskList(body(item))};
  }
}

class SwitchTask final : public Task<SwitchTask, Json> {
 public:
  explicit SwitchTask(Name const& name);
  using Task::when;
  // The first case whose condition is true decides where the flow goes.
  [[nodiscard]] SwitchTask when(Name const& name, Condition const& condition,
                                Then const& target) const;
  [[nodiscard]] SwitchTask otherwise(Then const& target, Place at = Place::here()) const;

 private:
  SwitchTask add(std::string_view name, builder::Node node, Place at) const;
};

inline SwitchTask switch_(Name const& name) {
  return SwitchTask(name);
}

// Which errors a try_ catches, and what it does then. Without a filter: all.
class Catch {
 public:
  Catch() : node_(builder::map_node()) {}

  // Equal, or below one of the specification's two hosts and with the same last segment.
  [[nodiscard]] Catch type(std::string_view uri, Place at = Place::here()) const;
  [[nodiscard]] Catch status(int code, Place at = Place::here()) const;
  [[nodiscard]] Catch title(std::string_view text, Place at = Place::here()) const;
  [[nodiscard]] Catch as(std::string name, Place at = Place::here()) const;
  [[nodiscard]] Catch when(Condition const& condition, Place at = Place::here()) const;
  [[nodiscard]] Catch except_when(Condition const& condition, Place at = Place::here()) const;
  [[nodiscard]] Catch retry(RetryPolicy const& policy, Place at = Place::here()) const;
  template <std::derived_from<AnyTask>... Tasks>
  [[nodiscard]] Catch run(Tasks const&... each) const {
    return handler(tasks(each...));
  }

  builder::Node const& node() const { return node_; }
  builder::Needs const& needs() const { return needs_; }

 private:
  Catch with(std::string_view key, builder::Node node, Place at) const;
  Catch filter(std::string_view key, Json const& value, Place at) const;
  Catch handler(TaskList const& list) const;

  builder::Node node_;
  builder::Needs needs_;
};

// The error in a catch: caught()[&ErrorInfo::status] == 503.
inline Expr<ErrorInfo> caught(std::string_view name = "error") {
  return Expr<ErrorInfo>(builder::variable(name));
}

class TryTask final : public Task<TryTask, Json> {
 public:
  TryTask(Name const& name, TaskList const& list);
  [[nodiscard]] TryTask catch_(Catch const& handler, Place at = Place::here()) const;
};

template <std::derived_from<AnyTask>... Tasks>
TryTask try_(Name const& name, Tasks const&... each) {
  return {name, tasks(each...)};
}

}  // namespace skald
