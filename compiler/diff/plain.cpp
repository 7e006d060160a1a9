#include "compiler/diff/plain.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "compiler/graph/fields.hpp"

namespace skald::compiler {

namespace {

using graph::Expression;
using graph::Field;
using graph::StepGraph;
using graph::Task;
using graph::TaskIndex;
using graph::Template;

// Maps and lists below this level of a constant are one value; its levels are the author's.
constexpr int kLevelsOfConstants = 64;

// A member of the graph in the words of the YAML form. Empty: its members stand in its place.
std::string word_of(std::string_view name) {
  using Word = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Word, 19> kWords{{{"inputFrom", "input.from"},
                                                {"inputSchema", "input.schema"},
                                                {"outputAs", "output.as"},
                                                {"outputSchema", "output.schema"},
                                                {"exportAs", "export.as"},
                                                {"exportSchema", "export.schema"},
                                                {"maxRetries", "limit.attempt.count"},
                                                {"maxDuration", "limit.duration"},
                                                {"attemptDuration", "limit.attempt.duration"},
                                                {"maxDelay", "backoff.max"},
                                                {"jitterFrom", "jitter.from"},
                                                {"jitterTo", "jitter.to"},
                                                {"undoOnRefused", "undoOn"},
                                                {"handler", "catch"},
                                                {"filter", "errors.with"},
                                                {"filters", "events"},
                                                {"untilEvents", "until"},
                                                {"value", "set"},
                                                {"effect", ""}}};
  for (auto const& [member, word] : kWords) {
    if (member == name) return std::string(word);
  }
  return std::string(name);
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  auto const begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin));
}

Plain leaf(Json shown, std::string meaning) {
  return {Plain::Kind::leaf, std::move(shown), std::move(meaning), {}, {}};
}

Plain leaf(Json const& value) {
  return leaf(value, "json " + to_canonical(value));
}

Plain map() {
  return {Plain::Kind::map, Json::object(), {}, {}, {}};
}

// A member that is the default is compared, but not shown where the whole map is.
void add(Plain& map, std::string const& name, Plain value, bool is_default = false) {
  if (!is_default) map.shown.set(name, value.shown);
  map.members.push_back({name, std::move(value)});
}

void add_item(Plain& list, Plain value) {
  list.shown.push_back(value.shown);
  list.members.push_back({{}, std::move(value)});
}

Plain constant(Json const& value, int levels = kLevelsOfConstants) {
  if (levels > 0 && value.is_object()) {
    Plain out = map();
    for (auto const& member : value.members()) {
      add(out, std::string(member.key.as_string()), constant(member.value, levels - 1));
    }
    return out;
  }
  if (levels > 0 && value.is_array()) {
    Plain out{Plain::Kind::list, Json::array(), {}, {}, {}};
    for (auto const& item : value.items()) add_item(out, constant(item, levels - 1));
    return out;
  }
  return leaf(value);
}

class PlainWriter {
 public:
  PlainWriter(StepGraph const& graph, TaskNames const& names) : graph_(graph), names_(names) {}

  Plain write(bool value) const { return leaf(Json(value)); }
  Plain write(double value) const { return leaf(Json(value)); }
  Plain write(std::uint16_t value) const { return leaf(Json(static_cast<unsigned>(value))); }
  Plain write(std::uint32_t value) const { return leaf(Json(value)); }
  Plain write(std::string const& value) const { return leaf(Json(value)); }
  Plain write(Json const& value) const { return leaf(value); }
  Plain write(JsonSchema const& value) const { return constant(value.document()); }
  Plain write(Duration value) const {
    return leaf(to_human(value), "duration " + std::to_string(value.us));
  }

  template <class Enum>
  requires std::is_enum_v<Enum> Plain write(Enum value)
  const {
    Enum const* none = nullptr;
    return leaf(Json(texts(none)[static_cast<std::size_t>(value)]));
  }

  // Which tasks its names stand for is part of what it means.
  Plain write(Expression const& expression) const {
    std::map<std::string, TaskIndex> uses;
    for (auto const& use : expression.tasks) uses.emplace(use.name, use.task);
    auto meaning = "jq " + expression.code().canonical();
    std::string tasks;
    for (auto const& [name, task] : uses) {
      meaning += "\n" + name + " is " + names_.key(task);
      tasks += (tasks.empty() ? "'" : ", '") + names_.shown(task) + "'";
    }
    auto out = leaf("${ " + trimmed(expression.code().text()) + " }", std::move(meaning));
    out.tasks = std::move(tasks);
    return out;
  }

  Plain write(Template const& value) const {
    switch (value.kind) {
      case Template::Kind::constant: return constant(value.constant);
      case Template::Kind::expression: return write(value.expression);
      case Template::Kind::object: return write(value.members);
      case Template::Kind::array: return write(value.items);
    }
    return {};
  }

  Plain write(graph::DurationValue const& value) const {
    return value.dynamic ? write(*value.dynamic) : write(value.fixed);
  }

  Plain write(graph::Then const& then) const {
    if (then.kind != graph::Then::Kind::task) return write(then.kind);
    return leaf(Json(graph_.task(then.target).name), "task " + names_.key(then.target));
  }

  Plain write(std::vector<graph::EventFilter::Correlation> const& correlations) const {
    Plain out = map();
    for (auto const& each : correlations) add(out, each.name, write_fields(each));
    return out;
  }

  template <class T>
  Plain write(std::vector<T> const& values) const {
    if constexpr (requires { named(static_cast<T const*>(nullptr)); }) {
      auto const [key, value] = named(static_cast<T const*>(nullptr));
      Plain out = map();
      for (T const& each : values) add(out, each.*key, write(each.*value));
      return out;
    } else {
      Plain out{Plain::Kind::list, Json::array(), {}, {}, {}};
      for (T const& each : values) add_item(out, write(each));
      return out;
    }
  }

  template <class T>
  requires requires(T const* value) { fields(value); }
  Plain write(T const& value) const { return write_fields(value); }

  // Its own members and those of its kind, side by side as in YAML.
  Plain write(Task const& task) const {
    Plain out = map();
    add(out, "kind", leaf(Json(graph::kind_name(task))));
    static Task const defaults{};
    std::apply([&](auto const&... each) { (add_of_task(out, each, task, defaults), ...); },
               fields(static_cast<Task const*>(nullptr)));
    std::visit([&](auto const& kind) { lift(out, write_fields(kind)); }, task.kind);
    return out;
  }

  Plain write(StepGraph const& graph) const {
    Plain out = map();
    add(out, "version", write(graph.id.version));
    add(out, "workflow", write(graph.id.ns + "/" + graph.id.name));
    static StepGraph const defaults{};
    std::apply([&](auto const&... each) { (add_of_graph(out, each, graph, defaults), ...); },
               fields(static_cast<StepGraph const*>(nullptr)));
    return out;
  }

 private:
  template <class T>
  Plain write_fields(T const& value) const {
    static T const defaults{};
    Plain out = map();
    std::apply([&](auto const&... each) { (add_field(out, each, value, defaults), ...); },
               fields(static_cast<T const*>(nullptr)));
    return out;
  }

  template <class Value>
  void add_of_task(Plain& out, Field<Task, Value> const& field, Task const& task,
                   Task const& defaults) const {
    // Which of its list it is and whether its output is kept follow from the rest.
    static constexpr std::array<std::string_view, 4> kPlaces{"name", "path", "position",
                                                             "outputUsed"};
    if (std::find(kPlaces.begin(), kPlaces.end(), field.name) != kPlaces.end()) return;
    if constexpr (!std::is_same_v<Value, graph::TaskKind>) {
      auto const is_condition = field.name == "when";
      add_field(out, is_condition ? graph::field("if", field.member) : field, task, defaults);
    }
  }

  template <class Value>
  void add_of_graph(Plain& out, Field<StepGraph, Value> const& field, StepGraph const& graph,
                    StepGraph const& defaults) const {
    if constexpr (!std::is_same_v<Value, std::vector<Task>> &&
                  !std::is_same_v<Value, std::vector<graph::List>> &&
                  !std::is_same_v<Value, graph::WorkflowName>) {
      add_field(out, field, graph, defaults);
    }
  }

  // Nothing to be seen in a text that is empty, nor in a list without items.
  template <class Owner, class Value>
  void add_field(Plain& out, Field<Owner, Value> const& field, Owner const& owner,
                 Owner const& defaults) const {
    auto value = write(owner.*field.member);
    auto const initial = write(defaults.*field.member);
    bool const is_default = same(value, initial);
    bool const is_empty = initial.shown.is_null() || initial.shown == Json("") ||
                          (initial.kind != Plain::Kind::leaf && initial.members.empty());
    if (is_default && is_empty) return;
    auto const word = word_of(field.name);
    if (word.empty()) return lift(out, std::move(value));
    add(out, word, std::move(value), is_default);
  }

  template <class Owner, class Value>
  void add_field(Plain& out, Field<Owner, std::optional<Value>> const& field, Owner const& owner,
                 Owner const&) const {
    auto const& value = owner.*field.member;
    if (value.has_value()) add(out, word_of(field.name), write(*value));
  }

  template <class Owner>
  void add_field(Plain& out, Field<Owner, Expression> const& field, Owner const& owner,
                 Owner const&) const {
    add(out, word_of(field.name), write(owner.*field.member));
  }

  // Tasks are compared one by one, and only an empty block has nobody to speak for it.
  template <class Owner>
  void add_field(Plain& out, Field<Owner, graph::ListIndex> const& field, Owner const& owner,
                 Owner const&) const {
    auto const list = owner.*field.member;
    if (list.valid() && graph_.list(list).tasks.empty()) {
      add(out, field.name == "body" ? "do" : std::string(field.name), leaf(Json::array()));
    }
  }

  template <class Owner>
  void add_field(Plain&, Field<Owner, graph::TaskIndex> const&, Owner const&, Owner const&) const {}

  template <class Owner>
  void add_field(Plain&, Field<Owner, std::vector<graph::ListIndex>> const&, Owner const&,
                 Owner const&) const {}

  static void lift(Plain& out, Plain inner) {
    for (auto& [name, value] : inner.members) {
      add(out, name, std::move(value), inner.shown.find(name) == nullptr);
    }
  }

  StepGraph const& graph_;
  TaskNames const& names_;
};

}  // namespace

std::vector<Plain::Member const*> Plain::sorted() const {
  std::vector<Member const*> out;
  out.reserve(members.size());
  for (auto const& member : members) out.push_back(&member);
  // Stable: the items of a list have no names and keep their order.
  std::stable_sort(out.begin(), out.end(),
                   [](auto const* a, auto const* b) { return a->name < b->name; });
  return out;
}

bool same(Plain const& a, Plain const& b) {
  if (a.kind != b.kind || a.meaning != b.meaning || a.members.size() != b.members.size()) {
    return false;
  }
  auto const x = a.sorted();
  auto const y = b.sorted();
  return std::equal(x.begin(), x.end(), y.begin(), [](auto const* left, auto const* right) {
    return left->name == right->name && same(left->value, right->value);
  });
}

Plain plain_task(Task const& task, StepGraph const& graph, TaskNames const& names) {
  return PlainWriter(graph, names).write(task);
}

Plain plain_workflow(StepGraph const& graph, TaskNames const& names) {
  return PlainWriter(graph, names).write(graph);
}

}  // namespace skald::compiler
