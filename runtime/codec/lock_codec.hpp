#pragma once

// The facts of locks as protobuf. Internal to runtime/codec.

#include "base/result.hpp"
#include "runtime/machine/locks.hpp"

namespace skald::journal {
class LockFact;
}  // namespace skald::journal

namespace skald::runtime {

void put_lock_fact(journal::LockFact& out, LockFact const& fact);
// Errors: as decode() in record_codec.hpp.
Result<LockFact> read_lock_fact(journal::LockFact const& in);

}  // namespace skald::runtime
