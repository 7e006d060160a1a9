#pragma once

// An operator's verb on all runs that a filter fits: counted and shown first, then done one after
// the other, with what was refused at the end.

#include <string>

#include "runtime/cli/console.hpp"
#include "runtime/client/client.hpp"

namespace skald::cli {

struct BulkOptions {
  std::string where;  // "workflow=travel/booking,status=running"
  bool yes = false;   // do not ask
};

// Errors: invalid_argument.
Result<RunFilter> parse_where(std::string_view where);

// Ends with not_allowed when a run refused.
Exit operate_many(Console& console, Client& client, Operation const& operation,
                  BulkOptions const& options, bool dry_run);

}  // namespace skald::cli
