#pragma once

// All of skald for a program that embeds it: the engine, and workflows in C++.
//
//   #include <skald/skald.hpp>

#include <skald/builder.hpp>  // IWYU pragma: export

#include "runtime/engine/engine.hpp"  // IWYU pragma: export
