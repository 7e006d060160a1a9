#include "compiler/duration_words.hpp"

#include <array>
#include <string>

namespace skald::compiler {

namespace {

constexpr double kMost = 1e15;  // a number of microseconds, about 30 years

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Unit {
  std::string_view name;
  std::int64_t us;
};

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::array<Unit, 23> kUnits = {{{"ms", 1'000},
                                          {"msec", 1'000},
                                          {"millis", 1'000},
                                          {"milliseconds", 1'000},
                                          {"millisecond", 1'000},
                                          {"s", kSecond},
                                          {"sec", kSecond},
                                          {"secs", kSecond},
                                          {"second", kSecond},
                                          {"seconds", kSecond},
                                          {"m", 60 * kSecond},
                                          {"min", 60 * kSecond},
                                          {"mins", 60 * kSecond},
                                          {"minute", 60 * kSecond},
                                          {"minutes", 60 * kSecond},
                                          {"h", 3'600 * kSecond},
                                          {"hr", 3'600 * kSecond},
                                          {"hour", 3'600 * kSecond},
                                          {"hours", 3'600 * kSecond},
                                          {"d", 86'400 * kSecond},
                                          {"day", 86'400 * kSecond},
                                          {"days", 86'400 * kSecond},
                                          {"w", 7 * 86'400 * kSecond}}};

std::optional<std::int64_t> unit(std::string_view name) {
  for (auto const& each : kUnits) {
    if (each.name == name) return each.us;
  }
  return std::nullopt;
}

// Reads what a text is made of.
class Words {
 public:
  explicit Words(std::string_view text) {
    for (char const c : text) text_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }

  std::optional<Duration> units() {
    if (text_.starts_with("pt")) at_ = 2;
    double sum = 0;
    do {
      auto const value = number();
      skip();
      auto name = word();
      if (name.empty() && text_.starts_with("pt")) name = "s";
      auto const each = unit(name);
      if (!value || !each) return std::nullopt;
      sum += *value * static_cast<double>(*each);
      skip();
    } while (at_ < text_.size());
    return sum > kMost ? std::nullopt : std::optional(Duration{static_cast<std::int64_t>(sum)});
  }

  // "01:30:00"
  std::optional<Duration> clock() {
    double sum = 0;
    for (int part = 0; part < 3; ++part) {
      auto const value = number();
      if (!value || (part < 2 && (at_ >= text_.size() || text_[at_++] != ':'))) return std::nullopt;
      sum = sum * 60 + *value;
    }
    if (at_ < text_.size() || sum > kMost / kSecond) return std::nullopt;
    return Duration{static_cast<std::int64_t>(sum * kSecond)};
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  std::optional<double> number() {
    auto const begin = at_;
    double value = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_)
      value = value * 10 + (text_[at_] - '0');
    if (at_ == begin) return std::nullopt;
    if (at_ < text_.size() && text_[at_] == '.') {
      double place = 0.1;
      for (++at_; at_ < text_.size() && is_digit(text_[at_]); ++at_, place /= 10) {
        value += place * (text_[at_] - '0');
      }
    }
    return value;
  }

  std::string_view word() {
    auto const begin = at_;
    while (at_ < text_.size() && text_[at_] >= 'a' && text_[at_] <= 'z') ++at_;
    return std::string_view(text_).substr(begin, at_ - begin);
  }

  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<Duration> duration_in_words(std::string_view text) {
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (auto const length = Words(text).units()) return length;
  return Words(text).clock();
}

}  // namespace skald::compiler
