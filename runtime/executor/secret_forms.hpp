#pragma once

// The ways in which a participant may write a text that it was given. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace skald::runtime {

// The text itself first. In base64 also the part that is the same wherever the text stands in what
// was encoded. No form twice.
std::vector<std::string> secret_forms(std::string_view secret);

// Every run of blanks and control characters as one blank, none at the ends.
std::string fold_blanks(std::string_view text);

}  // namespace skald::runtime
