#pragma once

// The facts of schedules as protobuf. Internal to runtime/codec.

#include <cstdint>

#include "base/result.hpp"
#include "runtime/machine/schedule.hpp"

namespace skald::journal {
class ScheduleFact;
}  // namespace skald::journal

namespace skald::runtime {

void put_schedule_fact(journal::ScheduleFact& out, ScheduleFact const& fact);
// Errors: as decode() in record_codec.hpp.
Result<ScheduleFact> read_schedule_fact(journal::ScheduleFact const& in);

}  // namespace skald::runtime
