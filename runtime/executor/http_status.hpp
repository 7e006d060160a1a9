#pragma once

// The names of HTTP statuses (RFC 9110), for messages and problem documents.

namespace skald::runtime {

// "Not Found"; for a status without a name that of its class ("Client Error"). Never null.
char const* status_name(int status) noexcept;

}  // namespace skald::runtime
