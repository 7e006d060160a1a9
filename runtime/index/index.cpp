#include "runtime/index/index.hpp"

namespace skald::runtime {

IndexRange IndexRange::prefix(std::string_view bytes) {
  IndexRange range;
  range.from = bytes;
  std::string end(bytes);
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (!end.empty()) {
    end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1U);
    range.to = std::move(end);
  }
  return range;
}

}  // namespace skald::runtime
