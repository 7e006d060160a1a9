#include "compiler/report.hpp"

#include <algorithm>
#include <tuple>

namespace skald::compiler {

std::vector<dsl::Diagnostic> Report::take(dsl::Document const& document) {
  auto const rank = [&](dsl::Source const* source) {
    auto const& sources = document.sources;
    return std::find_if(sources.begin(), sources.end(),
                        [&](auto const& each) { return each.get() == source; }) -
           sources.begin();
  };
  auto const key = [&](dsl::Diagnostic const& each) {
    return std::tuple(rank(each.span.source), each.span.line, each.span.column, each.code,
                      std::string_view(each.message));
  };
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [&](auto const& a, auto const& b) { return key(a) < key(b); });
  auto const end = std::unique(diagnostics_.begin(), diagnostics_.end(),
                               [&](auto const& a, auto const& b) { return key(a) == key(b); });
  diagnostics_.erase(end, diagnostics_.end());
  return std::move(diagnostics_);
}

std::string did_you_mean(std::string_view word, std::vector<std::string_view> const& candidates,
                         std::string otherwise) {
  auto const near = dsl::nearest(word, candidates);
  if (near.empty()) return otherwise;
  return "did you mean '" + std::string(near) + "'?";
}

}  // namespace skald::compiler
