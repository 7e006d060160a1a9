// fromjson and tonumber: JSON as jq reads it, with jq's messages. Unlike base's parser it takes
// NaN and infinities, and says where and why in jq's words, because `try ... catch .` sees them.

#include <limits>

#include "base/json_number.hpp"
#include "dsl/jq/ops.hpp"
#include "dsl/jq/strings.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

constexpr std::size_t kDeepest = 10'000;

bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool same_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const lower = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    if (lower != word[i]) return false;
  }
  return true;
}

// [+-] digits with at most one point, and an exponent.
bool decimal(std::string_view text) {
  std::size_t i = 0;
  std::size_t digits = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  for (; i < text.size() && digit(text[i]); ++i) ++digits;
  if (i < text.size() && text[i] == '.') ++i;
  for (; i < text.size() && digit(text[i]); ++i) ++digits;
  if (digits == 0) return false;
  if (i == text.size()) return true;
  if (text[i] != 'e' && text[i] != 'E') return false;
  ++i;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  if (i == text.size()) return false;
  for (; i < text.size(); ++i) {
    if (!digit(text[i])) return false;
  }
  return true;
}

// Reads one value character by character. Errors are a message and the position reached.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Null when good, else what is wrong.
  char const* read(Json& out) {
    for (char const c : text_) {
      ++column_;
      if (c == '\n') {
        ++line_;
        column_ = 0;
      }
      if (auto const* problem = scan(c)) return problem;
      if (extra_) return extra();
    }
    at_end_ = true;
    if (in_string_) return "Unfinished string";
    if (auto const* problem = finish_token()) return problem;
    if (!stack_.empty()) return "Unfinished JSON term";
    if (!found_ && !has_next_) {
      bare_ = true;
      return "Expected JSON value";
    }
    if (found_ && has_next_) return extra();
    out = has_next_ ? std::move(next_) : std::move(first_);
    return nullptr;
  }

  std::string where() const {
    if (bare_) return {};
    return std::string(at_end_ ? " at EOF" : "") + " at line " + std::to_string(line_) +
           ", column " + std::to_string(column_);
  }

 private:
  char const* scan(char c) {
    if (in_string_) return scan_string(c);
    switch (c) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        if (finish_token() != nullptr) return problem_;
        settle();
        return nullptr;
      case '"':
        if (finish_token() != nullptr) return problem_;
        settle();
        in_string_ = true;
        return nullptr;
      case '[':
      case '{':
      case ':':
      case ',':
      case ']':
      case '}': {
        if (finish_token() != nullptr) return problem_;
        settle();
        auto const* problem = structure(c);
        if (problem == nullptr) settle();
        return problem;
      }
      default: token_ += c; return nullptr;
    }
  }

  // A complete value outside of all containers is the result, and the only one.
  void settle() {
    if (!stack_.empty() || !has_next_) return;
    extra_ = found_;
    if (!found_) first_ = std::move(next_);
    next_ = Json();
    has_next_ = false;
    found_ = true;
  }

  char const* extra() {
    bare_ = true;
    return "Unexpected extra JSON values";
  }

  char const* scan_string(char c) {
    if (escaped_) {
      escaped_ = false;
      token_ += c;
      return nullptr;
    }
    if (c == '"') {
      in_string_ = false;
      std::string text;
      if (auto const* problem = unescape(text)) return problem;
      token_.clear();
      auto const* problem = value(Json(repair_utf8(text)));
      if (problem == nullptr) settle();
      return problem;
    }
    escaped_ = c == '\\';
    token_ += c;
    return nullptr;
  }

  char const* unescape(std::string& text) const {
    for (std::size_t i = 0; i < token_.size(); ++i) {
      char const c = token_[i];
      if (static_cast<unsigned char>(c) < 0x20) {
        return "Invalid string: control characters from U+0000 through U+001F must be escaped";
      }
      if (c != '\\') {
        text += c;
        continue;
      }
      if (++i >= token_.size()) return "Expected escape character at end of string";
      switch (token_[i]) {
        case '\\':
        case '"':
        case '/': text += token_[i]; break;
        case 'b': text += '\b'; break;
        case 'f': text += '\f'; break;
        case 't': text += '\t'; break;
        case 'n': text += '\n'; break;
        case 'r': text += '\r'; break;
        case 'u':
          if (auto const* problem = unicode(i, text)) return problem;
          break;
        default: return "Invalid escape";
      }
    }
    return nullptr;
  }

  int hex4(std::size_t at) const {
    int code = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
      int const value = hex_digit(token_[i]);
      if (value < 0) return -1;
      code = code * 16 + value;
    }
    return code;
  }

  // `i` is at the 'u'; it ends at the last character of the escape.
  char const* unicode(std::size_t& i, std::string& text) const {
    if (i + 4 >= token_.size()) return "Invalid \\uXXXX escape";
    int code = hex4(i + 1);
    if (code < 0) return "Invalid characters in \\uXXXX escape";
    i += 4;
    if (code >= 0xd800 && code < 0xdc00) {
      bool const more = i + 6 < token_.size() && token_[i + 1] == '\\' && token_[i + 2] == 'u';
      int const low = more ? hex4(i + 3) : -1;
      if (low < 0xdc00 || low > 0xdfff) return "Invalid \\uXXXX\\uXXXX surrogate pair escape";
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      i += 6;
    }
    append_code_point(text, code);
    return nullptr;
  }

  char const* value(Json json) {
    if (has_next_) return problem_ = "Expected separator between values";
    next_ = std::move(json);
    has_next_ = true;
    return nullptr;
  }

  char const* finish_token() {
    problem_ = nullptr;
    if (token_.empty()) return nullptr;
    Json json;
    if (token_[0] == '\'') return problem_ = "Invalid string literal; expected \", but got '";
    bool const word = token_[0] == 't' || token_[0] == 'f' ||
                      (token_[0] == 'n' && token_.size() > 1 && token_[1] == 'u');
    if (word) {
      if (token_ == "true" || token_ == "false") {
        json = Json(token_ == "true");
      } else if (token_ != "null") {
        return problem_ = "Invalid literal";
      }
    } else if (!number_from_string(token_, json)) {
      return problem_ = "Invalid numeric literal";
    }
    token_.clear();
    return value(std::move(json));
  }

  char const* structure(char c) {
    switch (c) {
      case '[':
      case '{':
        if (stack_.size() >= kDeepest) return "Exceeds depth limit for parsing";
        if (has_next_) return "Expected separator between values";
        stack_.push_back({c == '[' ? Json::array() : Json::object(), Json(), false});
        return nullptr;
      case ':': return colon();
      case ',': return comma();
      default: return close(c);
    }
  }

  char const* colon() {
    if (!has_next_) return "Expected string key before ':'";
    if (stack_.empty() || !stack_.back().container.is_object() || stack_.back().has_key) {
      return "':' not as part of an object";
    }
    if (!next_.is_string()) return "Object keys must be strings";
    stack_.back().key = std::move(next_);
    stack_.back().has_key = true;
    has_next_ = false;
    return nullptr;
  }

  // Moves the pending value into the container around it.
  char const* store() {
    auto& top = stack_.back();
    if (top.container.is_array()) {
      top.container.push_back(std::move(next_));
    } else {
      if (!top.has_key) return "Objects must consist of key:value pairs";
      top.container.set_shared(top.key, std::move(next_));
      top.has_key = false;
    }
    has_next_ = false;
    return nullptr;
  }

  char const* comma() {
    if (!has_next_) return "Expected value before ','";
    if (stack_.empty()) return "',' not as part of an object or array";
    return store();
  }

  char const* close(char c) {
    bool const array = c == ']';
    char const* const unmatched = array ? "Unmatched ']'" : "Unmatched '}'";
    if (stack_.empty()) return unmatched;
    auto& top = stack_.back();
    if (array && !top.container.is_array()) return unmatched;
    if (has_next_) {
      if (!array && top.container.is_array()) return "Objects must consist of key:value pairs";
      if (auto const* problem = store()) return problem;
    } else if (!array && (top.container.is_array() || top.has_key)) {
      return unmatched;
    } else if (top.container.size() != 0) {
      return array ? "Expected another array element" : "Expected another key-value pair";
    }
    next_ = std::move(stack_.back().container);
    has_next_ = true;
    stack_.pop_back();
    return nullptr;
  }

  struct Level {
    Json container;
    Json key;
    bool has_key;
  };

  std::string_view text_;
  std::size_t line_ = 1;
  std::size_t column_ = 0;
  std::vector<Level> stack_;
  std::string token_;
  Json next_;
  Json first_;
  char const* problem_ = nullptr;
  bool has_next_ = false;
  bool found_ = false;
  bool extra_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
  bool at_end_ = false;
  bool bare_ = false;
};

}  // namespace

bool number_from_string(std::string_view text, Json& out) {
  if (decimal(text)) {
    out = number_from_text(text);
    return true;
  }
  auto word = text;
  bool const negative = !word.empty() && word.front() == '-';
  if (!word.empty() && (word.front() == '-' || word.front() == '+')) word.remove_prefix(1);
  if (same_word(word, "nan")) {
    out = Json(std::numeric_limits<double>::quiet_NaN());
    return true;
  }
  if (same_word(word, "inf") || same_word(word, "infinity")) {
    auto const infinity = std::numeric_limits<double>::infinity();
    out = Json(negative ? -infinity : infinity);
    return true;
  }
  return false;
}

std::string read_json_text(std::string_view text, Json& out) {
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  } else if (text.starts_with('\xef')) {
    return "Malformed BOM";
  }
  Reader reader(text);
  auto const* problem = reader.read(out);
  return problem == nullptr ? std::string() : problem + reader.where();
}

bool parse_json_text(Run& run, std::string_view text, Json& out) {
  // What is read takes more memory than its text.
  if (!run.charge(text.size() * 4) || !run.spend(text.size() / 8)) return false;
  auto const problem = read_json_text(text, out);
  if (problem.empty()) return true;
  return run.fail(problem + " (while parsing '" + std::string(text) + "')");
}

}  // namespace skald::jq
