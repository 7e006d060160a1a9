// to_json and digest: the graph as JSON, by the field lists of fields.hpp.

#include <type_traits>

#include "compiler/graph/fields.hpp"
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

// What stands for an expression: its text, which can be compiled again, or the canonical print of
// its tree, which does not change with white space.
enum class Form { text, canonical };

class Writer {
 public:
  explicit Writer(Form form) : form_(form) {}

  Json write(bool value) const { return value; }
  Json write(double value) const { return value; }
  Json write(std::uint16_t value) const { return static_cast<unsigned>(value); }
  Json write(std::uint32_t value) const { return value; }
  Json write(std::string const& value) const { return value; }
  Json write(Json const& value) const { return value; }
  Json write(JsonSchema const& value) const { return value.document(); }
  Json write(Duration value) const { return value.us; }

  template <class Tag>
  Json write(base::StrongInt<Tag> value) const {
    return value.valid() ? Json(value.value) : Json();
  }

  template <class Enum>
  requires std::is_enum_v<Enum> Json write(Enum value)
  const {
    Enum const* none = nullptr;
    return texts(none)[static_cast<std::size_t>(value)];
  }

  Json write(Expression const& expression) const {
    jq::Program const& program = expression.code();
    Json out = Json::object();
    if (form_ == Form::canonical) {
      out.set("jq", program.canonical());
    } else {
      out.set("jq", program.text());
      auto const names = program.variables();
      if (!names.empty()) {
        out.set("variables", write(std::vector<std::string>(names.begin(), names.end())));
      }
    }
    if (!expression.tasks.empty()) out.set("tasks", write(expression.tasks));
    return out;
  }

  Json write(Template const& value) const {
    switch (value.kind) {
      case Template::Kind::constant: return Json::object({{"constant", value.constant}});
      case Template::Kind::expression: return write(value.expression);
      case Template::Kind::object: return Json::object({{"object", write(value.members)}});
      case Template::Kind::array: return Json::object({{"array", write(value.items)}});
    }
    return {};
  }

  Json write(TaskKind const& kind) const {
    Json out = Json::object();
    std::visit(
        [&](auto const& alternative) { out.set(kKindTexts[kind.index()], write(alternative)); },
        kind);
    return out;
  }

  Json write(std::vector<EventFilter::Correlation> const& correlations) const {
    Json out = Json::object();
    for (auto const& each : correlations) out.set(each.name, write_fields(each));
    return out;
  }

  template <class T>
  Json write(std::vector<T> const& values) const {
    if constexpr (Named<T>) {
      auto const [key, value] = named(static_cast<T const*>(nullptr));
      Json out = Json::object();
      for (T const& each : values) out.set(each.*key, write(each.*value));
      return out;
    } else {
      std::vector<Json> items;
      items.reserve(values.size());
      for (T const& each : values) items.push_back(write(each));
      return Json::array(std::move(items));
    }
  }

  template <Described T>
  Json write(T const& value) const {
    return write_fields(value);
  }

 private:
  template <class T>
  Json write_fields(T const& value) const {
    static T const defaults{};
    Json out = Json::object();
    std::apply([&](auto const&... each) { (add(out, each, value, defaults), ...); },
               fields(static_cast<T const*>(nullptr)));
    return out;
  }

  template <class Owner, class Value>
  void add(Json& out, Field<Owner, Value> const& field, Owner const& owner,
           Owner const& defaults) const {
    Json written = write(owner.*field.member);
    if (written != write(defaults.*field.member)) out.set(field.name, std::move(written));
  }

  template <class Owner, class Value>
  void add(Json& out, Field<Owner, std::optional<Value>> const& field, Owner const& owner,
           Owner const&) const {
    auto const& value = owner.*field.member;
    if (value.has_value()) out.set(field.name, write(*value));
  }

  // An expression of its own is always there, and there is no default to compare it with.
  template <class Owner>
  void add(Json& out, Field<Owner, Expression> const& field, Owner const& owner,
           Owner const&) const {
    out.set(field.name, write(owner.*field.member));
  }

  Form form_;
};

}  // namespace

Json to_json(StepGraph const& graph) {
  return Writer(Form::text).write(graph);
}

Digest digest(StepGraph const& graph) {
  return sha256(to_canonical(Writer(Form::canonical).write(graph)));
}

}  // namespace skald::graph
