#pragma once

// Reads server-sent events out of the pieces in which they arrive. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace skald::client {

struct ServerEvent {
  std::string name = "message";
  std::string data;
};

class EventStreamReader {
 public:
  // The events that are whole with this piece. Comments are dropped.
  std::vector<ServerEvent> feed(std::string_view piece);

 private:
  void line(std::string_view text, std::vector<ServerEvent>& out);

  std::string rest_;  // a line that has not ended
  ServerEvent event_;
  bool has_data_ = false;
};

}  // namespace skald::client
