// Functions of any value: types, lengths, keys, paths, containment, entries.

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json_number.hpp"
#include "dsl/jq/builtins.hpp"
#include "dsl/jq/resolve.hpp"
#include "dsl/jq/strings.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

using Args = Json const* const*;

bool length(Run& run, Json const& in, Args, Json& out) {
  return length_of(run, in, out);
}

bool absolute(Run& run, Json const& in, Args, Json& out) {
  if (in.is_number()) {
    bool const keep = std::isnan(in.as_number()) || in.as_number() >= 0;
    if (keep && !(in.as_number() == 0 && std::signbit(in.as_number()))) {
      out = in;
      return true;
    }
    return length_of(run, in, out);
  }
  if (compare(in, null_json()) == 0 || in.is_boolean() || in.is_sealed()) {
    return type_error(run, in, "cannot be negated");
  }
  out = in;  // strings, arrays and objects are not less than zero
  return true;
}

bool negation(Run&, Json const& in, Args, Json& out) {
  out = Json(!in.truthy());
  return true;
}

bool type(Run&, Json const& in, Args, Json& out) {
  // Shared, so that asking for a type allocates nothing.
  static std::array<Json, 7> const names = {Json("null"),   Json("boolean"), Json("number"),
                                            Json("string"), Json("array"),   Json("object"),
                                            Json("secret")};
  out = names[static_cast<std::size_t>(in.kind())];
  return true;
}

bool error(Run& run, Json const& in, Args, Json&) {
  return run.raise(in);
}

bool to_json(Run& run, Json const& in, Args, Json& out) {
  // A text prints to a longer one. What any other value prints to is known when it is done.
  std::size_t const least = in.is_string() ? in.as_string().size() : 0;
  if (!run.spend_on(in) || !run.charge(least) || !no_secret(run, in)) return false;
  out = Json(dump_json(in));
  return run.spend_on_printed(out.as_string().size()) && run.charge(out.as_string().size() - least);
}

bool to_string_of(Run& run, Json const& in, Args args, Json& out) {
  return in.is_string() || in.is_sealed() ? (out = in, true) : to_json(run, in, args, out);
}

bool from_json(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_string()) return type_error(run, in, "only strings can be parsed");
  return run.charge(in.as_string().size()) && parse_json_text(run, in.as_string(), out);
}

bool to_number(Run& run, Json const& in, Args, Json& out) {
  if (in.is_number()) return out = in, true;
  if (in.is_string() && number_from_string(in.as_string(), out)) return true;
  return type_error(run, in, "cannot be parsed as a number");
}

bool to_boolean(Run& run, Json const& in, Args, Json& out) {
  if (in.is_boolean()) return out = in, true;
  if (in.is_string() && (in.as_string() == "true" || in.as_string() == "false")) {
    out = Json(in.as_string() == "true");
    return true;
  }
  return type_error(run, in, "cannot be parsed as a boolean");
}

bool to_array(Run& run, Json const& in, Args, Json& out) {
  out = in.is_array() ? in : Json::array({in});
  return run.charge(sizeof(Json));
}

bool keys_unsorted(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_array() && !in.is_object()) return type_error(run, in, "has no keys");
  if (!run.charge(in.size() * sizeof(Json))) return false;
  std::vector<Json> keys;
  keys.reserve(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    keys.push_back(in.is_array() ? Json(static_cast<double>(i)) : in.members()[i].key);
  }
  out = Json::array(std::move(keys));
  return true;
}

bool keys(Run& run, Json const& in, Args args, Json& out) {
  if (!in.is_object()) return keys_unsorted(run, in, args, out);
  if (!run.charge(in.size() * sizeof(Json))) return false;
  std::size_t bytes = in.size() * sizeof(Json::Member);
  for (auto const& member : in.members()) bytes += member.key.as_string().size();
  if (!run.spend_on_sort(in.size(), bytes)) return false;
  std::vector<Json> sorted;
  sorted.reserve(in.size());
  for (auto const& member : in.members()) sorted.push_back(member.key);
  std::sort(sorted.begin(), sorted.end(),
            [](Json const& a, Json const& b) { return a.as_string() < b.as_string(); });
  out = Json::array(std::move(sorted));
  return true;
}

bool has(Run& run, Json const& in, Args args, Json& out) {
  auto const& key = *args[0];
  if (in.is_null()) {
    out = Json(false);
  } else if (in.is_object() && key.is_string()) {
    out = Json(in.find(key.as_string()) != nullptr);
  } else if (in.is_array() && key.is_number()) {
    double const at = std::trunc(key.as_number());
    out = Json(at >= 0 && at < static_cast<double>(in.size()));
  } else {
    return run.fail(std::string("Cannot check whether ") + to_string(in.kind()) + " has a " +
                    to_string(key.kind()) + " key");
  }
  return true;
}

bool contains_value(Run& run, Json const& in, Args args, Json& out) {
  bool const comparable = in.kind() == args[0]->kind() &&
                          (!in.is_boolean() || in.as_boolean() == args[0]->as_boolean());
  if (!comparable) {
    return type_error(run, in, *args[0], "cannot have their containment checked");
  }
  out = Json(contains(run, in, *args[0]));
  return !run.failed();
}

bool delete_paths_of(Run& run, Json const& in, Args args, Json& out) {
  Json value = in;
  if (!delete_paths(run, value, *args[0])) return false;
  out = std::move(value);
  return true;
}

bool to_entries(Run& run, Json const& in, Args, Json& out) {
  static Json const key_name("key");
  static Json const value_name("value");
  if (!in.is_object() && !in.is_array()) return type_error(run, in, "has no keys");
  if (!run.charge(in.size() * 160) || !run.spend(in.size())) return false;
  std::vector<Json> entries;
  entries.reserve(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    Json entry = Json::object();
    entry.reserve(2);
    bool const array = in.is_array();
    entry.set_shared(key_name, array ? Json(static_cast<double>(i)) : in.members()[i].key);
    entry.set_shared(value_name, array ? in[i] : in.members()[i].value);
    entries.push_back(std::move(entry));
  }
  out = Json::array(std::move(entries));
  return true;
}

// The first of these members that is neither null nor false; the last one otherwise.
bool entry_key(Run& run, Json const& entry, Json& key) {
  for (auto const name : {"key", "Key", "name", "Name"}) {
    Json const name_json(name);
    Json space;
    auto const* found = member_value(run, entry, name, name_json, space);
    if (found == nullptr) return false;
    key = *found;
    if (key.truthy()) return true;
  }
  return true;
}

bool from_entries(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_array() && !in.is_object()) return run.fail("Cannot iterate over " + describe(in));
  if (!run.charge(in.size() * 2 * sizeof(Json::Member)) || !run.spend(in.size())) return false;
  Json result = Json::object();
  result.reserve(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    auto const& entry = in.is_array() ? in[i] : in.members()[i].value;
    Json key;
    if (!entry_key(run, entry, key)) return false;
    if (!key.is_string()) return run.fail("Cannot use " + describe(key) + " as object key");
    if (!spend_on_key(run, key)) return false;
    auto const* value = entry.find("value");
    result.set_shared(key, value != nullptr ? *value : entry["Value"]);
  }
  out = std::move(result);
  return true;
}

// Each character as it is, the last one first.
std::string reverse_text(std::string_view text) {
  std::string result(text.size(), '\0');
  auto* end = result.data() + text.size();
  for (std::size_t at = 0; at < text.size();) {
    auto const begin = at++;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U) ++at;
    end -= at - begin;
    std::copy(text.data() + begin, text.data() + at, end);
  }
  return result;
}

bool reverse(Run& run, Json const& in, Args, Json& out) {
  if (!run.charge(in.size() * sizeof(Json))) return false;
  if (in.is_string()) {
    if (!run.spend(in.as_string().size() / 8)) return false;
    out = Json(reverse_text(in.as_string()));
    return true;
  }
  if (in.is_null() || (in.is_number() && in.as_number() == 0)) return out = Json::array(), true;
  if (!in.is_array()) {
    if (in.is_object() && in.size() == 0) return out = Json::array(), true;
    if (in.is_boolean()) return type_error(run, in, "has no length");
    return run.fail(std::string("Cannot index ") + to_string(in.kind()) + " with number");
  }
  auto const items = in.items();
  out = Json::array({items.rbegin(), items.rend()});
  return true;
}

bool flatten_to(Run& run, Json const& in, double depth, Json& out) {
  struct Level {
    Json const* value;
    std::size_t next;
  };
  std::vector<Json> items;
  std::vector<Level> levels{{&in, 0}};
  while (!levels.empty()) {
    auto& top = levels.back();
    if (top.next == top.value->size()) {
      levels.pop_back();
      continue;
    }
    if (!run.spend() || !run.charge(sizeof(Json))) return false;
    auto const at = top.next++;
    auto const& item = top.value->is_array() ? (*top.value)[at] : top.value->members()[at].value;
    bool const open = depth < 0 || static_cast<double>(levels.size()) <= depth;
    if (item.is_array() && open) {
      levels.push_back({&item, 0});
    } else {
      items.push_back(item);
    }
  }
  out = Json::array(std::move(items));
  return true;
}

bool flatten(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_array() && !in.is_object()) return run.fail("Cannot iterate over " + describe(in));
  return flatten_to(run, in, -1, out);
}

bool flatten_depth(Run& run, Json const& in, Args args, Json& out) {
  if (compare(*args[0], Json(0)) < 0) return run.fail("flatten depth must not be negative");
  if (!in.is_array() && !in.is_object()) return run.fail("Cannot iterate over " + describe(in));
  if (!args[0]->is_number()) return type_error(run, *args[0], Json(1), "cannot be subtracted");
  return flatten_to(run, in, args[0]->as_number(), out);
}

bool transpose(Run& run, Json const& in, Args, Json& out) {
  if (!in.is_array() && !in.is_object()) return run.fail("Cannot iterate over " + describe(in));
  if (!run.spend(in.size())) return false;
  std::vector<Json> rows;
  double width = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    rows.push_back(in.is_array() ? in[i] : in.members()[i].value);
    Json size;
    if (!length_of(run, rows.back(), size)) return false;
    width = std::max(width, size.as_number());
  }
  for (auto const& row : rows) {
    if (width > 0 && !row.is_array() && !row.is_null()) {
      return run.fail(std::string("Cannot index ") + to_string(row.kind()) + " with number");
    }
  }
  auto const columns = static_cast<std::size_t>(width);
  if (!run.charge((columns * rows.size() + columns * 4) * sizeof(Json))) return false;
  Json result = Json::array();
  for (std::size_t i = 0; i < columns; ++i) {
    std::vector<Json> column;
    column.reserve(rows.size());
    for (auto const& row : rows) column.push_back(i < row.size() ? row[i] : Json());
    result.push_back(Json::array(std::move(column)));
  }
  out = std::move(result);
  return true;
}

bool search(Run& run, Json const& in, Args args, Json& out) {
  if (!in.is_array()) return type_error(run, in, "cannot be searched from");
  std::size_t begin = 0;
  std::size_t end = in.size();
  while (begin < end) {
    auto const middle = begin + (end - begin) / 2;
    if (!pay_to_compare(run, *args[0], in[middle])) return false;
    int const order = compare(*args[0], in[middle]);
    if (order == 0) {
      out = Json(static_cast<double>(middle));
      return true;
    }
    if (order < 0) {
      end = middle;
    } else {
      begin = middle + 1;
    }
  }
  out = Json(-1 - static_cast<double>(begin));
  return true;
}

// tostream's events, deepest first, closings after their contents.
bool stream(Run& run, Json const& in, Args, Json& out) {
  struct Level {
    Json const* value;
    std::size_t next;
  };
  std::vector<Json> events;
  std::vector<Json> path;
  std::vector<Level> levels;
  auto emit = [&](Json const* leaf) {
    std::vector<Json> event{Json::array(path)};
    if (leaf != nullptr) event.push_back(*leaf);
    events.push_back(Json::array(std::move(event)));
    return run.charge((path.size() + 8) * sizeof(Json)) && run.spend();
  };
  auto const open = [](Json const& value) {
    return (value.is_array() || value.is_object()) && value.size() != 0;
  };
  if (!open(in)) {
    if (!emit(&in)) return false;
  } else {
    levels.push_back({&in, 0});
    path.emplace_back();
  }
  while (!levels.empty()) {
    auto& top = levels.back();
    if (top.next == top.value->size()) {
      // The closing event names the last part.
      if (!emit(nullptr)) return false;
      levels.pop_back();
      path.pop_back();
      continue;
    }
    auto const at = top.next++;
    bool const array = top.value->is_array();
    path.back() = array ? Json(static_cast<double>(at)) : top.value->members()[at].key;
    auto const& child = array ? (*top.value)[at] : top.value->members()[at].value;
    if (open(child)) {
      levels.push_back({&child, 0});
      path.emplace_back();
    } else if (!emit(&child)) {
      return false;
    }
  }
  out = Json::array(std::move(events));
  return true;
}

bool get_builtins(Run& run, Json const&, Args, Json& out) {
  std::vector<Json> names;
  for (auto const& name : builtin_names()) names.emplace_back(name);
  out = Json::array(std::move(names));
  return run.charge(out.size() * 64);
}

bool always_true(Run&, Json const&, Args, Json& out) {
  out = Json(true);
  return true;
}

constexpr NativeEntry kEntries[] = {
    {"length", 0, length},
    {"abs", 0, absolute},
    {"not", 0, negation, Cost::nothing},
    {"type", 0, type, Cost::nothing},
    {"error", 0, error, Cost::nothing},
    {"tostring", 0, to_string_of, Cost::nothing},
    {"tojson", 0, to_json},
    {"fromjson", 0, from_json},
    {"tonumber", 0, to_number},
    {"toboolean", 0, to_boolean},
    {"toarray", 0, to_array, Cost::nothing},
    {"keys", 0, keys},
    {"keys_unsorted", 0, keys_unsorted},
    {"has", 1, has},
    {"contains", 1, contains_value},
    {"delpaths", 1, delete_paths_of},
    {"to_entries", 0, to_entries},
    {"from_entries", 0, from_entries},
    {"reverse", 0, reverse},
    {"flatten", 0, flatten},
    {"flatten", 1, flatten_depth},
    {"transpose", 0, transpose},
    {"bsearch", 1, search},
    {"_stream", 0, stream},
    {"builtins", 0, get_builtins},
    {"have_decnum", 0, always_true},
    {"have_literal_numbers", 0, always_true},
};

}  // namespace

bool length_of(Run& run, Json const& in, Json& out) {
  switch (in.kind()) {
    case Json::Kind::null: out = Json(0); return true;
    case Json::Kind::boolean:
    case Json::Kind::sealed: return type_error(run, in, "has no length");
    case Json::Kind::number: {
      auto const literal = in.literal_text();
      if (literal.empty()) {
        out = Json(std::fabs(in.as_number()));
      } else {
        out = literal.front() == '-' ? Json::number_literal(literal.substr(1)) : in;
      }
      return true;
    }
    case Json::Kind::string:
      out = Json(static_cast<double>(count_code_points(in.as_string())));
      return true;
    case Json::Kind::array:
    case Json::Kind::object: out = Json(static_cast<double>(in.size())); return true;
  }
  return false;
}

std::span<NativeEntry const> core_natives() {
  return kEntries;
}

}  // namespace skald::jq
