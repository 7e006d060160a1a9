// The name and version of a workflow, and the language it is written in.

#include <algorithm>

#include "compiler/lower.hpp"

namespace skald::compiler {

namespace {

using dsl::Code;
using dsl::Node;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A DNS label: letters, digits and inner dashes, 63 characters at most.
bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 18 && (text == "0" || text[0] != '0') &&
         std::all_of(text.begin(), text.end(), is_digit);
}

// Dot-separated words of letters, digits and dashes.
bool are_words(std::string_view text) {
  while (true) {
    auto const dot = text.find('.');
    auto const word = text.substr(0, dot);
    if (word.empty() ||
        !std::all_of(word.begin(), word.end(), [](char c) { return is_alnum(c) || c == '-'; })) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// Semantic Versioning 2.0: 1.2.3, 1.2.3-beta.1, 1.2.3+build.
bool is_version(std::string_view text) {
  auto const build = text.find('+');
  if (build != std::string_view::npos && !are_words(text.substr(build + 1))) return false;
  text = text.substr(0, build);
  auto const pre = text.find('-');
  if (pre != std::string_view::npos && !are_words(text.substr(pre + 1))) return false;
  text = text.substr(0, pre);
  auto const first = text.find('.');
  if (first == std::string_view::npos) return false;
  auto const second = text.find('.', first + 1);
  return second != std::string_view::npos && is_number(text.substr(0, first)) &&
         is_number(text.substr(first + 1, second - first - 1)) &&
         is_number(text.substr(second + 1));
}

void check_name(Node const& map, std::string_view key, Report& report) {
  Node const* node = map.get(key);
  if (node == nullptr || !node->is_string() || is_label(node->text())) return;
  report.add(Code::bad_name, node->span,
             "'" + std::string(node->text()) + "' can not be a " + std::string(key),
             "use letters, digits and '-' inside, 63 characters at most");
}

void check_version(Node const& map, Report& report) {
  Node const* node = map.get("version");
  if (node == nullptr || !node->is_string() || is_version(node->text())) return;
  report.add(Code::bad_name, node->span,
             "'" + std::string(node->text()) + "' is no semantic version",
             "write three numbers: '1.0.0'");
}

}  // namespace

void check_identity(dsl::Document const& document, Report& report) {
  if (Node const* header = document.root.get("document")) {
    check_name(*header, "namespace", report);
    check_name(*header, "name", report);
    check_version(*header, report);
    Node const* dsl = header->get("dsl");
    if (dsl != nullptr && dsl->is_string() && !dsl->text().starts_with("1.0.")) {
      report.add(Code::unknown_dsl, dsl->span,
                 "version '" + std::string(dsl->text()) + "' of the language is not supported",
                 "skald reads 1.0.x, up to 1.0.3");
    }
  }
}

}  // namespace skald::compiler
