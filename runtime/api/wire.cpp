#include "runtime/api/wire.hpp"

#include <chrono>

#include <fmt/format.h>

#include "runtime/executor/http_date.hpp"
#include "runtime/executor/http_status.hpp"

namespace skald::runtime {
namespace {

// Made once a second; each thread has its own.
std::string const& date_now() {
  thread_local std::int64_t second = -1;
  thread_local std::string text;
  auto const now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  if (now != second) {
    second = now;
    text = to_http_date(Time{now * 1'000'000});
  }
  return text;
}

// A handler that puts user data into a header can not split the response.
bool is_clean(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string begin(HttpResponse const& response, std::size_t reserve) {
  std::string out;
  out.reserve(256 + reserve);
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(status_name(response.status))
      .append("\r\nDate: ")
      .append(date_now())
      .append("\r\nSkald-Api: 1\r\n");
  for (auto const& [name, value] : response.headers) {
    if (!is_clean(name) || !is_clean(value)) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
  return out;
}

}  // namespace

std::string to_wire(HttpResponse const& response, bool head, bool keep_alive) {
  std::string out = begin(response, response.body.size());
  if (!keep_alive) out.append("Connection: close\r\n");
  bool const has_no_body = response.status == 204 || response.status == 304;
  if (!has_no_body) {
    out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  out.append("\r\n");
  if (!head && !has_no_body) out.append(response.body);
  return out;
}

std::string stream_head(HttpResponse const& response, bool chunked) {
  std::string out = begin(response, 0);
  out.append("Connection: close\r\n");
  if (chunked) out.append("Transfer-Encoding: chunked\r\n");
  return out.append("\r\n");
}

std::string chunk(std::string_view piece) {
  std::string out = fmt::format("{:x}\r\n", piece.size());
  return out.append(piece).append("\r\n");
}

}  // namespace skald::runtime
