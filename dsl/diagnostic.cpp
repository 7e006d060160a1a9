#include "dsl/diagnostic.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/assert.hpp"

namespace skald::dsl {
namespace {

struct Row {
  std::string_view code;
  Severity severity;
  std::string_view title;
};

constexpr std::array kRows = {
#define SKALD_DIAGNOSTIC(code, severity, name, title) Row{code, Severity::severity, title},
#include "dsl/diagnostics.def"
#undef SKALD_DIAGNOSTIC
};

Row const& row(Code code) {
  auto const index = static_cast<std::size_t>(code);
  SKALD_ASSERT(index < kRows.size(), "a diagnostic code outside of diagnostics.def");
  return kRows[index];
}

void set_place(Json& object, Span const& span) {
  object.set("file", span.source != nullptr ? Json(span.source->name) : Json());
  object.set("line", span.line);
  object.set("column", span.column);
  object.set("length", span.length);
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "error";
}

std::string_view code_text(Code code) {
  return row(code).code;
}
Severity severity_of(Code code) {
  return row(code).severity;
}
std::string_view title_of(Code code) {
  return row(code).title;
}

bool has_errors(std::vector<Diagnostic> const& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](Diagnostic const& diagnostic) {
    return severity_of(diagnostic.code) == Severity::error;
  });
}

Json to_json(std::vector<Diagnostic> const& diagnostics) {
  Json result = Json::array();
  for (Diagnostic const& diagnostic : diagnostics) {
    Json object = Json::object({{"code", code_text(diagnostic.code)},
                                {"severity", to_string(severity_of(diagnostic.code))},
                                {"message", diagnostic.message},
                                {"hint", diagnostic.hint}});
    set_place(object, diagnostic.span);
    Json notes = Json::array();
    for (Note const& note : diagnostic.notes) {
      Json entry = Json::object({{"message", note.message}});
      set_place(entry, note.span);
      notes.push_back(std::move(entry));
    }
    object.set("notes", std::move(notes));
    result.push_back(std::move(object));
  }
  return result;
}

namespace {

// Edit distance with transpositions (optimal string alignment), given up beyond `limit`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  std::size_t const gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit) return limit + 1;
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t best = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      best = std::min(best, row[j]);
    }
    if (best > limit) return limit + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

std::string_view nearest(std::string_view word, std::vector<std::string_view> const& candidates) {
  // One slip in three letters is still the same word; names of one or two letters are not guessed.
  constexpr std::size_t kLongest = 256;
  if (word.size() > kLongest) return {};
  std::size_t best = std::max<std::size_t>(word.size() / 3, word.size() > 2 ? 1 : 0) + 1;
  std::string_view result;
  std::string const folded = lower(word);
  for (std::string_view const candidate : candidates) {
    if (candidate == word || best == 0) continue;
    std::size_t const found = distance(folded, lower(candidate), best - 1);
    if (found < best) {
      best = found;
      result = candidate;
    }
  }
  return result;
}

}  // namespace skald::dsl
