#pragma once

// Where the engine tells an operator what no caller asked for: the spdlog logger named "skald". It
// writes to stderr, for stdout belongs to the program; a program that wants it elsewhere registers
// a logger of that name before it opens an engine.
//
// Thread-safety: any thread. The logger lives as long as the process.

#include <spdlog/logger.h>

namespace skald::runtime {

spdlog::logger& log();

}  // namespace skald::runtime
