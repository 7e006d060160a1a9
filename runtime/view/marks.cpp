#include "runtime/view/marks.hpp"

namespace skald::view {

std::map<std::string, std::string> marks_of(Json const& view) {
  std::map<std::string, std::string> marks;
  auto const& steps = view["steps"];
  if (!steps.is_array()) return marks;
  for (auto const& step : steps.items()) {
    auto const& path = step["path"];
    auto const& state = step["state"];
    if (path.is_string() && state.is_string()) {
      marks[std::string(path.as_string())] = std::string(state.as_string());
    }
  }
  return marks;
}

}  // namespace skald::view
