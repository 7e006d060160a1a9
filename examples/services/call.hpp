#pragma once

// One call as the service sees it, and its answer, free of any HTTP library.

#include <string>

#include "saga/participant/barrier.hpp"

namespace booking {

struct Call {
  std::string method;  // "PUT"
  std::string path;    // "/tickets/trip-42"
  std::string body;
  skald::participant::Keys keys;
  std::string direction;  // "forward" or "undo"
  std::string run;        // Skald-Run
  std::string step;       // Skald-Step
  int attempt = 0;        // Skald-Attempt; 0 when the caller sent none
};

struct Answer {
  int status = 200;
  std::string body;
  std::string verdict;  // what the barrier said; empty for anything else
  bool drop = false;    // close the connection without a byte
};

}  // namespace booking
