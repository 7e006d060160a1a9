// Indexing, slicing, and reading, writing and deleting along paths.

#include <algorithm>
#include <cmath>

#include "base/sealed.hpp"
#include "dsl/jq/ops.hpp"
#include "dsl/jq/strings.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

constexpr double kLargestIndex = 536'870'911;

std::string index_error(Json const& value, Json const& key) {
  std::string message = std::string("Cannot index ") + to_string(value.kind()) + " with ";
  if (key.is_string() && key.as_string().size() < 30) {
    return message + "string \"" + std::string(key.as_string()) + "\"";
  }
  return message + to_string(key.kind());
}

// Of a slice as paths name it. A bound that is missing is none at all, unlike one that is null.
Json const& bound_of(Json const& key, std::string_view name) {
  static Json const none(false);
  auto const* found = key.find(name);
  return found != nullptr ? *found : none;
}

// The bounds of a slice of something `size` long, clamped; the start rounds down, the end up.
bool slice_bounds(Run& run, Json const& from, Json const& to, std::size_t size, std::size_t& begin,
                  std::size_t& end) {
  auto const length = static_cast<double>(size);
  if ((!from.is_null() && !from.is_number()) || (!to.is_null() && !to.is_number())) {
    return run.fail("Array/string slice indices must be integers");
  }
  double start = from.is_null() ? 0 : from.as_number();
  double stop = to.is_null() ? length : to.as_number();
  if (std::isnan(start)) start = 0;
  if (start < 0) start += length;
  start = std::trunc(std::clamp(start, 0.0, length));
  if (std::isnan(stop)) stop = length;
  if (stop < 0) stop += length;
  if (stop < 0) stop = start;
  stop = std::ceil(std::min(stop, length));
  begin = static_cast<std::size_t>(start);
  end = static_cast<std::size_t>(std::max(stop, start));
  return true;
}

bool set_item(Run& run, Json& array, double at, Json item) {
  if (std::isnan(at)) return run.fail("Cannot set array element at NaN index");
  double position = std::trunc(at);
  auto const size = static_cast<double>(array.size());
  if (position < 0) position += size;
  if (position < 0) return run.fail("Out of bounds negative array index");
  if (position > kLargestIndex) return run.fail("Array index too large");
  auto const index = static_cast<std::size_t>(position);
  if (index >= array.size()) {
    if (!run.charge((index - array.size() + 1) * sizeof(Json))) return false;
    while (array.size() < index) array.push_back(Json());
    array.push_back(std::move(item));
  } else {
    if (!array.unique() && !run.charge(array.size() * sizeof(Json))) return false;
    array.set(index, std::move(item));
  }
  return true;
}

bool set_slice(Run& run, Json& array, Json const& key, Json const& item) {
  std::size_t begin = 0;
  std::size_t end = 0;
  if (!slice_bounds(run, bound_of(key, "start"), bound_of(key, "end"), array.size(), begin, end)) {
    return false;
  }
  if (!item.is_array()) {
    return run.fail("A slice of an array can only be assigned another array");
  }
  auto const old = array.items();
  std::vector<Json> result(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(begin));
  if (!run.charge((old.size() + item.size()) * sizeof(Json))) return false;
  result.insert(result.end(), item.items().begin(), item.items().end());
  result.insert(result.end(), old.begin() + static_cast<std::ptrdiff_t>(end), old.end());
  array = Json::array(std::move(result));
  return true;
}

// A path into a secret stays sealed; whether there is such a member shows when it is opened.
Json const* part_of_secret(Run& run, Json const& value, Json const& key, Json& space) {
  Json part = secret_member(value, key);
  if (part.is_null()) {
    run.fail(index_error(value, key) + ": it is a text made of secrets");
    return nullptr;
  }
  space = std::move(part);
  return &space;
}

}  // namespace

Json slice_key(Json const& from, Json const& to) {
  return Json::object({{"start", from}, {"end", to}});
}

bool indexes_of(Run& run, Json const& value, Json const& part, Json& out) {
  Json result = Json::array();
  auto const items = value.items();
  auto const wanted = part.items();
  if (wanted.empty()) return out = Json::array(), true;
  for (std::size_t i = 0; i + wanted.size() <= items.size(); ++i) {
    bool match = true;
    for (std::size_t j = 0; match && j < wanted.size(); ++j) {
      if (!run.spend() || !pay_to_compare(run, items[i + j], wanted[j])) return false;
      match = items[i + j] == wanted[j];
    }
    if (match) result.push_back(Json(static_cast<double>(i)));
  }
  out = std::move(result);
  return run.charge(out.size() * sizeof(Json));
}

Json const* member_value(Run& run, Json const& value, std::string_view key, Json const& key_json,
                         Json& space) {
  if (value.is_object()) {
    if (!run.spend_on_text(key.size())) return nullptr;
    auto const* found = value.find(key);
    return found != nullptr ? found : &null_json();
  }
  if (value.is_null()) return &null_json();
  if (value.is_sealed()) return part_of_secret(run, value, key_json, space);
  run.fail(index_error(value, key_json));
  return nullptr;
}

Json const* slice_value(Run& run, Json const& value, Json const& from, Json const& to,
                        Json& space) {
  if (value.is_null()) return &null_json();
  if (!value.is_array() && !value.is_string()) {
    run.fail(std::string("Cannot index ") + to_string(value.kind()) + " with object");
    return nullptr;
  }
  std::size_t begin = 0;
  std::size_t end = 0;
  if (value.is_string() && !run.spend_on_text(value.as_string().size())) return nullptr;
  auto const size = value.is_array() ? value.size() : count_code_points(value.as_string());
  if (!slice_bounds(run, from, to, size, begin, end)) return nullptr;
  if (value.is_string()) {
    space = Json(slice_text(value.as_string(), begin, end));
    return run.charge(space.as_string().size()) ? &space : nullptr;
  }
  if (!run.charge((end - begin) * sizeof(Json))) return nullptr;
  auto const items = value.items();
  space = Json::array({items.begin() + static_cast<std::ptrdiff_t>(begin),
                       items.begin() + static_cast<std::ptrdiff_t>(end)});
  return &space;
}

Json const* index_value(Run& run, Json const& value, Json const& key, Json& space) {
  if (key.is_string()) return member_value(run, value, key.as_string(), key, space);
  if (key.is_number()) {
    if (value.is_null()) return &null_json();
    if (value.is_sealed()) return part_of_secret(run, value, key, space);
    if (value.is_array()) {
      double at = key.as_number();
      if (std::isnan(at)) return &null_json();
      at = std::trunc(std::clamp(at, -2147483648.0, 2147483647.0));
      if (at < 0) at += static_cast<double>(value.size());
      if (at < 0 || at >= static_cast<double>(value.size())) return &null_json();
      return &value[static_cast<std::size_t>(at)];
    }
  } else if (key.is_object()) {
    return slice_value(run, value, bound_of(key, "start"), bound_of(key, "end"), space);
  } else if (key.is_array() && value.is_array()) {
    Json found;
    if (!indexes_of(run, value, key, found)) return nullptr;
    space = std::move(found);
    return &space;
  }
  run.fail(index_error(value, key));
  return nullptr;
}

bool set_value(Run& run, Json& value, Json const& key, Json item) {
  if (key.is_string() && (value.is_object() || value.is_null())) {
    auto const before = value.size();
    if (!spend_on_key(run, key)) return false;
    if (!value.unique() && !run.charge(before * sizeof(Json::Member))) return false;
    value.set_shared(key, std::move(item));
    // In a large object a new key is looked for, and later moved, where no cache reaches.
    return value.size() == before || (run.spend(kMemberFuel) && run.charge(kMemberBytes));
  }
  if (key.is_number() && (value.is_array() || value.is_null())) {
    if (value.is_null() && !std::isnan(key.as_number())) value = Json::array();
    return set_item(run, value, key.as_number(), std::move(item));
  }
  if (key.is_object() && (value.is_array() || value.is_null())) {
    if (value.is_null()) value = Json::array();
    return set_slice(run, value, key, item);
  }
  if (key.is_object() && value.is_string()) return run.fail("Cannot update string slices");
  return run.fail(std::string("Cannot update field at ") + to_string(key.kind()) + " index of " +
                  to_string(value.kind()));
}

bool take_value(Run& run, Json& value, Json const& key, Json& out) {
  if (key.is_string() && value.is_object()) {
    if (!spend_on_key(run, key)) return false;
    if (!value.unique() && !run.charge(value.size() * sizeof(Json::Member))) return false;
    out = value.take(key.as_string());
    return true;
  }
  Json space;
  auto const* found = index_value(run, value, key, space);
  if (found == nullptr) return false;
  if (found == &space || !value.is_array() || found == &null_json()) {
    out = *found;
    return true;
  }
  if (!value.unique() && !run.charge(value.size() * sizeof(Json))) return false;
  out = value.take(static_cast<std::size_t>(found - value.items().data()));
  return true;
}

bool get_path(Run& run, Json const& value, std::span<Json const> path, Json& out) {
  Json at = value;
  for (auto const& key : path) {
    Json space;
    if (!run.spend()) return false;
    auto const* next = index_value(run, at, key, space);
    if (next == nullptr) return false;
    Json keep = take_result(next, space);
    at = std::move(keep);
  }
  out = std::move(at);
  return true;
}

bool set_path(Run& run, Json& value, std::span<Json const> path, Json item) {
  // Down the path, taking each part out of its parent, then up again, putting them back.
  std::vector<Json> taken;
  taken.reserve(path.size() + 1);
  taken.push_back(value);
  value = Json();
  for (auto const& key : path) {
    if (!run.spend()) return false;
    Json part;
    if (!take_value(run, taken.back(), key, part)) return false;
    taken.push_back(std::move(part));
  }
  taken.back() = std::move(item);
  for (std::size_t i = path.size(); i-- > 0;) {
    Json part = std::move(taken.back());
    taken.pop_back();
    if (!set_value(run, taken.back(), path[i], std::move(part))) return false;
  }
  value = std::move(taken.front());
  return true;
}

namespace {

// The keys to delete from one container, sorted as paths sort.
bool delete_items(Run& run, Json& array, std::vector<Json> const& keys) {
  auto const size = array.size();
  std::vector<bool> gone(size, false);
  for (auto const& key : keys) {
    if (key.is_number()) {
      double at = std::trunc(key.as_number());
      if (at < 0) at += static_cast<double>(size);
      if (at >= 0 && at < static_cast<double>(size)) gone[static_cast<std::size_t>(at)] = true;
    } else if (key.is_object()) {
      std::size_t begin = 0;
      std::size_t end = 0;
      if (!slice_bounds(run, bound_of(key, "start"), bound_of(key, "end"), size, begin, end))
        return false;
      if (!run.spend((std::max(begin, end) - begin) / 64)) return false;
      std::fill(gone.begin() + static_cast<std::ptrdiff_t>(begin),
                gone.begin() + static_cast<std::ptrdiff_t>(end), true);
    } else {
      return run.fail(std::string("Cannot delete ") + to_string(key.kind()) + " element of array");
    }
  }
  if (!run.charge(size * sizeof(Json))) return false;
  std::vector<Json> kept;
  kept.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    if (!gone[i]) kept.push_back(array[i]);
  }
  array = Json::array(std::move(kept));
  return true;
}

}  // namespace

bool delete_keys(Run& run, Json& value, std::vector<Json> const& keys) {
  if (value.is_null() || keys.empty()) return true;
  if (value.is_array()) return delete_items(run, value, keys);
  if (!value.is_object()) {
    return run.fail(std::string("Cannot delete fields from ") + to_string(value.kind()));
  }
  if (!value.unique() && !run.charge(value.size() * sizeof(Json::Member))) return false;
  for (auto const& key : keys) {
    if (!key.is_string()) {
      return run.fail(std::string("Cannot delete ") + to_string(key.kind()) + " field of object");
    }
    if (!run.spend(value.size()) || !spend_on_key(run, key)) return false;
    if (!spend_on_keys(run, value)) return false;  // what is behind it is indexed again
    value.erase(key.as_string());
  }
  return true;
}

namespace {

// `paths` are sorted and agree in their first `start` keys.
bool delete_sorted(Run& run, Json& value, std::span<Json const> paths, std::size_t start) {
  Level const level(run);
  if (!level) return false;
  std::vector<Json> here;
  for (std::size_t i = 0; i < paths.size();) {
    auto const& key = paths[i][start];
    std::size_t j = i + 1;
    while (j < paths.size() && pay_to_compare(run, paths[j][start], key) &&
           paths[j][start] == key) {
      ++j;
    }
    if (!run.spend(j - i)) return false;
    if (paths[i].size() == start + 1) {
      here.push_back(key);  // the whole part goes; deeper paths below it do not matter
    } else {
      Json part;
      if (!take_value(run, value, key, part)) return false;
      if (!part.is_null()) {
        if (!delete_sorted(run, part, paths.subspan(i, j - i), start + 1)) return false;
        if (!set_value(run, value, key, std::move(part))) return false;
      }
    }
    i = j;
  }
  return delete_keys(run, value, here);
}

}  // namespace

bool delete_paths(Run& run, Json& value, Json const& paths) {
  if (!paths.is_array()) return run.fail("Paths must be specified as an array");
  std::vector<Json> sorted(paths.items().begin(), paths.items().end());
  if (!run.charge(sorted.size() * sizeof(Json))) return false;
  if (!run.spend_on_sort(sorted.size(), paths.byte_size())) return false;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](Json const& a, Json const& b) { return compare(a, b) < 0; });
  for (auto const& path : sorted) {
    if (!path.is_array()) {
      return run.fail(std::string("Path must be specified as array, not ") +
                      to_string(path.kind()));
    }
  }
  if (sorted.empty()) return true;
  if (sorted.front().size() == 0) {
    value = Json();
    return true;
  }
  return delete_sorted(run, value, sorted, 0);
}

}  // namespace skald::jq
