#pragma once

// Headers of an HTTP message, in their order. Names are compared without case.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skald::runtime {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The value of the first header with that name, or nullptr.
std::string const* find_header(HttpHeaders const& headers, std::string_view name);
// Replaces all headers of that name.
void set_header(HttpHeaders& headers, std::string_view name, std::string value);
void erase_header(HttpHeaders& headers, std::string_view name);

}  // namespace skald::runtime
