#include "runtime/executor/url.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace skald::runtime {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_alphanumeric(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char const l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  auto const byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 15U];
}

Error bad_url(std::string_view text, std::string_view why) {
  return {ErrorCode::invalid_argument,
          "'" + std::string(text) + "' is not a URL that can be called: " + std::string(why), ""};
}

std::string_view without_fragment(std::string_view text) {
  return text.substr(0, text.find('#'));
}

Result<std::uint16_t> parse_port(std::string_view whole, std::string_view digits) {
  unsigned port = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0 || port > 65535) {
    return bad_url(whole, "the port must be a number from 1 to 65535");
  }
  return static_cast<std::uint16_t>(port);
}

bool is_host_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

bool is_ipv6_text(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return hex_value(c) >= 0 || c == ':' || c == '.' || c == '%';
  });
}

// Fills host and port from "host", "host:port", "[::1]" or "[::1]:port".
Result<void> parse_authority(std::string_view whole, std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) {
    return bad_url(whole, "it holds credentials; put them under 'authentication'");
  }
  std::string_view host = authority;
  std::string_view rest;
  if (authority.starts_with('[')) {
    auto const close = authority.find(']');
    if (close == std::string_view::npos) return bad_url(whole, "the ']' of the address is missing");
    host = authority.substr(1, close - 1);
    rest = authority.substr(close + 1);
    if (!is_ipv6_text(host)) return bad_url(whole, "the IPv6 address is broken");
  } else {
    auto const colon = authority.find(':');
    host = authority.substr(0, colon);
    if (colon != std::string_view::npos) rest = authority.substr(colon);
    if (!is_host_name(host)) return bad_url(whole, "the host name is missing or broken");
  }
  url.host = ascii_lower(host);
  url.port = url.secure() ? 443 : 80;
  if (rest.empty() || rest == ":") return {};
  if (!rest.starts_with(':')) return bad_url(whole, "the host name is missing or broken");
  auto port = parse_port(whole, rest.substr(1));
  if (!port.ok()) return std::move(port).error();
  url.port = *port;
  return {};
}

// RFC 3986, 5.2.4: "." and ".." segments are worked off.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  std::size_t at = 1;
  while (at <= path.size()) {
    auto const end = std::min(path.find('/', at), path.size());
    auto const segment = path.substr(at, end - at);
    bool const last = end == path.size();
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
      if (last) kept.emplace_back();
    } else if (segment == ".") {
      if (last) kept.emplace_back();
    } else {
      kept.push_back(segment);
    }
    at = end + 1;
  }
  std::string out;
  for (auto const segment : kept) out.append("/").append(segment);
  return out.empty() ? "/" : out;
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (secure() ? 443 : 80)) out.append(":").append(std::to_string(port));
  return out;
}

std::string Url::origin() const {
  return scheme + "://" + host + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view text, std::string_view shown) {
  std::string_view const name = shown.empty() ? text : shown;
  auto const mark = text.find("://");
  if (mark == std::string_view::npos)
    return bad_url(name, "it must begin with http:// or https://");
  Url url;
  url.scheme = ascii_lower(text.substr(0, mark));
  if (url.scheme != "http" && url.scheme != "https") {
    return bad_url(name, "it must begin with http:// or https://");
  }
  auto const rest = without_fragment(text.substr(mark + 3));
  auto const path = std::min(rest.find_first_of("/?"), rest.size());
  SKALD_TRY(parse_authority(name, rest.substr(0, path), url));
  url.target = encode_unsafe(rest.substr(path));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

Result<Url> resolve_location(Url const& base, std::string_view location) {
  auto const reference = without_fragment(location);
  auto const scheme_end = reference.find("://");
  if (scheme_end != std::string_view::npos && scheme_end < reference.find_first_of("/?")) {
    return parse_url(reference);
  }
  if (reference.starts_with("//")) return parse_url(base.scheme + ":" + std::string(reference));
  Url url = base;
  std::string_view const base_path = std::string_view(base.target).substr(0, base.target.find('?'));
  if (reference.empty()) return url;
  if (reference.starts_with('?')) {
    url.target = std::string(base_path) + encode_unsafe(reference);
    return url;
  }
  std::string const joined =
      reference.starts_with('/')
          ? std::string(reference)
          : std::string(base_path.substr(0, base_path.rfind('/') + 1)) + std::string(reference);
  auto const query = std::min(joined.find('?'), joined.size());
  url.target = encode_unsafe(remove_dot_segments(std::string_view(joined).substr(0, query))) +
               encode_unsafe(std::string_view(joined).substr(query));
  return url;
}

std::string encode_component(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      append_escaped(out, c);
    }
  }
  return out;
}

std::string encode_unsafe(std::string_view text) {
  constexpr std::string_view kNever = "\"<>\\^`{|}";
  std::string out;
  out.reserve(text.size());
  for (char const c : text) {
    bool const plain = c > ' ' && c < 0x7f && kNever.find(c) == std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      append_escaped(out, c);
    }
  }
  return out;
}

std::string decode_component(std::string_view text, bool form) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += form && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool iequals(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

}  // namespace skald::runtime
