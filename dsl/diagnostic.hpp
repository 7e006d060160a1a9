#pragma once

// Diagnostics are what is wrong with a document, for its author: all at once, each with a code,
// a place and a way out. Codes and titles stand in diagnostics.def, and nowhere else.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "dsl/source.hpp"

namespace skald::dsl {

enum class Severity : std::uint8_t { error, warning, note };

std::string_view to_string(Severity severity);  // "error"

enum class Code : std::uint16_t {
#define SKALD_DIAGNOSTIC(code, severity, name, title) name,
#include "dsl/diagnostics.def"
#undef SKALD_DIAGNOSTIC
};

struct Note {
  std::string message;  // "previously defined here"
  Span span;
};

struct Diagnostic {
  Code code{};
  std::string message;  // one sentence without a full stop: "no task named 'aproval' here"
  Span span;
  std::string hint;  // "did you mean 'approval'?"; may be empty
  std::vector<Note> notes;
};

std::string_view code_text(Code code);  // "E204"
Severity severity_of(Code code);
std::string_view title_of(Code code);
bool has_errors(std::vector<Diagnostic> const& diagnostics);

// For a terminal: file:line:column, severity, code, message, hint, the line and carets.
std::string render(std::vector<Diagnostic> const& diagnostics, bool colour = false);
// For programs: an array of {code, severity, message, hint, file, line, column, length, notes}.
Json to_json(std::vector<Diagnostic> const& diagnostics);

// The nearest of `candidates` to `word` by edit distance, or empty when none is near.
std::string_view nearest(std::string_view word, std::vector<std::string_view> const& candidates);

}  // namespace skald::dsl
