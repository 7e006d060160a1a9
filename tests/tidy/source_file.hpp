#pragma once

// A source file as the tidy rules see it: its lines as they are, and the same lines as code, with
// comments, the contents of string and character literals, and preprocessor lines blanked.

#include <string>
#include <vector>

namespace skald::tidy {

struct Include {
  std::size_t line = 0;  // 1-based
  std::string path;      // without <> or ""
  bool quoted = false;
};

struct SourceFile {
  std::string path;  // from the root of the repository: "saga/outcome.hpp"
  std::vector<std::string> lines;
  std::vector<std::string> code;  // as many lines, each as long as its original
  std::vector<Include> includes;

  static SourceFile from_text(std::string path, std::string const& text);

  bool under(std::string const& folder) const { return path.rfind(folder + "/", 0) == 0; }
  bool is_header() const;
};

// What a rule found.
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string rule;
  std::string message;

  // "saga/outcome.hpp:12: [layers] ..."
  std::string text() const;
};

using Findings = std::vector<Finding>;

}  // namespace skald::tidy
