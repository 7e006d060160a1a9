#pragma once

// What the operators, indexes and path functions do with values. Each reports errors to the Run
// in jq's words and then returns false (or null). Results go to `out`; references point into the
// arguments.

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "dsl/jq/run.hpp"

namespace skald::jq {

// The binary operators of numbers, strings, arrays and objects.
enum class Operator { add, subtract, multiply, divide, modulo };
enum class Order { equal, not_equal, less, less_equal, greater, greater_equal };

bool calculate(Run& run, Operator op, Json const& a, Json const& b, Json& out);
// The same, and free to use up `a`: appending to a sum copies nothing.
bool calculate_into(Run& run, Operator op, Json& a, Json const& b);
bool compare_as(Order order, Json const& a, Json const& b);
// The bytes of a text or of a number that is kept as it was written; 0 for all else.
inline std::size_t text_bytes(Json const& value) {
  if (value.is_string()) return value.as_string().size();
  return value.is_number() ? value.literal_text().size() : 0;
}
// Pays for a comparison that has to go through both.
inline bool pay_to_compare(Run& run, Json const& a, Json const& b) {
  if (a.is_string() || a.is_number()) {
    auto const bytes = text_bytes(a);
    return bytes < Run::kShortText || run.spend_on_text(std::min(bytes, text_bytes(b)));
  }
  bool const deep = (a.is_array() && b.is_array()) || (a.is_object() && b.is_object());
  return !deep || run.spend_on_both(a, b);
}
// Keys are hashed, and compared, byte by byte.
inline bool spend_on_key(Run& run, Json const& key) {
  return run.spend_on_text(key.as_string().size());
}
bool spend_on_keys(Run& run, Json const& object);
bool negate(Run& run, Json const& value, Json& out);

// value[key]. Missing members and items are null.
Json const* index_value(Run& run, Json const& value, Json const& key, Json& space);
// The member of a constant name.
Json const* member_value(Run& run, Json const& value, std::string_view key, Json const& key_json,
                         Json& space);
Json const* slice_value(Run& run, Json const& value, Json const& from, Json const& to, Json& space);
// {"start": from, "end": to}: how paths name a slice.
Json slice_key(Json const& from, Json const& to);

// value[key] = item, in place.
bool set_value(Run& run, Json& value, Json const& key, Json item);
// Takes value[key] out for a change; set_value() puts it back.
bool take_value(Run& run, Json& value, Json const& key, Json& out);

bool get_path(Run& run, Json const& value, std::span<Json const> path, Json& out);
bool set_path(Run& run, Json& value, std::span<Json const> path, Json item);
// Removes the items or members at these keys.
bool delete_keys(Run& run, Json& value, std::vector<Json> const& keys);
bool delete_paths(Run& run, Json& value, Json const& paths);

// jq's `length`.
bool length_of(Run& run, Json const& value, Json& out);
// True when `value` contains `part` in jq's sense.
bool contains(Run& run, Json const& value, Json const& part);
bool merge_deep(Run& run, Json& a, Json const& b);
// Where `part` begins in `value` (both arrays).
bool indexes_of(Run& run, Json const& value, Json const& part, Json& out);
// What a new member of an object takes, its place in the index included.
inline constexpr std::size_t kMemberBytes = 80;
inline constexpr std::uint64_t kMemberFuel = 10;

// False, after an error, when a secret is in the value: it can not become a text.
bool no_secret(Run& run, Json const& value);

// Errors about one or two values: "number (1) cannot be parsed".
bool type_error(Run& run, Json const& value, char const* what);
bool type_error(Run& run, Json const& a, Json const& b, char const* what);

inline Json const& null_json() {
  static Json const null;
  return null;
}

}  // namespace skald::jq
