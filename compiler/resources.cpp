#include "compiler/resources.hpp"

#include "dsl/yaml/reader.hpp"

namespace skald::compiler {

namespace {

Result<Json> parse(Json text, std::string const& name) {
  if (!text.is_string()) return text;
  if (auto json = parse_json(text.as_string()); json.ok()) return json;
  auto const read = dsl::read_yaml(std::string(text.as_string()), name);
  if (read.document) return dsl::to_json(read.document->root);
  auto const& first = read.diagnostics.front();
  return Error{
      ErrorCode::invalid_argument,
      "it is neither JSON nor YAML: line " + std::to_string(first.span.line) + ": " + first.message,
      ""};
}

bool is_remote(std::string_view uri) {
  return uri.starts_with("http://") || uri.starts_with("https://");
}

// The file that a schema is, where it stands; nullptr when it is none.
dsl::Node const* schema_file(std::string_view key, dsl::Node const& value) {
  if (key != "schema" || value.get("document") != nullptr) return nullptr;
  auto const* resource = value.get("resource");
  auto const* uri = resource != nullptr ? resource_uri(*resource) : nullptr;
  return uri == nullptr || is_remote(uri->text()) ? nullptr : uri;
}

// Replaces schemas in place. True when there was one.
bool write_in(dsl::Node const& node, Json& json, Resources& resources) {
  bool any = false;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    auto item = json.take(i);
    any = write_in(node.items[i], item, resources) || any;
    json.set(i, std::move(item));
  }
  for (auto const& [key, value] : node.entries) {
    auto member = json.take(key.text());
    if (auto const* uri = schema_file(key.text(), value)) {
      auto const& content = resources.document({std::string(uri->text()), {}});
      if (content.ok()) {
        member.erase("resource");
        member.set("document", *content);
        any = true;
      }
    } else {
      any = write_in(value, member, resources) || any;
    }
    json.set(key.text(), std::move(member));
  }
  return any;
}

}  // namespace

Result<Json> const& Resources::document(Resource const& resource) {
  auto const found = known_.find(resource.uri);
  if (found != known_.end()) return found->second;
  auto text = reader_(resource);
  auto document = text.ok() ? parse(std::move(*text), resource.uri) : std::move(text);
  return known_.emplace(resource.uri, std::move(document)).first->second;
}

dsl::Node const* resource_uri(dsl::Node const& resource) {
  auto const* endpoint = resource.get("endpoint");
  if (endpoint != nullptr && endpoint->is_map()) endpoint = endpoint->get("uri");
  return endpoint != nullptr && endpoint->is_string() ? endpoint : nullptr;
}

Json with_schemas(dsl::Document const& document, ResourceReader reader) {
  auto json = dsl::to_json(document.root);
  Resources resources(std::move(reader));
  return write_in(document.root, json, resources) ? json : Json();
}

}  // namespace skald::compiler
