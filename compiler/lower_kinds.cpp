#include <algorithm>

#include "compiler/check.hpp"
#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::ListIndex;
using graph::Template;
using Point = Site::Point;

bool is_true(Node const* node) {
  return node != nullptr && node->is_scalar() && node->scalar.is_boolean() &&
         node->scalar.as_boolean();
}

ListIndex child(TaskInfo const& task, std::size_t index) {
  return index < task.children.size() ? task.children[index] : ListIndex{};
}

graph::TaskKind call(Lowering& to, TaskInfo const& task) {
  if (task.part == TaskInfo::Part::wrapper) {
    if (auto const* await = task.body->find("await")) {
      to.report.add(dsl::Code::bad_value, await->key.span,
                    "what awaits a callback is the call inside of the function",
                    "write 'await' there, below use.functions");
    }
    return graph::Do{child(task, 0)};
  }
  Site const site{task.index, Point::inside, {}};
  graph::Call call;
  call.function = get(*task.body, "call").text();
  call.callback = task.body->get("await") != nullptr;
  Node const* with = task.body->get("with");
  auto const* standard = standard_call(call.function);
  if (standard != nullptr && standard->need == Need::later) return call;
  if (call.function == "openapi") {
    if (with == nullptr || !with->is_map()) return call;
    auto http = lower_openapi(to, *with, site);
    if (http) call.function = "http";
    call.with = http ? std::move(*http) : to.expressions.value(*with, site);
  } else if (call.function == "http") {
    if (with != nullptr) call.with = lower_http(to, *with, site);
  } else if (with != nullptr) {
    call.with = to.expressions.value(*with, site);
  } else if (auto input = to.expressions.generated(".", *task.body, site)) {
    // Without arguments of its own a function gets the data.
    call.with.kind = Template::Kind::expression;
    call.with.expression = std::move(*input);
  }
  return call;
}

graph::TaskKind set(Lowering& to, TaskInfo const& task) {
  if (task.part != TaskInfo::Part::arguments) {
    return graph::Set{
        to.expressions.value(get(*task.body, "set"), {task.index, Point::inside, {}})};
  }
  // The arguments belong to the call: they see what it sees.
  auto const call = to.outline.list(task.list).owner;
  return graph::Set{to.expressions.value(get(*task.body, "with"), {call, Point::inside, {}})};
}

graph::TaskKind switch_(Lowering& to, TaskInfo const& task) {
  graph::Switch result;
  auto const& list = to.outline.list(task.list);
  for (Node const& item : get(*task.body, "switch").items) {
    if (!item.is_map() || item.entries.size() != 1) continue;
    auto const& [name, choice] = item.entries[0];
    graph::Switch::Case each;
    each.name = name.text();
    if (Node const* when = choice.get("when")) {
      each.when = to.expressions.condition(*when, {task.index, Point::inside, {}});
    }
    each.then = then_of(to.outline, list, get(choice, "then").text()).value_or(graph::Then{});
    result.cases.push_back(std::move(each));
  }
  if (result.cases.empty() && get(*task.body, "switch").is_sequence()) {
    to.report.add(Code::bad_value, get(*task.body, "switch").span,
                  "a switch needs at least one case");
  }
  return result;
}

void concurrency(Lowering& to, Node const* node, graph::For& loop) {
  if (node == nullptr || !node->is_scalar() || !node->scalar.is_number()) return;
  double const number = node->scalar.as_number();
  if (number < 1 || number > 10'000) {
    to.report.add(Code::bad_value, node->span, "a concurrency is between 1 and 10000");
    return;
  }
  loop.concurrency = static_cast<std::uint32_t>(number);
}

graph::TaskKind for_(Lowering& to, TaskInfo const& task) {
  Node const& header = get(*task.body, "for");
  graph::For loop;
  loop.each = loop_item(*task.body);
  loop.at = loop_index(*task.body);
  loop.body = child(task, 0);
  check_variable(to, header.get("each"));
  check_variable(to, header.get("at"));
  if (loop.each == loop.at) {
    Node const& second = get(header, header.get("at") != nullptr ? "at" : "each");
    to.report.add(Code::bad_name, second.span, "item and index of a loop have the same name");
  }
  Site const site{task.index, Point::inside, {}};
  Node const& in = get(header, "in");
  auto items =
      in.is_sequence() ? to.expressions.as_expression(in, site) : to.expressions.bare(in, site);
  if (items) loop.in = std::move(*items);
  if (Node const* condition = task.body->get("while")) {
    loop.while_ =
        to.expressions.condition(*condition, {task.index, Point::inside, {loop.each, loop.at}});
    if (header.get("concurrency") != nullptr) {
      to.report.add(Code::exclusive_keys, condition->span,
                    "'while' can not stand beside 'concurrency'",
                    "items that run at once have no order in which to stop");
    }
  }
  concurrency(to, header.get("concurrency"), loop);
  return loop;
}

graph::TaskKind fork(TaskInfo const& task) {
  return graph::Fork{task.children, is_true(get(*task.body, "fork").get("compete"))};
}

graph::TaskKind try_(Lowering& to, TaskInfo const& task) {
  Node const& handler = get(*task.body, "catch");
  graph::Try result;
  result.body = child(task, 0);
  result.handler.body = child(task, 1);
  result.handler.as = catch_variable(*task.body);
  check_variable(to, handler.get("as"));
  Site site{task.index, Point::inside, {}};
  if (Node const* errors = handler.get("errors")) {
    for (auto const& [key, value] : get(*errors, "with").entries) {
      result.handler.filter.push_back({std::string(key.text()), to.expressions.value(value, site)});
    }
  }
  result.handler.retry = retry(to, handler.get("retry"), site, result.handler.as);
  site.variables = {result.handler.as};
  site.error = true;
  if (Node const* when = handler.get("when")) {
    result.handler.when = to.expressions.condition(*when, site);
  }
  if (Node const* except = handler.get("exceptWhen")) {
    result.handler.except_when = to.expressions.condition(*except, site);
  }
  if (Node const* then = handler.get("then")) {
    result.handler.then =
        then_of(to.outline, to.outline.list(task.list), then->text()).value_or(graph::Then{});
  }
  return result;
}

graph::TaskKind raise(Lowering& to, TaskInfo const& task) {
  Node const* error = get(*task.body, "raise").get("error");
  if (error != nullptr && error->is_string()) {
    error = to.outline.component("errors", error->text());
  }
  if (error == nullptr) return graph::Raise{};
  return graph::Raise{to.expressions.value(*error, {task.index, Point::inside, {}})};
}

}  // namespace

Node const& get(Node const& map, std::string_view key) {
  static Node const kNothing;
  Node const* found = map.get(key);
  return found == nullptr ? kNothing : *found;
}

void check_variable(Lowering& to, Node const* node) {
  if (node == nullptr || !node->is_string()) return;
  auto const text = node->text();
  auto const letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  bool const good = !text.empty() && letter(text[0]) &&
                    std::all_of(text.begin(), text.end(),
                                [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  auto const& standard = graph::standard_variables();
  if (!good) {
    to.report.add(Code::bad_name, node->span,
                  "'" + std::string(text) + "' can not be the name of a variable",
                  "use letters, digits and '_', and no '$'");
  } else if (std::find(standard.begin(), standard.end(), text) != standard.end()) {
    to.report.add(Code::bad_name, node->span,
                  "'$" + std::string(text) + "' has a meaning of its own",
                  "give the variable another name");
  }
}

graph::TaskKind lower_kind(Lowering& to, TaskInfo const& task) {
  switch (task.kind) {
    case Kind::call: return call(to, task);
    case Kind::do_: return graph::Do{child(task, 0)};
    case Kind::emit: return lower_emit(to, task);
    case Kind::for_: return for_(to, task);
    case Kind::fork: return fork(task);
    case Kind::listen: return lower_listen(to, task);
    case Kind::raise: return raise(to, task);
    case Kind::set: return set(to, task);
    case Kind::switch_: return switch_(to, task);
    case Kind::try_: return try_(to, task);
    case Kind::wait: {
      Site const site{task.index, Point::inside, {}};
      return graph::Wait{duration(to, get(*task.body, "wait"), site)};
    }
    case Kind::run: return lower_run(to, task);
    case Kind::none: break;  // reported already
  }
  return graph::Do{};
}

}  // namespace skald::compiler
