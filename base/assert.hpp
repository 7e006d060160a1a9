#pragma once

// SKALD_ASSERT checks what only a programmer's mistake can break. It is on in every build and
// aborts: a broken invariant must never reach the journal. Never use it for bad input or a
// failing environment; those are Diagnostics and Results.

namespace skald::base {

[[noreturn]] void assertion_failed(char const* condition, char const* file, int line,
                                   char const* message) noexcept;

}  // namespace skald::base

#define SKALD_ASSERT(condition, message) \
  ((condition) ? static_cast<void>(0)    \
               : ::skald::base::assertion_failed(#condition, __FILE__, __LINE__, message))
