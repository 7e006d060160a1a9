#include "compiler/lower.hpp"

#include "compiler/graph/schema_check.hpp"
#include "compiler/schema_fault.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using Point = Site::Point;

std::string text_of(Node const* map, std::string_view key) {
  Node const* found = map == nullptr ? nullptr : map->get(key);
  return std::string(found == nullptr ? std::string_view{} : found->text());
}

// What surrounds the work of a task: condition, data flow, next task.
void frame(Lowering& to, TaskInfo const& info, graph::Task& task) {
  Node const& body = *info.body;
  if (Node const* when = body.get("if")) {
    task.when = to.expressions.condition(*when, {info.index, Point::before, {}});
  }
  task.input_from = lower_mapping(to, body.get("input"), "from", {info.index, Point::before, {}});
  task.input_schema = lower_schema(to, body.get("input"));
  // Of a call of a function the lock is its own: the function's definition sees the arguments.
  if (Node const* name = body.get("lock")) task.lock = lock(to, *name, info.index);
  task.output_as = lower_mapping(to, body.get("output"), "as", {info.index, Point::after, {}});
  task.output_schema = lower_schema(to, body.get("output"));
  task.export_as = lower_mapping(to, body.get("export"), "as", {info.index, Point::exported, {}});
  task.export_schema = lower_schema(to, body.get("export"));
  Node const* then = body.get("then");
  if (then == nullptr || info.of_function) return;
  task.then = then_of(to.outline, to.outline.list(info.list), then->text()).value_or(graph::Then{});
}

void policies(Lowering& to, TaskInfo const& info, graph::Task& task) {
  if (info.gives_policies) return;
  Site const site{info.index, Point::inside, {}};
  task.timeout = timeout(to, policy(info, "timeout"), site);
  task.retry = retry(to, policy(info, "retry"), site, "error");
  task.effect = effect(to, info);
  task.compensate = info.compensate;
  Node const* pivot = policy(info, "pivot");
  task.pivot = pivot != nullptr && pivot->is_scalar() && pivot->scalar.is_boolean() &&
               pivot->scalar.as_boolean();
  task.probe = info.probe_list;
}

graph::Task lower_task(Lowering& to, TaskInfo const& info) {
  graph::Task task;
  task.index = info.index;
  task.name = info.name;
  task.path = info.path;
  task.list = info.list;
  task.position = info.position;
  if (info.body == nullptr || !info.body->is_map()) return task;
  task.kind = lower_kind(to, info);
  if (info.part == TaskInfo::Part::arguments) return task;
  frame(to, info, task);
  policies(to, info, task);
  return task;
}

}  // namespace

std::optional<JsonSchema> lower_schema(Lowering& to, Node const* map) {
  Node const* schema = map == nullptr ? nullptr : map->get("schema");
  if (schema == nullptr) return std::nullopt;
  Node const* format = schema->get("format");
  if (format != nullptr && format->is_string() && format->text() != "json" &&
      !format->text().starts_with("json:")) {
    to.report.add(Code::not_supported, format->span,
                  "schemas of the format '" + std::string(format->text()) +
                      "' are part of the language, but not supported yet",
                  "use JSON Schema");
  }
  Node const* place = schema->get("document");
  std::optional<Json> text;
  if (place != nullptr) {
    text = dsl::to_json(*place);
  } else if (Node const* resource = schema->get("resource")) {
    place = resource;
    if (Json const* read = lower_document(to, *resource, {})) text = *read;
  }
  if (!text) return std::nullopt;
  if (auto const reason = graph::unsafe_schema(*text); !reason.empty()) {
    to.report.add(Code::bad_value, place->span, "this schema can not be used: " + reason);
    return std::nullopt;
  }
  auto compiled = JsonSchema::compile(std::move(*text));
  if (compiled.ok()) return std::move(*compiled);
  // Of a schema in another file only that it is named here.
  bool const here = place == schema->get("document");
  Node const& fault = here ? schema_fault(*place, compiled.error().message) : *place;
  to.report.add(Code::bad_value, fault.span, compiled.error().message, compiled.error().hint);
  return std::nullopt;
}

std::optional<graph::Template> lower_mapping(Lowering& to, Node const* map, std::string_view key,
                                             Site const& site) {
  Node const* found = map == nullptr ? nullptr : map->get(key);
  if (found == nullptr) return std::nullopt;
  return to.expressions.bare_or_map(*found, site);
}

namespace {

// What a schedule starts its runs with is known: nothing, or an array of events.
void check_scheduled_input(Lowering& to, graph::StepGraph const& graph) {
  if (!graph.schedule || !graph.input_schema) return;
  bool const events = graph.schedule->on.has_value();
  auto why = !events ? graph.input_schema->check(Json::object())
             : graph.input_schema->document()["type"] == Json("object")
                 ? std::string("not an object")
                 : std::string();
  if (why.empty()) return;
  if (why.ends_with('.')) why.pop_back();
  auto const* schedule = to.outline.document->root.find("schedule");
  auto& found = to.report.add(
      Code::bad_value, schedule->key.span,
      std::string("the runs that this schedule starts have ") +
          (events ? "an array of events" : "{}") +
          " as their input, which its schema refuses: " + why,
      events ? "write the schema of an array, or none"
             : "leave what is missing out of 'required'; '//' gives a value to what is not there");
  found.notes.push_back({"the schema is here", to.outline.document->root.find("input")->key.span});
}

}  // namespace

graph::StepGraph lower(Outline const& outline, Resources& resources, Report& report) {
  Lowering to{outline, report, Expressions(outline, report), resources};
  Node const& root = outline.document->root;
  Node const* document = root.get("document");
  graph::StepGraph graph;
  graph.id = {text_of(document, "namespace"), text_of(document, "name"),
              text_of(document, "version")};
  graph.dsl = text_of(document, "dsl");
  graph.input_from = lower_mapping(to, root.get("input"), "from", {{}, Point::before, {}});
  graph.input_schema = lower_schema(to, root.get("input"));
  graph.output_as = lower_mapping(to, root.get("output"), "as", {{}, Point::after, {}});
  graph.output_schema = lower_schema(to, root.get("output"));
  graph.timeout = timeout(to, root.get("timeout"), {{}, Point::before, {}});
  graph.schedule = lower_schedule(to, root.get("schedule"));
  check_scheduled_input(to, graph);
  graph.saga = saga(to, root.get("saga"));
  graph.root = outline.root;
  for (auto const& list : outline.lists) {
    graph.lists.push_back({list.index, list.role, list.owner, list.tasks});
  }
  for (auto const& info : outline.tasks) graph.tasks.push_back(lower_task(to, info));
  if (to.expressions.reads_secrets()) graph.secrets = outline.secrets;
  if (to.expressions.reads_definition()) graph.definition = dsl::to_json(root);
  for (auto& task : graph.tasks) task.output_used = to.expressions.used(task.index);
  return graph;
}

}  // namespace skald::compiler
