#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace skald::base {

void assertion_failed(char const* condition, char const* file, int line,
                      char const* message) noexcept {
  std::fprintf(stderr, "%s:%d: assertion failed: %s (%s)\n", file, line, message, condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace skald::base
