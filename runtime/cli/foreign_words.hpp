#pragma once

// Commands as other programs name them (kubectl, gh, docker, systemctl, workflow engines). They are
// hints and no aliases: a command has one name, in scripts and in documentation.

#include <string_view>

namespace skald::cli {

// What to type instead of an unknown command; empty when it is not known.
std::string_view instead_of_command(std::string_view word);

}  // namespace skald::cli
