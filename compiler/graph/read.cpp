// from_json: what write.cpp wrote, by the same field lists. A member that this version does not
// know is refused: it means something to the version that wrote it.

#include <cmath>
#include <type_traits>

#include "compiler/graph/fields.hpp"
#include "compiler/graph/schema_check.hpp"
#include "compiler/graph/step_graph.hpp"

namespace skald::graph {

namespace {

template <class T>
concept Described = requires(T const* value) {
  fields(value);
};
template <class T>
concept Named = requires(T const* value) {
  named(value);
};

// Templates nest; far above what the readers of documents allow, far below the end of the stack.
constexpr int kMaxDepth = 1'000;

class Reader {
 public:
  // Each returns false after the first failure, which stays in error().
  bool read(Json const& json, bool& out) {
    if (!json.is_boolean()) return fail("a boolean");
    out = json.as_boolean();
    return true;
  }

  bool read(Json const& json, double& out) {
    if (!json.is_number()) return fail("a number");
    out = json.as_number();
    return true;
  }

  bool read(Json const& json, std::uint16_t& out) { return read_integer(json, out, 0xffff); }
  bool read(Json const& json, std::uint32_t& out) { return read_integer(json, out, 0xffff'fffe); }

  bool read(Json const& json, std::string& out) {
    if (!json.is_string()) return fail("a string");
    out = json.as_string();
    return true;
  }

  bool read(Json const& json, Json& out) {
    out = json;
    return true;
  }

  bool read(Json const& json, JsonSchema& out) {
    if (!unsafe_schema(json).empty()) return fail("a JSON Schema that ends");
    auto schema = JsonSchema::compile(json);
    if (!schema.ok()) return fail("a JSON Schema");
    out = std::move(*schema);
    return true;
  }

  bool read(Json const& json, Duration& out) {
    if (!json.is_number() || std::abs(json.as_number()) > 9e18) return fail("microseconds");
    out.us = static_cast<std::int64_t>(json.as_number());
    return true;
  }

  template <class Tag>
  bool read(Json const& json, base::StrongInt<Tag>& out) {
    return read(json, out.value);
  }

  template <class Enum>
  requires std::is_enum_v<Enum>
  bool read(Json const& json, Enum& out) {
    if (!json.is_string()) return fail("a word");
    Enum const* none = nullptr;
    auto const words = texts(none);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] != json.as_string()) continue;
      out = static_cast<Enum>(i);
      return true;
    }
    return fail("one of the known words");
  }

  bool read(Json const& json, Expression& out) {
    for (auto const& [key, value] : json.is_object() ? json.members() : no_members()) {
      auto const name = key.as_string();
      if (name != "jq" && name != "variables" && name != "tasks") return unknown(name);
    }
    std::string text;
    jq::CompileOptions options;
    if (!read_member(json, "jq", text)) return false;
    if (json.find("variables") != nullptr && !read_member(json, "variables", options.variables)) {
      return false;
    }
    if (json.find("tasks") != nullptr && !read_member(json, "tasks", out.tasks)) return false;
    auto compiled = jq::compile(text, options);
    if (!compiled) return fail("an expression that compiles");
    out.program = std::move(compiled.program);
    return true;
  }

  bool read(Json const& json, Template& out) {
    if (!json.is_object() || json.size() == 0) return fail("a template");
    if (++depth_ > kMaxDepth) return fail("templates that are nested less deeply");
    auto const& [key, value] = json.members()[0];
    bool ok = false;
    if (key.as_string() == "constant") {
      out.constant = value;
      ok = true;
    } else if (key.as_string() == "object") {
      out.kind = Template::Kind::object;
      ok = read(value, out.members);
    } else if (key.as_string() == "array") {
      out.kind = Template::Kind::array;
      ok = read(value, out.items);
    } else {
      out.kind = Template::Kind::expression;
      ok = read(json, out.expression);
    }
    --depth_;
    return ok;
  }

  bool read(Json const& json, TaskKind& out) {
    if (!json.is_object() || json.size() != 1) return fail("a task kind");
    auto const& [key, value] = json.members()[0];
    return read_kind(key.as_string(), value, out,
                     std::make_index_sequence<std::variant_size_v<TaskKind>>{});
  }

  bool read(Json const& json, std::vector<EventFilter::Correlation>& out) {
    if (!json.is_object()) return fail("an object");
    for (Json::Member const& entry : json.members()) {
      out.emplace_back().name = entry.key.as_string();
      bool const read =
          at(entry.key.as_string(), [&] { return read_fields(entry.value, out.back()); });
      if (!read) return false;
    }
    return true;
  }

  template <class T>
  bool read(Json const& json, std::vector<T>& out) {
    if constexpr (Named<T>) {
      if (!json.is_object()) return fail("an object");
      auto const names = named(static_cast<T const*>(nullptr));
      for (Json::Member const& entry : json.members()) {
        T& each = out.emplace_back();
        each.*names.first = entry.key.as_string();
        auto& value = each.*names.second;
        if (!at(entry.key.as_string(), [&] { return read(entry.value, value); })) return false;
      }
    } else {
      if (!json.is_array()) return fail("an array");
      for (Json const& item : json.items()) {
        auto const index = std::to_string(out.size());
        T& each = out.emplace_back();
        if (!at(index, [&] { return read(item, each); })) return false;
      }
    }
    return true;
  }

  template <Described T>
  bool read(Json const& json, T& out) {
    return read_fields(json, out);
  }

  Error error() const { return {ErrorCode::corrupt, "not a step graph: " + what_, ""}; }

 private:
  static std::span<Json::Member const> no_members() { return {}; }

  template <class Integer>
  bool read_integer(Json const& json, Integer& out, double largest) {
    double const value = json.is_number() ? json.as_number() : -1;
    if (value < 0 || value > largest || value != std::floor(value)) return fail("a small integer");
    out = static_cast<Integer>(value);
    return true;
  }

  template <class T>
  bool read_member(Json const& json, std::string_view name, T& out) {
    Json const* value = json.find(name);
    if (value == nullptr) return fail("the member '" + std::string(name) + "'");
    return at(name, [&] { return read(*value, out); });
  }

  template <std::size_t... I>
  bool read_kind(std::string_view name, Json const& value, TaskKind& out,
                 std::index_sequence<I...>) {
    bool ok = false;
    bool const known = ((kKindTexts[I] == name &&
                         (ok = at(name, [&] { return read(value, out.emplace<I>()); }), true)) ||
                        ...);
    return known ? ok : unknown(name);
  }

  template <class T>
  bool read_fields(Json const& json, T& out) {
    if (!json.is_object()) return fail("an object");
    auto const known = fields(static_cast<T const*>(nullptr));
    for (Json::Member const& entry : json.members()) {
      auto const name = entry.key.as_string();
      Json const& value = entry.value;
      bool ok = false;
      bool const found = std::apply(
          [&](auto const&... each) {
            return ((each.name == name && (ok = read_field(name, value, out, each), true)) || ...);
          },
          known);
      if (!found) return unknown(name);
      if (!ok) return false;
    }
    return true;
  }

  template <class Owner, class Value>
  bool read_field(std::string_view name, Json const& json, Owner& owner,
                  Field<Owner, Value> const& field) {
    return at(name, [&] { return read(json, owner.*field.member); });
  }

  template <class Owner, class Value>
  bool read_field(std::string_view name, Json const& json, Owner& owner,
                  Field<Owner, std::optional<Value>> const& field) {
    return at(name, [&] { return read(json, (owner.*field.member).emplace(Value{})); });
  }

  // Runs `reading` one step deeper, so that an error names the place.
  template <class Reading>
  bool at(std::string_view step, Reading reading) {
    auto const length = path_.size();
    path_ += '/';
    path_ += step;
    bool const ok = reading();
    path_.resize(length);
    return ok;
  }

  bool fail(std::string const& expected) {
    what_ = "expected " + expected + " at " + (path_.empty() ? "/" : path_);
    return false;
  }

  bool unknown(std::string_view name) {
    what_ = "unknown member '" + std::string(name) + "' at " + (path_.empty() ? "/" : path_) +
            "; a newer version wrote it";
    return false;
  }

  std::string path_;
  std::string what_;
  int depth_ = 0;
};

}  // namespace

Result<StepGraph> from_json(Json const& json) {
  Reader reader;
  StepGraph graph;
  if (!reader.read(json, graph)) return reader.error();
  SKALD_TRY(verify(graph));
  return graph;
}

}  // namespace skald::graph
