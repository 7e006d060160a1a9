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

std::string Report::did_you_mean(std::string_view word,
                                 std::vector<std::string_view> const& candidates,
                                 std::string otherwise) {
  constexpr std::size_t kCells = 64;  // pairs of letters that count as one more candidate
  std::size_t count = 0;
  for (; count < candidates.size() && guesses(); ++count) {
    guessed_ += 1 + word.size() * candidates[count].size() / kCells;
  }
  auto const near =
      count == candidates.size()
          ? dsl::nearest(word, candidates)
          : dsl::nearest(word, {candidates.begin(), candidates.begin() + std::ptrdiff_t(count)});
  if (near.empty()) return otherwise;
  return "did you mean '" + std::string(near) + "'?";
}

std::vector<dsl::Diagnostic> most_important(std::vector<dsl::Diagnostic> findings) {
  if (findings.size() <= kMostFindings) return findings;
  auto const is_error = [](dsl::Diagnostic const& each) {
    return dsl::severity_of(each.code) == dsl::Severity::error;
  };
  auto const errors =
      static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), is_error));
  std::size_t others = kMostFindings - std::min(errors, kMostFindings);
  std::vector<dsl::Diagnostic> kept;
  dsl::Span left_out;
  for (auto& each : findings) {
    bool const error = is_error(each);
    if (kept.size() < kMostFindings && (error || others > 0)) {
      others -= error ? 0 : 1;
      kept.push_back(std::move(each));
    } else if (left_out.line == 0) {
      left_out = each.span;
    }
  }
  auto const more = findings.size() - kMostFindings;
  kept.back().notes.push_back({std::to_string(more) +
                                   (more == 1 ? " more finding is" : " more findings are") +
                                   " not listed, the first of them here",
                               left_out});
  return kept;
}

}  // namespace skald::compiler
