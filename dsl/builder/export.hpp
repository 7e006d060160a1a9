#pragma once

// A workflow that was built in C++ as the YAML file it could have been.
//
//   std::ofstream("booking.yaml") << skald::to_yaml(holiday_booking());

#include <string>

#include "dsl/builder/workflow.hpp"

namespace skald {

// Compiles to the same digest. The functions of its steps stay in the program; a comment at the
// top names them, and `engine.add` or a StepServer offers them under these names.
std::string to_yaml(Workflow const& workflow);

}  // namespace skald
