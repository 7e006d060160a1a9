#include "compiler/editor/editor_schema.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace skald::compiler {

namespace {

// "a retry policy" -> "retryPolicy".
std::string name_of(std::string_view what) {
  std::string out;
  bool upper = false;
  if (what.starts_with("a ")) what.remove_prefix(2);
  if (what.starts_with("an ")) what.remove_prefix(3);
  if (what.starts_with("the ")) what.remove_prefix(4);
  for (char const c : what) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter) {
      upper = !out.empty();
    } else {
      out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
  }
  return out;
}

Json reference(std::string_view name) {
  return Json::object({{"$ref", "#/definitions/" + std::string(name)}});
}

Json type(std::string_view name) {
  return Json::object({{"type", name}});
}

Json texts(Words words) {
  Json out = Json::array();
  for (auto const word : words) out.push_back(word);
  return out;
}

// A map with one entry, the name of what it holds.
Json named_item(Json value) {
  return Json::object({{"type", "object"},
                       {"minProperties", 1},
                       {"maxProperties", 1},
                       {"additionalProperties", std::move(value)}});
}

Json list_of(Json items) {
  return Json::object({{"type", "array"}, {"items", std::move(items)}});
}

Json map_of(Json values) {
  return Json::object({{"type", "object"}, {"additionalProperties", std::move(values)}});
}

class SchemaWriter {
 public:
  Json run() {
    Json root = Json::object({{"$schema", "http://json-schema.org/draft-07/schema#"},
                              {"title",
                               "A workflow of the Open Workflow Specification 1.0.3, with "
                               "the saga keywords of skald"}});
    Json body = table(workflow_table());
    definitions_.set("taskList", list_of(named_item(reference("task"))));
    definitions_.set("task", task());
    for (auto const& member : body.members()) root.set(member.key.as_string(), member.value);
    root.set("definitions", std::move(definitions_));
    return root;
  }

 private:
  Json table(Table const& table) {
    Json properties = Json::object();
    Json required = Json::array();
    for (Key const& key : table.keys) {
      properties.set(key.name, property(table, key));
      if (key.need == Need::required) required.push_back(key.name);
    }
    Json out = Json::object({{"type", "object"}, {"properties", std::move(properties)}});
    if (!table.open) out.set("additionalProperties", false);
    if (table.by_secret) {
      Json const by_secret = Json::object({{"required", Json::array({"use"})}});
      Json const by_parts = Json::object({{"required", std::move(required)}});
      out.set("oneOf", Json::array({by_secret, by_parts}));
      return out;
    }
    if (required.size() > 0) out.set("required", std::move(required));
    if (!table.exclusive.empty()) out.set("oneOf", one_of(table.exclusive));
    return out;
  }

  static Json one_of(Words words) {
    Json ways = Json::array();
    for (auto const word : words) {
      ways.push_back(Json::object({{"required", Json::array({Json(word)})}}));
    }
    return ways;
  }

  // The definition of a table, made when it is met first.
  Json refer(Table const& which) {
    auto const known = names_.find(&which);
    if (known != names_.end()) return reference(known->second);
    auto name = name_of(which.what);
    auto const taken = [this](std::string const& wanted) {
      return std::any_of(names_.begin(), names_.end(),
                         [&](auto const& each) { return each.second == wanted; });
    };
    for (int i = 2; taken(name); ++i) name = name_of(which.what) + std::to_string(i);
    names_.emplace(&which, name);
    definitions_.set(name, Json::object());  // keeps its place in the order
    definitions_.set(name, table(which));
    return reference(name);
  }

  Json property(Table const& owner, Key const& key) {
    Json value = this->value(key);
    std::string about(describe_key(owner, key.name));
    auto const add = [&](std::string_view more) {
      about += (about.empty() ? "" : " ") + std::string(more);
    };
    if (!key.form.empty()) add("For example: " + std::string(key.form));
    if (key.superset) add("(skald's own, beyond the specification)");
    if (key.need == Need::later) add("(Not executed by this version of skald.)");
    if (about.empty()) return value;
    if (!value["$ref"].is_null()) {
      value = Json::object({{"allOf", Json::array({std::move(value)})}});  // beside $ref draft 7
    }                                                                      // ignores everything
    value.set("description", about);
    return value;
  }

  Json value(Key const& key) {
    if (key.need == Need::later || (key.kinds & kAny) != 0) return Json::object();
    std::vector<Json> ways;
    if (!key.words.empty()) {
      ways.push_back(Json::object({{"type", "string"}, {"enum", texts(key.words)}}));
    } else if ((key.kinds & (kText | kExpression)) != 0) {
      ways.push_back(type("string"));
    }
    if ((key.kinds & kFlag) != 0) ways.push_back(type("boolean"));
    if ((key.kinds & kNumber) != 0) ways.push_back(type("number"));
    if ((key.kinds & kWhole) != 0) ways.push_back(type("integer"));
    if ((key.kinds & kMap) != 0) ways.push_back(map(key));
    if ((key.kinds & kList) != 0) ways.push_back(list(key));
    if (ways.size() == 1) return std::move(ways.front());
    return Json::object({{"anyOf", Json::array(std::move(ways))}});
  }

  Json map(Key const& key) {
    switch (key.nest) {
      case Nest::self: return refer(*key.table);
      case Nest::named: return map_of(refer(*key.table));
      case Nest::named_tasks: return map_of(reference("task"));
      case Nest::named_texts: return map_of(type("string"));
      default: return type("object");
    }
  }

  Json list(Key const& key) {
    switch (key.nest) {
      case Nest::items: return list_of(refer(*key.table));
      case Nest::named_items: return list_of(named_item(refer(*key.table)));
      case Nest::tasks: return reference("taskList");
      case Nest::texts: return list_of(type("string"));
      default: return type("array");
    }
  }

  // A task has the keys of all tasks and those of its kind. All are properties, so that editors
  // offer them; a condition for each kind then says which go together.
  Json task() {
    Json properties = Json::object();
    for (Key const& key : task_table().keys) properties.set(key.name, property(task_table(), key));
    Json ways = Json::array();
    Json kinds = Json::array();
    for (auto const& kind : task_kinds()) {
      for (Key const& key : kind.table.keys) {
        if (properties.find(key.name) == nullptr) {
          properties.set(key.name, property(kind.table, key));
        }
      }
      ways.push_back(Json::object({{"required", Json::array({Json(kind.keyword)})}}));
      kinds.push_back(together(kind));
    }
    for (auto const& call : standard_calls()) {
      if (call.need != Need::later) kinds.push_back(standard(call));
    }
    return Json::object({{"type", "object"},
                         {"properties", std::move(properties)},
                         {"additionalProperties", false},
                         {"anyOf", std::move(ways)},
                         {"allOf", std::move(kinds)}});
  }

  static Json together(TaskKindKeys const& kind) {
    Json names = Json::array();
    Json required = Json::array();
    for (Key const& key : kind.table.keys) {
      names.push_back(key.name);
      if (key.need == Need::required) required.push_back(key.name);
    }
    for (Key const& key : task_table().keys) names.push_back(key.name);
    Json is_kind = Json::object({{"required", Json::array({Json(kind.keyword)})}});
    if (kind.kind == Kind::do_) {  // a 'for' has a 'do' as well
      is_kind.set("not", Json::object({{"required", Json::array({Json("for")})}}));
    }
    Json then = Json::object({{"propertyNames", Json::object({{"enum", std::move(names)}})}});
    if (required.size() > 0) then.set("required", std::move(required));
    return Json::object({{"if", std::move(is_kind)}, {"then", std::move(then)}});
  }

  // The arguments of a call that the language knows.
  Json standard(StandardCall const& call) {
    Json const name = Json::object({{"call", Json::object({{"const", call.name}})}});
    Json const is_call = Json::object({{"properties", name}, {"required", Json::array({"call"})}});
    Json const with = Json::object({{"properties", Json::object({{"with", refer(call.with)}})},
                                    {"required", Json::array({"with"})}});
    return Json::object({{"if", is_call}, {"then", with}});
  }

  Json definitions_ = Json::object();
  std::map<Table const*, std::string> names_;
};

}  // namespace

Json editor_schema() {
  return SchemaWriter().run();
}

std::string_view describe_key(Table const& table, std::string_view key) {
  std::string_view any;
  for (auto const texts : {workflow_texts(), task_texts(), call_texts()}) {
    for (KeyText const& each : texts) {
      if (each.key != key) continue;
      if (each.table == table.what) return each.text;
      if (each.table.empty()) any = each.text;
    }
  }
  return any;
}

}  // namespace skald::compiler
