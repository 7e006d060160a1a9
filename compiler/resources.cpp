#include "compiler/resources.hpp"

#include <algorithm>

#include "compiler/check.hpp"
#include "dsl/yaml/reader.hpp"

namespace skald::compiler {

namespace {

bool is_remote(std::string_view uri) {
  return uri.starts_with("http://") || uri.starts_with("https://");
}

// Of what another server gave no word is repeated: it may be none of the author's business.
Result<Json> parse(Json text, std::string const& name) {
  if (!text.is_string()) return text;
  if (auto json = parse_json(text.as_string()); json.ok()) return json;
  dsl::YamlLimits limits;  // a document of many schemas is larger than a workflow
  limits.max_nodes = 100'000;
  auto const read = dsl::read_yaml(std::string(text.as_string()), name, limits);
  if (read.document) return dsl::to_json(read.document->root);
  auto const& first = read.diagnostics.front();
  return Error{ErrorCode::invalid_argument,
               "it is neither JSON nor YAML: line " + std::to_string(first.span.line) +
                   (is_remote(name) ? "" : ": " + first.message),
               ""};
}

// The document that a schema or an operation of an OpenAPI call stands in; nullptr for another key.
dsl::Node const* document_of(dsl::Node const& map, std::string_view key, dsl::Node const& value) {
  if (key == "schema" && value.get("document") == nullptr) return value.get("resource");
  return key == "document" && map.find("operationId") != nullptr ? &value : nullptr;
}

void collect_files(dsl::Node const& node, std::vector<std::string>& files) {
  for (auto const& item : node.items) collect_files(item, files);
  for (auto const& [key, value] : node.entries) {
    auto const* resource = document_of(node, key.text(), value);
    auto const* uri = resource != nullptr ? resource_uri(*resource) : nullptr;
    if (uri == nullptr) {
      collect_files(value, files);
    } else if (!is_remote(uri->text()) && !is_expression(uri->text())) {
      files.emplace_back(uri->text());
    }
  }
}

}  // namespace

Result<Json> const& Resources::document(Resource const& resource) {
  // What one authentication may read is not read with another, or with none.
  auto key = resource.uri + "\n" + to_text(resource.authentication);
  auto const found = known_.find(key);
  if (found != known_.end()) return found->second;
  auto text = reader_(resource);
  auto document = text.ok() ? parse(std::move(*text), resource.uri) : std::move(text);
  return known_.emplace(std::move(key), std::move(document)).first->second;
}

dsl::Node const* resource_uri(dsl::Node const& resource) {
  auto const* endpoint = resource.get("endpoint");
  if (endpoint != nullptr && endpoint->is_map()) endpoint = endpoint->get("uri");
  return endpoint != nullptr && endpoint->is_string() ? endpoint : nullptr;
}

std::vector<std::string> document_files(dsl::Document const& document) {
  std::vector<std::string> files;
  collect_files(document.root, files);
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace skald::compiler
