#include "runtime/client/event_stream.hpp"

#include <gtest/gtest.h>

namespace skald::client {
namespace {

std::string read(std::string_view text, std::size_t step) {
  EventStreamReader reader;
  std::string out;
  while (!text.empty()) {
    for (auto const& event : reader.feed(text.substr(0, step))) {
      out += "[" + event.name + "|" + event.data + "]";
    }
    text.remove_prefix(std::min(step, text.size()));
  }
  return out;
}

TEST(EventStream, ReadsEventsHoweverTheyAreCut) {
  std::string_view const text =
      "event: run\ndata: {\"a\":1}\n\n:\n\ndata:x\r\ndata: y\r\n\r\nevent: empty\n\nid: "
      "1\ndata\n\ndata: cut";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    EXPECT_EQ(read(text, step), "[run|{\"a\":1}][message|x\ny][message|]") << step;
  }
}

}  // namespace
}  // namespace skald::client
