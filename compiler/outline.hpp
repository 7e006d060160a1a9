#pragma once

// The Outline is a document's tasks and lists with their indices, before anything in them has been
// compiled: what a name can refer to. All later passes walk it.
//
// A call of one of `use.functions` stands in it as a `do` of two tasks: a `set` of the arguments,
// and the function's definition. Lifetime: points into the Document.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/graph/step_graph.hpp"
#include "compiler/keywords.hpp"
#include "compiler/report.hpp"
#include "dsl/document.hpp"

namespace skald::compiler {

struct Options;

struct TaskInfo {
  enum class Part : std::uint8_t {
    task,       // as written
    wrapper,    // a call of a function of `use.functions`
    arguments,  // its `with`, as the data of the definition
    definition  // the function's definition
  };

  graph::TaskIndex index;
  std::string name;
  std::string path;
  graph::ListIndex list;
  std::uint32_t position = 0;
  Kind kind = Kind::none;
  Part part = Part::task;
  dsl::Node const* key = nullptr;   // the name, where it is written
  dsl::Node const* body = nullptr;  // the map below it
  // Where compensate, retry, timeout and the other policies of an effect are written: the task's
  // own map, except that a call of a function gives its policies to a definition that is a call.
  dsl::Node const* policies = nullptr;
  bool of_function = false;                // what a function's definition says
  bool undo = false;                       // in a compensate block
  bool finally = false;                    // in saga.finally
  bool probe = false;                      // in a probe
  bool gives_policies = false;             // a wrapper whose definition takes the policies
  std::vector<graph::ListIndex> children;  // without the compensate block
  graph::ListIndex compensate;
  graph::ListIndex probe_list;
};

struct ListInfo {
  graph::ListIndex index;
  graph::ListRole role = graph::ListRole::root;
  graph::TaskIndex owner;
  std::vector<graph::TaskIndex> tasks;
  bool closed = false;                            // a function's body: names do not pass in or out
  bool jumps_back = false;                        // a task may run before one that stands before it
  std::vector<std::vector<std::uint32_t>> paths;  // from each position to the next ones
};

struct Outline {
  dsl::Document const* document = nullptr;
  graph::ListIndex root;
  graph::ListIndex finally;  // none: there is no saga.finally, or an empty one
  std::vector<TaskInfo> tasks;
  std::vector<ListInfo> lists;
  std::multimap<std::string_view, graph::TaskIndex> names;
  std::map<std::pair<graph::ListIndex, std::string_view>, graph::TaskIndex> members;

  std::vector<std::string> secrets;  // of `use`, sorted
  // What else stands in `use`, by group and name: "retries", "transient".
  std::map<std::pair<std::string_view, std::string_view>, dsl::Node const*> components;

  TaskInfo const& task(graph::TaskIndex index) const { return tasks[index.value]; }
  ListInfo const& list(graph::ListIndex index) const { return lists[index.value]; }

  // The component `name` of `use.<group>`, or nullptr.
  dsl::Node const* component(std::string_view group, std::string_view name) const;
};

// The second pass: builds the outline, of at most so many tasks.
Outline make_outline(dsl::Document const& document, std::size_t max_tasks, Report& report);

// One of `use` that nothing refers to.
struct UnusedComponent {
  std::string_view group;  // "functions"
  dsl::Node const* key = nullptr;
};

// The third: looks up every name that is not in an expression.
std::vector<UnusedComponent> resolve(Outline const& outline, Options const& options,
                                     Report& report);

// The compensate, retry, timeout, ... of a task: of the call of its function first.
dsl::Node const* policy(TaskInfo const& task, std::string_view key);

// The items of a list, or the one value that stands for a list; none of nullptr.
std::vector<dsl::Node const*> one_or_more(dsl::Node const* node);

// Where `text` sends the flow from a task of `list`; no value when it names no task there.
std::optional<graph::Then> then_of(Outline const& outline, ListInfo const& list,
                                   std::string_view text);

// The fourth: jumps, and tasks that are never reached.
void check_flow(Outline& outline, Report& report);

}  // namespace skald::compiler
