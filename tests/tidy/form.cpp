#include <regex>

#include "tests/tidy/rules.hpp"

namespace skald::tidy {
namespace {

void check_guard(SourceFile const& file, Findings& findings) {
  if (!file.is_header()) return;
  if (!file.lines.empty() && file.lines.front() == "#pragma once") return;
  findings.push_back({file.path, 1, "form", "a header begins with #pragma once"});
}

void check_includes(SourceFile const& file, Findings& findings) {
  if (file.under("examples"))
    return;  // they also build on their own, against the installed package
  for (Include const& include : file.includes) {
    bool const generated = include.path.ends_with(".pb.h");
    if (!include.quoted || generated || include.path.find('/') != std::string::npos) continue;
    findings.push_back(
        {file.path, include.line, "form", "\"" + include.path + "\" is not written from the root"});
  }
}

void check_leftovers(SourceFile const& file, Findings& findings) {
  // Written in two pieces, so that this file does not hold them.
  static std::regex const leftover(std::string("\\b(TO") + "DO|FIX" + "ME|XX" + "X)\\b");
  for (std::size_t line = 0; line < file.lines.size(); ++line) {
    std::smatch match;
    if (!std::regex_search(file.lines[line], match, leftover)) continue;
    findings.push_back({file.path, line + 1, "form", match[0].str() + " belongs in an issue"});
  }
}

}  // namespace

Findings check_form(SourceFile const& file) {
  Findings findings;
  check_guard(file, findings);
  check_includes(file, findings);
  check_leftovers(file, findings);
  return findings;
}

Findings check_diagnostics(SourceFile const& definitions, std::set<std::string> const& golden) {
  static std::regex const entry(R"(^SKALD_DIAGNOSTIC\("(\w+)\")");
  Findings findings;
  for (std::size_t line = 0; line < definitions.lines.size(); ++line) {
    std::smatch match;
    if (!std::regex_search(definitions.lines[line], match, entry)) continue;
    if (golden.count(match[1]) > 0) continue;
    findings.push_back({definitions.path, line + 1, "diagnostics",
                        "no golden file shows [" + match[1].str() + "]"});
  }
  return findings;
}

}  // namespace skald::tidy
