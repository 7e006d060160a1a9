#include "runtime/cli/input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "dsl/yaml/reader.hpp"

namespace skald::cli {
namespace {

constexpr std::size_t kMaxBytes = 64U << 20U;

Error cannot_read(std::string const& path, std::string const& why, ErrorCode code) {
  return {code, "'" + path + "' can not be read: " + why, "check the path and its permissions"};
}

bool is_yaml_name(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

}  // namespace

Result<std::string> read_file(std::string const& path) {
  if (path == "-") {
    return std::string{std::istreambuf_iterator<char>(std::cin), {}};
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return cannot_read(path, "it is a directory", ErrorCode::invalid_argument);
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    auto const code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
    return cannot_read(path, std::strerror(errno), code);
  }
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.size() > kMaxBytes) {
    return cannot_read(path, "it is larger than 64 MiB", ErrorCode::too_large);
  }
  return text;
}

Result<Json> yaml_to_json(std::string text, std::string const& name) {
  auto read = dsl::read_yaml(std::move(text), name);
  if (!read.document) {
    return Error{ErrorCode::invalid_argument, "'" + name + "' is not good YAML",
                 dsl::render(read.diagnostics)};
  }
  return dsl::to_json(read.document->root);
}

namespace {

// Where the first JSON value of the text ends: before white space, or where its last bracket or
// quote closes. All of the text when nothing closes: the parser says what is wrong.
std::size_t end_of_value(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
      if (!quoted && depth == 0) return i + 1;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (depth <= 1) return i + 1;
      --depth;
    } else if (depth == 0 && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

Result<Json> read_json_values(std::string const& text, std::string_view what) {
  auto content = text.starts_with('@') ? read_file(text.substr(1)) : Result<std::string>(text);
  if (!content) return std::move(content).error();
  Json values = Json::array();
  std::string_view rest = *content;
  for (;;) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \n\t\r"), rest.size()));
    if (rest.empty()) return values;
    auto const end = end_of_value(rest);
    auto value = parse_json(rest.substr(0, end));
    if (!value) {
      return Error{ErrorCode::invalid_argument,
                   std::string(what) + ": value " + std::to_string(values.size() + 1) +
                       " is not JSON: " + value.error().message,
                   "give JSON values, one behind the other, or @FILE, or @- for stdin"};
    }
    values.push_back(std::move(*value));
    rest.remove_prefix(end);
  }
}

Result<Json> read_json_argument(std::string const& text, std::string_view what) {
  if (!text.starts_with('@')) {
    auto value = parse_json(text);
    if (value) return value;
    std::error_code error;
    bool const file = std::filesystem::is_regular_file(text, error);
    return Error{ErrorCode::invalid_argument,
                 std::string(what) + " is not JSON: " + value.error().message,
                 file ? "to read the file write " + std::string(what) + " @" + text
                      : "give JSON, e.g. '{\"city\": \"Rome\"}', or @FILE, or @- for stdin"};
  }
  auto const path = text.substr(1);
  auto content = read_file(path);
  if (!content) return std::move(content).error();
  if (is_yaml_name(path)) return yaml_to_json(std::move(*content), path);
  auto value = parse_json(*content);
  if (value) return value;
  return Error{ErrorCode::invalid_argument, "'" + path + "' is not JSON: " + value.error().message,
               value.error().hint};
}

}  // namespace skald::cli
