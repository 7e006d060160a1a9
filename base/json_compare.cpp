// Comparison and hashing of Json without recursion.

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/digest.hpp"
#include "base/json.hpp"

namespace skald {
namespace {

int rank(Json const& value) {
  switch (value.kind()) {
    case Json::Kind::null: return 0;
    case Json::Kind::boolean: return value.as_boolean() ? 2 : 1;
    case Json::Kind::number: return 3;
    case Json::Kind::string: return 4;
    case Json::Kind::array: return 5;
    case Json::Kind::object: return 6;
    case Json::Kind::sealed: return 7;
  }
  return 0;
}

// Splits a decimal literal into sign, digits without leading zeros, and the exponent of the
// point after the first digit. Zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  long exponent = 0;
};

Decimal decimal_of(std::string_view text) {
  Decimal result;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) result.negative = text[i++] == '-';
  auto const end = std::min({text.find('e', i), text.find('E', i), text.size()});
  auto const dot = std::min(text.find('.', i), end);
  auto const point = static_cast<long>(dot - i);
  result.digits.assign(text.substr(i, dot - i));
  if (dot != end) result.digits.append(text.substr(dot + 1, end - dot - 1));
  i = end;
  long exponent = 0;
  if (i < text.size()) {
    exponent = std::strtol(std::string(text.substr(i + 1)).c_str(), nullptr, 10);
  }
  auto const first = result.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  result.digits.erase(0, first);
  result.digits.erase(result.digits.find_last_not_of('0') + 1);
  result.exponent = point - static_cast<long>(first) - 1 + exponent;
  return result;
}

int sign_of(bool less, bool greater) {
  return less ? -1 : (greater ? 1 : 0);
}

int compare_literals(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  auto const x = decimal_of(a);
  auto const y = decimal_of(b);
  int const sx = x.digits.empty() ? 0 : (x.negative ? -1 : 1);
  int const sy = y.digits.empty() ? 0 : (y.negative ? -1 : 1);
  if (sx != sy) return sx < sy ? -1 : 1;
  if (sx == 0) return 0;
  int magnitude = 0;
  if (x.exponent != y.exponent) {
    magnitude = x.exponent < y.exponent ? -1 : 1;
  } else {
    auto const order = x.digits.compare(y.digits);
    magnitude = sign_of(order<0, order> 0);
  }
  return sx * magnitude;
}

int compare_numbers(Json const& a, Json const& b) {
  double const x = a.as_number();
  double const y = b.as_number();
  // Two literals can differ where their doubles do not.
  if (x == y && !a.literal_text().empty() && !b.literal_text().empty()) {
    return compare_literals(a.literal_text(), b.literal_text());
  }
  if (std::isnan(x)) return -1;  // as jq: nan sorts below every number, itself included
  return sign_of(x<y, x> y || std::isnan(y));
}

int compare_strings(Json const& a, Json const& b) {
  if (a.same(b)) return 0;
  int const order = a.as_string().compare(b.as_string());
  return sign_of(order<0, order> 0);
}

std::vector<Json::Member const*> sorted_members(Json const& object) {
  std::vector<Json::Member const*> result;
  result.reserve(object.size());
  for (auto const& member : object.members()) result.push_back(&member);
  std::sort(result.begin(), result.end(),
            [](auto const* a, auto const* b) { return a->key.as_string() < b->key.as_string(); });
  return result;
}

struct Pair {
  Json const* a;
  Json const* b;
};

// Compares what needs no descent; pushes the parts of containers in reverse order.
int compare_step(Pair pair, std::vector<Pair>& todo, std::vector<int>& verdicts);

bool plain_numbers(Json const& a, Json const& b) {
  return a.is_number() && b.is_number();
}

int compare_arrays(Json const& a, Json const& b, std::vector<Pair>& todo,
                   std::vector<int>& verdicts) {
  auto const x = a.items();
  auto const y = b.items();
  auto const common = std::min(x.size(), y.size());
  // Most arrays begin with numbers, if not all of them are: these need no place to wait in.
  std::size_t numbers = 0;
  for (; numbers < common && plain_numbers(x[numbers], y[numbers]); ++numbers) {
    if (int const order = compare_numbers(x[numbers], y[numbers]); order != 0) return order;
  }
  if (x.size() != y.size()) {
    todo.push_back({nullptr, nullptr});
    verdicts.push_back(x.size() < y.size() ? -1 : 1);
  }
  for (std::size_t i = common; i-- > numbers;) todo.push_back({&x[i], &y[i]});
  return 0;
}

int compare_objects(Json const& a, Json const& b, std::vector<Pair>& todo) {
  auto const x = sorted_members(a);
  auto const y = sorted_members(b);
  auto const common = std::min(x.size(), y.size());
  for (std::size_t i = 0; i < common; ++i) {
    int const order = x[i]->key.as_string().compare(y[i]->key.as_string());
    if (order != 0) return order < 0 ? -1 : 1;
  }
  if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
  for (std::size_t i = common; i-- > 0;) todo.push_back({&x[i]->value, &y[i]->value});
  return 0;
}

int compare_step(Pair pair, std::vector<Pair>& todo, std::vector<int>& verdicts) {
  auto const& a = *pair.a;
  auto const& b = *pair.b;
  int const ra = rank(a);
  int const rb = rank(b);
  if (ra != rb) return ra < rb ? -1 : 1;
  switch (ra) {
    case 3: return compare_numbers(a, b);
    case 4: return compare_strings(a, b);
    case 5: return compare_arrays(a, b, todo, verdicts);
    case 6: return compare_objects(a, b, todo);
    case 7: return compare(a.pieces(), b.pieces());
    default: return 0;
  }
}

}  // namespace

int compare(Json const& a, Json const& b) {
  auto const kind = a.kind();
  if (kind == b.kind()) {
    if (kind == Json::Kind::number) return compare_numbers(a, b);
    if (kind == Json::Kind::string) return compare_strings(a, b);
  } else if (kind != Json::Kind::boolean && kind != Json::Kind::null) {
    return kind < b.kind() ? -1 : 1;
  }
  if (a.size() == 0 || b.size() == 0 || kind != b.kind()) {
    // No descent: the common case of scalars allocates nothing.
    std::vector<Pair> todo;
    std::vector<int> verdicts;
    int const order = compare_step({&a, &b}, todo, verdicts);
    if (order != 0 || todo.empty()) return order;
    return verdicts.empty() ? 0 : verdicts.back();
  }
  std::vector<Pair> todo{{&a, &b}};
  std::vector<int> verdicts;
  while (!todo.empty()) {
    auto const pair = todo.back();
    todo.pop_back();
    if (pair.a == nullptr) return verdicts.back();
    if (int const order = compare_step(pair, todo, verdicts); order != 0) return order;
  }
  return 0;
}

std::uint64_t hash_value(Json const& value) {
  // Numbers hash by their nearest double, so a literal agrees with an equal double.
  std::uint64_t total = 0x5a17;
  std::vector<Json const*> todo{&value};
  auto mix = [&total](std::uint64_t part) {
    total = (total ^ part) * 0x9e3779b97f4a7c15ULL;
    total ^= total >> 29U;
  };
  while (!todo.empty()) {
    auto const& at = *todo.back();
    todo.pop_back();
    mix(static_cast<std::uint64_t>(rank(at)));
    if (at.is_number()) {
      double const number = at.as_number() == 0 ? 0.0 : at.as_number();
      std::uint64_t bits = 0;
      static_assert(sizeof bits == sizeof number);
      __builtin_memcpy(&bits, &number, sizeof bits);
      mix(bits);
    } else if (at.is_string()) {
      mix(stable_hash(at.as_string()));
    } else if (at.is_sealed()) {
      mix(hash_value(at.pieces()));
    } else if (at.is_array()) {
      mix(at.size());
      for (auto const& item : at.items()) todo.push_back(&item);
    } else if (at.is_object()) {
      mix(at.size());
      for (auto const* member : sorted_members(at)) {
        mix(stable_hash(member->key.as_string()));
        todo.push_back(&member->value);
      }
    }
  }
  return total;
}

}  // namespace skald
