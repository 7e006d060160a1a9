#pragma once

// A Report collects the diagnostics of all passes. Passes add in any order, and may add the same
// finding more than once (a policy that several tasks use): taking sorts and removes doubles.

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

  bool has_errors() const { return dsl::has_errors(diagnostics_); }

  // All findings in the order of the document.
  std::vector<dsl::Diagnostic> take(dsl::Document const& document);

 private:
  bool portable_;
  std::vector<dsl::Diagnostic> diagnostics_;
};

// "did you mean 'approval'?", or `otherwise` when no candidate is near.
std::string did_you_mean(std::string_view word, std::vector<std::string_view> const& candidates,
                         std::string otherwise = {});

}  // namespace skald::compiler
