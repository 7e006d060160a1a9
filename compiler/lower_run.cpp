// `run`: a child workflow, a shell command or a script. Processes become calls, so that attempts,
// deadlines, retries and undos are those of any call.

#include "compiler/check.hpp"
#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::Template;
using Point = Site::Point;

std::string text_of(Node const& map, std::string_view key) {
  Node const* found = map.get(key);
  return std::string(found == nullptr ? std::string_view{} : found->text());
}

bool awaits(Node const& run) {
  Node const* await = run.get("await");
  return await == nullptr || !await->is_scalar() || !await->scalar.is_boolean() ||
         await->scalar.as_boolean();
}

// The task's data as it is.
Template own_input(Lowering& to, Node const& node, Site const& site) {
  Template input;
  if (auto all = to.expressions.generated(".", node, site)) {
    input.kind = Template::Kind::expression;
    input.expression = std::move(*all);
  }
  return input;
}

// The name of a workflow is known before it runs, so that what runs can be checked and drawn.
void constant_only(Lowering& to, Node const& workflow) {
  for (auto const key : {"namespace", "name", "version"}) {
    Node const* node = workflow.get(key);
    if (node == nullptr || !is_expression(node->text())) continue;
    to.report.add(Code::bad_value, node->span,
                  "'" + std::string(key) + "' of the workflow to run can not be an expression",
                  "choose with a 'switch' between several runs");
  }
}

void no_meaning(Lowering& to, Node const& run, std::string_view key, std::string_view beside,
                std::string_view hint) {
  auto const* entry = run.find(key);
  if (entry == nullptr) return;
  to.report.add(Code::ignored_key, entry->key.span,
                "'" + std::string(key) + "' has a meaning beside " + std::string(beside) + " only",
                std::string(hint));
}

graph::TaskKind run_workflow(Lowering& to, TaskInfo const& task, Node const& run,
                             Node const& workflow) {
  Site const site{task.index, Point::inside, {}};
  graph::RunWorkflow result;
  result.ns = text_of(workflow, "namespace");
  result.name = text_of(workflow, "name");
  result.version = text_of(workflow, "version");
  if (result.version == "latest") result.version.clear();
  constant_only(to, workflow);
  Node const* input = workflow.get("input");
  result.input =
      input != nullptr ? to.expressions.value(*input, site) : own_input(to, *task.body, site);
  result.await = awaits(run);
  no_meaning(to, run, "return", "'shell' and 'script'", "choose from the output with 'output.as'");
  Node const* on_abort = run.get("onAbort");
  result.cancel_on_abort = on_abort != nullptr;
  if (on_abort != nullptr && result.await) {
    to.report.add(Code::bad_value, on_abort->span, "'onAbort' is for a run that nobody waits for",
                  "with 'await: true' a child always stops and unwinds with its parent");
  }
  if (task.undo && !result.await) {
    to.report.add(Code::not_in_undo, run.get("await")->span,
                  "a run in a compensate block must be waited for",
                  "remove 'await: false': the undo is done when the child has completed");
  }
  return result;
}

void add_member(Template& with, std::string key, Template value) {
  with.members.push_back({std::move(key), std::move(value)});
}

graph::TaskKind process(Lowering& to, TaskInfo const& task, Node const& run, Node const& process,
                        std::string function) {
  Site const site{task.index, Point::inside, {}};
  graph::Call call;
  call.function = std::move(function);
  call.with.kind = Template::Kind::object;
  no_meaning(to, run, "onAbort", "'workflow'", "a process goes on by itself, or is waited for");
  for (auto const key : {"command", "language", "code", "stdin", "arguments", "environment"}) {
    Node const* node = process.get(key);
    if (node != nullptr) add_member(call.with, key, to.expressions.value(*node, site));
  }
  auto const what = text_of(run, "return");
  if (!what.empty() && what != "stdout") add_member(call.with, "return", Template::of(Json(what)));
  if (!awaits(run)) {  // the output is the task's input
    add_member(call.with, "await", Template::of(Json(false)));
    add_member(call.with, "input", own_input(to, *task.body, site));
  }
  return call;
}

}  // namespace

graph::TaskKind lower_run(Lowering& to, TaskInfo const& task) {
  Node const* run = task.body->get("run");
  if (run == nullptr || !run->is_map()) return graph::Do{};  // reported already
  if (Node const* workflow = run->get("workflow")) return run_workflow(to, task, *run, *workflow);
  if (Node const* shell = run->get("shell")) return process(to, task, *run, *shell, "run:shell");
  if (Node const* script = run->get("script")) {
    return process(to, task, *run, *script, "run:script");
  }
  return graph::Do{};
}

}  // namespace skald::compiler
