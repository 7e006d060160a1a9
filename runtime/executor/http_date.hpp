#pragma once

// HTTP dates and the Retry-After header (RFC 9110, 5.6.7 and 10.2.3).

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace skald::runtime {

// "Sun, 06 Nov 1994 08:49:37 GMT"; the two obsolete forms are not read.
std::optional<Time> parse_http_date(std::string_view text);

std::string to_http_date(Time time);

// Seconds or a date; a date in the past is zero. Nothing when the text is neither.
std::optional<Duration> parse_retry_after(std::string_view text, Time now);

}  // namespace skald::runtime
