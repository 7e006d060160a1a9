#include "base/json.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>

#include "base/assert.hpp"
#include "base/digest.hpp"

namespace skald {
namespace detail {

struct JsonRep {
  std::atomic<std::uint32_t> refs{1};

  void retain() noexcept { refs.fetch_add(1, std::memory_order_relaxed); }
  // True when the caller was the last owner and must destroy.
  bool release() noexcept {
    if (refs.load(std::memory_order_acquire) == 1) return true;
    return refs.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  bool unique() const noexcept { return refs.load(std::memory_order_acquire) == 1; }
};

// The bytes follow the struct in one allocation.
struct StringRep : JsonRep {
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;  // bytes behind the struct

  char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
  std::string_view view() noexcept { return {data(), size}; }

  static StringRep* make(std::string_view text, std::size_t capacity) {
    SKALD_ASSERT(capacity < 0xffffffffU, "a JSON string is limited to 4 GiB");
    void* memory = ::operator new(sizeof(StringRep) + capacity);
    auto* rep = new (memory) StringRep;
    rep->size = static_cast<std::uint32_t>(text.size());
    rep->capacity = static_cast<std::uint32_t>(capacity);
    if (!text.empty()) std::memcpy(rep->data(), text.data(), text.size());
    return rep;
  }
};

struct LiteralRep : JsonRep {
  double number = 0;
  std::string text;
};

// The sizes of parts are summed up as they come and go, so that byte_size() needs no walk: a few
// steps of doubling make a value that nobody could walk through. The sum stops at kMostBytes.
constexpr std::size_t kMostBytes = std::size_t{1} << 60U;

struct ContainerRep : JsonRep {
  std::size_t parts = 0;  // byte_size() of all parts together

  void came(Json const& part) noexcept { parts = std::min(kMostBytes, parts + part.byte_size()); }
  // What has been too large to be counted once stays too large.
  void went(Json const& part) noexcept {
    if (parts < kMostBytes) parts -= part.byte_size();
  }
  void put(Json& place, Json value) noexcept {
    went(place);
    came(value);
    place = std::move(value);
  }
  Json take(Json& place) noexcept {
    went(place);
    Json value = std::exchange(place, Json());
    came(place);
    return value;
  }
};

struct ArrayRep : ContainerRep {
  std::vector<Json> items;
};

// Members in insertion order; from kIndexFrom members on an open-addressing index of positions.
struct ObjectRep : ContainerRep {
  static constexpr std::size_t kIndexFrom = 12;

  std::vector<Json::Member> members;
  std::vector<std::uint32_t> index;  // position + 1, 0 is empty; size is a power of two

  static std::uint32_t hash(std::string_view key) noexcept {
    return static_cast<std::uint32_t>(stable_hash(key));
  }

  void insert_index(std::uint32_t position) {
    auto const mask = index.size() - 1;
    auto slot = hash(members[position].key.as_string()) & mask;
    while (index[slot] != 0) slot = (slot + 1) & mask;
    index[slot] = position + 1;
  }

  void rebuild_index() {
    index.clear();
    if (members.size() < kIndexFrom) return;
    std::size_t slots = 32;
    while (slots < members.size() * 2) slots *= 2;
    index.assign(slots, 0);
    for (std::uint32_t i = 0; i < members.size(); ++i) insert_index(i);
  }

  static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

  std::size_t position(std::string_view key) const noexcept {
    if (index.empty()) {
      for (std::size_t i = 0; i < members.size(); ++i) {
        if (members[i].key.as_string() == key) return i;
      }
      return kAbsent;
    }
    auto const mask = index.size() - 1;
    for (auto slot = hash(key) & mask; index[slot] != 0; slot = (slot + 1) & mask) {
      auto const at = index[slot] - 1;
      if (members[at].key.as_string() == key) return at;
    }
    return kAbsent;
  }

  void append(Json key, Json value) {
    came(key);
    came(value);
    members.push_back({std::move(key), std::move(value)});
    if (members.size() < kIndexFrom) return;
    if (index.size() < members.size() * 2) {
      rebuild_index();
    } else {
      insert_index(static_cast<std::uint32_t>(members.size() - 1));
    }
  }
};

namespace {

// Containers whose last owner went away, waiting to be taken apart. Freeing pushes the children's
// containers here instead of recursing, so depth costs heap and not stack.
struct Graveyard {
  std::vector<Json> dead;
  bool digging = false;
};
thread_local Graveyard graveyard;

}  // namespace
}  // namespace detail

using detail::ArrayRep;
using detail::LiteralRep;
using detail::ObjectRep;
using detail::StringRep;

namespace {

Json const kNull;

bool fits_double(std::int64_t value) {
  return value >= -(std::int64_t{1} << 53) && value <= (std::int64_t{1} << 53);
}

}  // namespace

Json::Json(std::int64_t value) {
  if (fits_double(value)) {
    tag_ = Tag::number;
    payload_.number = static_cast<double>(value);
  } else {
    *this = number_literal(std::to_string(value));
  }
}

Json::Json(std::uint64_t value) {
  if (value <= (std::uint64_t{1} << 53U)) {
    tag_ = Tag::number;
    payload_.number = static_cast<double>(value);
  } else {
    *this = number_literal(std::to_string(value));
  }
}

Json::Json(std::string_view value) : tag_(Tag::string) {
  payload_.rep = StringRep::make(value, value.size());
}

Json::Json(Json const& other) noexcept : tag_(other.tag_), payload_(other.payload_) {
  if (counted()) payload_.rep->retain();
}

Json& Json::operator=(Json const& other) noexcept {
  Json copy(other);
  return *this = std::move(copy);
}

Json& Json::operator=(Json&& other) noexcept {
  if (this == &other) return *this;
  Json old;
  std::swap(old.tag_, tag_);
  std::swap(old.payload_, payload_);
  std::swap(tag_, other.tag_);
  std::swap(payload_, other.payload_);
  return *this;
}

Json::~Json() {
  if (!counted()) return;
  if (!payload_.rep->release()) return;
  switch (tag_) {
    case Tag::string: {
      auto* rep = static_cast<StringRep*>(payload_.rep);
      rep->~StringRep();
      ::operator delete(rep);
      return;
    }
    case Tag::literal: delete static_cast<LiteralRep*>(payload_.rep); return;
    default: break;
  }
  // A container: take it apart here, or leave it to the destructor that is already digging.
  auto& yard = detail::graveyard;
  auto bury = [&yard](Json&& child) {
    if (child.tag_ >= Tag::sealed) yard.dead.push_back(std::move(child));
  };
  auto open = [&bury](Tag tag, detail::JsonRep* rep) {
    if (tag == Tag::array || tag == Tag::sealed) {
      auto* array = static_cast<ArrayRep*>(rep);
      for (auto& item : array->items) bury(std::move(item));
      delete array;
    } else {
      auto* object = static_cast<ObjectRep*>(rep);
      for (auto& member : object->members) bury(std::move(member.value));
      delete object;
    }
  };
  bool const outermost = !yard.digging;
  yard.digging = true;
  open(tag_, payload_.rep);
  if (!outermost) return;
  while (!yard.dead.empty()) {
    Json corpse = std::move(yard.dead.back());
    yard.dead.pop_back();
    auto const tag = corpse.tag_;
    corpse.tag_ = Tag::null;
    if (corpse.payload_.rep->release()) open(tag, corpse.payload_.rep);
  }
  yard.digging = false;
}

Json Json::array(std::vector<Json> items) {
  auto rep = std::make_unique<ArrayRep>();
  rep->items = std::move(items);
  for (auto const& item : rep->items) rep->came(item);
  return {Tag::array, rep.release()};
}

Json Json::object() {
  return {Tag::object, new ObjectRep};
}

Json Json::object(std::initializer_list<std::pair<std::string_view, Json>> members) {
  Json result = object();
  result.reserve(members.size());
  for (auto const& [key, value] : members) result.set(key, value);
  return result;
}

Json Json::sealed(Json pieces) {
  SKALD_ASSERT(pieces.is_array() && pieces.size() > 0, "a sealed value has pieces");
  pieces.tag_ = Tag::sealed;
  return pieces;
}

Json Json::number_literal(std::string_view text) {
  auto rep = std::make_unique<LiteralRep>();
  rep->text = text;
  rep->number = std::strtod(rep->text.c_str(), nullptr);
  return {Tag::literal, rep.release()};
}

Json::Kind Json::kind() const noexcept {
  switch (tag_) {
    case Tag::null: return Kind::null;
    case Tag::boolean: return Kind::boolean;
    case Tag::number:
    case Tag::literal: return Kind::number;
    case Tag::string: return Kind::string;
    case Tag::sealed: return Kind::sealed;
    case Tag::array: return Kind::array;
    case Tag::object: return Kind::object;
  }
  return Kind::null;
}

bool Json::as_boolean() const {
  SKALD_ASSERT(is_boolean(), "Json is not a boolean");
  return payload_.boolean;
}

double Json::as_number() const {
  SKALD_ASSERT(is_number(), "Json is not a number");
  return tag_ == Tag::number ? payload_.number
                             : static_cast<LiteralRep const*>(payload_.rep)->number;
}

std::string_view Json::as_string() const {
  SKALD_ASSERT(is_string(), "Json is not a string");
  return static_cast<StringRep*>(payload_.rep)->view();
}

std::span<Json const> Json::items() const& {
  SKALD_ASSERT(is_array(), "Json is not an array");
  return static_cast<ArrayRep const*>(payload_.rep)->items;
}

std::span<Json::Member const> Json::members() const& {
  SKALD_ASSERT(is_object(), "Json is not an object");
  return static_cast<ObjectRep const*>(payload_.rep)->members;
}

Json Json::pieces() const {
  SKALD_ASSERT(is_sealed(), "Json is not sealed");
  Json result = *this;
  result.tag_ = Tag::array;
  return result;
}

std::string_view Json::literal_text() const noexcept {
  if (tag_ != Tag::literal) return {};
  return static_cast<LiteralRep const*>(payload_.rep)->text;
}

std::size_t Json::size() const noexcept {
  if (is_array()) return static_cast<ArrayRep const*>(payload_.rep)->items.size();
  if (is_object()) return static_cast<ObjectRep const*>(payload_.rep)->members.size();
  return 0;
}

Json const* Json::find(std::string_view key) const noexcept {
  if (!is_object()) return nullptr;
  auto const& object = *static_cast<ObjectRep const*>(payload_.rep);
  auto const at = object.position(key);
  return at == ObjectRep::kAbsent ? nullptr : &object.members[at].value;
}

Json const& Json::operator[](std::string_view key) const noexcept {
  auto const* value = find(key);
  return value != nullptr ? *value : kNull;
}

Json const& Json::operator[](std::size_t index) const {
  SKALD_ASSERT(index < size() && is_array(), "no such item in the Json array");
  return static_cast<ArrayRep const*>(payload_.rep)->items[index];
}

ArrayRep& Json::own_array() {
  if (is_null()) *this = array();
  SKALD_ASSERT(is_array(), "Json is not an array");
  auto* rep = static_cast<ArrayRep*>(payload_.rep);
  if (!rep->unique()) {
    *this = array(rep->items);
    rep = static_cast<ArrayRep*>(payload_.rep);
  }
  return *rep;
}

ObjectRep& Json::own_object() {
  if (is_null()) *this = object();
  SKALD_ASSERT(is_object(), "Json is not an object");
  auto* rep = static_cast<ObjectRep*>(payload_.rep);
  if (!rep->unique()) {
    auto copy = std::make_unique<ObjectRep>();
    copy->members = rep->members;
    copy->index = rep->index;
    copy->parts = rep->parts;
    *this = Json(Tag::object, copy.release());
    rep = static_cast<ObjectRep*>(payload_.rep);
  }
  return *rep;
}

void Json::push_back(Json value) {
  auto& array = own_array();
  array.came(value);
  array.items.push_back(std::move(value));
}

void Json::append(std::string_view text) {
  SKALD_ASSERT(is_string(), "Json is not a string");
  auto* rep = static_cast<StringRep*>(payload_.rep);
  auto const size = rep->size + text.size();
  bool const own = rep->unique();
  if (!own || size > rep->capacity) {
    // Room to grow only for a handle that is alone: it is being built up.
    auto* copy = StringRep::make(rep->view(), own ? size * 2 : size);
    std::memcpy(copy->data() + rep->size, text.data(), text.size());
    copy->size = static_cast<std::uint32_t>(size);
    *this = Json(Tag::string, copy);
    return;
  }
  std::memmove(rep->data() + rep->size, text.data(), text.size());
  rep->size = static_cast<std::uint32_t>(size);
}

void Json::set(std::string_view key, Json value) {
  auto& object = own_object();
  auto const at = object.position(key);
  if (at == ObjectRep::kAbsent) {
    object.append(Json(key), std::move(value));
  } else {
    object.put(object.members[at].value, std::move(value));
  }
}

void Json::set_shared(Json const& key, Json value) {
  auto& object = own_object();
  auto const at = object.position(key.as_string());
  if (at == ObjectRep::kAbsent) {
    object.append(key, std::move(value));
  } else {
    object.put(object.members[at].value, std::move(value));
  }
}

void Json::set(std::size_t index, Json value) {
  auto& array = own_array();
  SKALD_ASSERT(index < array.items.size(), "no such item in the Json array");
  array.put(array.items[index], std::move(value));
}

bool Json::erase(std::string_view key) {
  if (find(key) == nullptr) return false;
  auto& object = own_object();
  auto const at = object.position(key);
  object.went(object.members[at].key);
  object.went(object.members[at].value);
  object.members.erase(object.members.begin() + static_cast<std::ptrdiff_t>(at));
  object.rebuild_index();
  return true;
}

void Json::reserve(std::size_t capacity) {
  if (is_array()) {
    own_array().items.reserve(capacity);
  } else {
    own_object().members.reserve(capacity);
  }
}

Json Json::take(std::string_view key) {
  if (find(key) == nullptr) return {};
  auto& object = own_object();
  return object.take(object.members[object.position(key)].value);
}

Json Json::take(std::size_t index) {
  auto& array = own_array();
  SKALD_ASSERT(index < array.items.size(), "no such item in the Json array");
  return array.take(array.items[index]);
}

Json Json::take_at(std::size_t position) {
  if (is_array()) return take(position);
  auto& object = own_object();
  return object.take(object.members[position].value);
}

void Json::put_at(std::size_t position, Json value) {
  if (is_array()) {
    auto& array = own_array();
    array.put(array.items[position], std::move(value));
  } else {
    auto& object = own_object();
    object.put(object.members[position].value, std::move(value));
  }
}

bool Json::unique() const noexcept {
  return !counted() || payload_.rep->unique();
}

bool Json::same(Json const& other) const noexcept {
  if (tag_ != other.tag_) return false;
  if (counted()) return payload_.rep == other.payload_.rep;
  switch (tag_) {
    case Tag::null: return true;
    case Tag::boolean: return payload_.boolean == other.payload_.boolean;
    default: return payload_.number == other.payload_.number;
  }
}

std::size_t Json::byte_size() const noexcept {
  switch (tag_) {
    case Tag::null:
    case Tag::boolean:
    case Tag::number: return sizeof(Json);
    case Tag::literal: return sizeof(Json) + sizeof(LiteralRep) + literal_text().size();
    case Tag::string:
      return sizeof(Json) + sizeof(StringRep) + static_cast<StringRep*>(payload_.rep)->size;
    case Tag::sealed:
    case Tag::array:
      return sizeof(Json) + sizeof(ArrayRep) + static_cast<ArrayRep*>(payload_.rep)->parts;
    case Tag::object:
      return sizeof(Json) + sizeof(ObjectRep) + static_cast<ObjectRep*>(payload_.rep)->parts;
  }
  return sizeof(Json);
}

char const* to_string(Json::Kind kind) noexcept {
  switch (kind) {
    case Json::Kind::null: return "null";
    case Json::Kind::boolean: return "boolean";
    case Json::Kind::number: return "number";
    case Json::Kind::string: return "string";
    case Json::Kind::array: return "array";
    case Json::Kind::object: return "object";
    case Json::Kind::sealed: return "secret";
  }
  return "null";
}

}  // namespace skald
