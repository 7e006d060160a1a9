#pragma once

// The answer that a stub stands for, as the executor would have given it.

#include <string>

#include "runtime/rehearsal/stubs.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

// `with` are the call's evaluated arguments. A call of HTTP is built as the real one is, so that a
// faulty endpoint or body is found here too; secrets in them stay sealed.
saga::Answer stub_answer(std::string const& function, Json const& with, StubAnswer const& stub,
                         Time now);

}  // namespace skald::runtime
