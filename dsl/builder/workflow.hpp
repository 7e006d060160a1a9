#pragma once

// The workflow itself: its name, its policies and its tasks.
//
//   return workflow("travel", "holiday-booking", "1.2.0").undo(patient).timeout(days{3})
//       .run(fork("reserve", hotel, flight, car), approval, rejected, payment, itinerary);

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/builder/function.hpp"
#include "dsl/builder/listen.hpp"
#include "dsl/builder/task.hpp"
#include "dsl/document.hpp"

namespace skald {

// A workflow that has been built: its document, and the C++ functions its steps call.
class Workflow {
 public:
  Workflow(dsl::Document document, std::vector<RegisteredFunction> functions)
      : document_(std::move(document)), functions_(std::move(functions)) {}

  dsl::Document const& document() const { return document_; }
  std::vector<RegisteredFunction> const& functions() const { return functions_; }

 private:
  dsl::Document document_;
  std::vector<RegisteredFunction> functions_;
};

// What happens to an undo whose retries are exhausted, and the order of undos (SAGA).
enum class Exhausted { suspend, proceed };
enum class UndoOrder { reverse, dependency };

// Where an error leads that nothing catches: back, by undoing, or forward, by trying again.
enum class Recover { backward, forward };
// What happens when a schedule's run is still going on, and after the engine was down.
enum class Overlap { skip, queue, allow };
enum class Missed { once, none, all };

class WorkflowBuilder {
 public:
  WorkflowBuilder(Name const& ns, std::string_view name, std::string_view version);

  [[nodiscard]] WorkflowBuilder title(std::string_view text, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder summary(std::string_view text, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder tag(std::string_view key, std::string_view value,
                                    Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder metadata(std::string_view key, Json const& value,
                                         Place at = Place::here()) const;
  // Policies that tasks name are defined by themselves; this is for others, and for the eye.
  template <std::same_as<RetryPolicy>... Policies>
  [[nodiscard]] WorkflowBuilder use(Policies const&... policies) const {
    WorkflowBuilder copy = *this;
    (copy.needs_.add(policies), ...);
    return copy;
  }
  // Secrets that expressions may use.
  [[nodiscard]] WorkflowBuilder secrets(std::vector<std::string> const& names,
                                        Place at = Place::here()) const;
  // How undos are retried; without end when not given.
  [[nodiscard]] WorkflowBuilder undo(RetryPolicy const& policy, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder undo_exhausted(Exhausted what, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder undo_order(UndoOrder order, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder recover(Recover direction, Place at = Place::here()) const;
  // Forward at first: each call is retried so many times beyond its own retries. Then backward.
  [[nodiscard]] WorkflowBuilder recover_forward_then_backward(std::uint32_t tries,
                                                              Place at = Place::here()) const;
  // Runs before the end of a run is recorded, whatever the end, unless it was killed. The first
  // task's input is {status, output, error}.
  template <std::derived_from<AnyTask>... Tasks>
  requires(sizeof...(Tasks) > 0) [[nodiscard]] WorkflowBuilder finally(Tasks const&... each) const {
    return finally(tasks(each...));
  }
  [[nodiscard]] WorkflowBuilder finally(TaskList const& list, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder timeout(Length after, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder input_from(Value const& value, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder input_schema(Json const& schema, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder output_as(Value const& value, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder output_schema(Json const& schema, Place at = Place::here()) const;

  // When the workflow starts by itself; one of these.
  [[nodiscard]] WorkflowBuilder every(Length interval, Place at = Place::here()) const;
  // "30 2 * * MON-FRI"; UTC unless a zone is named ("Europe/Berlin").
  [[nodiscard]] WorkflowBuilder cron(std::string_view expression, std::string_view zone = {},
                                     Place at = Place::here()) const;
  // So long after the end of the run before; the first at once.
  [[nodiscard]] WorkflowBuilder again_after(Length pause, Place at = Place::here()) const;
  // For each such event. The input is the array of the events.
  [[nodiscard]] WorkflowBuilder on(EventFilter const& filter, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder on_any(std::initializer_list<EventFilter> filters,
                                       Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder on_all(std::initializer_list<EventFilter> filters,
                                       Place at = Place::here()) const;
  // What the input has of each event; the whole of it when not given.
  [[nodiscard]] WorkflowBuilder read_events(Read what, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder overlap(Overlap what, Place at = Place::here()) const;
  [[nodiscard]] WorkflowBuilder missed(Missed what, Place at = Place::here()) const;

  template <std::derived_from<AnyTask>... Tasks>
  requires(sizeof...(Tasks) > 0) [[nodiscard]] Workflow run(Tasks const&... each) const {
    return finish(tasks(each...));
  }
  [[nodiscard]] Workflow run(TaskList const& list) const { return finish(list); }

 private:
  WorkflowBuilder with_in(std::string_view outer, std::string_view key, builder::Node node,
                          Place at) const;
  Workflow finish(TaskList const& list) const;

  Place place_;
  builder::Node root_;
  builder::Needs needs_;
};

inline WorkflowBuilder workflow(Name const& ns, std::string_view name, std::string_view version) {
  return {ns, name, version};
}

}  // namespace skald
