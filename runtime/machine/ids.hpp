#pragma once

// Ids inside one run. They are given in the order of the facts, so "newest start first" is simply
// the descending order of activation ids.

#include "base/ids.hpp"

namespace skald::runtime {

// One entry into a task: a `for` item, a jump back, a retry of a `try` each make a new one.
using ActivationId = base::StrongInt<struct ActivationTag>;
// One pass through a task list: the root, a do's body, a branch, an item, an undo block.
using ScopeId = base::StrongInt<struct ScopeTag>;
// One unwinding: a set of scopes that stops, settles, and is undone by one plan.
using UnwindingId = base::StrongInt<struct UnwindingTag>;

}  // namespace skald::runtime
