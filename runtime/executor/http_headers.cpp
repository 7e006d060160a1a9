#include "runtime/executor/http_headers.hpp"

#include "runtime/executor/url.hpp"

namespace skald::runtime {

std::string const* find_header(HttpHeaders const& headers, std::string_view name) {
  for (auto const& [key, value] : headers) {
    if (iequals(key, name)) return &value;
  }
  return nullptr;
}

void erase_header(HttpHeaders& headers, std::string_view name) {
  std::erase_if(headers, [&](auto const& header) { return iequals(header.first, name); });
}

void set_header(HttpHeaders& headers, std::string_view name, std::string value) {
  erase_header(headers, name);
  headers.emplace_back(std::string(name), std::move(value));
}

}  // namespace skald::runtime
