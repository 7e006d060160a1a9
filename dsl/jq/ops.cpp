#include "dsl/jq/ops.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/sealed.hpp"
#include "dsl/jq/strings.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

std::int64_t to_integer(double value) {
  constexpr auto kLow = std::numeric_limits<std::int64_t>::min();
  if (value < static_cast<double>(kLow)) return kLow;
  if (-value < static_cast<double>(kLow)) return std::numeric_limits<std::int64_t>::max();
  if (value >= -static_cast<double>(kLow)) return std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(value);
}

bool numbers(Run& run, Operator op, Json const& a, Json const& b, Json& out) {
  double const x = a.as_number();
  double const y = b.as_number();
  switch (op) {
    case Operator::add: out = Json(x + y); return true;
    case Operator::subtract: out = Json(x - y); return true;
    case Operator::multiply: out = Json(x * y); return true;
    case Operator::divide:
      if (y == 0) return type_error(run, a, b, "cannot be divided because the divisor is zero");
      out = Json(x / y);
      return true;
    case Operator::modulo: break;
  }
  if (std::isnan(x) || std::isnan(y)) {
    out = Json(std::numeric_limits<double>::quiet_NaN());
    return true;
  }
  auto const divisor = to_integer(y);
  if (divisor == 0) {
    return type_error(run, a, b, "cannot be divided (remainder) because the divisor is zero");
  }
  auto const rest = divisor == -1 ? 0 : to_integer(x) % divisor;
  out = Json(static_cast<double>(rest));
  return true;
}

bool difference(Run& run, Json const& a, Json const& b, Json& out) {
  Json result = Json::array();
  if (!run.spend(a.size() * b.size() / 2)) return false;
  for (auto const& item : a.items()) {
    bool keep = true;
    for (auto const& other : b.items()) {
      if (!keep || !pay_to_compare(run, item, other)) break;
      keep = compare(item, other) != 0;
    }
    if (run.failed()) return false;
    if (keep) result.push_back(item);
  }
  out = std::move(result);
  return run.charge(out.size() * sizeof(Json));
}

bool repeat_string(Run& run, Json const& text, double count, Json& out) {
  if (!(count >= 0)) {
    out = Json();
    return true;
  }
  auto const piece = text.as_string();
  auto const times = std::trunc(std::min(count, 2147483647.0));
  if (piece.empty() || times == 0) {
    out = Json("");
    return true;
  }
  auto const size = static_cast<double>(piece.size()) * times;
  if (size >= 2147483647.0) return run.fail("Repeat string result too long");
  if (!run.charge(static_cast<std::size_t>(size))) return false;
  std::string result;
  result.reserve(static_cast<std::size_t>(size));
  for (auto i = static_cast<std::size_t>(times); i != 0; --i) result += piece;
  out = Json(result);
  return true;
}

// What is shared is copied before it is changed.
bool pay_to_copy(Run& run, Json const& value) {
  auto const size = value.size();
  if (value.is_object()) return run.spend(size / 2) && run.charge(size * sizeof(Json::Member));
  return run.spend(size / 4) && run.charge(size * sizeof(Json));
}

bool concat_arrays(Run& run, Json& a, Json const& b) {
  if (!a.unique() && !pay_to_copy(run, a)) return false;
  if (!run.spend(b.size() / 4) || !run.charge(b.size() * sizeof(Json))) return false;
  Json const keep = b;  // `a` and `b` may share storage
  for (auto const& item : keep.items()) a.push_back(item);
  return true;
}

bool merge_objects(Run& run, Json& a, Json const& b) {
  if (!a.unique() && !pay_to_copy(run, a)) return false;
  if (!run.spend(b.size()) || !run.charge(b.size() * kMemberBytes)) return false;
  Json const keep = b;
  for (auto const& member : keep.members()) {
    if (!spend_on_key(run, member.key)) return false;
    a.set_shared(member.key, member.value);
  }
  return true;
}

bool concat_strings(Run& run, Json& a, Json const& b) {
  auto const extra = b.as_string().size() + (a.unique() ? 0 : a.as_string().size());
  if (!run.charge(extra)) return false;
  a.append(b.as_string());
  return true;
}

// True when one of them is a secret, and the other can stand beside it in a text.
bool makes_sealed_text(Json const& a, Json const& b) {
  return (a.is_sealed() && (b.is_string() || b.is_sealed())) || (a.is_string() && b.is_sealed());
}

bool multiply_others(Run& run, Json& a, Json const& b) {
  if (a.is_string() && b.is_number()) return repeat_string(run, Json(a), b.as_number(), a);
  if (a.is_number() && b.is_string()) return repeat_string(run, b, a.as_number(), a);
  if (a.is_object() && b.is_object()) return merge_deep(run, a, b);
  return type_error(run, a, b, "cannot be multiplied");
}

}  // namespace

bool spend_on_keys(Run& run, Json const& object) {
  std::size_t bytes = 0;
  for (auto const& member : object.members()) bytes += member.key.as_string().size();
  return run.spend_on_text(bytes);
}

bool no_secret(Run& run, Json const& value) {
  if (!holds_secret(value)) return true;
  return run.fail("a secret can not be made a part of this text");
}

bool type_error(Run& run, Json const& value, char const* what) {
  return run.fail(describe(value) + " " + what);
}

bool type_error(Run& run, Json const& a, Json const& b, char const* what) {
  return run.fail(describe(a) + " and " + describe(b) + " " + what);
}

bool calculate(Run& run, Operator op, Json const& a, Json const& b, Json& out) {
  if (a.is_number() && b.is_number()) return numbers(run, op, a, b, out);
  Json left = a;
  if (!calculate_into(run, op, left, b)) return false;
  out = std::move(left);
  return true;
}

bool calculate_into(Run& run, Operator op, Json& a, Json const& b) {
  if (a.is_number() && b.is_number()) return numbers(run, op, a, b, a);
  switch (op) {
    case Operator::add:
      if (b.is_null()) return true;
      if (a.is_null()) return a = b, true;
      if (a.is_string() && b.is_string()) return concat_strings(run, a, b);
      if (a.is_array() && b.is_array()) return concat_arrays(run, a, b);
      if (makes_sealed_text(a, b)) return a = sealed_text(a, b), run.charge(a.byte_size());
      if (a.is_object() && b.is_object()) return merge_objects(run, a, b);
      return type_error(run, a, b, "cannot be added");
    case Operator::subtract:
      if (a.is_array() && b.is_array()) return difference(run, a, b, a);
      return type_error(run, a, b, "cannot be subtracted");
    case Operator::multiply: return multiply_others(run, a, b);
    case Operator::divide:
      if (a.is_string() && b.is_string()) return split_string(run, a, b, a);
      return type_error(run, a, b, "cannot be divided");
    case Operator::modulo: return type_error(run, a, b, "cannot be divided (remainder)");
  }
  return false;
}

bool compare_as(Order order, Json const& a, Json const& b) {
  int const result = compare(a, b);
  switch (order) {
    case Order::equal: return result == 0;
    case Order::not_equal: return result != 0;
    case Order::less: return result < 0;
    case Order::less_equal: return result <= 0;
    case Order::greater: return result > 0;
    case Order::greater_equal: return result >= 0;
  }
  return false;
}

namespace {

bool is_zero(std::string_view literal) {
  auto const at = literal.find_first_not_of("-0.");
  return at == std::string_view::npos || literal[at] == 'e' || literal[at] == 'E';
}

}  // namespace

bool negate(Run& run, Json const& value, Json& out) {
  if (!value.is_number()) return type_error(run, value, "cannot be negated");
  auto const literal = value.literal_text();
  if (!run.spend_on_text(literal.size()) || !run.charge(literal.size())) return false;
  if (literal.empty()) {
    // Zero has no sign, and keeps how it is written.
    out = Json(0 - value.as_number());
  } else if (is_zero(literal)) {
    out = literal.front() == '-' ? Json::number_literal(literal.substr(1)) : value;
  } else if (literal.front() == '-') {
    out = Json::number_literal(literal.substr(1));
  } else {
    out = Json::number_literal("-" + std::string(literal));
  }
  return true;
}

bool merge_deep(Run& run, Json& a, Json const& b) {
  // Iterative: objects can be deep. Each entry merges `from` into the object taken out for it.
  struct Merge {
    Json into;
    Json from;
    std::size_t next = 0;
  };
  std::vector<Merge> levels;
  levels.push_back({std::move(a), b, 0});
  for (;;) {
    auto& top = levels.back();
    if (top.next == top.from.size()) {
      Json done = std::move(top.into);
      levels.pop_back();
      if (levels.empty()) {
        a = std::move(done);
        return true;
      }
      auto& outer = levels.back();
      outer.into.set_shared(outer.from.members()[outer.next - 1].key, std::move(done));
      continue;
    }
    if (!run.spend(3) || !run.charge(sizeof(Json::Member))) return false;
    if (top.next == 0 && !top.into.unique() && !pay_to_copy(run, top.into)) return false;
    auto const& member = top.from.members()[top.next++];
    if (!spend_on_key(run, member.key)) return false;
    auto const* old = top.into.find(member.key.as_string());
    if (old != nullptr && old->is_object() && member.value.is_object()) {
      Json inner = top.into.take(member.key.as_string());
      Json const from = member.value;
      levels.push_back({std::move(inner), from, 0});
    } else {
      top.into.set_shared(member.key, member.value);
    }
  }
}

bool contains(Run& run, Json const& value, Json const& part) {
  Level const level(run);
  if (!level || !run.spend()) return false;
  if (value.kind() != part.kind()) return false;
  if (value.is_object()) {
    for (auto const& member : part.members()) {
      if (!spend_on_key(run, member.key)) return false;
      auto const* found = value.find(member.key.as_string());
      if (found == nullptr || !contains(run, *found, member.value)) return false;
    }
    return true;
  }
  if (value.is_array()) {
    for (auto const& wanted : part.items()) {
      bool found = false;
      for (auto const& item : value.items()) {
        found = contains(run, item, wanted);
        if (found || run.failed()) break;
      }
      if (!found) return false;
    }
    return true;
  }
  if (value.is_string()) {
    if (!run.spend_on_text(value.as_string().size())) return false;
    return find_text(value.as_string(), part.as_string(), 0) != std::string_view::npos;
  }
  return pay_to_compare(run, value, part) && compare(value, part) == 0;
}

}  // namespace skald::jq
