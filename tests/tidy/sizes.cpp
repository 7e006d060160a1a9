#include <regex>

#include "tests/tidy/rules.hpp"

namespace skald::tidy {
namespace {

constexpr std::size_t kFileLines = 800;
constexpr std::size_t kFunctionLines = 70;

// Follows braces and tells the bodies of functions from namespaces, classes and initialisers: a
// body follows a parameter list and has no '=' outside of one.
class FunctionFinder {
 public:
  FunctionFinder(SourceFile const& file, Findings& findings) : file_(file), findings_(findings) {}

  void run() {
    for (line_ = 1; line_ <= file_.code.size(); ++line_) {
      for (char const c : file_.code[line_ - 1]) take(c);
      take(' ');
    }
  }

 private:
  enum class Scope { outer, function, other };
  struct Open {
    Scope scope;
    std::size_t first_line;
  };

  void take(char c) {
    if (c == '{') return open();
    if (c == '}') return close();
    if (c == ';' && parentheses_ == 0) return forget();
    if (c == '(') ++parentheses_;
    if (c == ')' && parentheses_ > 0) --parentheses_;
    bool const space = c == ' ' || c == '\t';
    if (head_.empty() && space) return;
    if (head_.empty()) head_line_ = line_;
    if (!space || head_.back() != ' ') head_ += space ? ' ' : c;
  }

  void forget() {
    head_.clear();
    parentheses_ = 0;
  }

  void open() {
    bool const in_function = !open_.empty() && open_.back().scope != Scope::outer;
    Scope scope = Scope::other;
    if (!in_function && parentheses_ == 0) scope = scope_of_head();
    open_.push_back({scope, head_.empty() ? line_ : head_line_});
    // A member initialiser with braces, or a default argument: the head goes on behind it.
    if (scope != Scope::other || in_function || parentheses_ == 0) forget();
  }

  void close() {
    if (open_.empty()) return;
    Open const closed = open_.back();
    open_.pop_back();
    std::size_t const lines = line_ - closed.first_line + 1;
    if (closed.scope == Scope::function && lines > kFunctionLines) {
      findings_.push_back({file_.path, closed.first_line, "sizes",
                           "a function of " + std::to_string(lines) + " lines (at most 70)"});
    }
    if (parentheses_ == 0) forget();
  }

  Scope scope_of_head() const {
    static std::regex const outer(
        R"(^(inline )?namespace\b|^extern |\b(class|struct|union|enum)\b)");
    static std::regex const parameters(R"(\(.*\))");
    std::string const head = without_parentheses();
    bool const has_parameters = std::regex_search(head_, parameters);
    if (head.empty()) return Scope::outer;
    if (!has_parameters && std::regex_search(head, outer)) return Scope::outer;
    static std::regex const type(R"(^(template ?<.*> ?)?(class|struct|union|enum)\b)");
    if (std::regex_search(head, type)) return Scope::outer;
    if (!has_parameters) return Scope::other;
    static std::regex const assignment(R"([^=!<>]=[^=])");
    std::string const plain = std::regex_replace(head, std::regex(R"(operator\s*[^\s\w]+)"), "op");
    return std::regex_search(plain, assignment) ? Scope::other : Scope::function;
  }

  std::string without_parentheses() const {
    std::string text;
    int depth = 0;
    for (char const c : head_) {
      if (c == '(') ++depth;
      if (depth == 0) text += c;
      if (c == ')') --depth;
    }
    return text;
  }

  SourceFile const& file_;
  Findings& findings_;
  std::vector<Open> open_;
  std::string head_;  // the code since the last ; { or }
  std::size_t head_line_ = 0;
  std::size_t line_ = 0;
  int parentheses_ = 0;
};

}  // namespace

Findings check_sizes(SourceFile const& file) {
  Findings findings;
  if (file.lines.size() > kFileLines) {
    findings.push_back({file.path, kFileLines + 1, "sizes",
                        "a file of " + std::to_string(file.lines.size()) + " lines (at most 800)"});
  }
  FunctionFinder(file, findings).run();
  return findings;
}

}  // namespace skald::tidy
