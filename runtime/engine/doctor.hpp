#pragma once

// Examines a data directory without opening it: what its logs hold, how each of them ends, and
// which runs a damage concerns. It changes nothing and takes no lock, so it works on a directory
// that refuses to open; beside a running engine it may see the last write half done.
//
// Thread-safety: plain functions.

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace skald::runtime {

// {directory, whole, partitions: [{partition, journal, state, verdict, hint, frames, lastLsn,
// epoch, runs, liveRuns, owedEvents, damage, concerned}]}. `state` is "whole", "torn" (an
// unfinished write, which the next opening cuts off) or "damaged"; `verdict` says it in words;
// `damage` is {file, offset, frame, firstLsn, nextLsn, reason}. `owedEvents` counts the events that
// each event sink has not got, by its name. `concerned` lists the runs that had not ended where the
// reading ended: what has become of them since can not be read.
//
// Errors: not_found when there is no data directory; failed_precondition for a newer format; io.
Result<Json> examine(std::string const& data_dir);

}  // namespace skald::runtime
