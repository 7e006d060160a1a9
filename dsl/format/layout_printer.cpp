// print_layout: the layout as text, in the one form.

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "dsl/format/layout.hpp"

namespace skald::dsl {

namespace {

using Kind = Layout::Kind;
using Item = Layout::Item;

constexpr std::size_t kWidth = 100;  // of a line with an inline collection

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// A word that no reader of YAML takes for anything but a text.
bool is_word(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kOthers{"true", "false", "null", "yes", "no",
                                                           "on",   "off",   "y",    "n"};
  if (text.empty() || !is_letter(text.front())) return false;
  std::string lower(text);
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(kOthers.begin(), kOthers.end(), lower) == kOthers.end() &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

// Single quotes where they say the same.
std::string scalar(std::string const& text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  auto const inner = std::string_view(text).substr(1, text.size() - 2);
  if (inner.find_first_of("\\'\n") != std::string_view::npos) return text;
  return "'" + std::string(inner) + "'";
}

std::string key_text(std::string const& key) {
  bool const quoted = key.size() > 2 && (key.front() == '"' || key.front() == '\'');
  auto const inner = quoted ? key.substr(1, key.size() - 2) : key;
  return quoted && is_word(inner) ? inner : scalar(key);
}

bool has_comments(Layout const& value) {
  auto const is_comment = [](std::string const& line) { return !line.empty(); };
  if (std::any_of(value.tail.begin(), value.tail.end(), is_comment)) return true;
  return std::any_of(value.items.begin(), value.items.end(), [&](Item const& item) {
    return !item.comment.empty() ||
           std::any_of(item.before.begin(), item.before.end(), is_comment) ||
           has_comments(item.value);
  });
}

// The value on one line.
std::string inline_text(Layout const& value) {
  std::string out = value.properties.empty() ? "" : value.properties + " ";
  switch (value.kind) {
    case Kind::empty: return out + "null";
    case Kind::scalar: return out + scalar(value.lines.front());
    case Kind::block: return out;
    case Kind::list:
    case Kind::map: break;
  }
  bool const is_map = value.kind == Kind::map;
  if (value.items.empty()) return out + (is_map ? "{}" : "[]");
  out += is_map ? "{ " : "[";
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out += ", ";
    if (is_map) out += key_text(value.items[i].key) + ": ";
    out += inline_text(value.items[i].value);
  }
  return out + (is_map ? " }" : "]");
}

class Printer {
 public:
  std::string run(LaidOut const& text) {
    for (auto const& line : text.head) out_ += line + "\n";
    Layout const& root = text.root;
    if (root.is_collection() && !root.items.empty()) {
      items(root, 0, false);
    } else {
      comments(root.tail, 0, true);
      out_ += inline_text(root) + "\n";
    }
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
  }

 private:
  // Lines of comment with at most one blank line in a row; none where a block begins.
  void comments(std::vector<std::string> const& lines, std::size_t indent, bool first) {
    bool blank = first;
    for (auto const& line : lines) {
      if (line.empty() && blank) continue;
      blank = line.empty();
      out_ += line.empty() ? "\n" : std::string(indent, ' ') + line + "\n";
    }
  }

  void items(Layout const& block, std::size_t indent, bool on_this_line) {
    bool first = true;
    for (auto const& item : block.items) {
      bool const goes_on = first && on_this_line;
      if (!goes_on) {
        comments(above(item, block.kind, indent), indent, first);
        out_.append(indent, ' ');
      }
      first = false;
      out_ += block.kind == Kind::list ? "-" : key_text(item.key) + ":";
      value(item, indent, block.kind == Kind::list);
    }
    comments(tail_of(block), indent, false);
  }

  // The tail without the blank lines at its end; what follows brings its own.
  static std::vector<std::string> tail_of(Layout const& block) {
    auto lines = block.tail;
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
  }

  // What stands above an item: for '- key: ...' also what stands above the key.
  static std::vector<std::string> above(Item const& item, Kind kind, std::size_t indent) {
    auto lines = item.before;
    for (Item const* at = &item; kind == Kind::list && compact(*at, indent); indent += 2) {
      kind = at->value.kind;
      at = &at->value.items.front();
      lines.insert(lines.end(), at->before.begin(), at->before.end());
    }
    return lines;
  }

  // An item of a list whose collection begins on the line of the dash.
  static bool compact(Item const& item, std::size_t indent) {
    return item.value.is_collection() && !item.value.items.empty() &&
           item.value.properties.empty() && !keeps_line(item.value, indent + 2);
  }

  // Written inline, and fits there.
  static bool keeps_line(Layout const& value, std::size_t used) {
    if (value.items.empty() && !has_comments(value)) return true;
    if (!value.inline_form || has_comments(value)) return false;
    return used + count_code_points(inline_text(value)) <= kWidth;
  }

  void value(Item const& item, std::size_t indent, bool of_list) {
    Layout const& value = item.value;
    auto const properties = value.properties.empty() ? "" : " " + value.properties;
    switch (value.kind) {
      case Kind::empty: return end_line(properties, item);
      case Kind::scalar: return scalar_lines(item, properties, indent + 2);
      case Kind::block: return block_lines(item, properties, indent + 2);
      case Kind::list:
      case Kind::map: break;
    }
    auto const begin = out_.rfind('\n');
    auto const used = out_.size() - (begin == std::string::npos ? 0 : begin + 1) + 1;
    bool const goes_on = of_list && compact(item, indent);
    if (!goes_on && keeps_line(value, of_list ? indent + 2 : used)) {
      return end_line(" " + inline_text(value), item);
    }
    if (goes_on) {
      out_ += ' ';
      return items(value, indent + 2, true);
    }
    end_line(properties, item);
    items(value, indent + 2, false);
  }

  void end_line(std::string const& text, Item const& item) {
    out_ += text + (item.comment.empty() ? "" : "  " + item.comment) + "\n";
  }

  void scalar_lines(Item const& item, std::string const& properties, std::size_t indent) {
    auto const& lines = item.value.lines;
    out_ += properties + " " + (lines.size() == 1 ? scalar(lines[0]) : lines[0]);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      out_ += lines[i].empty() ? "\n" : "\n" + std::string(indent, ' ') + lines[i];
    }
    end_line("", item);
  }

  void block_lines(Item const& item, std::string const& properties, std::size_t indent) {
    auto const& lines = item.value.lines;
    out_ += properties + " " + header(lines[0]) + "\n";
    for (std::size_t i = 1; i < lines.size(); ++i) {
      out_ += lines[i].empty() ? "\n" : std::string(indent, ' ') + lines[i] + "\n";
    }
  }

  // An indentation that was written as a number is two now.
  static std::string header(std::string text) {
    auto const hash = text.find('#');
    auto const digit = text.find_first_of("123456789");
    if (digit != std::string::npos && digit < hash) text[digit] = '2';
    return text;
  }

  std::string out_;
};

}  // namespace

std::string print_layout(LaidOut const& text) {
  return Printer().run(text);
}

}  // namespace skald::dsl
