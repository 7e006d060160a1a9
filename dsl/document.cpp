#include "dsl/document.hpp"

#include <algorithm>

#include "dsl/scalar_map.hpp"

namespace skald::dsl {

Node::Entry const* Node::find(std::string_view key) const {
  auto const found = std::find_if(entries.begin(), entries.end(),
                                  [key](Entry const& entry) { return entry.key.text() == key; });
  return found != entries.end() ? &*found : nullptr;
}

Node const* Node::get(std::string_view key) const {
  Entry const* const entry = find(key);
  return entry != nullptr ? &entry->value : nullptr;
}

Json to_json(Node const& node) {
  switch (node.kind) {
    case Node::Kind::scalar: return node.scalar;
    case Node::Kind::sequence: {
      Json result = Json::array();
      result.reserve(node.items.size());
      for (Node const& item : node.items) result.push_back(to_json(item));
      return result;
    }
    case Node::Kind::map: {
      Json result = Json::object();
      result.reserve(node.entries.size());
      for (Node::Entry const& entry : node.entries) {
        result.set_shared(entry.key.scalar, to_json(entry.value));
      }
      return result;
    }
  }
  return {};
}

Span span_in(Node const& node, std::size_t begin, std::size_t end) {
  if (node.span.source == nullptr || node.span.column == 0 || !node.is_string()) return node.span;
  std::string_view const source = node.span.source->text;
  auto const map = map_scalar(source, node.offset, node.style, node.text());
  if (!map || map->begin.empty()) return node.span;
  // A place behind the last byte ("expected ')' at the end") is marked where the text ends.
  bool const behind = begin >= map->begin.size();
  std::size_t const from = behind ? map->end.back() : map->begin[begin];
  std::size_t to = from;
  if (!behind && end > begin) to = map->end[std::min(end, map->end.size()) - 1];
  std::size_t const line_start = source.substr(0, from).rfind('\n') + 1;  // npos + 1 is 0
  to = std::min({to, source.find('\n', from), source.size()});
  Span span;
  span.source = node.span.source;
  span.line = static_cast<std::uint32_t>(
      1 + std::count(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(from), '\n'));
  span.column = static_cast<std::uint32_t>(
      1 + count_code_points(source.substr(line_start, from - line_start)));
  span.length = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(count_code_points(
                                               source.substr(from, to > from ? to - from : 0))));
  return span;
}

}  // namespace skald::dsl
