#pragma once

// What all tasks have in common. A task is a value: every method gives a changed copy, so that a
// half-built one can be used as a pattern. A task is also the handle of its output:
// hotel[&Booked::id] is an expression for later tasks.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/builder/expression.hpp"
#include "dsl/builder/function.hpp"
#include "dsl/builder/nodes.hpp"
#include "dsl/builder/policy.hpp"
#include "dsl/builder/value.hpp"

namespace skald {

namespace builder {

// What a task needs beside its text: functions to register, policies to define.
struct Needs {
  std::vector<RegisteredFunction> functions;
  std::vector<RetryPolicy> policies;

  void add(RegisteredFunction function);
  void add(RetryPolicy const& policy);
  void add(Needs const& other);
};

}  // namespace builder

// A task of any kind; what lists of tasks take.
class AnyTask {
 public:
  std::string const& name() const { return name_; }
  builder::Node const& node() const { return body_; }
  builder::Needs const& needs() const { return needs_; }
  Place place() const { return place_; }

 protected:
  explicit AnyTask(Name const& name);

  std::string name_;
  Place place_;
  builder::Node body_;
  builder::Needs needs_;
};

// Several tasks, one after the other: tasks(a, b, c).
class TaskList {
 public:
  TaskList() : node_(builder::list_node()) {}
  TaskList(AnyTask const& task) : TaskList() { add(task); }  // NOLINT: implicit

  void add(AnyTask const& task);
  builder::Node const& node() const { return node_; }
  builder::Needs const& needs() const { return needs_; }

 private:
  builder::Node node_;
  builder::Needs needs_;
};

template <std::derived_from<AnyTask>... Tasks>
TaskList tasks(Tasks const&... each) {
  TaskList list;
  (list.add(each), ...);
  return list;
}

// Names of the loop's variables, when loops stand in each other.
struct LoopNames {
  std::string each = "item";
  std::string at = "index";
};

// Where the flow goes behind a task or a case: another task of the same list, or out.
class Then {
 public:
  Then(char const* task) : text_(task) {}            // NOLINT: implicit
  Then(AnyTask const& task) : text_(task.name()) {}  // NOLINT: implicit
  static Then next() { return "continue"; }
  static Then exit() { return "exit"; }  // out of the list
  static Then end() { return "end"; }    // of the workflow, successfully

  std::string const& text() const { return text_; }

 private:
  std::string text_;
};

template <class Out>
class Built;

template <class Self, class Out>
class Task : public AnyTask {
 public:
  using output_type = Out;

  // The task's output, for later tasks; null when the task was skipped.
  Expr<Out> output() const { return Expr<Out>(builder::member(builder::variable("tasks"), name_)); }
  template <class M, class C>
  Expr<M> operator[](M C::*pointer) const {
    return output()[pointer];
  }
  Expr<Json> operator[](char const* key) const { return output()[key]; }

  // Runs the task only when the condition is true.
  [[nodiscard]] Self when(Condition const& condition, Place at = Place::here()) const {
    return with("if", builder::expression_node(condition.code().text), at);
  }
  // Of one attempt on a call; of the whole task on any other.
  [[nodiscard]] Self timeout(Length after, Place at = Place::here()) const {
    builder::Node node = builder::map_node();
    builder::put(node, "after", after.node(), at);
    return with("timeout", std::move(node), at);
  }
  [[nodiscard]] Self retry(RetryPolicy const& policy, Place at = Place::here()) const {
    Self copy = with("retry", policy.reference(), at);
    copy.needs_.add(policy);
    return copy;
  }
  // How to undo this task.
  template <std::derived_from<AnyTask>... Tasks>
  requires(sizeof...(Tasks) > 0) [[nodiscard]] Self compensate(Tasks const&... each) const {
    return compensate(tasks(each...));
  }
  [[nodiscard]] Self compensate(TaskList const& list, Place at = Place::here()) const {
    Self copy = with("compensate", list.node(), at);
    copy.needs_.add(list.needs());
    return copy;
  }
  // Asked when the call is in doubt: a read that succeeds when it has happened, and fails with 404
  // or 410 when it has not.
  template <std::derived_from<AnyTask>... Tasks>
  requires(sizeof...(Tasks) > 0) [[nodiscard]] Self probe(Tasks const&... each) const {
    return probe(tasks(each...));
  }
  [[nodiscard]] Self probe(TaskList const& list, Place at = Place::here()) const {
    Self copy = with("probe", list.node(), at);
    copy.needs_.add(list.needs());
    return copy;
  }
  // Says that the task changes nothing that would have to be undone.
  [[nodiscard]] Self nothing_to_undo(Place at = Place::here()) const {
    return with("compensate", builder::list_node(), at);
  }
  [[nodiscard]] Self then(Then const& target, Place at = Place::here()) const {
    return with("then", builder::text_node(target.text()), at);
  }
  [[nodiscard]] Self input_from(Value const& value, Place at = Place::here()) const {
    return with_in("input", "from", value.node(), at);
  }
  [[nodiscard]] Self input_schema(Json const& schema, Place at = Place::here()) const {
    return with_in("input", "schema", builder::schema_node(schema), at);
  }
  [[nodiscard]] Self output_schema(Json const& schema, Place at = Place::here()) const {
    return with_in("output", "schema", builder::schema_node(schema), at);
  }
  // What later tasks see as the output.
  template <class V>
  [[nodiscard]] auto output_as(V const& value, Place at = Place::here()) const {
    using New = std::conditional_t<builder::is_expr<V>, builder::operand_t<V>, Json>;
    return Built<New>(with_in("output", "as", Value(value).node(), at));
  }
  // The new $context.
  [[nodiscard]] Self export_as(Value const& value, Place at = Place::here()) const {
    return with_in("export", "as", value.node(), at);
  }
  [[nodiscard]] Self export_schema(Json const& schema, Place at = Place::here()) const {
    return with_in("export", "schema", builder::schema_node(schema), at);
  }
  [[nodiscard]] Self metadata(std::string_view key, Json const& value,
                              Place at = Place::here()) const {
    return with_in("metadata", key, builder::node_of(value), at);
  }
  // Once the call has succeeded nothing before it is undone any more.
  [[nodiscard]] Self pivot(Place at = Place::here()) const {
    return with("pivot", builder::node_of(Json(true)), at);
  }
  // Takes the lock of that name before the task begins, and holds it to the end of the run. Another
  // run that asks for it waits; one that has a greater name does not, and gets errors/lock-order.
  [[nodiscard]] Self lock(Text const& name, Place at = Place::here()) const {
    return with("lock", name.node(), at);
  }
  // Undoes the task also when it was refused.
  [[nodiscard]] Self undo_on_refused(Place at = Place::here()) const {
    builder::Node words = builder::list_node();
    builder::push(words, builder::text_node("refused"), at);
    return with("undoOn", std::move(words), at);
  }
  // Statuses that count as done, of a call in a compensate block.
  [[nodiscard]] Self done_on(std::initializer_list<int> statuses, Place at = Place::here()) const {
    builder::Node node = builder::list_node();
    for (int const status : statuses) builder::push(node, builder::node_of(Json(status)), at);
    return with("doneOn", std::move(node), at);
  }
  // These statuses mean "not finished yet": the call is made again with the same key.
  [[nodiscard]] Self ongoing(std::initializer_list<int> statuses, Length every,
                             Place at = Place::here()) const {
    builder::Node list = builder::list_node();
    for (int const status : statuses) builder::push(list, builder::node_of(Json(status)), at);
    builder::Node node = builder::map_node();
    builder::put(node, "status", std::move(list), at);
    builder::put(node, "every", every.node(), at);
    return with("ongoing", std::move(node), at);
  }
  // false: not sent again after a restart of the engine, but in doubt.
  [[nodiscard]] Self redeliver(bool again, Place at = Place::here()) const {
    return with("redeliver", builder::node_of(Json(again)), at);
  }

 protected:
  using AnyTask::AnyTask;
  explicit Task(AnyTask const& other) : AnyTask(other) {}

  Self with(std::string_view key, builder::Node node, Place at) const {
    Self copy = static_cast<Self const&>(*this);
    builder::put(copy.body_, key, std::move(node), at);
    return copy;
  }
  Self with_in(std::string_view outer, std::string_view key, builder::Node node, Place at) const {
    Self copy = static_cast<Self const&>(*this);
    builder::put_in(copy.body_, outer, key, std::move(node), at);
    return copy;
  }
};

// A task whose output is an Out, of whatever kind it was.
template <class Out>
class Built final : public Task<Built<Out>, Out> {
 public:
  explicit Built(AnyTask const& other) : Task<Built<Out>, Out>(other) {}
};

}  // namespace skald
