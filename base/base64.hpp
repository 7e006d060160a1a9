#pragma once

// Base64 (RFC 4648, with padding), for raw HTTP content and basic authentication.

#include <string>
#include <string_view>

namespace skald {

std::string to_base64(std::string_view bytes);

}  // namespace skald
