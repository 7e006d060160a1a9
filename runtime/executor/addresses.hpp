#pragma once

// Which addresses belong to the internet: a server that fetches what a stranger names must not be
// led into its own network.

#include <string>

namespace skald::runtime {

// Of a numeric address. False for loopback, private, link-local (where clouds keep their metadata),
// shared, multicast and reserved ones, for IPv6 forms of these, and for what is no address.
bool is_public(std::string const& address);

}  // namespace skald::runtime
