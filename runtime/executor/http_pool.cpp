#include "runtime/executor/http_pool.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace skald::runtime {
namespace {

// What "Keep-Alive: timeout=5" leaves us, less a second for the clocks and the way; a short time
// is halved instead. The answer's `fallback` when the server says nothing.
Duration allowed_idle(HttpReply const& reply, Duration fallback) {
  std::string const* header = find_header(reply.headers, "Keep-Alive");
  if (header == nullptr) return fallback;
  constexpr std::string_view kName = "timeout=";
  auto const at = header->find(kName);
  if (at == std::string::npos) return fallback;
  std::int64_t seconds = 0;
  char const* const begin = header->data() + at + kName.size();
  auto const parsed = std::from_chars(begin, header->data() + header->size(), seconds);
  if (parsed.ec != std::errc{} || seconds < 0 || seconds > 3600) return fallback;
  Duration const stated = Duration::from_seconds(seconds);
  Duration const safe = seconds > 2 ? stated - Duration::from_seconds(1) : Duration{stated.us / 2};
  return std::min(fallback, safe);
}

}  // namespace

std::shared_ptr<HttpConnection> HttpPool::take(std::string const& origin, Clock::time_point now) {
  auto const found = by_origin_.find(origin);
  if (found == by_origin_.end()) return nullptr;
  auto& idle = found->second;
  std::shared_ptr<HttpConnection> connection;
  while (connection == nullptr && !idle.empty()) {
    connection = std::move(idle.back());
    idle.pop_back();
    if (now < connection->idle_until && connection->alive()) break;
    connection->close();
    connection.reset();
  }
  if (idle.empty()) by_origin_.erase(found);
  return connection;
}

void HttpPool::give_back(std::shared_ptr<HttpConnection> connection, HttpReply const& reply,
                         Clock::time_point now) {
  auto const idle = allowed_idle(reply, idle_);
  connection->idle_until = now + std::chrono::microseconds(idle.us);
  auto& list = by_origin_[connection->origin];
  if (list.size() >= max_idle_) {
    connection->close();
    return;
  }
  list.push_back(std::move(connection));
}

void HttpPool::sweep(Clock::time_point now) {
  for (auto entry = by_origin_.begin(); entry != by_origin_.end();) {
    std::erase_if(entry->second, [&](auto const& connection) {
      bool const old = connection->idle_until <= now;
      if (old) connection->close();
      return old;
    });
    entry = entry->second.empty() ? by_origin_.erase(entry) : std::next(entry);
  }
}

}  // namespace skald::runtime
