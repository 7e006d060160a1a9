#include "dsl/builder/nodes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

namespace skald::builder {
namespace {

struct Sources {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<dsl::Source const>, std::less<>> by_name;
};

Sources& all_sources() {
  static Sources instance;
  return instance;
}

bool looks_like_expression(std::string_view text) {
  std::size_t const begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && text.substr(begin, 2) == "${";
}

void set_place(Node& node, dsl::Span const& span) {
  if (node.span.source == nullptr) node.span = span;
  for (Node& item : node.items) set_place(item, span);
  for (Node::Entry& entry : node.entries) {
    set_place(entry.key, span);
    set_place(entry.value, span);
  }
}

}  // namespace

dsl::Span span_of(Place const& place) {
  if (place.file == nullptr) return {};
  Sources& sources = all_sources();
  std::lock_guard const lock(sources.mutex);
  auto found = sources.by_name.find(std::string_view(place.file));
  if (found == sources.by_name.end()) {
    auto source = std::make_shared<dsl::Source const>(dsl::Source{place.file, {}});
    found = sources.by_name.emplace(place.file, std::move(source)).first;
  }
  return dsl::Span{found->second.get(), place.line, 0, 0};
}

std::vector<std::shared_ptr<dsl::Source const>> sources() {
  Sources& sources = all_sources();
  std::lock_guard const lock(sources.mutex);
  std::vector<std::shared_ptr<dsl::Source const>> result;
  for (auto const& [name, source] : sources.by_name) result.push_back(source);
  return result;
}

Node text_node(std::string_view text) {
  Node node;
  node.style = dsl::Style::double_quoted;
  node.scalar = Json(text);
  return node;
}

Node map_node() {
  Node node;
  node.kind = Node::Kind::map;
  return node;
}

Node list_node() {
  Node node;
  node.kind = Node::Kind::sequence;
  return node;
}

Node expression_node(std::string_view code) {
  return text_node("${ " + std::string(code) + " }");
}

Node node_of(Json const& json) {
  if (json.is_string()) {
    std::string_view const text = json.as_string();
    return looks_like_expression(text) ? expression_node(to_text(json)) : text_node(text);
  }
  Node node;
  if (json.is_array()) {
    node.kind = Node::Kind::sequence;
    for (Json const& item : json.items()) node.items.push_back(node_of(item));
  } else if (json.is_object()) {
    node.kind = Node::Kind::map;
    for (Json::Member const& member : json.members()) {
      node.entries.push_back({text_node(member.key.as_string()), node_of(member.value)});
    }
  } else {
    node.scalar = json;
  }
  return node;
}

Node schema_node(Json const& schema) {
  return node_of(Json::object({{"format", "json"}, {"document", schema}}));
}

Node node_of(Duration duration) {
  struct Unit {
    char const* name;
    std::int64_t us;
  };
  constexpr std::array<Unit, 5> kUnits = {{{"days", 86'400'000'000},
                                           {"hours", 3'600'000'000},
                                           {"minutes", 60'000'000},
                                           {"seconds", 1'000'000},
                                           {"milliseconds", 1'000}}};
  auto const* const unit = std::find_if(kUnits.begin(), kUnits.end(), [&](Unit const& each) {
    return duration.us != 0 && duration.us % each.us == 0;
  });
  bool const zero = duration.us == 0;
  if (!zero && unit == kUnits.end()) return text_node(to_iso8601(duration));
  Unit const& chosen = zero ? kUnits.back() : *unit;
  Node value;
  value.scalar = Json(duration.us / chosen.us);
  Node node = map_node();
  node.entries.push_back({text_node(chosen.name), std::move(value)});
  return node;
}

void put(Node& map, std::string_view key, Node value, Place place) {
  dsl::Span const span = span_of(place);
  set_place(value, span);
  auto const found =
      std::find_if(map.entries.begin(), map.entries.end(),
                   [&](Node::Entry const& entry) { return entry.key.text() == key; });
  if (found != map.entries.end()) {
    found->value = std::move(value);
    return;
  }
  Node name = text_node(key);
  name.span = span;
  map.entries.push_back({std::move(name), std::move(value)});
}

void put_in(Node& map, std::string_view outer, std::string_view key, Node value, Place place) {
  Node const* const before = map.get(outer);
  Node inner = before != nullptr ? *before : map_node();
  put(inner, key, std::move(value), place);
  put(map, outer, std::move(inner), place);
}

void push(Node& list, Node value, Place place) {
  set_place(value, span_of(place));
  list.items.push_back(std::move(value));
}

}  // namespace skald::builder
