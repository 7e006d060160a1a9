#include "runtime/sweep/schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace skald::sweep {
namespace {

constexpr std::array<std::string_view, 10> kWords = {
    "crash", "cancel", "refuse", "error", "timeout", "silence", "lost", "late", "unsent", "twice"};

Error wrong(std::string_view part) {
  return {ErrorCode::invalid_argument, "'" + std::string(part) + "' is no fault",
          "write 'crash at 17', 'cancel at 17', or 'refuse do/1/flight:1' with one of refuse, "
          "error, timeout, silence, lost, late, unsent, twice"};
}

std::string_view trimmed(std::string_view text) {
  auto const from = text.find_first_not_of(' ');
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

Result<Fault> parse_fault(std::string_view part) {
  auto const space = part.find(' ');
  auto const* const known = std::find(kWords.begin(), kWords.end(), part.substr(0, space));
  if (known == kWords.end() || space == std::string_view::npos) return wrong(part);
  Fault fault;
  fault.kind = static_cast<Kind>(known - kWords.begin());
  auto rest = trimmed(part.substr(space));
  if (!is_moment(fault.kind)) {
    fault.call = rest;
    return fault;
  }
  if (rest.starts_with("at ")) rest.remove_prefix(3);
  auto const end = std::from_chars(rest.data(), rest.data() + rest.size(), fault.moment);
  if (end.ec != std::errc() || end.ptr != rest.data() + rest.size()) return wrong(part);
  return fault;
}

}  // namespace

std::string_view word(Kind kind) noexcept {
  return kWords[static_cast<std::size_t>(kind)];
}

bool is_moment(Kind kind) noexcept {
  return kind == Kind::crash || kind == Kind::cancel;
}

std::string to_text(Fault const& fault) {
  std::string out(word(fault.kind));
  return is_moment(fault.kind) ? out + " at " + std::to_string(fault.moment)
                               : out + " " + fault.call;
}

std::string to_text(Schedule const& schedule) {
  std::string out;
  for (auto const& fault : schedule) out += (out.empty() ? "" : ", ") + to_text(fault);
  return out.empty() ? "no fault" : out;
}

Result<Schedule> parse_schedule(std::string_view text) {
  Schedule schedule;
  if (trimmed(text) == "no fault") return schedule;
  while (true) {
    auto const comma = text.find(',');
    auto fault = parse_fault(trimmed(text.substr(0, comma)));
    if (!fault) return std::move(fault).error();
    schedule.push_back(std::move(*fault));
    if (comma == std::string_view::npos) return schedule;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace skald::sweep
