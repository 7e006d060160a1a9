#include "tests/tidy/source_file.hpp"

#include <cctype>
#include <string_view>
#include <utility>

namespace skald::tidy {
namespace {

// Walks over the text and blanks what is not code. Newlines always stay.
class Blanker {
 public:
  explicit Blanker(std::string const& text) : text_(text), code_(text) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(code_);
  }

 private:
  bool sees(std::string_view what) const { return text_.compare(at_, what.size(), what) == 0; }

  void blank(std::size_t count) {
    for (; count > 0 && at_ < text_.size(); --count, ++at_) {
      if (text_[at_] != '\n') code_[at_] = ' ';
    }
  }
  void blank_until(std::string const& end) {
    std::size_t const found = text_.find(end, at_);
    blank((found == std::string::npos ? text_.size() : found + end.size()) - at_);
  }

  void step() {
    char const c = text_[at_];
    if (line_start_ && c == '#') return preprocessor();
    if (c == '\n') line_start_ = true;
    if (std::isspace(static_cast<unsigned char>(c)) == 0) line_start_ = false;
    if (sees("//")) return blank(text_.find('\n', at_) - at_);
    if (sees("/*")) return blank_until("*/");
    if (sees("R\"") && !word_before()) return raw_string();
    if (c == '"') return literal('"');
    if (c == '\'' && !digit_before()) return literal('\'');
    ++at_;
  }

  void preprocessor() {
    while (at_ < text_.size() && text_[at_] != '\n') {
      bool const continued = sees("\\\n");
      blank(continued ? 2 : 1);
    }
  }

  void raw_string() {
    std::size_t const open = text_.find('(', at_);
    if (open == std::string::npos) return blank(text_.size() - at_);
    blank_until(")" + text_.substr(at_ + 2, open - at_ - 2) + "\"");
  }

  // The quotes stay, so that a literal is still something.
  void literal(char quote) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      blank(text_[at_] == '\\' ? 2 : 1);
    }
    if (at_ < text_.size()) ++at_;
  }

  bool word_before() const {
    return at_ > 0 &&
           (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0 || text_[at_ - 1] == '_');
  }
  // 1'000'000 and u8'x' are told apart by the digit.
  bool digit_before() const {
    return at_ > 0 && std::isxdigit(static_cast<unsigned char>(text_[at_ - 1])) != 0;
  }

  std::string const& text_;
  std::string code_;
  std::size_t at_ = 0;
  bool line_start_ = true;
};

std::vector<std::string> split(std::string const& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t const end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

void find_include(SourceFile& file, std::size_t line) {
  std::string const& text = file.lines[line - 1];
  if (text.rfind("#include ", 0) != 0) return;
  std::size_t const open = text.find_first_of("<\"");
  if (open == std::string::npos) return;
  std::size_t const close = text.find_first_of(">\"", open + 1);
  if (close == std::string::npos) return;
  file.includes.push_back({line, text.substr(open + 1, close - open - 1), text[open] == '"'});
}

}  // namespace

SourceFile SourceFile::from_text(std::string path, std::string const& text) {
  SourceFile file;
  file.path = std::move(path);
  file.lines = split(text);
  file.code = split(Blanker(text).run());
  for (std::size_t line = 1; line <= file.lines.size(); ++line) find_include(file, line);
  return file;
}

bool SourceFile::is_header() const {
  return path.size() > 4 && path.ends_with(".hpp");
}

std::string Finding::text() const {
  return path + ":" + std::to_string(line) + ": [" + rule + "] " + message;
}

}  // namespace skald::tidy
