#include "compiler/time_zones.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/time_zone.hpp"

namespace skald::compiler {

namespace {

constexpr std::string_view kDatabase = "/usr/share/zoneinfo/";
constexpr std::size_t kLargest = 1U << 20U;

bool is_name(std::string_view name) {
  bool const plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  });
  return plain && !name.empty() && name.size() < 64 && name.front() != '/';
}

}  // namespace

// A file of the database ends with the rule for all times to come, between two line ends.
std::optional<std::string> zone_rule(std::string_view name) {
  if (name == "UTC" || name == "Z" || name == "Etc/UTC") return std::string();
  if (!is_name(name)) return std::nullopt;
  std::ifstream file(std::string(kDatabase) + std::string(name), std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file || !bytes.starts_with("TZif") || bytes.size() > kLargest || !bytes.ends_with('\n')) {
    return std::nullopt;
  }
  bytes.pop_back();
  auto rule = bytes.substr(bytes.rfind('\n') + 1);
  if (rule.empty() || !TimeZone::parse(rule).ok()) return std::nullopt;
  return rule;
}

}  // namespace skald::compiler
