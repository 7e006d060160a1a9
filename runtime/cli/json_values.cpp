#include "runtime/cli/json_values.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <string_view>

#include <unistd.h>

namespace skald::cli {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;
constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;
constexpr std::string_view kSpace = " \n\t\r";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_space(char c) {
  return kSpace.find(c) != std::string_view::npos;
}

}  // namespace

JsonValues JsonValues::of_stdin() {
  JsonValues values({}, "stdin", "stdin has to hold JSON values, one behind the other");
  values.descriptor_ = STDIN_FILENO;
  return values;
}

Result<std::optional<Json>> JsonValues::next() {
  for (;;) {
    if (begin_ == end_) skip_space();
    if (find_end()) return take();
    auto more = read_more();
    if (!more) return std::move(more).error();
    if (!*more) return begin_ == buffer_.size() ? std::optional<Json>() : take();
  }
}

void JsonValues::skip_space() {
  if (count_ == 0 && buffer_.starts_with(kByteOrderMark)) begin_ = kByteOrderMark.size();
  begin_ = std::min(buffer_.find_first_not_of(kSpace, begin_), buffer_.size());
  end_ = begin_;
}

// True when the value is complete: before white space, or where its last bracket or quote closes.
// False when only the end of the text can tell; then all of it has been looked at.
bool JsonValues::find_end() {
  for (; end_ < buffer_.size(); ++end_) {
    char const c = buffer_[end_];
    if (quoted_) {
      quoted_ = escaped_ || c != '"';
      escaped_ = !escaped_ && c == '\\';
      if (!quoted_ && depth_ == 0) return ++end_, true;
      continue;
    }
    bool const opens = c == '[' || c == '{';
    bool const closes = c == ']' || c == '}';
    bool const in_scalar = depth_ == 0 && end_ != begin_;
    if (in_scalar && (is_space(c) || opens || c == '"')) return true;
    quoted_ = c == '"';
    if (opens) ++depth_;
    if (closes && depth_ <= 1) return depth_ = 0, ++end_, true;
    if (closes) --depth_;
  }
  return false;
}

// False at the end of the source.
Result<bool> JsonValues::read_more() {
  if (descriptor_ == kNone) return false;
  buffer_.erase(0, begin_);
  end_ -= begin_;
  begin_ = 0;
  auto const size = buffer_.size();
  if (size > kMaxBytes) {
    return Error{ErrorCode::too_large, "a value on stdin is larger than 64 MiB",
                 "give it in parts, or as separate values"};
  }
  if (tied_ != nullptr) tied_->flush();
  buffer_.resize(size + kChunkBytes);
  ssize_t got = -1;
  do {
    got = read(descriptor_, buffer_.data() + size, kChunkBytes);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) {
    return Error{ErrorCode::io, std::string("stdin can not be read: ") + std::strerror(errno),
                 "give the input by --input, or none by -n"};
  }
  return got > 0;
}

Result<std::optional<Json>> JsonValues::take() {
  auto value = parse_json(std::string_view(buffer_).substr(begin_, end_ - begin_));
  ++count_;
  if (!value) {
    auto const which = count_ == 1 ? "" : ": value " + std::to_string(count_);
    return Error{ErrorCode::invalid_argument,
                 what_ + which + " is not JSON: " + value.error().message,
                 hint_.empty() ? value.error().hint : hint_};
  }
  begin_ = end_;
  depth_ = 0;
  quoted_ = escaped_ = false;
  return std::optional<Json>(std::move(*value));
}

}  // namespace skald::cli
