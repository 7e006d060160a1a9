#pragma once

// Tasks that run something: another workflow as a child, a shell command, a script.
//
//   run_workflow<Booked>("hotel", "travel", "book-hotel").input(pick(trip, &Trip::city))
//   run_shell("report", "make report").arguments({"--quick"}).environment("YEAR", "2026")

#include <initializer_list>
#include <string>
#include <string_view>

#include "dsl/builder/task.hpp"

namespace skald {

namespace builder {
// `run`, with a member of it or of the process in it replaced.
Node run_node(Node const& body, std::string_view key, Node node, Place at);
Node process_node(Node const& body, std::string_view process, std::string_view key, Node node,
                  Place at);
}  // namespace builder

// A child run. Its output is the child's; what the child did is undone with its parent.
template <class Out = Json>
class RunWorkflowTask final : public Task<RunWorkflowTask<Out>, Out> {
  using Base = Task<RunWorkflowTask<Out>, Out>;

 public:
  RunWorkflowTask(Name const& name, std::string_view ns, std::string_view workflow) : Base(name) {
    auto const put = [&](std::string_view key, std::string_view text) {
      builder::Node run =
          builder::process_node(this->body_, "workflow", key, builder::text_node(text), name.place);
      builder::put(this->body_, "run", std::move(run), name.place);
    };
    put("namespace", ns);
    put("name", workflow);
  }

  // Without it the newest version that is deployed.
  [[nodiscard]] RunWorkflowTask version(std::string_view version, Place at = Place::here()) const {
    return member("version", builder::text_node(version), at);
  }
  // Without it the task's data.
  [[nodiscard]] RunWorkflowTask input(Value const& value, Place at = Place::here()) const {
    return member("input", value.node(), at);
  }
  // Only starts it; the output is the task's data. A start that is still owed when the run unwinds
  // is made nevertheless, unless it is dropped on abort.
  [[nodiscard]] RunWorkflowTask one_way(bool drop_on_abort = false,
                                        Place at = Place::here()) const {
    auto copy = this->with(
        "run", builder::run_node(this->body_, "await", builder::node_of(Json(false)), at), at);
    if (!drop_on_abort) return copy;
    return copy.with(
        "run", builder::run_node(copy.body_, "onAbort", builder::text_node("cancel"), at), at);
  }

 private:
  RunWorkflowTask member(std::string_view key, builder::Node node, Place at) const {
    return this->with("run",
                      builder::process_node(this->body_, "workflow", key, std::move(node), at), at);
  }
};

template <class Out = Json>
RunWorkflowTask<Out> run_workflow(Name const& name, std::string_view ns,
                                  std::string_view workflow) {
  return {name, ns, workflow};
}

// What the output of a process is.
enum class Return { out, errors, code, all, none };

// A shell command or a script, where the engine allows it (EngineOptions::allow_shell).
class ProcessTask final : public Task<ProcessTask, Json> {
 public:
  ProcessTask(Name const& name, std::string_view process, std::string_view key, Text const& text);

  [[nodiscard]] ProcessTask language(std::string_view name, Place at = Place::here()) const;
  [[nodiscard]] ProcessTask arguments(std::initializer_list<Value> values,
                                      Place at = Place::here()) const;
  [[nodiscard]] ProcessTask environment(std::string_view name, Value const& value,
                                        Place at = Place::here()) const;
  [[nodiscard]] ProcessTask input(Text const& text, Place at = Place::here()) const;
  [[nodiscard]] ProcessTask returns(Return what, Place at = Place::here()) const;
  // Only starts it; the output is the task's data.
  [[nodiscard]] ProcessTask one_way(Place at = Place::here()) const;

 private:
  ProcessTask member(std::string_view key, builder::Node node, Place at) const;

  std::string process_;
};

inline ProcessTask run_shell(Name const& name, Text const& command) {
  return {name, "shell", "command", command};
}
inline ProcessTask run_script(Name const& name, std::string_view language, Text const& code) {
  return ProcessTask(name, "script", "code", code).language(language, name.place);
}

}  // namespace skald
