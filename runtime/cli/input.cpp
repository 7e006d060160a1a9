#include "runtime/cli/input.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "dsl/yaml/reader.hpp"

namespace skald::cli {
namespace {

constexpr std::size_t kMaxBytes = 64U << 20U;

Error cannot_read(std::string const& path, std::string const& why, ErrorCode code,
                  std::string hint = "check the path and its permissions") {
  return {code, "'" + path + "' can not be read: " + why, std::move(hint)};
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
    return cannot_read(path, "it is a directory", ErrorCode::invalid_argument, "name a file in it");
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
  dsl::YamlLimits limits;  // data may be larger than a workflow
  limits.max_nodes = 100'000;
  auto read = dsl::read_yaml(std::move(text), name, limits);
  if (!read.document) {
    return Error{ErrorCode::invalid_argument, "'" + name + "' is not good YAML",
                 dsl::render(read.diagnostics)};
  }
  return dsl::to_json(read.document->root);
}

namespace {

// What to do about an argument that is not JSON.
std::string argument_hint(std::string const& text, std::string_view what) {
  std::error_code error;
  bool const file = std::filesystem::is_regular_file(text, error);
  return file ? "to read the file write " + std::string(what) + " @" + text
              : "give JSON, e.g. '{\"city\": \"Rome\"}', or @FILE, or @- for stdin";
}

}  // namespace

Result<JsonValues> read_json_values(std::string const& text, std::string_view what) {
  if (text == "@-") return JsonValues::of_stdin();
  bool const file = text.starts_with('@');
  if (!file && text.find_first_not_of(" \n\t\r") == std::string::npos) {
    return Error{ErrorCode::invalid_argument, std::string(what) + " is not JSON: it is empty",
                 argument_hint(text, what)};
  }
  if (!file) return JsonValues(text, std::string(what), argument_hint(text, what));
  auto const path = text.substr(1);
  auto content = read_file(path);
  if (!content) return std::move(content).error();
  if (!is_yaml_name(path)) return JsonValues(std::move(*content), "'" + path + "'", "");
  auto value = yaml_to_json(std::move(*content), path);
  if (!value) return std::move(value).error();
  return JsonValues(to_text(*value), "'" + path + "'", "");
}

Result<Json> read_json_argument(std::string const& text, std::string_view what) {
  if (!text.starts_with('@')) {
    auto value = parse_json(text);
    if (value) return value;
    return Error{ErrorCode::invalid_argument,
                 std::string(what) + " is not JSON: " + value.error().message,
                 argument_hint(text, what)};
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
