// Text to Json. Boost.JSON does the lexing and the UTF-8 checks; the values are built here.

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/json_number.hpp"

namespace skald {
namespace {

namespace bj = boost::json;

struct Handler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  std::vector<Json> stack;
  std::vector<Json> keys;
  std::string text;
  Json result;

  void add(Json value) {
    if (stack.empty()) {
      result = std::move(value);
    } else if (stack.back().is_array()) {
      stack.back().push_back(std::move(value));
    } else {
      stack.back().set_shared(keys.back(), std::move(value));
      keys.pop_back();
    }
  }
  bool close() {
    Json value = std::move(stack.back());
    stack.pop_back();
    add(std::move(value));
    return true;
  }
  std::string_view whole(bj::string_view last) {
    text.append(last.data(), last.size());
    return text;
  }
  bool number(bj::string_view last) {
    auto const whole_text = whole(last);
    add(number_from_text(whole_text));
    text.clear();
    return true;
  }

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_array_begin(bj::error_code&) {
    stack.push_back(Json::array());
    return true;
  }
  bool on_array_end(std::size_t, bj::error_code&) { return close(); }
  bool on_object_begin(bj::error_code&) {
    stack.push_back(Json::object());
    return true;
  }
  bool on_object_end(std::size_t, bj::error_code&) { return close(); }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code&) {
    add(Json(whole(part)));
    text.clear();
    return true;
  }
  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code&) {
    keys.emplace_back(whole(part));
    text.clear();
    return true;
  }
  bool on_number_part(bj::string_view part, bj::error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t, bj::string_view part, bj::error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, bj::string_view part, bj::error_code&) { return number(part); }
  bool on_double(double, bj::string_view part, bj::error_code&) { return number(part); }
  bool on_bool(bool value, bj::error_code&) {
    add(value);
    return true;
  }
  bool on_null(bj::error_code&) {
    add(nullptr);
    return true;
  }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }
};

std::string position(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t start = 0;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      start = i + 1;
    }
  }
  auto const column = count_code_points(text.substr(start, offset - start)) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.max_bytes) {
    return Error{ErrorCode::too_large,
                 "the JSON text has " + std::to_string(text.size()) + " bytes, the limit is " +
                     std::to_string(limits.max_bytes),
                 "send less, or raise the limit"};
  }
  bj::parse_options options;
  options.max_depth = limits.max_depth;
  bj::basic_parser<Handler> parser(options);
  bj::error_code code;
  auto const used = parser.write_some(false, text.data(), text.size(), code);
  auto rest = text.substr(std::min(used, text.size()));
  auto const more = rest.find_first_not_of(" \t\r\n");
  if (!code && more != std::string_view::npos) code = bj::error::extra_data;
  if (code) {
    bool const deep = code == bj::error::too_deep;
    return Error{deep ? ErrorCode::too_large : ErrorCode::invalid_argument,
                 "not valid JSON at " + position(text, used) + ": " + code.message(), ""};
  }
  return std::move(parser.handler().result);
}

}  // namespace skald
