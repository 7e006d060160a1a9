#pragma once

// Where in a schema stands what makes it none.

#include <string_view>

#include "dsl/document.hpp"

namespace skald::compiler {

// The innermost part of `schema` that is refused with the message which the whole is refused with;
// a reference that can not be followed alone keeps it at the part around.
dsl::Node const& schema_fault(dsl::Node const& schema, std::string_view message);

}  // namespace skald::compiler
