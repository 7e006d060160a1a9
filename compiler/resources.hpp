#pragma once

// Documents that a workflow refers to: read once, when it is compiled, and a part of the graph from
// then on. The compiler has no I/O of its own; whoever calls it gives a reader.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "dsl/document.hpp"

namespace skald::compiler {

struct Resource {
  std::string uri;      // as written: a URL, or the path of a file beside the workflow
  Json authentication;  // as an HTTP call takes it, secrets sealed; null: none
};

// A text, or the value of a JSON document. The error `unavailable` means that nothing is wrong with
// the workflow: the document could not be reached from here, now.
using ResourceReader = std::function<Result<Json>(Resource const& resource)>;

// Reads each document once for each authentication.
class Resources {
 public:
  explicit Resources(ResourceReader reader) : reader_(std::move(reader)) {}

  // Without it no document can be read.
  bool can_read() const { return reader_ != nullptr; }
  // The document as a value (JSON or YAML).
  Result<Json> const& document(Resource const& resource);

 private:
  ResourceReader reader_;
  std::map<std::string, Result<Json>> known_;
};

// The URI of a resource {endpoint: URI} or {endpoint: {uri: URI}}; nullptr when it has none.
dsl::Node const* resource_uri(dsl::Node const& resource);

// The files that it names as schemas and as documents of OpenAPI calls, each once: what a server
// needs beside the text.
std::vector<std::string> document_files(dsl::Document const& document);

}  // namespace skald::compiler
