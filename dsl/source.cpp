#include "dsl/source.hpp"

#include <algorithm>

namespace skald::dsl {

std::string_view Source::line(std::uint32_t number) const {
  std::string_view rest = text;
  for (std::uint32_t at = 1; number > 0; ++at) {
    std::size_t const end = std::min(rest.find('\n'), rest.size());
    if (at == number) {
      std::string_view result = rest.substr(0, end);
      if (result.ends_with('\r')) result.remove_suffix(1);
      return result;
    }
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace skald::dsl
