// What is likely a mistake in an expression that can be understood.

#include <algorithm>

#include "compiler/expressions.hpp"
#include "compiler/members.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;

// Where a single '=' stands outside of texts: jq's assignment.
std::size_t assignment(std::string_view program) {
  bool quoted = false;
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (quoted && program[i] == '\\') {
      ++i;
    } else if (program[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && program[i] == '=') {
      bool const two = i + 1 < program.size() && program[i + 1] == '=';
      bool const tail =
          i > 0 && std::string_view("=!<>|+-*/%").find(program[i - 1]) != std::string_view::npos;
      if (!two && !tail) return i;
    }
  }
  return std::string_view::npos;
}

// The schema below `key` of a map, when it stands in the document itself.
Node const* schema_below(Node const* owner, std::string_view key) {
  Node const* outer = owner == nullptr ? nullptr : owner->get(key);
  Node const* schema = outer == nullptr ? nullptr : outer->get("schema");
  return schema == nullptr ? nullptr : schema->get("document");
}

bool declares(Node const* schema, std::string_view name) {
  Node const* properties = schema == nullptr ? nullptr : schema->get("properties");
  return properties != nullptr && properties->get(name) != nullptr;
}

}  // namespace

std::optional<graph::Expression> Expressions::condition(Node const& node, Site const& site) {
  auto expression = bare(node, site);
  if (!expression) return expression;
  Text const text = inside(node.text());
  auto const at = assignment(text.program);
  if (at != std::string_view::npos) {
    report_.add(Code::assignment, span({text, node, {at, at + 1}}),
                "'=' changes the data and is true for most of it", "write '==' to compare");
  }
  if (site.error) check_condition_on_error(*expression, text, node, site);
  return expression;
}

// Whether to catch or to retry is asked about an error, and '.' is not the error.
void Expressions::check_condition_on_error(graph::Expression const& expression, Text text,
                                           Node const& node, Site const& site) {
  auto const& error = site.variables.back();
  for (auto const& use : expression.program->variable_uses()) {
    if (use.name == error) return;
  }
  auto const paths = leading_paths(text.program);
  if (paths.empty() || paths.front().empty()) return;
  PathStep const& step = paths.front().front();
  auto const members = members_of_error();
  bool const of_error = std::find(members.begin(), members.end(), step.name) != members.end();
  if (!of_error || step.name == "type") return;  // data often has a type
  if (declares(schema_below(&outline_.document->root, "input"), step.name)) return;
  if (site.task.valid() &&
      declares(schema_below(outline_.task(site.task).body, "input"), step.name))
    return;
  report_.add(Code::data_for_error, span({text, node, step.span}),
              "'." + step.name + "' is of the data here, and not of the error",
              "write $" + error + "." + step.name);
}

namespace {

// The task named `name` is meant by '$task.name'.
std::string member_hint(Report& report, std::string const& variable, std::string const& name,
                        MemberNames members, bool is_task) {
  if (variable == "task" && is_task) return "the output of the task is '" + task_output(name) + "'";
  auto const same = same_member(members, name);
  if (!same.empty()) return "did you mean '" + std::string(same) + "'?";
  std::string listed;
  for (auto const each : members) listed += (listed.empty() ? "" : ", ") + std::string(each);
  return report.did_you_mean(name, {members.begin(), members.end()}, "it has " + listed);
}

}  // namespace

// Members of variables whose members are known.
void Expressions::check_members(jq::VariableUse const& use, Text text, Node const& node,
                                Site const& site) {
  bool const error = is_error(outline_, site, use.name);
  auto paths = paths_behind(text.program, use.span.end);
  if (use.field) {
    if (paths.empty()) paths.emplace_back();
    auto const field = field_of(use, text.program);
    for (auto& path : paths) path.insert(path.begin(), {*use.field, field});
  }
  for (auto const& path : paths) {
    std::vector<std::string_view> at = {use.name};
    std::string written = "$" + use.name;
    for (PathStep const& step : path) {
      auto const members = error && at.size() == 1 ? members_of_error() : members_of(at);
      if (members.empty()) break;
      if (std::find(members.begin(), members.end(), step.name) == members.end()) {
        bool const is_task =
            use.name == "task" && spans_ <= kMostSpans &&
            find_task(outline_, site, step.name).answer == TaskLookup::Answer::found;
        report_.add(Code::unknown_member, span({text, node, step.span}),
                    "'" + written + "' has no member '" + step.name + "'",
                    member_hint(report_, written.substr(1), step.name, members, is_task));
        break;
      }
      at.push_back(step.name);
      written += "." + step.name;
    }
  }
}

void Expressions::check_properties(graph::Expression const& expression, Text text, Node const& node,
                                   Site const& site) {
  for (auto const& use : expression.program->variable_uses()) {
    check_members(use, text, node, site);
  }
  for (auto const& use : expression.program->variable_uses()) {
    Node const* schema = use.field ? schema_of(use, expression, site) : nullptr;
    if (schema == nullptr) continue;
    for (auto const& path : paths_behind(text.program, use.span.end)) {
      report_missing(*schema, path, text, node);
    }
  }
  Node const* schema = schema_of_input(site);
  if (schema == nullptr) return;
  for (auto const& path : leading_paths(text.program)) report_missing(*schema, path, text, node);
}

// The schema of what a variable and its field stand for.
Node const* Expressions::schema_of(jq::VariableUse const& use, graph::Expression const& expression,
                                   Site const&) const {
  Node const& root = outline_.document->root;
  if (use.name == "workflow" && use.field == "input") return schema_below(&root, "input");
  if (use.name != "tasks") return nullptr;
  for (auto const& each : expression.tasks) {
    if (each.name == *use.field) return schema_below(outline_.task(each.task).body, "output");
  }
  return nullptr;
}

// The schema of what '.' is at the begin of an expression: of a task that says so, or of the first
// task, which sees the input of the workflow.
Node const* Expressions::schema_of_input(Site const& site) const {
  Node const& root = outline_.document->root;
  if (!site.task.valid()) {
    return site.point == Site::Point::before ? schema_below(&root, "input") : nullptr;
  }
  bool const before = site.point == Site::Point::before;
  if (!before && site.point != Site::Point::inside) return nullptr;
  TaskInfo const& task = outline_.task(site.task);
  // Loops, forks and handlers evaluate on other data.
  bool const plain = task.part == TaskInfo::Part::task && task.kind != Kind::listen &&
                     task.kind != Kind::try_ && task.kind != Kind::emit;
  Node const* input = task.body == nullptr ? nullptr : task.body->get("input");
  if (!plain || (!before && input != nullptr && input->find("from") != nullptr)) return nullptr;
  if (Node const* own = schema_below(task.body, "input")) return own;
  ListInfo const& list = outline_.list(task.list);
  bool const first = task.list == outline_.root && task.position == 0 && !list.jumps_back;
  Node const* whole = root.get("input");
  if (!first || (whole != nullptr && whole->find("from") != nullptr)) return nullptr;
  return schema_below(&root, "input");
}

void Expressions::report_missing(Node const& schema, std::vector<PathStep> const& path, Text text,
                                 Node const& node) {
  for (auto const& missing : missing_properties(schema, path)) {
    std::vector<std::string_view> names;
    for (auto const& each : missing.properties->entries) names.push_back(each.key.text());
    auto& found = report_.add(Code::unknown_property, span({text, node, missing.step.span}),
                              "the schema has no property '" + missing.step.name + "'",
                              report_.did_you_mean(missing.step.name, names));
    found.notes.push_back({"the properties are here", missing.properties->span});
  }
}

}  // namespace skald::compiler
