#include "dsl/format/format.hpp"

#include "dsl/format/layout.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald::dsl {

namespace {

// Line ends of Unix, no byte order mark.
std::string normalised(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::string out;
  out.reserve(text.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  }
  if (!out.ends_with('\n')) out += '\n';
  return out;
}

Error not_kept(std::string what) {
  return {ErrorCode::failed_precondition, "the text can not be formatted: " + std::move(what),
          "write that place in a simpler form; nothing has been changed"};
}

}  // namespace

Result<std::string> format_yaml(std::string const& text) {
  std::string const source = normalised(text);
  auto const before = read_yaml(source, "text");
  if (!before.document) return Error{ErrorCode::invalid_argument, "the text is not valid YAML", ""};
  auto layout = read_layout(source);
  if (!layout) return std::move(layout).error();
  std::string printed = print_layout(*layout);
  auto const after = read_yaml(printed, "text");
  if (!after.document || to_json(after.document->root) != to_json(before.document->root)) {
    return not_kept("a value would change");
  }
  auto const again = read_layout(printed);
  if (!again || again->comments != layout->comments) return not_kept("a comment would be lost");
  if (print_layout(*again) != printed) return not_kept("it has no settled form");
  return printed;
}

}  // namespace skald::dsl
