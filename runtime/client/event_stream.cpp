#include "runtime/client/event_stream.hpp"

#include <utility>

namespace skald::client {

std::vector<ServerEvent> EventStreamReader::feed(std::string_view piece) {
  std::vector<ServerEvent> out;
  while (!piece.empty()) {
    auto const end = piece.find('\n');
    rest_.append(piece.substr(0, end));
    if (end == std::string_view::npos) break;
    piece.remove_prefix(end + 1);
    if (rest_.ends_with('\r')) rest_.pop_back();
    line(std::exchange(rest_, {}), out);
  }
  return out;
}

void EventStreamReader::line(std::string_view text, std::vector<ServerEvent>& out) {
  if (text.empty()) {
    if (has_data_) out.push_back(std::move(event_));
    event_ = {};
    has_data_ = false;
    return;
  }
  auto const colon = text.find(':');
  std::string_view const name = text.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") {
    event_.name = value;
  } else if (name == "data") {
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  }
}

}  // namespace skald::client
