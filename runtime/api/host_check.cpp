#include "runtime/api/host_check.hpp"

#include <algorithm>

#include "runtime/executor/url.hpp"

namespace skald::runtime {
namespace {

// "[::1]:8080" -> "[::1]", "localhost:8080" -> "localhost".
std::string_view without_port(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool contains(std::vector<std::string> const& list, std::string_view value) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string const& entry) { return iequals(entry, value); });
}

bool host_allowed(std::string_view authority, HostPolicy const& policy) {
  std::string_view const host = without_port(authority);
  if (contains(policy.hosts, host)) return true;
  return policy.loopback ? is_loopback_name(host) : policy.hosts.empty();
}

bool origin_allowed(std::string_view origin, std::string_view authority, HostPolicy const& policy) {
  if (contains(policy.origins, origin)) return true;
  auto const mark = origin.find("://");
  return mark != std::string_view::npos && iequals(origin.substr(mark + 3), authority);
}

}  // namespace

bool is_loopback_name(std::string_view host) {
  if (host == "[::1]" || host == "::1") return true;
  std::string const name = ascii_lower(host);
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  // Only digits and dots behind "127.": 127.evil.example is a name.
  return name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos;
}

std::optional<HttpResponse> check_host(HttpRequest const& request, HostPolicy const& policy) {
  auto const hosts = std::count_if(request.headers.begin(), request.headers.end(),
                                   [](auto const& entry) { return iequals(entry.first, "Host"); });
  if (hosts != 1) return problem(400, "a request needs exactly one Host header", "bad_request");
  std::string_view const authority = request.header("Host");
  if (!host_allowed(authority, policy)) {
    return problem(403, "this server does not answer for the host '" + std::string(authority) + "'",
                   "forbidden_host", "use the address the server was started with");
  }
  std::string const* origin = find_header(request.headers, "Origin");
  if (origin != nullptr && !origin_allowed(*origin, authority, policy)) {
    return problem(403, "requests from pages of '" + *origin + "' are not allowed",
                   "forbidden_origin");
  }
  return std::nullopt;
}

}  // namespace skald::runtime
