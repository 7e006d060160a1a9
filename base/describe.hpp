#pragma once

// SKALD_DESCRIBE tells skald the members of a struct, so that it travels as JSON and can be used
// in typed expressions:
//
//   struct Trip { std::string city; double amount; std::optional<std::string> note; };
//   SKALD_DESCRIBE(Trip, city, amount, note)
//
// Write it in the struct's own namespace, behind the struct; up to 32 members. Members may be
// bool, integers, floating point, std::string, Json, described structs, and std::optional,
// std::vector and std::map<std::string, T> of these. Reading ignores members it does not know; one
// that is missing is an error unless it is a std::optional. Writing leaves out empty optionals.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace skald {

// One described member.
template <class T, class M>
struct Member {
  using type = M;
  std::string_view name;
  M T::*pointer;
};

namespace describe {

template <class T, class M>
constexpr Member<T, M> member(std::string_view name, M T::*pointer) {
  return {name, pointer};
}

// skald_describe(T const*) is what SKALD_DESCRIBE defines; it is found beside T.
template <class T>
concept Described = requires {
  skald_describe(static_cast<T const*>(nullptr));
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

template <class T>
struct Inner {
  using type = T;
};
template <class T>
struct Inner<std::optional<T>> {
  using type = T;
};
template <class T>
struct Inner<std::vector<T>> {
  using type = T;
};
template <class T>
struct Inner<std::map<std::string, T>> {
  using type = T;
};
template <class T>
using inner_t = typename Inner<T>::type;

// Types that have a JSON form.
template <class T>
constexpr bool is_value() {
  if constexpr (is_optional<T> || is_vector<T> || is_map<T>) {
    return is_value<inner_t<T>>();
  } else {
    return std::is_arithmetic_v<T> || std::is_same_v<T, std::string> || std::is_same_v<T, Json> ||
           Described<T>;
  }
}
template <class T>
concept Value = is_value<T>();

// Where in the JSON the reader is, to say it when something does not fit.
struct Path {
  Path const* parent = nullptr;
  std::string_view key;
  std::size_t index = 0;

  std::string text() const;  // "stops[2].city"
};

Error wrong_kind(Path const& path, char const* expected, Json const& found);
Error missing_member(Path const& path, std::string_view type);
// Errors: not a whole number, or outside of [low, high].
Result<std::int64_t> read_signed(Json const& json, Path const& path, std::int64_t low,
                                 std::int64_t high);
Result<std::uint64_t> read_unsigned(Json const& json, Path const& path, std::uint64_t high);

template <Value T>
Json write(T const& value);
template <Value T>
Result<T> read(Json const& json, Path const& path);

template <class T>
constexpr std::string_view type_name() {
  return skald_describe(static_cast<T const*>(nullptr)).first;
}
template <class T>
constexpr auto members() {
  return skald_describe(static_cast<T const*>(nullptr)).second;
}

// The name of a described member; empty when SKALD_DESCRIBE does not name it.
template <class T, class M>
std::string_view name_of(M T::*pointer) {
  std::string_view result;
  auto const look = [&](auto const& member) {
    if constexpr (std::is_same_v<decltype(member.pointer), M T::*>) {
      if (member.pointer == pointer) result = member.name;
    }
  };
  std::apply([&](auto const&... each) { (look(each), ...); }, members<T>());
  return result;
}

template <class T>
Json write_struct(T const& value) {
  Json result = Json::object();
  auto const put = [&](auto const& member) {
    auto const& field = value.*member.pointer;
    if constexpr (is_optional<std::remove_cvref_t<decltype(field)>>) {
      if (field) result.set(member.name, write(*field));
    } else {
      result.set(member.name, write(field));
    }
  };
  std::apply([&](auto const&... each) { (put(each), ...); }, members<T>());
  return result;
}

template <class T>
Result<T> read_struct(Json const& json, Path const& path) {
  if (!json.is_object()) return wrong_kind(path, "an object", json);
  T result{};
  std::optional<Error> error;
  auto const take = [&](auto const& member) {
    using M = typename std::remove_cvref_t<decltype(member)>::type;
    if (error) return;
    Path const here{&path, member.name, 0};
    Json const* const found = json.find(member.name);
    if (found == nullptr) {
      if constexpr (!is_optional<M>) error = missing_member(here, type_name<T>());
      return;
    }
    Result<M> field = read<M>(*found, here);
    if (field.ok()) {
      result.*member.pointer = std::move(field).value();
    } else {
      error = std::move(field).error();
    }
  };
  std::apply([&](auto const&... each) { (take(each), ...); }, members<T>());
  if (error) return *std::move(error);
  return result;
}

template <class T>
Result<T> read_list(Json const& json, Path const& path) {
  if (!json.is_array()) return wrong_kind(path, "an array", json);
  T result;
  result.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    auto item = read<inner_t<T>>(json[i], Path{&path, {}, i});
    if (!item.ok()) return std::move(item).error();
    result.push_back(std::move(item).value());
  }
  return result;
}

template <class T>
Result<T> read_map(Json const& json, Path const& path) {
  if (!json.is_object()) return wrong_kind(path, "an object", json);
  T result;
  for (Json::Member const& entry : json.members()) {
    std::string_view const key = entry.key.as_string();
    auto item = read<inner_t<T>>(entry.value, Path{&path, key, 0});
    if (!item.ok()) return std::move(item).error();
    result.emplace(std::string(key), std::move(item).value());
  }
  return result;
}

template <class T>
Result<T> read_integer(Json const& json, Path const& path) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_signed_v<T>) {
    auto number = read_signed(json, path, Limits::min(), Limits::max());
    if (!number.ok()) return std::move(number).error();
    return static_cast<T>(*number);
  } else {
    auto number = read_unsigned(json, path, Limits::max());
    if (!number.ok()) return std::move(number).error();
    return static_cast<T>(*number);
  }
}

template <Value T>
Json write(T const& value) {
  if constexpr (std::is_same_v<T, Json> || std::is_same_v<T, std::string> ||
                std::is_same_v<T, bool>) {
    return Json(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return Json(static_cast<double>(value));
  } else if constexpr (std::is_signed_v<T>) {
    return Json(static_cast<std::int64_t>(value));
  } else if constexpr (std::is_unsigned_v<T>) {
    return Json(static_cast<std::uint64_t>(value));
  } else if constexpr (is_optional<T>) {
    return value ? write(*value) : Json();
  } else if constexpr (is_vector<T>) {
    Json result = Json::array();
    result.reserve(value.size());
    for (auto const& item : value) result.push_back(write<inner_t<T>>(item));
    return result;
  } else if constexpr (is_map<T>) {
    Json result = Json::object();
    for (auto const& [key, item] : value) result.set(key, write(item));
    return result;
  } else {
    return write_struct(value);
  }
}

template <Value T>
Result<T> read(Json const& json, Path const& path) {
  if constexpr (std::is_same_v<T, Json>) {
    return json;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) return wrong_kind(path, "true or false", json);
    return json.as_boolean();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) return wrong_kind(path, "a string", json);
    return std::string(json.as_string());
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) return wrong_kind(path, "a number", json);
    return static_cast<T>(json.as_number());
  } else if constexpr (std::is_integral_v<T>) {
    return read_integer<T>(json, path);
  } else if constexpr (is_optional<T>) {
    if (json.is_null()) return T{};
    auto inner = read<inner_t<T>>(json, path);
    if (!inner.ok()) return std::move(inner).error();
    return T(std::move(inner).value());
  } else if constexpr (is_vector<T>) {
    return read_list<T>(json, path);
  } else if constexpr (is_map<T>) {
    return read_map<T>(json, path);
  } else {
    return read_struct<T>(json, path);
  }
}

}  // namespace describe

// The value as JSON.
template <describe::Value T>
requires(!std::is_same_v<T, Json>) Json to_json(T const& value) {
  return describe::write(value);
}

// JSON as a T. Errors: invalid_argument, naming the member that does not fit.
template <describe::Value T>
Result<T> from_json(Json const& json) {
  return describe::read<T>(json, {});
}

}  // namespace skald

// The list of members. A macro can not call itself, but a rescan of its output may call it again:
// SKALD_DETAIL_RESCAN gives 32 rescans. Nothing of this is for direct use.
#define SKALD_DETAIL_RESCAN(...) SKALD_DETAIL_RESCAN3(SKALD_DETAIL_RESCAN3(__VA_ARGS__))
#define SKALD_DETAIL_RESCAN3(...) SKALD_DETAIL_RESCAN2(SKALD_DETAIL_RESCAN2(__VA_ARGS__))
#define SKALD_DETAIL_RESCAN2(...) SKALD_DETAIL_RESCAN1(SKALD_DETAIL_RESCAN1(__VA_ARGS__))
#define SKALD_DETAIL_RESCAN1(...) SKALD_DETAIL_RESCAN0(SKALD_DETAIL_RESCAN0(__VA_ARGS__))
#define SKALD_DETAIL_RESCAN0(...) SKALD_DETAIL_RESCAN_(SKALD_DETAIL_RESCAN_(__VA_ARGS__))
#define SKALD_DETAIL_RESCAN_(...) __VA_ARGS__
#define SKALD_DETAIL_NOTHING ()
#define SKALD_DETAIL_EACH_AGAIN() SKALD_DETAIL_EACH
#define SKALD_DETAIL_EACH(T, member_, ...)         \
  ::skald::describe::member(#member_, &T::member_) \
      __VA_OPT__(, SKALD_DETAIL_EACH_AGAIN SKALD_DETAIL_NOTHING(T, __VA_ARGS__))

#define SKALD_DESCRIBE(T, ...)                                                                \
  [[maybe_unused]] constexpr auto skald_describe(T const*) {                                  \
    return ::std::pair(::std::string_view(#T),                                                \
                       ::std::tuple(SKALD_DETAIL_RESCAN(SKALD_DETAIL_EACH(T, __VA_ARGS__)))); \
  }
