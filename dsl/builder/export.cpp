#include "dsl/builder/export.hpp"

#include <algorithm>

#include "dsl/format/write_yaml.hpp"

namespace skald {

std::string to_yaml(Workflow const& workflow) {
  std::vector<std::string> comments;
  for (auto const& function : workflow.functions()) {
    auto line = "calls the function " + function.name;
    bool const known = std::find(comments.begin(), comments.end(), line) != comments.end();
    if (!known) comments.push_back(std::move(line));
  }
  return dsl::write_yaml(dsl::to_json(workflow.document().root), comments);
}

}  // namespace skald
