#pragma once

// The time zones that this machine knows, by name: its tz database.

#include <optional>
#include <string>
#include <string_view>

namespace skald::compiler {

// The rule (base/time_zone.hpp) of "Europe/Berlin"; no value when there is no such zone here.
std::optional<std::string> zone_rule(std::string_view name);

}  // namespace skald::compiler
