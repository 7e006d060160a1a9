#include "compiler/check.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "compiler/foreign.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::string_view describe(Node const& node) {
  if (node.is_map()) return "a map";
  if (node.is_sequence()) return "a list";
  switch (node.scalar.kind()) {
    case Json::Kind::null: return "nothing";
    case Json::Kind::boolean: return "a boolean";
    case Json::Kind::number: return "a number";
    default: return "text";
  }
}

// What `kinds` allows, in words: "text or a map".
std::string expected(std::uint8_t kinds) {
  struct Word {
    Kinds kind;
    std::string_view text;
  };
  constexpr Word kWords[] = {{kText, "text"},
                             {kFlag, "true or false"},
                             {kWhole, "a whole number"},
                             {kNumber, "a number"},
                             {kMap, "a map"},
                             {kList, "a list"},
                             {kExpression, "an expression ${ ... }"}};
  std::string out;
  for (auto const& word : kWords) {
    if ((kinds & word.kind) == 0) continue;
    if (!out.empty()) out += " or ";
    out += word.text;
  }
  return out;
}

bool matches(Node const& node, std::uint8_t kinds) {
  if ((kinds & kAny) != 0) return true;
  if (node.is_map()) return (kinds & kMap) != 0;
  if (node.is_sequence()) return (kinds & kList) != 0;
  switch (node.scalar.kind()) {
    case Json::Kind::boolean: return (kinds & kFlag) != 0;
    case Json::Kind::string:
      return (kinds & kText) != 0 || ((kinds & kExpression) != 0 && is_expression(node.text()));
    case Json::Kind::number: {
      double const value = node.scalar.as_number();
      return (kinds & kNumber) != 0 || ((kinds & kWhole) != 0 && value == std::floor(value));
    }
    default: return false;
  }
}

class Checker {
 public:
  explicit Checker(Report& report) : report_(report) {}

  void map(Node const& node, Table const& table) {
    if (!node.is_map()) return wrong_type(node, table.what, kMap, table.form);
    for (auto const& [key, value] : node.entries) {
      if (Key const* known = find(table, key.text())) {
        entry(key, value, *known);
      } else if (!table.open) {
        unknown(key, table.what, names(table), where(table));
      }
    }
    Node::Entry const* secret = table.by_secret ? node.find("use") : nullptr;
    if (secret != nullptr) return only_secret(node, *secret, table);
    missing(node, table);
    exclusive(node, table, table.exclusive);
    exclusive(node, table, table.exclusive_too);
  }

  void task(Node const& node) {
    if (!node.is_map()) return wrong_type(node, "a task", kMap);
    TaskKindKeys const* kind = kind_of(node);
    if (kind == nullptr) return no_kind(node);
    for (auto const& [key, value] : node.entries) {
      Key const* known = find(kind->table, key.text());
      if (known == nullptr) known = find(task_table(), key.text());
      if (known != nullptr) {
        entry(key, value, *known);
      } else {
        task_key(key, *kind);
      }
    }
    missing(node, kind->table);
    if (kind->kind == Kind::call) call(node);
  }

 private:
  static Key const* find(Table const& table, std::string_view name) {
    auto const at = std::find_if(table.keys.begin(), table.keys.end(),
                                 [&](Key const& key) { return key.name == name; });
    return at == table.keys.end() ? nullptr : &*at;
  }

  static std::vector<std::string_view> names(Table const& table) {
    std::vector<std::string_view> out;
    for (Key const& key : table.keys) out.push_back(key.name);
    return out;
  }

  static std::string listed(std::vector<std::string_view> const& words) {
    std::string out;
    for (auto const word : words) out += (out.empty() ? "" : ", ") + std::string(word);
    return out;
  }

  void entry(Node const& name, Node const& value, Key const& key) {
    if (key.superset) {
      report_.add_not_portable(name.span, quoted(key.name) +
                                              " is skald's own, other engines of "
                                              "the specification do not know it");
    }
    if (key.need == Need::later) {
      report_.add(Code::not_supported, name.span,
                  quoted(key.name) + " is part of the language, but not supported yet",
                  std::string(key.way_out));
    }
    if (!matches(value, key.kinds)) {
      wrong_type(value, quoted(key.name), key.kinds, key.form);
    } else {
      words(value, key);
      in_range(value, key);
      nested(value, key);
    }
  }

  void only_text(Node const& node, Key const& key) {
    if (!node.is_string()) wrong_type(node, "each value of " + quoted(key.name), kText);
  }

  void in_range(Node const& value, Key const& key) {
    if (key.most == 0 || !value.is_scalar() || !value.scalar.is_number()) return;
    double const number = value.scalar.as_number();
    if (number >= 0 && number <= key.most) return;
    report_.add(Code::bad_value, value.span,
                quoted(key.name) + " is between 0 and " + std::to_string(key.most));
  }

  void words(Node const& value, Key const& key) {
    if (key.words.empty() || value.is_map()) return;
    if (std::find(key.words.begin(), key.words.end(), value.text()) != key.words.end()) return;
    std::vector<std::string_view> const candidates(key.words.begin(), key.words.end());
    report_.add(Code::bad_word, value.span,
                quoted(value.text()) + " is not a value of " + quoted(key.name),
                report_.did_you_mean(
                    value.text(), candidates,
                    (candidates.size() == 1 ? "write " : "use one of ") + listed(candidates)));
  }

  void nested(Node const& value, Key const& key) {
    switch (key.nest) {
      case Nest::none: break;
      case Nest::self:
        if (value.is_map()) map(value, *key.table);
        break;
      case Nest::named:
        for (auto const& each : value.entries) map(each.value, *key.table);
        break;
      case Nest::items:
        for (Node const& item : value.items) map(item, *key.table);
        break;
      case Nest::named_items:
        for (Node const& item : value.items) {
          if (single(item, key.table->what)) map(item.entries[0].value, *key.table);
        }
        break;
      case Nest::tasks:
        for (Node const& item : value.items) {
          if (single(item, "a task")) task(item.entries[0].value);
        }
        break;
      case Nest::texts:
        for (Node const& item : value.items) only_text(item, key);
        break;
      case Nest::named_texts:
        for (auto const& each : value.entries) only_text(each.value, key);
        break;
      case Nest::named_tasks:
        for (auto const& each : value.entries) task(each.value);
        break;
    }
  }

  // True when the item of a list is a map with one key.
  bool single(Node const& item, std::string_view what) {
    if (item.is_map() && item.entries.size() == 1) return true;
    std::string message =
        "an entry of this list is " + std::string(what) + " with its name: '- name:'";
    std::string hint = "write '- name:' and put the keys below it, indented further";
    if (item.is_map() && item.entries.size() > 1) {
      message += ", but this one has " + std::to_string(item.entries.size()) + " keys";
      hint = entry_hint(item);
    }
    report_.add(Code::bad_task_item, item.span, std::move(message), std::move(hint));
    return false;
  }

  // What an entry with several keys was meant as.
  static std::string entry_hint(Node const& item) {
    auto const& first = item.entries.front();
    if (item.find("when") != nullptr || item.find("then") != nullptr) {
      return "give the case a name: '- name: { when: ..., then: ... }'";
    }
    for (auto const* key : {"name", "id"}) {
      Node const* name = item.get(key);
      if (name == nullptr || !name->is_string()) continue;
      return "the name is the key: '- " + std::string(name->text()) +
             ":' with the rest below it, indented further";
    }
    if (first.value.is_null()) {
      return "indent what belongs to " + quoted(first.key.text()) + " further than it";
    }
    return "begin each with '- ', and indent what belongs to it";
  }

  void missing(Node const& node, Table const& table) {
    for (Key const& key : table.keys) {
      if (key.need != Need::required || node.find(key.name) != nullptr) continue;
      report_.add(
          Code::missing_key, node.span,
          std::string(table.what) + " needs the key " + quoted(key.name),
          key.form.empty() ? "" : "write " + std::string(key.name) + ": " + std::string(key.form));
    }
  }

  // `use: SECRET` brings all properties with it.
  void only_secret(Node const& node, Node::Entry const& secret, Table const& table) {
    for (auto const& entry : node.entries) {
      if (&entry == &secret) continue;
      auto& found = report_.add(
          Code::exclusive_keys, entry.key.span,
          quoted(entry.key.text()) + " can not stand beside 'use' in " + std::string(table.what),
          "the secret has all of the properties");
      found.notes.push_back({"'use' is here", secret.key.span});
    }
  }

  void exclusive(Node const& node, Table const& table, Words group) {
    if (group.empty()) return;
    Node::Entry const* first = nullptr;
    for (auto const& entry : node.entries) {
      auto const name = entry.key.text();
      if (std::find(group.begin(), group.end(), name) == group.end()) continue;
      if (first == nullptr) {
        first = &entry;
        continue;
      }
      auto& found = report_.add(Code::exclusive_keys, entry.key.span,
                                quoted(name) + " can not stand beside " +
                                    quoted(first->key.text()) + " in " + std::string(table.what));
      found.notes.push_back({"the first one is here", first->key.span});
    }
    if (first == nullptr) {
      std::vector<std::string_view> const words(group.begin(), group.end());
      report_.add(Code::missing_key, node.span,
                  std::string(table.what) + " needs one of the keys " + listed(words));
    }
  }

  void no_kind(Node const& node) {
    std::vector<std::string_view> kinds;
    for (auto const& each : task_kinds()) kinds.push_back(each.keyword);
    for (auto const& entry : node.entries) {
      if (find(task_table(), entry.key.text()) != nullptr) continue;
      std::string hint(instead_of_key(entry.key.text(), kInTask));
      if (standard_call(entry.key.text()) != nullptr) {
        hint = "write 'call: " + std::string(entry.key.text()) + "', its arguments below 'with'";
      }
      auto const near = dsl::nearest(entry.key.text(), kinds);
      if (hint.empty() && near.empty()) continue;
      if (hint.empty()) hint = "did you mean " + quoted(near) + "?";
      report_.add(Code::no_task_kind, entry.key.span,
                  quoted(entry.key.text()) + " is no kind of task", std::move(hint));
      return;
    }
    report_.add(Code::no_task_kind, node.span, "this task does not say what it does",
                "a task has one of the keys " + listed(kinds));
  }

  // A key that neither every task nor this kind has: of another kind, or of nothing.
  void task_key(Node const& key, TaskKindKeys const& kind) {
    for (auto const& other : task_kinds()) {
      if (other.keyword != key.text()) continue;
      report_.add(Code::several_kinds, key.span,
                  "a task is either " + std::string(kind.table.what) + " or " +
                      std::string(other.table.what) + ", not both",
                  "make two tasks of it");
      return;
    }
    if (kind.kind == Kind::call && find(standard_call("http")->with, key.text()) != nullptr) {
      report_.add(Code::unknown_key, key.span,
                  "unknown key " + quoted(key.text()) + " in " + std::string(kind.table.what),
                  "it belongs below 'with', indented further");
      return;
    }
    auto candidates = names(task_table());
    for (Key const& each : kind.table.keys) candidates.push_back(each.name);
    unknown(key, kind.table.what, candidates);
  }

  void unknown(Node const& key, std::string_view what,
               std::vector<std::string_view> const& candidates, Where where = kInTask) {
    std::string hint(instead_of_key_in(key.text(), what));
    if (hint.empty()) hint = instead_of_key(key.text(), where);
    if (auto const plural = other_number(key.text(), candidates); !plural.empty()) {
      hint = "did you mean " + quoted(plural) + "?";
    }
    if (hint.empty())
      hint = report_.did_you_mean(key.text(), candidates, keys_hint(key, what, candidates));
    report_.add(Code::unknown_key, key.span,
                "unknown key " + quoted(key.text()) + " in " + std::string(what), std::move(hint));
  }

  static std::string keys_hint(Node const& key, std::string_view what,
                               std::vector<std::string_view> const& candidates) {
    if (what == "an output" || what == "an export") {
      return "what it becomes stands below 'as': { as: { " + std::string(key.text()) + ": ... } }";
    }
    return candidates.size() <= 12 ? "the keys are " + listed(candidates) : "";
  }

  // "retry" for "retries": the same word in singular or plural.
  static std::string_view other_number(std::string_view word,
                                       std::vector<std::string_view> const& candidates) {
    for (auto const each : candidates) {
      auto const shorter = std::min(word.size(), each.size());
      auto const longer = std::max(word.size(), each.size());
      bool const same = shorter > 3 && longer - shorter <= 3 && longer != shorter &&
                        word.substr(0, shorter - 1) == each.substr(0, shorter - 1);
      if (same && (word.ends_with('s') != each.ends_with('s'))) return each;
    }
    return {};
  }

  static Where where(Table const& table) {
    if (&table == &workflow_table()) return kInWorkflow;
    return table.what.starts_with("'with'") ? kInCall : kElsewhere;
  }

  // Quotes help only where any text is good, and nothing but text.
  void wrong_type(Node const& node, std::string_view what, std::uint8_t kinds,
                  std::string_view form = {}) {
    std::string hint = form.empty() ? std::string() : "write " + std::string(form);
    if (node.is_map() && kinds == kList) hint = "begin each entry with '- '";
    bool const unquoted = node.is_scalar() && !node.is_null() && !node.is_string();
    if (unquoted && kinds == kText) hint = "put it in quotes";
    if (node.is_null()) hint = "give it a value; what belongs to it is indented further than it";
    report_.add(
        Code::wrong_type, node.span,
        std::string(what) + " must be " + expected(kinds) + ", not " + std::string(describe(node)),
        std::move(hint));
  }

  void call(Node const& node) {
    Node const* function = node.get("call");
    Node const* with = node.get("with");
    auto const name = function == nullptr ? std::string_view{} : function->text();
    auto const* standard = standard_call(name);
    if (standard == nullptr) return;
    if (standard->need == Need::later) {
      report_.add(Code::not_supported, function->span,
                  "calls of " + quoted(name) + " are part of the language, but not supported yet",
                  std::string(standard->way_out));
    }
    if (with == nullptr) {
      report_.add(Code::missing_key, node.span,
                  "a call of " + quoted(name) + " needs the key 'with'",
                  name == "http" ? "with: { method: get, endpoint: https://shop.example/orders }"
                                 : "its arguments stand below 'with'");
    } else if (!with->is_null() && !with->is_sequence()) {
      map(*with, standard->with);
    }
  }

  Report& report_;
};

}  // namespace

TaskKindKeys const* kind_of(Node const& task) {
  for (auto const& kind : task_kinds()) {
    if (task.find(kind.keyword) != nullptr) return &kind;
  }
  return nullptr;
}

bool is_expression(std::string_view text) {
  auto const begin = text.find_first_not_of(" \t\r\n");
  auto const end = text.find_last_not_of(" \t\r\n");
  return begin != std::string_view::npos && text.substr(begin, 2) == "${" && end > begin + 1 &&
         text[end] == '}';
}

void check_shape(dsl::Document const& document, Report& report) {
  Checker(report).map(document.root, workflow_table());
}

}  // namespace skald::compiler
