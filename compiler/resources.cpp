#include "compiler/resources.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "dsl/yaml/reader.hpp"

namespace skald::compiler {

namespace {

constexpr std::uintmax_t kLargest = 4U << 20U;

bool is_remote(std::string_view uri) {
  return uri.starts_with("http://") || uri.starts_with("https://");
}

// Replaces schemas in place. True when there was one.
bool write_in(dsl::Node const& node, Json& json, ReadResource const& read) {
  bool any = false;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    auto item = json.take(i);
    any = write_in(node.items[i], item, read) || any;
    json.set(i, std::move(item));
  }
  for (auto const& [key, value] : node.entries) {
    auto member = json.take(key.text());
    auto const* resource = key.text() == "schema" ? value.get("resource") : nullptr;
    auto const* uri = resource != nullptr ? resource_uri(*resource) : nullptr;
    if (uri != nullptr && value.get("document") == nullptr) {
      if (auto content = read_resource(std::string(uri->text()), read); content.ok()) {
        member.erase("resource");
        member.set("document", std::move(*content));
        any = true;
      }
    } else {
      any = write_in(value, member, read) || any;
    }
    json.set(key.text(), std::move(member));
  }
  return any;
}

}  // namespace

ReadResource files_beside(std::string const& workflow_file) {
  return [folder = std::filesystem::path(workflow_file).parent_path()](
             std::string const& path) -> Result<std::string> {
    auto const full = folder / path;
    std::error_code failure;
    auto const size = std::filesystem::file_size(full, failure);
    if (failure) {
      return Error{ErrorCode::not_found,
                   "'" + full.string() + "' can not be read: " + failure.message(),
                   "paths begin at the directory of the workflow file"};
    }
    if (size > kLargest) {
      return Error{ErrorCode::too_large, "'" + full.string() + "' is larger than 4 MiB", ""};
    }
    std::ifstream file(full, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
}

dsl::Node const* resource_uri(dsl::Node const& resource) {
  auto const* endpoint = resource.get("endpoint");
  if (endpoint != nullptr && endpoint->is_map()) endpoint = endpoint->get("uri");
  return endpoint != nullptr && endpoint->is_string() ? endpoint : nullptr;
}

Result<Json> read_resource(std::string const& uri, ReadResource const& read) {
  if (is_remote(uri)) {
    return Error{ErrorCode::failed_precondition, "a schema is not fetched from the network",
                 "save it beside the workflow, and name the file"};
  }
  if (!read) {
    return Error{ErrorCode::failed_precondition, "the file '" + uri + "' can not be read from here",
                 "`skald deploy FILE` sends a workflow together with its schemas"};
  }
  auto text = read(uri.starts_with("file://") ? uri.substr(7) : uri);
  if (!text.ok()) return std::move(text).error();
  auto parsed = dsl::read_yaml(*text, uri);
  if (!parsed.document) {
    return Error{ErrorCode::invalid_argument, dsl::render(parsed.diagnostics), ""};
  }
  return dsl::to_json(parsed.document->root);
}

Json with_resources(dsl::Document const& document, ReadResource const& read) {
  auto json = dsl::to_json(document.root);
  return write_in(document.root, json, read) ? json : Json();
}

}  // namespace skald::compiler
