#pragma once

// Json is the value type of the whole system: inputs, outputs, expression results, records.
//
// A Json is a 16-byte handle to an immutable, reference-counted value; copying one is free. The
// update functions (set, push_back, ...) give the handle a new value: they change the storage in
// place when this handle is its only owner and copy it first when it is shared, so nobody else
// ever sees a change. Objects keep the order in which members were added. Values of any depth are
// destroyed, compared, hashed and printed without recursion.
//
// Thread-safety: like a shared_ptr. Two handles to one value may be used by two threads; one
// handle may not be changed by one thread while another uses it.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace skald {

namespace detail {
struct JsonRep;
struct StringRep;
struct LiteralRep;
struct ArrayRep;
struct ObjectRep;
struct ContainerRep;
}  // namespace detail

class Json {
 public:
  // In jq's order of kinds (false and true are one kind here; compare() orders them).
  // A sealed value is a secret by name (base/sealed.hpp); jq knows none.
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object, sealed };
  struct Member;  // {Json key; Json value}

  Json() noexcept = default;
  Json(std::nullptr_t) noexcept {}                                              // NOLINT: implicit
  Json(bool value) noexcept : tag_(Tag::boolean) { payload_.boolean = value; }  // NOLINT
  Json(double value) noexcept : tag_(Tag::number) { payload_.number = value; }  // NOLINT
  Json(int value) noexcept : Json(static_cast<double>(value)) {}                // NOLINT
  Json(unsigned value) noexcept : Json(static_cast<double>(value)) {}           // NOLINT
  // Integers beyond 2^53 keep all their digits (as a number literal).
  Json(std::int64_t value);      // NOLINT: implicit
  Json(std::uint64_t value);     // NOLINT: implicit
  Json(std::string_view value);  // NOLINT: implicit; must be valid UTF-8
  Json(std::string const& value) : Json(std::string_view(value)) {}  // NOLINT
  Json(char const* value) : Json(std::string_view(value)) {}         // NOLINT
  Json(Json const& other) noexcept;
  Json(Json&& other) noexcept : tag_(other.tag_), payload_(other.payload_) {
    other.tag_ = Tag::null;
  }
  Json& operator=(Json const& other) noexcept;
  Json& operator=(Json&& other) noexcept;
  ~Json();

  static Json array() { return array(std::vector<Json>{}); }
  static Json array(std::vector<Json> items);
  static Json object();
  static Json object(std::initializer_list<std::pair<std::string_view, Json>> members);
  // A number whose decimal text is kept: `text` is a JSON number that a double can not hold
  // exactly. as_number() gives the nearest double.
  static Json number_literal(std::string_view text);
  // base/sealed.hpp has what makes good pieces. `pieces` is an array that is not empty.
  static Json sealed(Json pieces);

  Kind kind() const noexcept;
  bool is_null() const noexcept { return tag_ == Tag::null; }
  bool is_boolean() const noexcept { return tag_ == Tag::boolean; }
  bool is_number() const noexcept { return tag_ == Tag::number || tag_ == Tag::literal; }
  bool is_string() const noexcept { return tag_ == Tag::string; }
  bool is_array() const noexcept { return tag_ == Tag::array; }
  bool is_object() const noexcept { return tag_ == Tag::object; }
  bool is_sealed() const noexcept { return tag_ == Tag::sealed; }
  // Neither null nor false.
  bool truthy() const noexcept { return !(is_null() || (is_boolean() && !payload_.boolean)); }

  // Each asserts the kind.
  bool as_boolean() const;
  double as_number() const;
  std::string_view as_string() const;
  // Not of a temporary: a range-for over f().items() would walk a value that is gone.
  std::span<Json const> items() const&;
  std::span<Json const> items() const&& = delete;
  std::span<Member const> members() const&;
  std::span<Member const> members() const&& = delete;
  Json pieces() const;  // of a sealed value: an array
  // The decimal text of a number literal; empty for any other number.
  std::string_view literal_text() const noexcept;

  // Items of an array, members of an object, 0 for all else.
  std::size_t size() const noexcept;
  // The member's value, or nullptr when this is no object or has no such member.
  Json const* find(std::string_view key) const noexcept;
  // The member's value, or null.
  Json const& operator[](std::string_view key) const noexcept;
  // The item; asserts that it exists.
  Json const& operator[](std::size_t index) const;

  // Updates. On null they create the container first; on another kind they assert.
  void push_back(Json value);
  void append(std::string_view text);  // to a string; must be valid UTF-8
  void set(std::string_view key, Json value);
  void set_shared(Json const& key, Json value);  // key is a string; shares its storage
  void set(std::size_t index, Json value);       // index < size()
  bool erase(std::string_view key);              // true when the member was there; keeps the order
  void reserve(std::size_t capacity);
  // Takes the value out and leaves null, so that it can be changed in place and put back.
  Json take(std::string_view key);
  Json take(std::size_t index);
  // The same for the item or the member's value at a position, whatever the container.
  Json take_at(std::size_t position);
  void put_at(std::size_t position, Json value);

  // True when this handle is the only owner (or the value needs no storage).
  bool unique() const noexcept;
  // True when both handles share one storage: equal without looking.
  bool same(Json const& other) const noexcept;
  // Approximate bytes of memory behind the handle, every shared part as often as it occurs: what
  // the value costs to walk through or to print. Known at once; 2^60 stands for all beyond.
  std::size_t byte_size() const noexcept;

  friend bool operator==(Json const& a, Json const& b) { return compare(a, b) == 0; }
  // jq's total order: null < false < true < numbers < strings (by code point) < arrays < objects
  // (first their sorted keys, then the values in that order). nan is less than any number.
  friend int compare(Json const& a, Json const& b);

 private:
  enum class Tag : std::uint8_t { null, boolean, number, literal, string, sealed, array, object };
  union Payload {
    bool boolean;
    double number;
    detail::JsonRep* rep;
  };

  Json(Tag tag, detail::JsonRep* rep) noexcept : tag_(tag) { payload_.rep = rep; }
  bool counted() const noexcept { return tag_ >= Tag::literal; }
  detail::ArrayRep& own_array();
  detail::ObjectRep& own_object();

  Tag tag_ = Tag::null;
  Payload payload_{.number = 0};

  friend struct detail::JsonRep;
  friend struct detail::ObjectRep;
};

int compare(Json const& a, Json const& b);

struct Json::Member {
  Json key;  // a string
  Json value;
};

// "null", "boolean", "number", "string", "array", "object", "secret".
char const* to_string(Json::Kind kind) noexcept;

// Compact JSON text: members in their order, numbers as jq 1.8 prints them (17 digits, integers
// without a point, nan as null, infinities as +-1.797...e308).
std::string to_text(Json const& value);
void append_text(std::string& out, Json const& value);
void append_quoted(std::string& out, std::string_view text);  // the text as a JSON string
// The same over several lines, `indent` spaces a level.
std::string to_pretty_text(Json const& value, int indent = 2);
// RFC 8785 (JCS): sorted keys, ECMAScript numbers. What digests are made of.
std::string to_canonical(Json const& value);
// The number as jq 1.8 prints it.
std::string number_to_text(double value);

struct JsonLimits {
  std::size_t max_bytes = 64U << 20U;
  std::size_t max_depth = 10'000;
};

// Parses one JSON value (RFC 8259, UTF-8). A repeated member keeps its place and takes the last
// value. Errors: invalid_argument with line and column, too_large over a limit.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

// Hash that agrees with ==.
std::uint64_t hash_value(Json const& value);

// Number of code points of valid UTF-8.
std::size_t count_code_points(std::string_view text) noexcept;
// True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view text) noexcept;

}  // namespace skald
