#include "dsl/yaml/flow_bounds.hpp"

#include <algorithm>

namespace skald::dsl::yaml {
namespace {

constexpr auto kNone = std::string_view::npos;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Goes through the text once. What it takes for the end of a quote or of a block scalar only
// decides which commas are counted.
class FlowScan {
 public:
  FlowScan(std::string_view text, FlowBounds const& bounds) : text_(text), bounds_(bounds) {}

  std::optional<FlowExcess> run() {
    while (at_ < text_.size()) {
      char const c = text_[at_];
      if (c == '\n') {
        begin_line();
      } else if (at_token() && (c == '"' || c == '\'')) {
        skip_quoted(c);
      } else if (at_token() && c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (at_token() && depth_ == 0 && (c == '|' || c == '>')) {
        skip_block_scalar();
      } else if (auto excess = count(c)) {
        return excess;
      } else {
        ++at_;
      }
    }
    return std::nullopt;
  }

 private:
  void begin_line() {
    open_on_line_ = 0;
    line_ = ++at_;
  }

  // Whether a token may begin here: in plain text quotes and the like mean nothing.
  bool at_token() const {
    if (at_ == 0) return true;
    char const before = text_[at_ - 1];
    return is_blank(before) || before == '\n' ||
           (depth_ > 0 && std::string_view(",[]{}:").find(before) != kNone);
  }

  void skip_quoted(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (quote == '"' && text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == quote) {
        ++at_;
        return;
      }
    }
    at_ = text_.size();
  }

  // To the first line that is not indented more than the one that ends with '|' or '>'.
  void skip_block_scalar() {
    auto end = text_.find('\n', at_);
    auto const head = text_.substr(at_ + 1, end == kNone ? kNone : end - at_ - 1);
    auto const comment = head.find(" #");
    if (head.substr(0, comment).find_first_not_of("+-0123456789 \t\r") != kNone) {
      ++at_;
      return;
    }
    auto const indent = text_.find_first_not_of(' ', line_) - line_;
    while (end != kNone) {
      auto const next = text_.find_first_not_of(' ', end + 1);
      bool const empty = next == kNone || text_[next] == '\n' || text_[next] == '\r';
      if (!empty && next - end - 1 <= indent) break;
      end = text_.find('\n', end + 1);
    }
    at_ = std::min(end, text_.size());
  }

  std::optional<FlowExcess> count(char c) {
    bool const opens = (c == '[' || c == '{') && (depth_ > 0 || at_token() || after_bracket());
    bool const closes = (c == ']' || c == '}') && depth_ > 0;
    if (opens) ++depth_, ++open_on_line_;
    if (closes) --depth_;
    if (closes && open_on_line_ > 0) --open_on_line_;
    if (opens || (c == ',' && depth_ > 0)) ++entries_;
    // Text behind the outermost bracket ends the collection.
    if (depth_ == 0 && !closes && !is_blank(c)) entries_ = 0;
    if (open_on_line_ > bounds_.open_on_a_line) return FlowExcess{at_, true};
    if (entries_ > bounds_.entries) return FlowExcess{at_, false};
    return std::nullopt;
  }

  bool after_bracket() const { return text_[at_ - 1] == ']' || text_[at_ - 1] == '}'; }

  std::string_view text_;
  FlowBounds const& bounds_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;          // where this line begins
  std::size_t depth_ = 0;         // of open brackets
  std::size_t open_on_line_ = 0;  // of those this line has opened
  std::size_t entries_ = 0;
};

}  // namespace

std::optional<FlowExcess> flow_excess(std::string_view text, FlowBounds const& bounds) {
  return FlowScan(text, bounds).run();
}

}  // namespace skald::dsl::yaml
