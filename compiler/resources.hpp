#pragma once

// Documents beside the workflow: schemas that it names instead of holding them. Their content
// becomes a part of the graph when the workflow is compiled; a run never reads a file.

#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "dsl/document.hpp"

namespace skald::compiler {

// The text of a resource, by the path that the workflow gives.
using ReadResource = std::function<Result<std::string>(std::string const& path)>;

// Reads files; relative paths begin at the directory of `workflow_file`.
ReadResource files_beside(std::string const& workflow_file);

// The URI of a resource {endpoint: URI} or {endpoint: {uri: URI}}; nullptr when it has none.
dsl::Node const* resource_uri(dsl::Node const& resource);

// The value of a resource, YAML or JSON. Errors: not_found, too_large, invalid_argument (with a
// hint), failed_precondition for one that lies in the network.
Result<Json> read_resource(std::string const& uri, ReadResource const& read);

// The document with every schema that is a resource written in its place; what can not be read
// stays. For a server, which does not see the files of its clients. Null when there was none.
Json with_resources(dsl::Document const& document, ReadResource const& read);

}  // namespace skald::compiler
