#include "dsl/format/write_yaml.hpp"

#include <algorithm>
#include <array>

#include "dsl/format/layout.hpp"

namespace skald::dsl {

namespace {

using Kind = Layout::Kind;

constexpr std::size_t kMostScalars = 2;  // of a collection on one line
constexpr std::size_t kMostLevels = 3;
constexpr std::size_t kLongest = 70;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool has_control(std::string_view text, bool line_ends) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return (byte < ' ' && !(line_ends && c == '\n')) || byte == 0x7f;
  });
}

// Characters that a reader of YAML might refuse or take for a line end: written as escapes.
bool has_special(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kSpecial{"\xc2\x85", "\xe2\x80\xa8",
                                                            "\xe2\x80\xa9", "\xef\xbb\xbf"};
  return std::any_of(
             kSpecial.begin(), kSpecial.end(),
             [&](std::string_view each) { return text.find(each) != std::string_view::npos; }) ||
         text.find("\xc2\x80") != std::string_view::npos || [&] {
           for (std::size_t i = 0; i + 1 < text.size(); ++i) {
             auto const next = static_cast<unsigned char>(text[i + 1]);
             if (text[i] == '\xc2' && next < 0xa0) return true;
           }
           return false;
         }();
}

// A text that stands for itself without quotes, inside of brackets too.
bool is_plain(std::string_view text) {
  static constexpr std::array<std::string_view, 13> kOthers{
      "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", ".inf", ".nan", "inf"};
  if (text.empty() || text.size() > 200 || text.back() == ' ' || text.back() == ':') return false;
  bool const path = text.front() == '.' && text.size() > 1 && is_letter(text[1]);
  if (!is_letter(text.front()) && text.front() != '/' && !path) return false;
  if (text.find_first_of(",[]{}\"'`\t") != std::string_view::npos) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) {
    return false;
  }
  std::string lower(text);
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(kOthers.begin(), kOthers.end(), lower) == kOthers.end() &&
         std::all_of(text.begin(), text.end(), [](char c) {
           auto const byte = static_cast<unsigned char>(c);
           return byte >= ' ' && byte < 0x7f;
         });
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (char const c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

// JSON's escapes are YAML's; what YAML wants escaped beyond them is written as \u.
std::string double_quoted(std::string_view text) {
  std::string const json = to_text(Json(text));
  std::string out;
  for (std::size_t i = 0; i < json.size(); ++i) {
    auto const byte = static_cast<unsigned char>(json[i]);
    std::string_view const rest = std::string_view(json).substr(i);
    bool const c1 = byte == 0xc2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xa0;
    if (byte == 0x7f || c1) {
      constexpr std::string_view kHex = "0123456789abcdef";
      auto const code = c1 ? static_cast<unsigned char>(rest[1]) : byte;
      out += std::string("\\u00") + kHex[code >> 4U] + kHex[code & 15U];
      i += c1 ? 1 : 0;
    } else if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) {
      out += rest[2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (rest.starts_with("\xef\xbb\xbf")) {
      out += "\\ufeff";
      i += 2;
    } else {
      out += json[i];
    }
  }
  return out;
}

std::string quoted(std::string_view text) {
  return has_control(text, false) || has_special(text) ? double_quoted(text) : single_quoted(text);
}

// Texts of several lines that can be written as they are.
bool is_block(std::string_view text) {
  auto const end = text.find('\n');
  if (end == std::string_view::npos || has_control(text, true) || has_special(text)) return false;
  bool const odd = text.front() == ' ' || text.front() == '\n' || text.ends_with("\n\n");
  return !odd && text.find(" \n") == std::string_view::npos && text.back() != ' ';
}

std::vector<std::string> block_lines(std::string_view text) {
  std::vector<std::string> lines = {text.ends_with('\n') ? "|" : "|-"};
  if (text.ends_with('\n')) text.remove_suffix(1);
  while (true) {
    auto const end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    if (end == text.size()) return lines;
    text.remove_prefix(end + 1);
  }
}

// How much a collection would put on one line.
struct Extent {
  std::size_t scalars = 0;
  std::size_t levels = 0;
  bool one_line = true;
};

Extent extent(Json const& value) {
  Extent out;
  auto const add = [&](Json const& inner) {
    auto const each = extent(inner);
    out.scalars += each.scalars;
    out.levels = std::max(out.levels, each.levels);
    out.one_line = out.one_line && each.one_line;
  };
  if (value.is_object()) {
    for (auto const& member : value.members()) add(member.value);
  } else if (value.is_array()) {
    for (auto const& item : value.items()) {
      add(item);
      out.one_line = out.one_line && !item.is_object();  // of a list of tasks, each on its line
    }
  } else {
    out.scalars = 1;
    out.one_line = !value.is_string() || !is_block(value.as_string());
    return out;
  }
  ++out.levels;
  return out;
}

Layout layout_of(Json const& value) {
  Layout out;
  if (value.is_object() || value.is_array()) {
    out.kind = value.is_object() ? Kind::map : Kind::list;
    auto const size = extent(value);
    out.inline_form = size.one_line && size.scalars <= kMostScalars && size.levels <= kMostLevels &&
                      to_text(value).size() <= kLongest;
    if (value.is_object()) {
      for (auto const& member : value.members()) {
        auto const name = member.key.as_string();
        auto key = is_plain(name) ? std::string(name) : quoted(name);
        out.items.push_back({{}, std::move(key), layout_of(member.value), ""});
      }
    } else {
      for (auto const& item : value.items()) out.items.push_back({{}, "", layout_of(item), ""});
    }
    return out;
  }
  out.kind = Kind::scalar;
  if (!value.is_string()) {
    out.lines.push_back(to_text(value));
  } else if (is_block(value.as_string())) {
    out.kind = Kind::block;
    out.lines = block_lines(value.as_string());
  } else {
    auto const text = value.as_string();
    out.lines.push_back(is_plain(text) ? std::string(text) : quoted(text));
  }
  return out;
}

}  // namespace

std::string write_yaml(Json const& value) {
  return write_yaml(value, {});
}

std::string write_yaml(Json const& value, std::vector<std::string> const& comments) {
  std::string out;
  for (auto const& line : comments) out += "# " + line + "\n";
  if (value.is_string()) return out + to_text(value) + "\n";
  return out + print_layout({{}, layout_of(value), {}});
}

}  // namespace skald::dsl
