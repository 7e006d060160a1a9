#pragma once

// The bytes of HTTP/1.1 responses. Pure, but for the Date header.

#include <string>
#include <string_view>

#include "runtime/api/http_message.hpp"

namespace skald::runtime {

// A whole response. Of a HEAD request (`head`) only the header, with the body's length.
std::string to_wire(HttpResponse const& response, bool head, bool keep_alive);

// The header of a streamed response; the body follows in chunks, or plain up to the connection's
// end.
std::string stream_head(HttpResponse const& response, bool chunked);
std::string chunk(std::string_view piece);

}  // namespace skald::runtime
