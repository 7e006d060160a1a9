#pragma once

// What is in a log, for `skald doctor` and for people: every frame with its place, and how the
// log ends. It changes nothing and takes no lock, so it can be used on a directory that refuses
// to open; beside a running writer it may see the last write half done.
//
// Thread-safety: plain functions.

#include <functional>
#include <string>
#include <string_view>

#include "runtime/journal/log_scan.hpp"

namespace skald::runtime {

// Visits each readable frame from the head to the end or the first damage, which is in the answer
// (LogEnd::damage, LogEnd::torn). Entries of a frame: visit_body() in frame_builder.hpp.
Result<LogEnd> inspect_log(std::string const& dir, LogFrameVisitor const& visit,
                           Disk& disk = real_disk());

// The same as text: a line for each frame and a verdict. `dir` is one partition's journal_dir.
Result<std::string> dump_log(std::string const& dir, Disk& disk = real_disk());

// Which log it is and how far it goes, found in its last segment: quick, and without verifying the
// chain. For what has to be decided before recover(), such as whether an index is ahead of it.
struct LogSummary {
  std::string identity;  // 32 hexadecimal digits, drawn when the log was made
  Lsn last{0};           // what recover() will find if it does not refuse
};
Result<LogSummary> summarize_log(std::string const& dir, Disk& disk = real_disk());

// One line: how the log ends.
std::string describe_end(LogEnd const& end);

}  // namespace skald::runtime
