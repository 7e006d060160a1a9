// Functions of strings.

#include "dsl/jq/builtins.hpp"
#include "dsl/jq/strings.hpp"
#include "dsl/jq/text.hpp"

#include <cmath>

namespace skald::jq {
namespace {

using Args = Json const* const*;

bool byte_length(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_string()) return type_error(run, in, "only strings have UTF-8 byte length");
  out = Json(static_cast<double>(in.as_string().size()));
  return true;
}

bool starts_with(Run& run, Json const& in, Args args, Json& out) {
  if (!in.is_string() || !args[0]->is_string()) {
    return run.fail("startswith() requires string inputs");
  }
  out = Json(in.as_string().starts_with(args[0]->as_string()));
  return true;
}

bool ends_with(Run& run, Json const& in, Args args, Json& out) {
  if (!in.is_string() || !args[0]->is_string()) {
    return run.fail("endswith() requires string inputs");
  }
  out = Json(in.as_string().ends_with(args[0]->as_string()));
  return true;
}

bool trim_start_string(Run& run, Json const& in, Args args, Json& out) {
  Json found;
  if (!starts_with(run, in, args, found)) return false;
  out = found.as_boolean() ? Json(in.as_string().substr(args[0]->as_string().size())) : in;
  return true;
}

bool trim_end_string(Run& run, Json const& in, Args args, Json& out) {
  Json found;
  if (!ends_with(run, in, args, found)) return false;
  auto const text = in.as_string();
  bool const cut = found.as_boolean() && !args[0]->as_string().empty();
  out = cut ? Json(text.substr(0, text.size() - args[0]->as_string().size())) : in;
  // Nothing to cut: .[:-0] is empty in jq.
  if (args[0]->as_string().empty()) out = Json("");
  return true;
}

bool trim_both_string(Run& run, Json const& in, Args args, Json& out) {
  Json half;
  return trim_start_string(run, in, args, half) && run.charge(text_bytes(half)) &&
         trim_end_string(run, half, args, out);
}

bool white(std::int32_t c) {
  return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

bool trim_white(Run& run, Json const& in, bool left, bool right, Json& out) {
  if (!in.is_string()) return run.fail("trim input must be a string");
  auto const text = in.as_string();
  std::size_t begin = 0;
  while (left && begin < text.size()) {
    std::size_t next = begin;
    if (!white(next_code_point(text, next))) break;
    begin = next;
  }
  std::size_t end = text.size();
  while (right && end > begin) {
    std::size_t start = end - 1;
    while (start > begin && (static_cast<unsigned char>(text[start]) & 0xc0U) == 0x80U) --start;
    std::size_t at = start;
    if (!white(next_code_point(text, at))) break;
    end = start;
  }
  out = begin == 0 && end == text.size() ? in : Json(text.substr(begin, end - begin));
  return true;
}

bool trim(Run& run, Json const& in, Args, Json& out) {
  return trim_white(run, in, true, true, out);
}
bool trim_left(Run& run, Json const& in, Args, Json& out) {
  return trim_white(run, in, true, false, out);
}
bool trim_right(Run& run, Json const& in, Args, Json& out) {
  return trim_white(run, in, false, true, out);
}

bool explode(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_string()) return run.fail("explode input must be a string");
  auto const text = in.as_string();
  if (!run.charge(text.size() * sizeof(Json))) return false;
  std::vector<Json> codes;
  for (std::size_t at = 0; at < text.size();) {
    codes.emplace_back(static_cast<double>(next_code_point(text, at)));
  }
  out = Json::array(std::move(codes));
  return true;
}

bool implode(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_array()) return run.fail("implode input must be an array");
  if (!run.spend(in.size() / 4)) return false;
  std::string text;
  for (auto const& code : in.items()) {
    if (!code.is_number() || std::isnan(code.as_number())) {
      return type_error(run, code, "can't be imploded, unicode codepoint needs to be numeric");
    }
    double const value = code.as_number();
    append_code_point(text, value > -1e9 && value < 1e9 ? static_cast<std::int64_t>(value) : -1);
  }
  out = Json(text);
  return run.charge(text.size());
}

template <char first, char last, int shift>
bool change_case(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_string()) return run.fail("explode input must be a string");
  std::string text(in.as_string());
  for (auto& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  }
  out = Json(text);
  return run.charge(text.size());
}

bool ascii(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_number())
    return type_error(run, in, "can't be imploded, unicode codepoint needs to be numeric");
  std::string text;
  append_code_point(text, static_cast<std::int64_t>(in.as_number()));
  out = Json(text);
  return true;
}

bool split(Run& run, Json const& in, Args args, Json& out) {
  if (!in.is_string() || !args[0]->is_string()) {
    return run.fail("split input and separator must be strings");
  }
  return split_string(run, in, *args[0], out);
}

bool join(Run& run, Json const& in, Args args, Json& out) {
  if (!in.is_array() && !in.is_object()) return run.fail("Cannot iterate over " + describe(in));
  if (in.size() == 0) return out = Json(""), true;
  Json text;
  for (std::size_t i = 0; i < in.size(); ++i) {
    auto const& item = in.is_array() ? in[i] : in.members()[i].value;
    // jq adds: null is nothing, numbers and booleans become text, all else must be addable.
    if (i == 0) {
      text = Json("");
    } else if (!calculate_into(run, Operator::add, text, *args[0])) {
      return false;
    }
    Json const part = item.is_number() || item.is_boolean() ? to_string_value(item)
                      : item.is_null()                      ? Json("")
                                                            : item;
    if (!run.spend() || !calculate_into(run, Operator::add, text, part)) return false;
  }
  out = text.truthy() ? std::move(text) : Json("");
  return true;
}

// Positions in code points, overlapping matches included.
bool string_indexes(Run& run, std::string_view text, std::string_view part, Json& out) {
  Json result = Json::array();
  if (part.empty()) return out = Json::array(), true;
  std::size_t counted = 0;
  std::size_t points = 0;
  if (!run.spend(text.size() / 64)) return false;
  for (auto at = find_text(text, part, 0); at != std::string_view::npos;
       at = find_text(text, part, at + 1)) {
    points += count_code_points(text.substr(counted, at - counted));
    counted = at;
    result.push_back(Json(static_cast<double>(points)));
    if (!run.spend() || !run.charge(sizeof(Json))) return false;
  }
  out = std::move(result);
  return true;
}

bool indices(Run& run, Json const& in, Args args, Json& out) {
  auto const& part = *args[0];
  if (in.is_string() && part.is_string()) {
    return string_indexes(run, in.as_string(), part.as_string(), out);
  }
  if (in.is_array() && part.is_array()) return indexes_of(run, in, part, out);
  if (in.is_array()) return indexes_of(run, in, Json::array({part}), out);
  Json space;
  auto const* found = index_value(run, in, part, space);
  if (found == nullptr) return false;
  Json copy = *found;
  out = std::move(copy);
  return true;
}

template <bool last>
bool index_of(Run& run, Json const& in, Args args, Json& out) {
  Json all;
  if (!indices(run, in, args, all)) return false;
  if (all.is_null() || (all.is_array() && all.size() == 0)) return out = Json(), true;
  if (!all.is_array()) {
    // jq's rindex takes a slice first, and a text has slices.
    bool const sliced = last && !all.is_string();
    return run.fail(std::string("Cannot index ") + to_string(all.kind()) + " with " +
                    (sliced ? "object" : "number"));
  }
  out = all[last ? all.size() - 1 : 0];
  return true;
}

bool format(Run& run, Json const& in, Args args, Json& out) {
  if (!args[0]->is_string()) return type_error(run, *args[0], "is not a valid format");
  std::string text;
  if (!run.spend_on(in) || !format_value(run, args[0]->as_string(), in, text)) return false;
  out = Json(text);
  return run.spend_on_printed(text.size()) && run.charge(text.size());
}

constexpr NativeEntry kEntries[] = {
    {"utf8bytelength", 0, byte_length, Cost::nothing},
    {"startswith", 1, starts_with, Cost::shorter},
    {"endswith", 1, ends_with, Cost::shorter},
    {"ltrimstr", 1, trim_start_string, Cost::shorter},
    {"rtrimstr", 1, trim_end_string, Cost::shorter},
    {"trimstr", 1, trim_both_string, Cost::shorter},
    {"trim", 0, trim},
    {"ltrim", 0, trim_left},
    {"rtrim", 0, trim_right},
    {"explode", 0, explode},
    {"implode", 0, implode},
    {"ascii_downcase", 0, change_case<'A', 'Z', 32>},
    {"ascii_upcase", 0, change_case<'a', 'z', -32>},
    {"ascii", 0, ascii},
    {"split", 1, split},
    {"join", 1, join},
    {"indices", 1, indices},
    {"_indices", 1, indices},
    {"index", 1, index_of<false>},
    {"rindex", 1, index_of<true>},
    {"format", 1, format},
};

}  // namespace

std::span<NativeEntry const> text_natives() {
  return kEntries;
}

}  // namespace skald::jq
