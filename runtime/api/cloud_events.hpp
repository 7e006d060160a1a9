#pragma once

// CloudEvents 1.0 as HTTP carries them: structured (one JSON object), in a batch (an array), or
// binary (attributes in ce-* headers, data in the body). Pure.

#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "runtime/api/http_message.hpp"

namespace skald::runtime {

// Errors: invalid_argument.
Result<std::vector<Json>> read_events(HttpRequest const& request);

}  // namespace skald::runtime
