// read_layout: a reader of YAML's structure alone. It relies on read_yaml having accepted the text.

#include <algorithm>
#include <optional>

#include "dsl/format/layout.hpp"

namespace skald::dsl {

namespace {

using Kind = Layout::Kind;
using Item = Layout::Item;

// Thrown within this file only: a form the layout can not hold.
struct Unknown {
  std::string what;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  LaidOut run() {
    head();
    Item root;
    skip_lines();
    std::vector<std::string> const above = take_pending();
    if (!at_end()) block(root.value, column(), -1, root.comment);
    if (!root.value.items.empty()) {
      auto& first = root.value.items.front().before;
      first.insert(first.begin(), above.begin(), above.end());
    }
    auto const rest = take_pending();
    root.value.tail.insert(root.value.tail.end(), rest.begin(), rest.end());
    if (!at_end()) fail("text behind the end");
    out_.root = std::move(root.value);
    return std::move(out_);
  }

  std::size_t line() const {
    return static_cast<std::size_t>(
               std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n')) +
           1;
  }

 private:
  struct Pending {
    std::string text;  // "": a blank line
    int column = 0;
  };

  [[noreturn]] static void fail(std::string what) { throw Unknown{std::move(what)}; }

  bool at_end() const { return at_ >= text_.size() || (line_begin() && looking_at("...")); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
  }
  bool looking_at(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  bool line_begin() const { return at_ == 0 || text_[at_ - 1] == '\n'; }
  bool ends_token(std::size_t ahead) const { return is_blank(peek(ahead)) || peek(ahead) == '\n'; }

  int column() const {
    auto const before = at_ == 0 ? std::string_view::npos : text_.rfind('\n', at_ - 1);
    return static_cast<int>(before == std::string_view::npos ? at_ : at_ - before - 1);
  }

  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }

  std::string rest_of_line() {
    auto const end = std::min(text_.find('\n', at_), text_.size());
    auto line = text_.substr(at_, end - at_);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    at_ = end;
    return std::string(line);
  }

  // Directives and the line '---', when nothing else stands on it.
  void head() {
    auto const marker = text_.starts_with("---") ? 0 : text_.find("\n---");
    bool const directives = text_.starts_with('%') || text_.find("\n%") < marker;
    while (!at_end() && marker != std::string_view::npos) {
      if (looking_at("---") && line_begin()) {
        if (!ends_token(3)) fail("text beside '---'");
        at_ += 3;
        out_.head.emplace_back("---");
        skip_blanks();
        if (peek() == '#') remember(rest_of_line(), 0);
        if (peek() != '\n') fail("text beside '---'");
        if (at_ < text_.size()) ++at_;
        return;
      }
      bool const blank_or_comment = peek() == '#' || peek() == '\n' || is_blank(peek());
      if (!directives && !blank_or_comment) return;
      skip_blanks();
      auto const text = rest_of_line();
      if (text.starts_with('%')) out_.head.push_back(text);
      if (text.starts_with('#')) remember(text, 0);
      ++at_;
    }
  }

  void remember(std::string text, int at) {
    if (!text.empty()) out_.comments.push_back(text);
    pending_.push_back({std::move(text), at});
  }

  // Over blank lines and lines of comment to the first token of a line, from a line's begin.
  void skip_lines() {
    while (at_ < text_.size()) {
      if (at_end()) return;
      skip_blanks();
      if (peek() == '#') {
        int const at = column();
        remember(rest_of_line(), at);
      } else if (peek() == '\n') {
        remember("", 0);
      } else {
        return;
      }
      if (at_ < text_.size()) ++at_;
    }
  }

  // Behind a token: the comment on its line, and on to the next token.
  void finish_line(std::string& comment) {
    skip_blanks();
    if (peek() == '#') {
      comment = rest_of_line();
      out_.comments.push_back(comment);
    }
    if (peek() != '\n') fail("text behind a value");
    if (at_ < text_.size()) ++at_;
    skip_lines();
  }

  std::vector<std::string> take_pending() {
    std::vector<std::string> lines;
    for (auto& each : pending_) lines.push_back(std::move(each.text));
    pending_.clear();
    return lines;
  }

  // Comments that stand as deep as the block that ends here belong to it.
  void take_tail(Layout& block, int indent) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      if (pending_[i].text.empty()) continue;
      if (pending_[i].column < indent) break;
      count = i + 1;
    }
    for (std::size_t i = 0; i < count; ++i) block.tail.push_back(std::move(pending_[i].text));
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  bool at_dash() const { return peek() == '-' && ends_token(1); }

  // The end of the quoted text that begins at `begin`, behind its closing quote.
  std::size_t quoted_end(std::size_t begin) const {
    char const quote = text_[begin];
    for (std::size_t i = begin + 1; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != '\'') return i + 1;
        ++i;
      }
    }
    fail("a quoted text without an end");
  }

  // Where the ':' of a key stands that begins here, or none when no key begins here.
  std::optional<std::size_t> key_end() const {
    std::size_t i = at_;
    if (peek() == '"' || peek() == '\'') {
      i = quoted_end(at_);
      while (i < text_.size() && is_blank(text_[i])) ++i;
      bool const colon = i < text_.size() && text_[i] == ':';
      return colon ? std::optional(i) : std::nullopt;
    }
    if (peek() == '{' || peek() == '[') return std::nullopt;
    for (; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] == '#' && i > at_ && is_blank(text_[i - 1])) return std::nullopt;
      bool const last = i + 1 >= text_.size() || text_[i + 1] == '\n' || is_blank(text_[i + 1]);
      if (text_[i] == ':' && last) return i;
    }
    return std::nullopt;
  }

  // A block node whose first token stands here, at `indent`.
  void block(Layout& value, int indent, int parent, std::string& comment) {
    if (at_dash()) return list(value, indent, indent);
    if (peek() == '?' && ends_token(1)) fail("a key that begins with '? '");
    if (key_end()) return map(value, indent);
    same_line(value, parent, comment);
  }

  void list(Layout& value, int indent, int comments_from) {
    value.kind = Kind::list;
    while (!at_end() && column() == indent && at_dash()) {
      Item item;
      item.before = take_pending();
      ++at_;
      behind_mark(item, indent, false);
      value.items.push_back(std::move(item));
    }
    take_tail(value, comments_from);
  }

  void map(Layout& value, int indent) {
    value.kind = Kind::map;
    while (!at_end() && column() == indent) {
      if (peek() == '?' && ends_token(1)) fail("a key that begins with '? '");
      auto const end = key_end();
      if (!end) break;
      Item item;
      item.before = take_pending();
      auto key = text_.substr(at_, *end - at_);
      while (!key.empty() && is_blank(key.back())) key.remove_suffix(1);
      item.key = std::string(key);
      at_ = *end + 1;
      behind_mark(item, indent, true);
      value.items.push_back(std::move(item));
    }
    take_tail(value, indent);
  }

  // What stands behind 'key:' or '-' of a collection at `indent`.
  void behind_mark(Item& item, int indent, bool of_key) {
    skip_blanks();
    properties(item.value);
    if (peek() == '\n' || peek() == '#') {
      finish_line(item.comment);
      bool const same_list = of_key && column() == indent && at_dash();
      if (at_end() || (column() <= indent && !same_list)) return;
      auto const above = take_pending();
      if (same_list) {
        list(item.value, indent, indent + 1);  // what stands no deeper than the key is not its own
      } else {
        block(item.value, column(), indent, item.comment);
      }
      above_first(item, above, of_key);
      return;
    }
    if (of_key || !item.value.properties.empty())
      return same_line(item.value, indent, item.comment);
    block(item.value, column(), indent, item.comment);
  }

  // Comments between a mark and what is below it.
  static void above_first(Item& item, std::vector<std::string> above, bool of_key) {
    if (!of_key && !item.comment.empty() && item.value.is_collection()) {
      above.insert(above.begin(), std::move(item.comment));
      item.comment.clear();
    }
    auto& target =
        item.value.is_collection() && of_key ? item.value.items.front().before : item.before;
    auto const at = &target == &item.before ? target.end() : target.begin();
    target.insert(at, above.begin(), above.end());
  }

  void properties(Layout& value) {
    while (peek() == '&' || peek() == '!') {
      std::size_t end = at_;
      while (end < text_.size() && !is_blank(text_[end]) && text_[end] != '\n') ++end;
      if (!value.properties.empty()) value.properties += ' ';
      value.properties += text_.substr(at_, end - at_);
      at_ = end;
      skip_blanks();
    }
  }

  void same_line(Layout& value, int parent, std::string& comment) {
    properties(value);
    if (peek() == '|' || peek() == '>') return block_scalar(value, parent);
    if (peek() == '{' || peek() == '[') {
      inline_collection(value);
      return finish_line(comment);
    }
    value.kind = Kind::scalar;
    if (peek() == '"' || peek() == '\'') {
      auto const end = quoted_end(at_);
      value.lines = lines_of(text_.substr(at_, end - at_));
      at_ = end;
    } else {
      plain(value, parent);
    }
    finish_line(comment);
  }

  // The lines of a flow scalar, without what folding drops.
  static std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (true) {
      auto const end = std::min(text.find('\n'), text.size());
      auto line = text.substr(0, end);
      if (!lines.empty()) {
        while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
      }
      bool const last = end == text.size();
      while (!last && line.size() > 1 && is_blank(line.back()) && line[line.size() - 2] != '\\') {
        line.remove_suffix(1);
      }
      if (!last && line.size() == 1 && is_blank(line.back())) line = {};
      lines.emplace_back(line);
      if (last) return lines;
      text.remove_prefix(end + 1);
    }
  }

  // A plain text may go on in deeper lines.
  void plain(Layout& value, int parent) {
    value.lines.push_back(plain_line());
    while (true) {
      auto const here = at_;
      auto const stop = std::min(text_.find('\n', at_), text_.size());
      if (text_.substr(at_, stop - at_).find_first_not_of(" \t") != std::string_view::npos) return;
      at_ = stop;
      std::size_t blank = 0;
      while (at_ < text_.size() && peek() == '\n') {
        ++at_;
        skip_blanks();
        ++blank;
      }
      bool const goes_on = !at_end() && column() > parent && peek() != '#' && !key_end();
      if (!goes_on) {
        at_ = here;
        return;
      }
      for (std::size_t i = 1; i < blank; ++i) value.lines.emplace_back();
      value.lines.push_back(plain_line());
    }
  }

  std::string plain_line() {
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != '\n') {
      if (text_[end] == '#' && end > at_ && is_blank(text_[end - 1])) break;
      ++end;
    }
    auto line = text_.substr(at_, end - at_);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    at_ += line.size();
    return std::string(line);
  }

  void block_scalar(Layout& value, int parent) {
    value.kind = Kind::block;
    auto header = rest_of_line();
    if (auto const hash = header.find('#'); hash != std::string::npos) {
      out_.comments.push_back(header.substr(hash));
    }
    value.lines.push_back(header);
    if (at_ < text_.size()) ++at_;
    auto const digit = header.find_first_of("123456789");
    auto const hash = header.find('#');
    int indent = digit < hash && digit != std::string::npos
                     ? std::max(parent, 0) + (header[digit] - '0')
                     : -1;
    while (at_ < text_.size()) {
      auto const end = std::min(text_.find('\n', at_), text_.size());
      auto const line = text_.substr(at_, end - at_);
      auto const first = line.find_first_not_of(' ');
      if (first != std::string_view::npos) {
        if (static_cast<int>(first) <= parent) break;
        if (indent < 0) indent = static_cast<int>(first);
        if (static_cast<int>(first) < indent) break;
      }
      auto const cut = std::min(static_cast<std::size_t>(std::max(indent, 0)), line.size());
      value.lines.emplace_back(indent < 0 ? std::string_view{} : line.substr(cut));
      at_ = std::min(end + 1, text_.size());
    }
    if (header.find('+') >= hash) blanks_behind(value);
    skip_lines();
  }

  // Empty lines behind the text are not a part of it, unless the header says so.
  void blanks_behind(Layout& value) {
    std::vector<Pending> blanks;
    while (value.lines.size() > 1 && value.lines.back().empty()) {
      value.lines.pop_back();
      blanks.push_back({"", 0});
    }
    pending_.insert(pending_.end(), blanks.begin(), blanks.end());
  }

  // Inline collections: { ... } and [ ... ].
  void inline_collection(Layout& value) {
    bool const is_map = peek() == '{';
    char const close = is_map ? '}' : ']';
    value.kind = is_map ? Kind::map : Kind::list;
    value.inline_form = true;
    ++at_;
    std::vector<std::string> above;
    while (true) {
      inline_gap(value, above);
      if (at_ >= text_.size()) fail("a collection without an end");
      if (peek() == close) break;
      Item item;
      item.before = std::move(above);
      above.clear();
      inline_item(item, is_map);
      value.items.push_back(std::move(item));
    }
    ++at_;
    value.tail = std::move(above);
  }

  // White space, commas and comments between the items.
  void inline_gap(Layout& value, std::vector<std::string>& above) {
    bool fresh = false;  // on a line of its own
    while (at_ < text_.size()) {
      if (peek() == '#') {
        auto comment = rest_of_line();
        out_.comments.push_back(comment);
        if (fresh || value.items.empty() || !value.items.back().comment.empty()) {
          above.push_back(std::move(comment));
        } else {
          value.items.back().comment = std::move(comment);
        }
      } else if (peek() == '\n') {
        fresh = true;
        ++at_;
      } else if (is_blank(peek()) || peek() == ',') {
        ++at_;
      } else {
        return;
      }
    }
  }

  void inline_item(Item& item, bool of_map) {
    if (peek() == '?' && ends_token(1)) fail("a key that begins with '? '");
    Layout first;
    inline_value(first);
    auto const behind = at_;
    while (is_blank(peek()) || peek() == '\n') ++at_;
    bool const quoted = first.kind == Kind::scalar && !first.lines.empty() &&
                        (first.lines[0].starts_with('"') || first.lines[0].starts_with('\''));
    bool const colon = peek() == ':' && (quoted || ends_token(1) || peek(1) == ',' ||
                                         peek(1) == '}' || peek(1) == ']');
    if (!colon) {
      at_ = behind;
      if (of_map) {
        item.key = joined(first);
      } else {
        item.value = std::move(first);
      }
      return;
    }
    ++at_;
    Item pair;
    pair.key = joined(first);
    while (is_blank(peek()) || peek() == '\n') ++at_;
    if (peek() == '#') fail("a comment between a key and its value");
    if (peek() != ',' && peek() != '}' && peek() != ']') inline_value(pair.value);
    if (of_map) {
      item.key = std::move(pair.key);
      item.value = std::move(pair.value);
    } else {
      item.value.kind = Kind::map;
      item.value.inline_form = true;
      item.value.items.push_back(std::move(pair));
    }
  }

  static std::string joined(Layout const& scalar) {
    if (scalar.is_collection()) fail("a key that is a collection");
    std::string key = scalar.properties.empty() ? "" : scalar.properties + " ";
    for (auto const& line : scalar.lines) key += line;
    return key;
  }

  void inline_value(Layout& value) {
    properties(value);
    if (peek() == '{' || peek() == '[') return inline_collection(value);
    value.kind = Kind::scalar;
    std::size_t end = at_;
    if (peek() == '"' || peek() == '\'') {
      end = quoted_end(at_);
    } else {
      end = inline_plain_end();
    }
    auto written = text_.substr(at_, end - at_);
    while (!written.empty() && (is_blank(written.back()) || written.back() == '\n')) {
      written.remove_suffix(1);
    }
    std::string text;
    for (auto const& line : lines_of(written)) {
      if (line.empty() && !text.empty()) fail("an empty line in a text");
      text += (text.empty() ? "" : " ") + line;
    }
    at_ = end;
    value.lines.push_back(std::move(text));
  }

  std::size_t inline_plain_end() const {
    std::size_t i = at_;
    for (; i < text_.size(); ++i) {
      char const c = text_[i];
      char const next = i + 1 < text_.size() ? text_[i + 1] : '\n';
      if (c == ',' || c == '[' || c == ']' || c == '{' || c == '}') break;
      bool const ends = is_blank(next) || next == '\n' || next == ',' || next == ']' || next == '}';
      if (c == ':' && ends) break;
      if (c == '#' && i > at_ && (is_blank(text_[i - 1]) || text_[i - 1] == '\n')) break;
    }
    return i;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Pending> pending_;
  LaidOut out_;
};

}  // namespace

Result<LaidOut> read_layout(std::string_view text) {
  Reader reader(text);
  try {
    return reader.run();
  } catch (Unknown const& unknown) {
    return Error{ErrorCode::failed_precondition,
                 "the text can not be formatted: " + unknown.what + " in line " +
                     std::to_string(reader.line()),
                 "write that place in a simpler form; nothing has been changed"};
  }
}

}  // namespace skald::dsl
