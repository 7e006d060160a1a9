#include "dsl/yaml/reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

#include "dsl/yaml/flow_bounds.hpp"
#include "dsl/yaml/syntax_error.hpp"
#include "dsl/yaml/text_map.hpp"
#include "dsl/yaml/tree_builder.hpp"

namespace skald::dsl {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Offset of the first byte that is not well-formed UTF-8.
std::optional<std::size_t> first_bad_byte(std::string_view text) {
  if (is_valid_utf8(text)) return std::nullopt;
  std::size_t at = 0;
  while (at < text.size()) {
    auto const first = static_cast<unsigned char>(text[at]);
    std::size_t const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (!is_valid_utf8(text.substr(at, size))) return at;
    at += size;
  }
  return std::nullopt;
}

bool check_encoding(yaml::TextMap& text, std::vector<Diagnostic>& diagnostics) {
  auto const bad = first_bad_byte(text.text());
  if (!bad) return true;
  auto const byte = static_cast<unsigned>(static_cast<unsigned char>(text.at(*bad)));
  bool const wide = *bad == 0 && (byte == 0xff || byte == 0xfe);
  diagnostics.push_back(
      Diagnostic{Code::yaml_bad_utf8,
                 fmt::format("the byte 0x{:02x} at offset {} is not UTF-8", byte, *bad),
                 text.span(*bad, *bad + 1),
                 wide ? "the text seems to be UTF-16: save it as UTF-8" : "save the text as UTF-8",
                 {}});
  return false;
}

bool check_characters(yaml::TextMap& text, std::vector<Diagnostic>& diagnostics, std::size_t most) {
  std::size_t const before = diagnostics.size();
  for (std::size_t at = 0; at < text.size() && diagnostics.size() < most; ++at) {
    auto const c = static_cast<unsigned char>(text.at(at));
    if (c >= 0x20 || c == '\t' || c == '\n' || (c == '\r' && text.at(at + 1) == '\n')) continue;
    bool const carriage = c == '\r';
    diagnostics.push_back(Diagnostic{
        Code::yaml_bad_character,
        carriage ? std::string("a carriage return without a line feed")
                 : fmt::format("the control character U+{:04X} can not stand in YAML", unsigned{c}),
        text.span(at, at + 1),
        carriage ? "save the text with the line ends of Unix or Windows"
                 : "in a double-quoted string write it as an escape",
        {}});
  }
  return diagnostics.size() == before;
}

bool check_brackets(yaml::TextMap& text, std::vector<Diagnostic>& diagnostics) {
  yaml::FlowBounds const bounds;
  auto const excess = yaml::flow_excess(text.text(), bounds);
  if (!excess) return true;
  auto const message =
      excess->depth ? fmt::format("this line opens more than {} brackets without closing them",
                                  bounds.open_on_a_line)
                    : fmt::format("these brackets hold more than {} entries", bounds.entries);
  diagnostics.push_back(Diagnostic{Code::yaml_over_limit,
                                   message,
                                   text.span(excess->offset, excess->offset + 1),
                                   excess->depth ? "" : "write a list of that size with dashes",
                                   {}});
  return false;
}

void parse(yaml::TextMap& text, std::string const& input, yaml::TreeBuilder& builder,
           std::vector<Diagnostic>& diagnostics) {
  auto const add = [&](std::string_view message, std::size_t offset) {
    Diagnostic found =
        yaml::explain(text, yaml::SyntaxError{message, offset, builder.last_scalar(),
                                              builder.last_list(), builder.open_flow()});
    // The tree builder may have said the same already, with more knowledge.
    bool const known =
        std::any_of(diagnostics.begin(), diagnostics.end(), [&](Diagnostic const& other) {
          return other.code == found.code && other.span.line == found.span.line;
        });
    if (!known) diagnostics.push_back(std::move(found));
  };
  try {
    std::istringstream in(input);
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (yaml::Stop const&) {  // NOLINT(bugprone-empty-catch): the diagnostic is there
  } catch (YAML::Exception const& error) {
    add(error.msg, error.mark.pos > 0 ? static_cast<std::size_t>(error.mark.pos) : 0);
  } catch (std::exception const& error) {
    add(error.what(), 0);
  }
}

void sort_by_place(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(
      diagnostics.begin(), diagnostics.end(), [](Diagnostic const& a, Diagnostic const& b) {
        return std::pair(a.span.line, a.span.column) < std::pair(b.span.line, b.span.column);
      });
}

}  // namespace

YamlResult read_yaml(std::string text, std::string source_name, YamlLimits limits) {
  YamlResult result;
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  std::size_t const bytes = text.size();
  if (bytes > limits.max_bytes) text.clear();
  auto const source =
      std::make_shared<Source const>(Source{std::move(source_name), std::move(text)});
  result.sources.push_back(source);
  if (bytes > limits.max_bytes) {
    result.diagnostics.push_back(Diagnostic{
        Code::yaml_over_limit,
        fmt::format("the text has {} bytes, at most {} are read", bytes, limits.max_bytes),
        Span{source.get(), 0, 0, 0},
        "split it; a workflow may be larger with --max-tasks (EngineOptions::max_tasks)",
        {}});
    return result;
  }
  yaml::TextMap map(*source);
  if (!check_encoding(map, result.diagnostics)) return result;
  if (!check_characters(map, result.diagnostics, limits.max_diagnostics)) return result;
  if (!check_brackets(map, result.diagnostics)) return result;
  yaml::Surrogates const surrogates(source->text);
  yaml::TreeBuilder builder(map, surrogates, limits, result.diagnostics);
  parse(map, surrogates.text(), builder, result.diagnostics);
  sort_by_place(result.diagnostics);
  if (result.diagnostics.size() > limits.max_diagnostics) {
    result.diagnostics.resize(limits.max_diagnostics);
  }
  if (has_errors(result.diagnostics)) return result;
  Node root = builder.take_root();
  if (root.span.source == nullptr) root.span = map.span(0, 0);
  result.document = Document{std::move(root), result.sources};
  return result;
}

}  // namespace skald::dsl
