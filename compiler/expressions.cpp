#include "compiler/expressions.hpp"

#include <algorithm>

#include "compiler/check.hpp"
#include "compiler/foreign.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::Expression;
using graph::Template;

constexpr std::string_view kSpaces = " \t\r\n";

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The name behind a '$' at the start of the text; empty when there is none.
std::string_view variable_name(std::string_view text) {
  if (!text.starts_with('$')) return {};
  std::size_t end = 1;
  while (end < text.size() && is_name_char(text[end])) ++end;
  return text.substr(1, end - 1);
}

// Names what loops and catches around the place bind.
std::string scope_hint(std::vector<std::string> const& names, std::string const& otherwise) {
  std::string out;
  for (auto const& name : names) out += (out.empty() ? "$" : ", $") + name;
  return out.empty() ? otherwise : "the lists around it bind " + out;
}

bool contains(std::vector<std::string> const& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

jq::Span Expressions::field_of(jq::VariableUse const& use, std::string_view program) {
  if (!use.field || use.span.end > program.size()) return use.span;
  auto const text = program.substr(use.span.begin, use.span.end - use.span.begin);
  auto const at = text.rfind(*use.field);
  if (at == std::string_view::npos) return use.span;
  return {use.span.begin + at, use.span.begin + at + use.field->size()};
}

std::string task_output(std::string_view name) {
  bool const plain = std::all_of(name.begin(), name.end(), is_name_char);
  return plain ? "$tasks." + std::string(name) : "$tasks[\"" + std::string(name) + "\"]";
}

// Looking for a place inside of a text reads the source from its start, so only the first findings
// get it; a file with more of them is hostile, or no workflow at all.
dsl::Span Expressions::span(Place const& place) {
  if (place.text.generated || ++spans_ > kMostSpans) return place.node.span;
  auto const begin = place.text.offset + place.part.begin;
  return dsl::span_in(place.node, begin, std::max(place.text.offset + place.part.end, begin + 1));
}

Expressions::Text Expressions::inside(std::string_view text) {
  if (!is_expression(text)) return {text, 0, false};
  auto const begin = text.find("${") + 2;
  auto const end = text.rfind('}');
  return {text.substr(begin, end - begin), begin, false};
}

std::optional<Expression> Expressions::bare(Node const& node, Site const& site) {
  if (!node.is_string()) return std::nullopt;
  return compile(inside(node.text()), node, site);
}

Template Expressions::bare_or_map(Node const& node, Site const& site) {
  if (!node.is_string()) return value(node, site);
  Template result;
  if (auto expression = bare(node, site)) {
    result.kind = Template::Kind::expression;
    result.expression = std::move(*expression);
  }
  return result;
}

Template Expressions::value(Node const& node, Site const& site) {
  Template result;
  if (node.is_scalar()) {
    result.constant = node.scalar;
    if (!node.is_string()) return result;
    if (!is_expression(node.text())) {
      if (loose_) return loose(node, site);
      check_text(node, site);
    } else if (auto expression = bare(node, site)) {
      result.kind = Template::Kind::expression;
      result.expression = std::move(*expression);
      result.constant = Json();
    }
    return result;
  }
  bool constant = true;
  for (auto const& [key, child] : node.entries) {
    result.members.push_back({std::string(key.text()), value(child, site)});
    constant = constant && result.members.back().value.kind == Template::Kind::constant;
  }
  for (Node const& child : node.items) {
    result.items.push_back(value(child, site));
    constant = constant && result.items.back().kind == Template::Kind::constant;
  }
  if (constant) return Template::of(dsl::to_json(node));
  result.kind = node.is_map() ? Template::Kind::object : Template::Kind::array;
  return result;
}

std::vector<std::string> Expressions::variables_at(Site const& site) const {
  auto variables = scope_variables(outline_, site);
  auto const& standard = graph::standard_variables();
  variables.insert(variables.end(), standard.begin(), standard.end());
  return variables;
}

// `evaluate.mode: loose`: a text that can be an expression is one, and stands for itself when it
// can not be evaluated.
Template Expressions::loose(Node const& node, Site const& site) {
  auto const code = std::string(node.text());
  jq::CompileOptions options;
  options.variables = variables_at(site);
  if (code.empty() || !jq::compile(code, options)) return Template::of(node.scalar);
  Template result;
  auto made = generated("try (" + code + "\n) catch " + to_text(node.scalar), node, site);
  if (!made) return result;
  result.kind = Template::Kind::expression;
  result.expression = std::move(*made);
  return result;
}

std::optional<Expression> Expressions::as_expression(Node const& node, Site const& site) {
  if (value(node, site).kind == Template::Kind::constant) {
    return generated(to_text(dsl::to_json(node)), node, site);
  }
  return generated(program_text(node), node, site);
}

// The value as the text of a jq program: JSON is jq, and expressions are set in parentheses.
std::string Expressions::program_text(Node const& node) const {
  if (node.is_scalar()) {
    if (!is_expression(node.text())) return to_text(node.scalar);
    return "(" + std::string(inside(node.text()).program) + "\n)";
  }
  std::string out = node.is_map() ? "{" : "[";
  for (auto const& [key, child] : node.entries) {
    if (out.size() > 1) out += ",";
    out += to_text(key.scalar) + ":" + program_text(child);
  }
  for (Node const& child : node.items) {
    if (out.size() > 1) out += ",";
    out += program_text(child);
  }
  return out + (node.is_map() ? "}" : "]");
}

std::optional<Expression> Expressions::generated(std::string const& text, Node const& node,
                                                 Site const& site) {
  return compile({text, 0, true}, node, site);
}

std::optional<Expression> Expressions::compile(Text text, Node const& node, Site const& site) {
  jq::CompileOptions options;
  options.variables = variables_at(site);
  auto compiled = jq::compile(text.program, options);
  if (!compiled) {
    report_errors(compiled.errors, text, node, site, options.variables);
    return std::nullopt;
  }
  Expression expression;
  expression.program = std::move(compiled.program);
  bool good = true;
  for (auto const& use : expression.program->variable_uses()) {
    if (use.name == "tasks" || use.name == "undo" || use.name == "state") {
      report_.add_not_portable(
          span({text, node, use.span}), "'$" + use.name + "' is skald's own variable",
          use.name == "tasks" ? "keep the value in '$context' with 'export', or let it flow" : "");
    }
    if (!check_scheduled(use, {text, node, use.span}, site)) {
      good = false;
      continue;
    }
    if (use.name != "tasks") {
      good = check_use(use, {text, node, use.span}, site) && good;
      continue;
    }
    auto const task = task_use(use, {text, node, field_of(use, text.program)}, site);
    good = good && task.has_value();
    if (!task) continue;
    used_[task->value] = true;
    auto const known = std::any_of(expression.tasks.begin(), expression.tasks.end(),
                                   [&](auto const& each) { return each.name == *use.field; });
    if (!known) expression.tasks.push_back({*use.field, *task});
  }
  if (!good) return std::nullopt;
  if (!text.generated) check_properties(expression, text, node, site);
  return expression;
}

bool Expressions::check_scheduled(jq::VariableUse const& use, Place const& place,
                                  Site const& site) {
  bool const known = use.name == "runtime" || use.name == "secrets" ||
                     (use.name == "workflow" && use.field == "definition");
  if (site.point != Site::Point::scheduled || known) return true;
  report_.add(Code::unknown_variable, span(place),
              "'$" + use.name + (use.field ? "." + *use.field : std::string()) +
                  "' has no value in a schedule: there is no run yet",
              "'.' is the event; write a constant, or compare two events by a correlation without "
              "'expect'");
  return false;
}

void Expressions::report_errors(std::vector<jq::CompileError> const& errors, Text text,
                                Node const& node, Site const& site,
                                std::vector<std::string> const& variables) {
  for (auto const& error : errors) {
    auto const where = span({text, node, error.span});
    auto const begin = std::min(error.span.begin, text.program.size());
    auto const name = variable_name(text.program.substr(begin));
    if (name.empty() || contains(variables, name)) {
      report_.add(Code::bad_expression, where, error.message,
                  expression_hint(error, text, node, site));
      continue;
    }
    std::vector<std::string_view> const candidates(variables.begin(), variables.end());
    auto const near = dsl::nearest(name, candidates);
    report_.add(Code::unknown_variable, where,
                "no variable named '$" + std::string(name) + "' here",
                !instead_of_variable(name).empty() ? std::string(instead_of_variable(name))
                : near.empty() ? scope_hint(scope_variables(outline_, site), error.hint)
                               : "did you mean '$" + std::string(near) + "'?");
  }
}

// What a name is meant as that stands in a program alone, and is no function.
std::string Expressions::name_hint(std::string const& name, jq::CompileError const& error,
                                   Text text, Site const& site) const {
  auto const before = text.program.substr(0, std::min(error.span.begin, text.program.size()));
  auto begin = before.size();
  while (begin > 0 && (is_name_char(before[begin - 1]) || before[begin - 1] == '-')) --begin;
  auto const left = before.substr(begin);
  if (left.size() > 1 && left.ends_with('-') && begin > 0 && before[begin - 1] == '.') {
    auto const quoted = std::string(left) + name;
    if (before.substr(0, begin).ends_with("$tasks.")) return "write " + task_output(quoted);
    return "a name with '-' is quoted: .\"" + quoted + "\"";
  }
  if (contains(variables_at(site), name)) return "a variable begins with '$': '$" + name + "'";
  auto const tasks = visible_tasks(outline_, site);
  if (std::find(tasks.begin(), tasks.end(), name) == tasks.end()) return {};
  return "the output of the task is '" + task_output(name) + "'";
}

// A way out of what jq can not read, for who thinks in another language.
std::string Expressions::expression_hint(jq::CompileError const& error, Text text, Node const& node,
                                         Site const& site) const {
  constexpr std::string_view kUnknown = "unknown function '";
  if (error.message.starts_with(kUnknown)) {
    auto const size = error.message.rfind('/') - kUnknown.size();
    auto const name = error.message.substr(kUnknown.size(), size);
    bool const plain = error.message.ends_with("/0'");
    auto hint = plain ? name_hint(name, error, text, site) : std::string();
    if (hint.empty()) hint = foreign_function(name);
    if (!hint.empty()) return hint;
    if (plain && error.hint.empty()) return "a member of the data is '." + name + "'";
  }
  if (error.message.starts_with("'input' ")) {
    return "the data is '.', what the run was started with '$workflow.input'";
  }
  auto const foreign = foreign_expression(text.program, node.text());
  return foreign.empty() ? error.hint : std::string(foreign);
}

// Variables other than $tasks. True when the use has a meaning here.
bool Expressions::check_use(jq::VariableUse const& use, Place const& place, Site const& site) {
  if (contains(scope_variables(outline_, site), use.name)) return true;
  // The graph holds the document only when something but its header is read.
  auto const behind = place.text.program.substr(std::min(use.span.end, place.text.program.size()));
  bool const definition =
      use.field == "definition" &&
      ((use.name == "workflow" && !behind.starts_with(".document")) || use.name == "task");
  reads_definition_ = reads_definition_ || definition;
  if (use.name == "secrets") return check_secret(use, place);
  if (use.name == "state") {
    report_.add(Code::not_supported, span(place),
                "'$" + use.name + "' is part of the language, but not supported yet");
    return false;
  }
  if (use.name == "undo" && !in_undo(outline_, site)) {
    report_.add(Code::undo_elsewhere, span(place),
                "'$undo' has a value in a compensate block only");
    return false;
  }
  check_value(use, place, site);
  return true;
}

bool Expressions::check_secret(jq::VariableUse const& use, Place const& place) {
  reads_secrets_ = true;
  if (!use.field) return true;
  auto const& names = outline_.secrets;
  if (std::binary_search(names.begin(), names.end(), *use.field)) return true;
  std::vector<std::string_view> candidates;
  if (report_.guesses()) candidates.assign(names.begin(), names.end());
  report_.add(
      Code::unknown_secret, span({place.text, place.node, field_of(use, place.text.program)}),
      "no secret named '" + *use.field + "' is declared",
      report_.did_you_mean(*use.field, candidates, "add it to use.secrets: [" + *use.field + "]"));
  return false;
}

namespace {

// The program without the text of its strings; what they interpolate stays.
std::string without_literals(std::string_view program) {
  std::string code;
  std::vector<int> open;  // parentheses within each interpolation that we are in
  bool text = false;
  for (std::size_t i = 0; i < program.size(); ++i) {
    char const c = program[i];
    if (text && c == '\\' && i + 1 < program.size()) {
      text = program[++i] != '(';
      if (!text) open.push_back(0);
    } else if (c == '"') {
      text = !text;
    } else if (!text) {
      if (c == '(' && !open.empty()) ++open.back();
      if (c == ')' && !open.empty() && open.back()-- == 0) {
        open.pop_back();
        text = true;
        continue;
      }
      code += c;
    }
  }
  return code;
}

}  // namespace

// Variables that have no value at this point, or may have none.
void Expressions::check_value(jq::VariableUse const& use, Place const& place, Site const& site) {
  auto const code = without_literals(place.text.program);
  bool const careful =
      code.find("//") != std::string::npos || code.find("$undo.outcome") != std::string::npos;
  if (use.name == "undo" && use.field == "output" && !careful) {
    report_.add(Code::undo_reads_output, span(place),
                "'$undo.output' is null when the answer was lost",
                "take what you need from '$undo.input', or look at '$undo.outcome'");
  }
  using Point = Site::Point;
  if (use.name == "output" && site.point != Point::exported) {
    report_.add(Code::no_value_yet, span(place), "'$output' has a value in 'export' only",
                "in 'output.as' the raw output is '.'");
  }
  if (use.name == "input" && site.point == Point::before) {
    report_.add(Code::no_value_yet, span(place), "'$input' has no value before 'input.from'",
                "the raw input is '.'");
  }
}

std::optional<graph::TaskIndex> Expressions::task_use(jq::VariableUse const& use,
                                                      Place const& place, Site const& site) {
  if (!use.field) {
    report_.add(Code::tasks_whole, span(place), "'$tasks' needs the name of a task",
                "write $tasks.name");
    return std::nullopt;
  }
  auto const lookup = find_task(outline_, site, *use.field);
  if (lookup.answer == TaskLookup::Answer::found) return lookup.task;
  no_task(lookup, *use.field, span(place), site);
  return std::nullopt;
}

void Expressions::no_task(TaskLookup const& lookup, std::string const& name, dsl::Span const& span,
                          Site const& site) {
  switch (lookup.answer) {
    case TaskLookup::Answer::ambiguous: {
      auto& found = report_.add(Code::ambiguous_task, span,
                                "several tasks named '" + name + "' have run by then",
                                "give them names of their own");
      for (auto const task : lookup.all) {
        found.notes.push_back({"one is here", outline_.task(task).key->span});
      }
      return;
    }
    case TaskLookup::Answer::not_done: {
      auto& found =
          report_.add(Code::task_not_done, span,
                      "the output of '" + name + "' can not be read here: " + lookup.reason);
      found.notes.push_back({"the task is here", outline_.task(lookup.task).key->span});
      return;
    }
    case TaskLookup::Answer::unknown:
    case TaskLookup::Answer::found:
      report_.add(Code::unknown_task, span, "no task named '" + name + "' here",
                  spans_ > kMostSpans || !report_.guesses()
                      ? std::string()
                      : report_.did_you_mean(name, visible_tasks(outline_, site)));
  }
}

// "map(.held) | add": a call of a function of jq on a part of the data.
bool Expressions::is_filter_call(std::string_view text, Site const& site) const {
  auto const open = text.find("(.");
  auto const name = text.substr(0, std::min(open, text.size()));
  if (name.empty() || name.size() == text.size()) return false;
  if (!std::all_of(name.begin(), name.end(), is_name_char)) return false;
  jq::CompileOptions options;
  options.variables = variables_at(site);
  return static_cast<bool>(jq::compile(std::string(text), options));
}

// A text that is no expression, but may have been meant as one.
void Expressions::check_text(Node const& node, Site const& site) {
  auto const text = node.text();
  auto const begin = text.find("${");
  std::size_t at = 0;
  auto const first = text.find_first_not_of(kSpaces);
  if (begin != std::string_view::npos && begin == first) {
    report_.add(Code::open_expression, span({{text, 0, false}, node, {begin, begin + 2}}),
                "the end of this expression is missing", "an expression is ${ ... } as a whole");
  } else if (begin != std::string_view::npos) {
    report_.add(Code::partial_expression, span({{text, 0, false}, node, {begin, begin + 2}}),
                "an expression inside of a text is not evaluated",
                "make the whole text an expression: ${ \"... \\( ... ) ...\" }");
  } else if (auto const marks = foreign_template(text, at); !marks.empty()) {
    report_.add(Code::foreign_template, span({{text, 0, false}, node, {at, at + 2}}),
                "'" + std::string(marks) + "' has no meaning here, the text stays as it is",
                "make the whole text an expression: ${ \"... \\( ... ) ...\" }");
  } else if ((data_path(text) > 0 && !is_suffix(text)) || is_filter_call(text, site)) {
    report_.add(Code::bare_variable, node.span, "this is a text, not an expression",
                "write '${ " + std::string(text) + " }' for the value, '${ " +
                    to_text(node.scalar) + " }' for the text");
  } else if (text.starts_with("$.") && data_path(text.substr(1)) > 0) {
    report_.add(Code::bare_variable, node.span, "this is a text, not an expression",
                "expressions are jq and not JSONPath: write '${ " + std::string(text.substr(1)) +
                    " }' for the value");
  } else if (auto const name = variable_name(text); !name.empty()) {
    auto const variables = variables_at(site);
    if (!contains(variables, name)) return;
    report_.add(Code::bare_variable, node.span, "this is a text, not an expression",
                "write '${ " + std::string(text) + " }' for the value of the variable");
  }
}

}  // namespace skald::compiler
