#include <algorithm>
#include <map>
#include <utility>

#include "compiler/check.hpp"
#include "compiler/outline.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;
using graph::ListIndex;
using graph::ListRole;
using graph::TaskIndex;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

// A name as a piece of a JSON pointer.
std::string escaped(std::string_view name) {
  std::string out;
  for (char const c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

class OutlineBuilder {
 public:
  OutlineBuilder(dsl::Document const& document, std::size_t max_tasks, Report& report)
      : report_(report), max_tasks_(max_tasks) {
    outline_.document = &document;
    Node const* use = document.root.get("use");
    if (use == nullptr) return;
    for (auto const& [group, named] : use->entries) {
      for (auto const& [name, value] : named.entries) {
        outline_.components.emplace(std::pair(group.text(), name.text()), &value);
      }
    }
    Node const* secrets = use->get("secrets");
    if (secrets != nullptr) add_secrets(*secrets);
  }

  Outline run() {
    Node const& root = outline_.document->root;
    outline_.root = list(root.get("do"), ListRole::root, {}, "/do", false);
    Node const* saga = root.get("saga");
    Node const* finally = saga == nullptr ? nullptr : saga->get("finally");
    if (finally != nullptr && finally->is_sequence() && !finally->items.empty()) {
      in_finally_ = true;
      outline_.finally = list(finally, ListRole::finally, {}, "/saga/finally", false);
    }
    for (auto const& task : outline_.tasks) {
      outline_.names.emplace(task.name, task.index);
      outline_.members.emplace(std::pair(task.list, std::string_view(task.name)), task.index);
    }
    return std::move(outline_);
  }

 private:
  void add_secrets(Node const& list) {
    auto& names = outline_.secrets;
    for (Node const& item : list.items) names.emplace_back(item.text());
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }

  ListIndex new_list(ListRole role, TaskIndex owner) {
    ListIndex const index{static_cast<std::uint32_t>(outline_.lists.size())};
    outline_.lists.push_back({index, role, owner, {}, false, false, {}});
    return index;
  }

  ListIndex list(Node const* node, ListRole role, TaskIndex owner, std::string const& path,
                 bool undo) {
    ListIndex const index = new_list(role, owner);
    if (node == nullptr || !node->is_sequence()) return index;
    std::map<std::string_view, Node const*> seen;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      Node const& item = node->items[i];
      if (!item.is_map() || item.entries.size() != 1) continue;
      auto const& [key, body] = item.entries[0];
      auto const [first, is_new] = seen.emplace(key.text(), &key);
      if (!is_new) duplicate(key, *first->second);
      add(index, key, body, path + "/" + std::to_string(i), undo);
    }
    return index;
  }

  void duplicate(Node const& key, Node const& first) {
    auto& found = report_.add(Code::duplicate_task, key.span,
                              "a task named " + quoted(key.text()) + " is already in this list",
                              "give each task of a list a name of its own");
    found.notes.push_back({"the first one is here", first.span});
  }

  // A task as written below its name in a list.
  void add(ListIndex list, Node const& key, Node const& body, std::string const& path, bool undo) {
    TaskInfo task;
    task.name = key.text();
    if (task.name.empty()) report_.add(Code::bad_name, key.span, "a task needs a name");
    task.path = path + "/" + escaped(task.name);
    task.key = &key;
    task.body = &body;
    task.policies = &body;
    task.undo = undo;
    task.probe = in_probe(list);
    if (body.is_map()) {
      if (auto const* kind = kind_of(body)) task.kind = kind->kind;
    }
    place(list, std::move(task));
  }

  bool in_probe(ListIndex list) const {
    ListInfo const& info = outline_.lists[list.value];
    if (info.role == ListRole::probe) return true;
    return info.owner.valid() && outline_.tasks[info.owner.value].probe;
  }

  // Gives the task its index and goes down into its lists.
  void place(ListIndex list, TaskInfo task) {
    if (outline_.tasks.size() >= max_tasks_) return too_many(task);
    TaskIndex const index{static_cast<std::uint32_t>(outline_.tasks.size())};
    auto& members = outline_.lists[list.value].tasks;
    task.index = index;
    task.list = list;
    task.position = static_cast<std::uint32_t>(members.size());
    task.finally = in_finally_;
    members.push_back(index);
    outline_.tasks.push_back(std::move(task));
    TaskInfo const copy = outline_.tasks.back();
    if (copy.body == nullptr || !copy.body->is_map()) return;
    if (copy.part == TaskInfo::Part::arguments) return;
    children(copy);
    TaskInfo& placed = outline_.tasks[index.value];
    placed.gives_policies = placed.part == TaskInfo::Part::wrapper && is_call(definition_of(copy));
    if (placed.gives_policies) return;
    if (Node const* probe = policy(copy, "probe"); probe != nullptr && !probe->items.empty()) {
      ListIndex const asked =
          this->list(probe, ListRole::probe, index, copy.path + "/probe", copy.undo);
      outline_.tasks[index.value].probe_list = asked;
    }
    Node const* block = policy(copy, "compensate");
    if (block == nullptr) return;
    // An empty block says that nothing has to be undone: of a composite it replaces the inner
    // undos.
    if (block->items.empty() && outline_.tasks[index.value].children.empty()) return;
    ListIndex const undo =
        this->list(block, ListRole::compensate, index, copy.path + "/compensate", true);
    outline_.tasks[index.value].compensate = undo;
  }

  void children(TaskInfo const& task) {
    Node const& body = *task.body;
    switch (task.kind) {
      case Kind::do_: child(task, body.get("do"), ListRole::body, "/do"); break;
      case Kind::for_: child(task, body.get("do"), ListRole::loop, "/do"); break;
      case Kind::fork: branches(task); break;
      case Kind::try_:
        child(task, body.get("try"), ListRole::attempt, "/try");
        if (Node const* handler = body.get("catch"); handler != nullptr && handler->get("do")) {
          child(task, handler->get("do"), ListRole::handler, "/catch/do");
        }
        break;
      case Kind::listen:
        if (Node const* each = body.get("foreach"); each != nullptr && each->is_map()) {
          child(task, each->get("do"), ListRole::loop, "/foreach/do");
        }
        break;
      case Kind::call: function_call(task); break;
      default: break;
    }
  }

  void child(TaskInfo const& task, Node const* node, ListRole role, std::string const& step) {
    ListIndex const index = list(node, role, task.index, task.path + step, task.undo);
    outline_.tasks[task.index.value].children.push_back(index);
  }

  // Each branch is a list of its own.
  void branches(TaskInfo const& task) {
    Node const* fork = task.body->get("fork");
    Node const* branches = fork == nullptr ? nullptr : fork->get("branches");
    if (branches == nullptr || !branches->is_sequence()) return;
    std::map<std::string_view, Node const*> seen;
    for (std::size_t i = 0; i < branches->items.size(); ++i) {
      Node const& item = branches->items[i];
      if (!item.is_map() || item.entries.size() != 1) continue;
      auto const& [key, body] = item.entries[0];
      auto const [first, is_new] = seen.emplace(key.text(), &key);
      if (!is_new) duplicate(key, *first->second);
      ListIndex const index = new_list(ListRole::branch, task.index);
      outline_.tasks[task.index.value].children.push_back(index);
      add(index, key, body, task.path + "/fork/branches/" + std::to_string(i), task.undo);
    }
    if (branches->items.empty()) {
      report_.add(Code::bad_value, branches->span, "a fork needs at least one branch");
    }
  }

  static bool is_call(Node const* definition) {
    auto const* kind = definition != nullptr ? kind_of(*definition) : nullptr;
    return kind != nullptr && kind->kind == Kind::call;
  }

  Node const* definition_of(TaskInfo const& task) const {
    Node const* name = task.kind == Kind::call ? task.body->get("call") : nullptr;
    return name == nullptr ? nullptr : outline_.component("functions", name->text());
  }

  // A call of one of `use.functions`: `set` its arguments, then do what its definition says.
  void function_call(TaskInfo const& task) {
    Node const* name = task.body->get("call");
    Node const* definition = definition_of(task);
    if (definition == nullptr || !definition->is_map()) return;
    if (std::find(open_.begin(), open_.end(), name->text()) != open_.end()) {
      report_.add(Code::recursive_function, name->span,
                  "the function " + quoted(name->text()) + " calls itself");
      return;
    }
    open_.push_back(name->text());
    outline_.tasks[task.index.value].part = TaskInfo::Part::wrapper;
    ListIndex const body = new_list(ListRole::body, task.index);
    outline_.lists[body.value].closed = true;
    outline_.tasks[task.index.value].children.push_back(body);
    if (task.body->get("with") != nullptr) place(body, part(task, TaskInfo::Part::arguments));
    place(body, part(task, TaskInfo::Part::definition));
    open_.pop_back();
  }

  TaskInfo part(TaskInfo const& call, TaskInfo::Part which) const {
    TaskInfo task;
    Node const* name = call.body->get("call");
    task.part = which;
    task.key = call.key;
    task.undo = call.undo;
    task.probe = call.probe;
    if (which == TaskInfo::Part::arguments) {
      task.name = "with";
      task.kind = Kind::set;
      task.body = task.policies = call.body;
    } else {
      task.of_function = true;
      task.name = name->text();
      task.body = task.policies = definition_of(call);
      if (auto const* kind = kind_of(*task.body)) task.kind = kind->kind;
      if (task.kind == Kind::call) task.policies = call.policies;
    }
    task.path = call.path + "/call/" + escaped(task.name);
    return task;
  }

  void too_many(TaskInfo const& task) {
    if (std::exchange(full_, true)) return;
    report_.add(Code::too_many_tasks, task.key->span,
                "the workflow has more than " + std::to_string(max_tasks_) + " tasks",
                "move a part of it into a workflow of its own, or raise the limit: --max-tasks "
                "(EngineOptions::max_tasks)");
  }

  Outline outline_;
  Report& report_;
  std::size_t max_tasks_;
  std::vector<std::string_view> open_;  // functions whose definition is being placed
  bool in_finally_ = false;
  bool full_ = false;
};

}  // namespace

Node const* Outline::component(std::string_view group, std::string_view name) const {
  auto const found = components.find({group, name});
  return found == components.end() ? nullptr : found->second;
}

Node const* policy(TaskInfo const& task, std::string_view key) {
  Node const* found = task.policies == nullptr ? nullptr : task.policies->get(key);
  return found != nullptr || task.body == nullptr ? found : task.body->get(key);
}

std::vector<Node const*> one_or_more(Node const* node) {
  std::vector<Node const*> out;
  if (node == nullptr) return out;
  if (!node->is_sequence()) return {node};
  for (Node const& item : node->items) out.push_back(&item);
  return out;
}

Outline make_outline(dsl::Document const& document, std::size_t max_tasks, Report& report) {
  return OutlineBuilder(document, max_tasks, report).run();
}

}  // namespace skald::compiler
