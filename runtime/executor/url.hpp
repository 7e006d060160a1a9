#pragma once

// Absolute http and https URLs (RFC 3986), as far as a client needs them. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace skald::runtime {

struct Url {
  std::string scheme;        // "http" or "https"
  std::string host;          // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;    // never 0 after parsing
  std::string target = "/";  // path and query, percent-encoded; begins with '/'

  bool operator==(Url const&) const = default;
  bool secure() const { return scheme == "https"; }
  // What stands in the Host header: the port only when it is not the scheme's own.
  std::string authority() const;
  // "https://host:443": one server; two URLs of one origin may share a connection.
  std::string origin() const;
  std::string text() const { return scheme + "://" + authority() + target; }
};

// Parses an absolute URL. Characters that a URL may not contain (blanks, control characters,
// non-ASCII bytes) are percent-encoded, so that nothing in it can break out of a request line; the
// fragment is dropped. Errors: invalid_argument for another scheme, credentials in the URL, a
// missing or non-ASCII host, a bad port. They name the URL as `shown`, if that is given: it may
// hold a secret.
Result<Url> parse_url(std::string_view text, std::string_view shown = {});

// The URL that a Location header means when it comes from `base`.
Result<Url> resolve_location(Url const& base, std::string_view location);

// Percent-encodes all but the unreserved characters.
std::string encode_component(std::string_view text);

// Percent-encodes only what may not stand in a URL or a header: blanks, control characters,
// non-ASCII bytes and the delimiters no URL has. Escapes that are there are kept.
std::string encode_unsafe(std::string_view text);

// Percent-decodes; '+' is a blank when `form` is set. A broken escape stays as it is.
std::string decode_component(std::string_view text, bool form = false);

// ASCII only, as HTTP compares names.
bool iequals(std::string_view a, std::string_view b) noexcept;
std::string ascii_lower(std::string_view text);

}  // namespace skald::runtime
