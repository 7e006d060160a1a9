#pragma once

// The members of the variables whose shape is fixed: $workflow, $task, $runtime, the error of a
// catch. What is read beside them is null for ever, so reading it is a mistake.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skald::compiler {

using MemberNames = std::span<std::string_view const>;

// Of a standard variable, or of what stands behind it: {"workflow"}, {"workflow", "startedAt"}.
// Empty when any member may be there.
MemberNames members_of(std::vector<std::string_view> const& path);

// Of the error that a catch or a retry sees.
MemberNames members_of_error();

// The member that says what `name` says in other languages: "detail" for "message". Empty when none
// is known.
std::string_view same_member(MemberNames members, std::string_view name);

}  // namespace skald::compiler
