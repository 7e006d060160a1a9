#pragma once

// What commands read: files, stdin, and JSON given as text, @FILE or @- (stdin).

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "runtime/cli/json_values.hpp"

namespace skald::cli {

// The file's bytes; "-" is stdin. Errors: not_found, io, too_large (over 64 MiB).
Result<std::string> read_file(std::string const& path);

// `text` is JSON, @FILE, or @- for stdin; a FILE ending in .yaml or .yml is read as YAML. `what`
// names the option in errors: "--input".
Result<Json> read_json_argument(std::string const& text, std::string_view what);

// The same for any number of JSON values, one behind the other.
Result<JsonValues> read_json_values(std::string const& text, std::string_view what);

// YAML text as JSON; the first diagnostic is the error.
Result<Json> yaml_to_json(std::string text, std::string const& name);

}  // namespace skald::cli
