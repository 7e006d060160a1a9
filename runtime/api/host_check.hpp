#pragma once

// Refuses requests that a web page of somebody else made a browser send (DNS rebinding, cross-site
// requests): the Host must be a name of this server, and an Origin, when there is one, must be the
// server's own. Pure.

#include <optional>
#include <string>
#include <vector>

#include "runtime/api/http_message.hpp"

namespace skald::runtime {

struct HostPolicy {
  bool loopback = true;              // bound to loopback: only loopback names and `hosts` pass
  std::vector<std::string> hosts;    // further names, without port; not loopback and none: any
  std::vector<std::string> origins;  // further origins: "https://console.example"
};

// The refusal, or nothing when the request may pass.
std::optional<HttpResponse> check_host(HttpRequest const& request, HostPolicy const& policy);

// "localhost", names below it, 127.0.0.0/8 and ::1 (also in brackets).
bool is_loopback_name(std::string_view host);

}  // namespace skald::runtime
