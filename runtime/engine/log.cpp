#include "runtime/engine/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace skald::runtime {
namespace {

std::shared_ptr<spdlog::logger> make() {
  auto logger = spdlog::get("skald");
  return logger != nullptr ? logger : spdlog::stderr_logger_mt("skald");
}

}  // namespace

spdlog::logger& log() {
  // Not destroyed: threads of an engine that a program leaves open may still have something to say.
  static auto const& logger = *new std::shared_ptr<spdlog::logger>(make());
  return *logger;
}

}  // namespace skald::runtime
