#pragma once

// The workflow's errors: RFC 7807 objects {type, status, title, detail, instance} with the types
// of the specification. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/json_schema.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

// `name` is the last path segment of the type: "communication", "timeout", "expression", ...
Json make_error(std::string_view name, int status, std::string_view title, std::string detail,
                std::string_view instance);

// The error that an unsuccessful answer means for its task; `instance` is the task's path.
Json answer_error(saga::Answer const& answer, std::string_view instance);

// The error of a deadline that has passed.
Json timeout_error(std::string detail, std::string_view instance);

// The validation error of a value that does not fit its schema; null when it fits, or when there
// is no schema. `what` is "input", "output" or "export".
Json schema_error(std::optional<JsonSchema> const& schema, Json const& value, std::string_view what,
                  std::string_view instance);

// True when two error types are the same: equal, or standard ones (of either host) whose last
// path segments are equal.
// What went wrong, in words.
std::string detail_of(Json const& error);

bool same_error_type(std::string_view a, std::string_view b);

}  // namespace skald::runtime
