#include "compiler/diff/plain.hpp"

#include <algorithm>
#include <array>

#include "compiler/explain/explain.hpp"

namespace skald::compiler {

namespace {

bool among(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Members of a graph's JSON that only say where something stands.
bool is_place(std::string_view name) {
  return among(name, {"index", "list", "position", "path", "name", "compensate", "outputUsed",
                      "body", "branches", "tasks", "lists", "root", "variables", "finally"});
}

bool is_length_of_time(std::string_view name) {
  return among(name, {"fixed", "increment", "maxDelay", "jitterFrom", "jitterTo", "maxDuration",
                      "attemptDuration"});
}

// An expression without the white space that means nothing.
std::string squeezed(std::string_view program) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < program.size(); ++i) {
    char const c = program[i];
    if (c == '"' && (i == 0 || program[i - 1] != '\\')) quoted = !quoted;
    bool const blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!quoted && blank) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

class PlainWriter {
 public:
  explicit PlainWriter(graph::StepGraph const& graph) : graph_(graph) {}

  Json write(Json const& value) const {
    if (value.is_array()) {
      Json out = Json::array();
      for (auto const& item : value.items()) out.push_back(write(item));
      return out;
    }
    if (!value.is_object()) return value;
    if (auto const* program = value.find("jq"))
      return "${ " + squeezed(program->as_string()) + " }";
    if (value.size() == 1) {
      for (auto const* name : {"constant", "object", "array", "fixed", "dynamic"}) {
        if (value.find(name) != nullptr) return single(name, value[name]);
      }
    }
    return members(value);
  }

 private:
  Json single(std::string_view name, Json const& value) const {
    if (name == "constant") return value;
    if (name == "fixed") return to_human(Duration{static_cast<std::int64_t>(value.as_number())});
    return write(value);
  }

  Json members(Json const& value) const {
    Json out = Json::object();
    for (auto const& member : value.members()) {
      auto const name = member.key.as_string();
      if (is_place(name)) continue;
      if (is_length_of_time(name) && member.value.is_number()) {
        out.set(name, to_human(Duration{static_cast<std::int64_t>(member.value.as_number())}));
      } else if (name == "target" && member.value.is_number()) {
        auto const index = static_cast<std::uint32_t>(member.value.as_number());
        if (index < graph_.tasks.size()) out.set(name, graph_.tasks[index].name);
      } else {
        out.set(name, write(member.value));
      }
    }
    return out;
  }

  graph::StepGraph const& graph_;
};

// The words of the YAML form for members of the graph.
std::string word_of(std::string_view name) {
  struct Word {
    std::string_view member;
    std::string_view word;
  };
  static constexpr std::array<Word, 24> kWords{{{"when", "if"},
                                                {"inputFrom", "input.from"},
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
                                                {"exceptWhen", "exceptWhen"},
                                                {"undoOnRefused", "undoOn"},
                                                {"handler", "catch"},
                                                {"filter", "errors.with"},
                                                {"id", "document"},
                                                {"each", "each"},
                                                {"while", "while"},
                                                {"cases", "cases"},
                                                {"effect", ""},
                                                {"target", "task"},
                                                {"filters", "events"}}};
  for (auto const& each : kWords) {
    if (each.member == name) return std::string(each.word);
  }
  return std::string(name);
}

std::string shown(Json const& value) {
  return short_text(value.is_string() ? std::string(value.as_string()) : to_text(value));
}

class Comparison {
 public:
  std::vector<std::string> run(Json const& before, Json const& after) {
    compare("", before, after);
    return std::move(lines_);
  }

 private:
  void compare(std::string const& at, Json const& before, Json const& after) {
    if (before == after) return;
    if (before.is_object() && after.is_object()) return members(at, before, after);
    bool const lists = before.is_array() && after.is_array() && before.size() == after.size();
    if (!lists) {
      lines_.push_back((at.empty() ? "" : at + ": ") + shown(before) + " -> " + shown(after));
      return;
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
      compare(at + "[" + std::to_string(i) + "]", before[i], after[i]);
    }
  }

  void members(std::string const& at, Json const& before, Json const& after) {
    for (auto const& member : before.members()) {
      auto const name = member.key.as_string();
      auto const where = join(at, name);
      if (Json const* now = after.find(name)) {
        compare(where, member.value, *now);
      } else {
        lines_.push_back(where + ": " + shown(member.value) + " -> nothing");
      }
    }
    for (auto const& member : after.members()) {
      auto const name = member.key.as_string();
      if (before.find(name) != nullptr) continue;
      lines_.push_back(join(at, name) + ": nothing -> " + shown(member.value));
    }
  }

  // "kind.call.with.body" is "with.body" for the author.
  static std::string join(std::string const& at, std::string_view name) {
    auto const word = word_of(name);
    if (word.empty()) return at;
    return at.empty() ? word : at + "." + word;
  }

  std::vector<std::string> lines_;
};

}  // namespace

std::vector<Json> plain_tasks(graph::StepGraph const& graph) {
  Json const json = graph::to_json(graph);
  PlainWriter const writer(graph);
  std::vector<Json> out;
  out.reserve(graph.tasks.size());
  for (std::size_t i = 0; i < graph.tasks.size(); ++i) {
    Json task = writer.write(json["tasks"][i]);
    // What the task does is lifted out of its kind, whose name is a member of its own.
    Json flat = Json::object({{"kind", graph::kind_name(graph.tasks[i])}});
    for (auto const& member : task.members()) {
      if (member.key.as_string() != "kind") flat.set(member.key.as_string(), member.value);
    }
    auto const name = graph::kind_name(graph.tasks[i]);
    Json const& inner = task["kind"][name];
    if (inner.is_object()) {
      for (auto const& member : inner.members()) {
        auto const key = member.key.as_string();
        flat.set(key == "then" ? "catch.then" : key, member.value);
      }
    } else {
      flat.set(name, inner);
    }
    out.push_back(std::move(flat));
  }
  return out;
}

Json plain_workflow(graph::StepGraph const& graph) {
  Json json = PlainWriter(graph).write(graph::to_json(graph));
  Json out = Json::object();
  for (auto const& member : json.members()) {
    auto const name = member.key.as_string();
    if (name == "id") {
      out.set("version", graph.id.version);
      out.set("workflow", graph.id.ns + "/" + graph.id.name);
    } else {
      out.set(name, member.value);
    }
  }
  return out;
}

std::vector<std::string> plain_differences(Json const& before, Json const& after) {
  return Comparison().run(before, after);
}

}  // namespace skald::compiler
