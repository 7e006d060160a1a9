#pragma once

// The one way to write a workflow as YAML text: two blanks a level, lists indented below their
// key, single quotes, short collections on one line. Comments, the order of keys, the author's
// line breaks and single blank lines stay.

#include <string>

#include "base/result.hpp"

namespace skald::dsl {

// The text in that form. Formatting twice gives what formatting once gives, and the data is the
// same: both are checked before the result is given. Errors: the text is no valid YAML (read_yaml
// says why), or has a form that can not be kept.
Result<std::string> format_yaml(std::string const& text);

}  // namespace skald::dsl
