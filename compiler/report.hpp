#pragma once

// A Report collects the diagnostics of all passes. Passes add in any order, and may add the same
// finding more than once (a policy that several tasks use): taking sorts and removes doubles.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "dsl/diagnostic.hpp"
#include "dsl/document.hpp"

namespace skald::compiler {

class Report {
 public:
  explicit Report(bool portable = false) : portable_(portable) {}

  // The reference stays valid until the next add.
  dsl::Diagnostic& add(dsl::Code code, dsl::Span const& span, std::string message,
                       std::string hint = {}) {
    return diagnostics_.emplace_back(
        dsl::Diagnostic{code, std::move(message), span, std::move(hint), {}});
  }

  void add(dsl::Diagnostic found) { diagnostics_.push_back(std::move(found)); }

  // The author asked for what other engines would not understand.
  void add_not_portable(dsl::Span const& span, std::string message, std::string hint = {}) {
    if (portable_) add(dsl::Code::not_portable, span, std::move(message), std::move(hint));
  }

  // "did you mean 'approval'?", or `otherwise` when no candidate is near. In a document with
  // thousands of names and mistakes only the first are guessed at.
  std::string did_you_mean(std::string_view word, std::vector<std::string_view> const& candidates,
                           std::string otherwise = {});
  // False when nothing is guessed any more, so that nobody need gather the candidates.
  bool guesses() const { return guessed_ < kMostGuessed; }

  bool has_errors() const { return dsl::has_errors(diagnostics_); }

  // The findings in the order of the document, each once.
  std::vector<dsl::Diagnostic> take(dsl::Document const& document);

 private:
  // About ten milliseconds of comparing names.
  static constexpr std::size_t kMostGuessed = 100'000;

  bool portable_;
  std::size_t guessed_ = 0;
  std::vector<dsl::Diagnostic> diagnostics_;
};

// At most that many, the errors first; the last one then has a note that says how many more there
// are. Nobody reads ten thousand, and to print them would take seconds.
constexpr std::size_t kMostFindings = 100;
std::vector<dsl::Diagnostic> most_important(std::vector<dsl::Diagnostic> findings);

}  // namespace skald::compiler
