#include "dsl/yaml/tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dsl/scalar_map.hpp"
#include "dsl/yaml/core_schema.hpp"

namespace skald::dsl::yaml {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

std::size_t offset_of(YAML::Mark const& mark) {
  return mark.pos > 0 ? static_cast<std::size_t>(mark.pos) : 0;
}

bool is_default_tag(std::string const& tag) {
  return tag.empty() || tag == "?" || tag == "!";
}

// The tag as an author writes it.
std::string written(std::string_view tag) {
  if (tag.starts_with(kCoreTag)) return "!!" + std::string(tag.substr(kCoreTag.size()));
  return std::string(tag);
}

}  // namespace

void TreeBuilder::report(Code code, Span span, std::string message, std::string hint,
                         std::vector<Note> notes) {
  diagnostics_.push_back(
      Diagnostic{code, std::move(message), span, std::move(hint), std::move(notes)});
  if (diagnostics_.size() >= limits_.max_diagnostics) throw Stop{};
}

std::optional<std::size_t> TreeBuilder::open_flow() const {
  if (frames_.empty() || !frames_.back().flow) return std::nullopt;
  return frames_.back().node.offset;
}

void TreeBuilder::OnDocumentStart(YAML::Mark const& mark) {
  if (!ended_) return;
  std::size_t const offset = offset_of(mark);
  std::string_view const between = text_.slice(last_end_, offset);
  if (text_.slice(offset, offset + 3) == "---" || between.find("\n...") != std::string_view::npos) {
    report(Code::yaml_second_document, text_.span(offset, offset + 3),
           "a second document begins here, but a text holds one", "put it into a file of its own");
  } else {
    bool const list = root_.is_sequence();
    report(Code::yaml_dropped_half, text_.span(offset, text_.line_end(offset)),
           fmt::format("this stands behind the end of the document, which is {}",
                       list             ? "a list"
                       : root_.is_map() ? "a map"
                                        : "a single value"),
           list ? "a list and a map can not share a level: indent one of them below a key"
                : "indent it, or remove it");
  }
  throw Stop{};
}

bool TreeBuilder::wants_key() const {
  return !frames_.empty() && frames_.back().node.is_map() && !frames_.back().key;
}

void TreeBuilder::count(std::size_t nodes, std::size_t offset) {
  nodes_ += nodes;
  if (nodes_ <= limits_.max_nodes) return;
  report(Code::yaml_over_limit, text_.span(offset, offset + 1),
         fmt::format("the document has more than {} nodes, aliases counted as what they stand for",
                     limits_.max_nodes),
         "split it, or use fewer aliases; a workflow may be larger with --max-tasks "
         "(EngineOptions::max_tasks)");
  throw Stop{};
}

// An anchor keeps a copy of its node, and one inside of another is copied twice.
void TreeBuilder::keep_anchor(YAML::anchor_t anchor, Node const& node, std::size_t nodes,
                              std::size_t height) {
  anchored_ += nodes;
  if (anchored_ > limits_.max_anchored) {
    report(Code::yaml_over_limit, node.span,
           fmt::format("more than {} nodes stand below anchors", limits_.max_anchored),
           "name only what an alias uses");
    throw Stop{};
  }
  anchors_[anchor] = Anchor{node, nodes, height};
}

void TreeBuilder::start(Node::Kind kind, YAML::Mark const& mark, std::string const& tag,
                        YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  std::size_t const begin = offset_of(mark);
  std::size_t const offset = text_.skip_properties(begin);
  bool const in_flow = !frames_.empty() && frames_.back().flow;
  if (!in_flow) check_tabs(begin);
  Frame frame;
  frame.node.kind = kind;
  frame.node.offset = static_cast<std::uint32_t>(offset);
  frame.node.span = text_.span(offset, offset + 1);
  frame.anchor = anchor;
  frame.nodes_before = nodes_;
  frame.flow = in_flow || style == YAML::EmitterStyle::Flow;
  count(1, offset);
  if (frames_.size() >= limits_.max_depth) {
    report(Code::yaml_over_limit, frame.node.span,
           fmt::format("the document is nested more than {} levels deep", limits_.max_depth));
    throw Stop{};
  }
  std::string_view const own = kind == Node::Kind::map ? "map" : "seq";
  if (!is_default_tag(tag) && tag != std::string(kCoreTag) + std::string(own)) {
    report(Code::yaml_bad_tag, text_.span(begin, begin + 1),
           fmt::format("the tag '{}' does not fit a {}", written(tag),
                       kind == Node::Kind::map ? "map" : "list"),
           "remove the tag");
  }
  last_end_ = offset;
  frames_.push_back(std::move(frame));
}

void TreeBuilder::OnSequenceStart(YAML::Mark const& mark, std::string const& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  start(Node::Kind::sequence, mark, tag, anchor, style);
}

void TreeBuilder::OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  start(Node::Kind::map, mark, tag, anchor, style);
}

void TreeBuilder::OnMapEnd() {
  check_duplicates(frames_.back().node);
  finish();
}

void TreeBuilder::finish() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.node.is_sequence() && !frame.flow) last_list_ = frame.node.offset;
  // A block map begins where its first key does: marking the key says more than one character.
  if (frame.node.is_map() && !frame.flow && !frame.node.entries.empty()) {
    frame.node.span.length = frame.node.entries.front().key.span.length;
  }
  if (frame.anchor != 0) {
    keep_anchor(frame.anchor, frame.node, nodes_ - frame.nodes_before, frame.height);
  }
  add(std::move(frame.node), frame.height);
}

void TreeBuilder::add(Node node, std::size_t height) {
  if (frames_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = frames_.back();
  frame.height = std::max(frame.height, height + 1);
  if (frame.node.is_sequence()) {
    frame.node.items.push_back(std::move(node));
  } else if (!frame.key) {
    add_key(std::move(node));
  } else {
    frame.node.entries.push_back(Node::Entry{*std::move(frame.key), std::move(node)});
    frame.key.reset();
  }
}

void TreeBuilder::add_key(Node node) {
  if (!node.is_scalar()) {
    report(Code::yaml_bad_key, node.span,
           fmt::format("a {} can not be a key", node.is_map() ? "map" : "list"),
           "keys are texts; an expression in braces must be quoted");
    Span const span = node.span;
    node = Node{};  // null instead of a text: no other key is its duplicate
    node.span = span;
  }
  if (node.style == Style::plain && node.text() == "<<") {
    report(Code::yaml_merge_key, node.span, "merge keys ('<<') are not supported",
           "write the keys out, or give the whole value by an alias");
  }
  frames_.back().key = std::move(node);
}

Node TreeBuilder::scalar_node(std::size_t offset, std::string const& value) {
  Node node;
  node.offset = static_cast<std::uint32_t>(offset);
  node.style = text_.style_at(offset);
  std::size_t end = offset + value.size();
  if (node.style == Style::single_quoted || node.style == Style::double_quoted) {
    end = text_.quoted_end(offset);
    if (end == std::string_view::npos) {
      end = text_.size();
      report(Code::yaml_unterminated_quote, text_.span(offset, offset + 1),
             "the string that this quote opens never ends",
             fmt::format("close it with {}", text_.at(offset)));
    }
  } else if (node.style != Style::plain) {
    end = offset + 1;
  } else if (text_.slice(offset, offset + value.size()) != value) {
    end = text_.line_end(offset);  // over several lines
  }
  node.span = text_.span(offset, end);
  last_end_ = end;
  return node;
}

void TreeBuilder::OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                           std::string const& parsed) {
  std::size_t const begin = offset_of(mark);
  if (frames_.empty() || !frames_.back().flow) check_tabs(begin);
  std::size_t const offset = text_.skip_properties(begin);
  last_scalar_ = offset;
  std::string const value = surrogates_.restore(parsed, offset, text_.style_at(offset));
  count(1, offset);
  Node node = scalar_node(offset, value);
  node.scalar = wants_key() ? Json(value) : resolve(node, tag, value);
  if (node.style == Style::plain) check_cut_expression(node);
  if (anchor != 0) keep_anchor(anchor, node, 1, 0);
  add(std::move(node), 0);
}

Json TreeBuilder::resolve(Node const& node, std::string const& tag, std::string const& value) {
  bool const plain = tag == "?" || tag.empty();
  if (plain ? node.style != Style::plain : tag == "!" || tag == std::string(kCoreTag) + "str") {
    return value;
  }
  std::optional<Json> const resolved = resolve_plain(value);
  if (plain && !resolved) {
    report(Code::yaml_bad_number, node.span, fmt::format("JSON has no number '{}'", value),
           "quote it if it is meant as text");
    return {};
  }
  if (plain) return *resolved;
  Json::Kind const kind = resolved ? resolved->kind() : Json::Kind::string;
  bool const number =
      tag == std::string(kCoreTag) + "int" || tag == std::string(kCoreTag) + "float";
  bool const fits = (number && kind == Json::Kind::number) ||
                    (tag == std::string(kCoreTag) + "bool" && kind == Json::Kind::boolean) ||
                    (tag == std::string(kCoreTag) + "null" && kind == Json::Kind::null);
  if (fits) return *resolved;
  report(Code::yaml_bad_tag, node.span,
         fmt::format("the tag '{}' is unknown or does not fit this value", written(tag)),
         written(tag).starts_with("!!") ? "remove the tag"
                                        : "quote a text that begins with '!'; in jq it is 'not'");
  return value;
}

// The parser reports a missing value at the token behind it; `null` or '~' must stand there and
// belong to this place for the value to be written.
bool TreeBuilder::null_is_written(std::size_t offset) const {
  std::size_t end = offset;
  while (end < text_.size() &&
         std::string_view("~nulNUL").find(text_.at(end)) != std::string_view::npos) {
    ++end;
  }
  if (end == offset || !is_null_text(text_.slice(offset, end))) return false;
  std::string_view const between = text_.slice(last_end_, offset);
  if (between.find(',') != std::string_view::npos && !frames_.empty() && frames_.back().flow) {
    return frames_.back().node.is_sequence() || !frames_.back().key;
  }
  if (between.find('\n') == std::string_view::npos || frames_.empty()) return true;
  // On a later line it is this key's value only when it is indented more than the key.
  Frame const& frame = frames_.back();
  if (frame.flow || !frame.key) return true;
  return text_.before(offset).size() > text_.before(frame.key->offset).size();
}

Node TreeBuilder::implicit_null(std::size_t offset) {
  Node node;
  if (!frames_.empty() && frames_.back().key) {
    node.span = frames_.back().key->span;
    node.offset = frames_.back().key->offset;
    return node;
  }
  std::size_t at = last_end_;
  if (!frames_.empty() && !frames_.back().flow && frames_.back().node.is_sequence()) {
    std::size_t const dash = text_.text().find('-', at);
    if (dash < offset) at = dash;
  }
  node.offset = static_cast<std::uint32_t>(at);
  node.span = text_.span(at, at + 1);
  return node;
}

void TreeBuilder::OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) {
  std::size_t const offset = text_.skip_properties(offset_of(mark));
  count(1, offset);
  if (null_is_written(offset)) {
    std::size_t const size = text_.at(offset) == '~' ? 1 : 4;
    Node node = scalar_node(offset, std::string(text_.slice(offset, offset + size)));
    if (wants_key()) node.scalar = text_.slice(offset, offset + size);
    if (anchor != 0) keep_anchor(anchor, node, 1, 0);
    return add(std::move(node), 0);
  }
  if (wants_key()) {
    Node node = scalar_node(offset, {});
    report(Code::yaml_bad_key, node.span, "a key is missing before this ':'");
    return add(std::move(node), 0);
  }
  bool const in_flow_list =
      !frames_.empty() && frames_.back().flow && frames_.back().node.is_sequence();
  if (in_flow_list) {
    report(Code::yaml_syntax, text_.span(offset, offset + 1), "an item is missing before this",
           "write null if that is meant");
  }
  Node node = implicit_null(offset);
  if (anchor != 0) keep_anchor(anchor, node, 1, 0);
  add(std::move(node), 0);
}

void TreeBuilder::OnAlias(YAML::Mark const& mark, YAML::anchor_t anchor) {
  std::size_t const offset = offset_of(mark);
  std::size_t end = offset + 1;
  while (end < text_.size() &&
         std::string_view(" \t\r\n,[]{}").find(text_.at(end)) == std::string_view::npos) {
    ++end;
  }
  Span const span = text_.span(offset, end);
  last_end_ = end;
  auto const found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    report(Code::yaml_bad_alias, span, "the alias stands inside of what it names",
           "a document can not contain itself");
    throw Stop{};
  }
  Anchor const& named = found->second;
  count(named.nodes, offset);
  if (frames_.size() + named.height > limits_.max_depth) {
    report(Code::yaml_over_limit, span,
           fmt::format("with this alias the document is nested more than {} levels deep",
                       limits_.max_depth));
    throw Stop{};
  }
  // The copy keeps the spans of the original: that is where its text is.
  Node node = named.node;
  if (wants_key() && node.is_scalar() && !node.is_string()) node.scalar = to_text(node.scalar);
  add(std::move(node), named.height);
}

// YAML forbids tabs as indentation, the parser counts them as one column.
void TreeBuilder::check_tabs(std::size_t offset) {
  std::string_view const before = text_.before(offset);
  std::size_t const tab = before.find('\t');
  if (tab == std::string_view::npos) return;
  if (before.substr(0, tab).find_first_not_of(' ') != std::string_view::npos) return;
  if (before.find_first_not_of(" \t-?:") != std::string_view::npos) return;
  std::size_t const at = offset - before.size() + tab;
  report(Code::yaml_tab_indentation, text_.span(at, at + 1), "a tab can not be used as indentation",
         "use spaces");
}

// `${ .a # b }` unquoted loses everything from the '#' on, without a word from the parser.
void TreeBuilder::check_cut_expression(Node const& node) {
  std::string_view const value = node.text();
  if (!value.starts_with("${") || value.ends_with('}')) return;
  auto const map = map_scalar(text_.text(), node.offset, node.style, value);
  if (!map) return;
  std::size_t const end = map->end.back();
  std::string_view const tail = text_.slice(end, text_.line_end(end));
  std::size_t const mark = tail.find_first_not_of(" \t");
  if (mark == std::string_view::npos || tail[mark] != '#') return;
  report(Code::yaml_unquoted_expression, text_.span(end + mark, end + tail.size()),
         "' #' begins a comment, which cuts off the expression before it", "quote the expression");
}

void TreeBuilder::check_duplicates(Node& map) {
  std::vector<std::size_t> order(map.entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  auto const key = [&map](std::size_t i) { return map.entries[i].key.text(); };
  std::stable_sort(order.begin(), order.end(),
                   [&key](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<bool> drop(order.size());
  std::size_t first = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (key(order[i]) != key(order[first]) || map.entries[order[i]].key.is_null()) {
      first = i;
      continue;
    }
    drop[order[i]] = true;
    report(Code::yaml_duplicate_key, map.entries[order[i]].key.span,
           fmt::format("the key '{}' stands twice in this map", key(order[i])), "remove one",
           {Note{"previously defined here", map.entries[order[first]].key.span}});
  }
  std::size_t index = 0;
  std::erase_if(map.entries, [&](Node::Entry const&) { return drop[index++]; });
}

}  // namespace skald::dsl::yaml
