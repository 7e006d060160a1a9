#include "base/describe.hpp"

#include <charconv>
#include <cmath>

namespace skald::describe {
namespace {

void append_path(std::string& out, Path const& path) {
  if (path.parent == nullptr) return;
  append_path(out, *path.parent);
  if (path.key.empty()) {
    out += '[' + std::to_string(path.index) + ']';
    return;
  }
  if (!out.empty()) out += '.';
  out += path.key;
}

std::string subject(Path const& path) {
  std::string const text = path.text();
  return text.empty() ? "the value" : "'" + text + "'";
}

Error out_of_range(Path const& path, Json const& json) {
  return Error{ErrorCode::invalid_argument,
               subject(path) + " does not fit its integer type: " + to_text(json),
               {}};
}

// Digits beyond 2^53 are in the literal's text only.
template <class T>
bool parse_literal(Json const& json, T& value) {
  std::string_view const text = json.literal_text();
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string Path::text() const {
  std::string result;
  append_path(result, *this);
  return result;
}

Error wrong_kind(Path const& path, char const* expected, Json const& found) {
  return Error{ErrorCode::invalid_argument,
               subject(path) + " must be " + expected + ", but is " + to_string(found.kind()),
               {}};
}

Error missing_member(Path const& path, std::string_view type) {
  return Error{
      ErrorCode::invalid_argument, subject(path) + " is missing in a " + std::string(type), {}};
}

Result<std::int64_t> read_signed(Json const& json, Path const& path, std::int64_t low,
                                 std::int64_t high) {
  if (!json.is_number()) return wrong_kind(path, "a whole number", json);
  std::int64_t value = 0;
  if (!json.literal_text().empty()) {
    if (!parse_literal(json, value)) return out_of_range(path, json);
  } else {
    double const number = json.as_number();
    if (number != std::floor(number)) return wrong_kind(path, "a whole number", json);
    if (!(std::fabs(number) < 0x1p63)) return out_of_range(path, json);
    value = static_cast<std::int64_t>(number);
  }
  if (value < low || value > high) return out_of_range(path, json);
  return value;
}

Result<std::uint64_t> read_unsigned(Json const& json, Path const& path, std::uint64_t high) {
  if (!json.is_number()) return wrong_kind(path, "a whole number", json);
  std::uint64_t value = 0;
  if (!json.literal_text().empty()) {
    if (!parse_literal(json, value)) return out_of_range(path, json);
  } else {
    double const number = json.as_number();
    if (number != std::floor(number)) return wrong_kind(path, "a whole number", json);
    if (!(number >= 0 && number < 0x1p64)) return out_of_range(path, json);
    value = static_cast<std::uint64_t>(number);
  }
  if (value > high) return out_of_range(path, json);
  return value;
}

}  // namespace skald::describe
