#include "dsl/jq/regex.hpp"

#include <oniguruma.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/pattern.hpp"
#include "dsl/jq/ops.hpp"
#include "dsl/jq/text.hpp"

namespace skald::jq {
namespace {

// About 30 ms of backtracking; patterns that need more are refused at run time.
constexpr unsigned long kMostRetries = 1'000'000;
constexpr unsigned kMostStack = 200'000;
constexpr std::size_t kMostCached = 64;

UChar const* bytes(std::string_view text) {
  return reinterpret_cast<UChar const*>(text.data());
}

std::string message_of(int code, OnigErrorInfo* info) {
  std::array<UChar, ONIG_MAX_ERROR_MESSAGE_LEN> buffer{};
  auto const size = onig_error_code_to_str(buffer.data(), code, info);
  return {reinterpret_cast<char const*>(buffer.data()), static_cast<std::size_t>(size)};
}

}  // namespace

struct RegexSearch::Compiled {
  regex_t* regex = nullptr;
  std::vector<std::string> names;

  Compiled() = default;
  Compiled(Compiled const&) = delete;
  Compiled& operator=(Compiled const&) = delete;
  ~Compiled() {
    if (regex != nullptr) onig_free(regex);
  }

  static std::shared_ptr<Compiled const> get(Run& run, std::string_view pattern, unsigned options);
  void read_names();
};

void RegexSearch::Compiled::read_names() {
  names.resize(static_cast<std::size_t>(onig_number_of_captures(regex)) + 1);
  onig_foreach_name(
      regex,
      [](UChar const* name, UChar const* end, int count, int* groups, regex_t*, void* context) {
        auto& list = *static_cast<std::vector<std::string>*>(context);
        for (int i = 0; i < count; ++i) {
          list[static_cast<std::size_t>(groups[i])].assign(reinterpret_cast<char const*>(name),
                                                           reinterpret_cast<char const*>(end));
        }
        return 0;
      },
      &names);
}

std::shared_ptr<RegexSearch::Compiled const> RegexSearch::Compiled::get(Run& run,
                                                                        std::string_view pattern,
                                                                        unsigned options) {
  thread_local std::unordered_map<std::string, std::shared_ptr<Compiled const>> cache;
  std::string key = std::to_string(options) + ":" + std::string(pattern);
  if (auto const found = cache.find(key); found != cache.end()) return found->second;
  prepare_patterns();
  // Compiling can take long for large patterns; it is paid for by length.
  if (!run.spend(1000 + pattern.size() * 16)) return nullptr;
  auto compiled = std::make_shared<Compiled>();
  OnigErrorInfo info{};
  int const result = onig_new(&compiled->regex, bytes(pattern), bytes(pattern) + pattern.size(),
                              options, ONIG_ENCODING_UTF8, ONIG_SYNTAX_PERL_NG, &info);
  if (result != ONIG_NORMAL) {
    compiled->regex = nullptr;
    run.fail("Regex failure: " + repair_utf8(message_of(result, &info)));
    return nullptr;
  }
  compiled->read_names();
  if (cache.size() >= kMostCached) cache.clear();
  cache.emplace(std::move(key), compiled);
  return compiled;
}

RegexSearch::RegexSearch() = default;
RegexSearch::~RegexSearch() = default;

std::vector<std::string> const& RegexSearch::names() const {
  return compiled_->names;
}

bool RegexSearch::parse_flags(Run& run, Json const& flags) {
  options_ = ONIG_OPTION_CAPTURE_GROUP;
  if (flags.is_null()) return true;
  if (!flags.is_string()) return type_error(run, flags, "is not a string");
  for (char const flag : flags.as_string()) {
    switch (flag) {
      case 'g': global_ = true; break;
      case 'i': options_ |= ONIG_OPTION_IGNORECASE; break;
      case 'x': options_ |= ONIG_OPTION_EXTEND; break;
      case 'm': options_ |= ONIG_OPTION_MULTILINE; break;
      case 's': options_ |= ONIG_OPTION_SINGLELINE; break;
      case 'p': options_ |= ONIG_OPTION_MULTILINE | ONIG_OPTION_SINGLELINE; break;
      case 'l': options_ |= ONIG_OPTION_FIND_LONGEST; break;
      case 'n': options_ |= ONIG_OPTION_FIND_NOT_EMPTY; break;
      default: return run.fail(std::string(flags.as_string()) + " is not a valid modifier string");
    }
  }
  return true;
}

bool RegexSearch::prepare(Run& run, Json const& input, Json const& pattern, Json const& flags,
                          bool always_global) {
  if (!input.is_string()) {
    return type_error(run, input, "cannot be matched, as it is not a string");
  }
  if (!pattern.is_string()) return type_error(run, pattern, "is not a string");
  global_ = always_global;
  if (!parse_flags(run, flags)) return false;
  text_ = input.as_string();
  compiled_ = Compiled::get(run, pattern.as_string(), options_);
  return compiled_ != nullptr;
}

bool RegexSearch::next(Run& run) {
  if (finished_ || start_ > text_.size()) return false;
  finished_ = !global_;
  if (!run.spend(16 + (text_.size() - start_) / 64)) return false;
  auto* region = onig_region_new();
  auto* param = onig_new_match_param();
  onig_initialize_match_param(param);
  onig_set_retry_limit_in_match_of_match_param(param, kMostRetries);
  onig_set_retry_limit_in_search_of_match_param(param, kMostRetries);
  onig_set_match_stack_limit_size_of_match_param(param, kMostStack);
  auto const* begin = bytes(text_);
  auto const* end = begin + text_.size();
  int const found = onig_search_with_param(compiled_->regex, begin, end, begin + start_, end,
                                           region, ONIG_OPTION_NONE, param);
  if (found >= 0) {
    groups_.clear();
    for (int i = 0; i < region->num_regs; ++i) groups_.push_back({region->beg[i], region->end[i]});
    auto const& whole = groups_.front();
    start_ = static_cast<std::size_t>(whole.end);
    if (whole.begin == whole.end) {
      // Behind an empty match the search goes on one character later.
      ++start_;
      while (start_ < text_.size() &&
             (static_cast<unsigned char>(text_[start_]) & 0xc0U) == 0x80U) {
        ++start_;
      }
    }
  } else if (found != ONIG_MISMATCH) {
    run.fail("Regex failure: " + message_of(found, nullptr));
  }
  onig_free_match_param(param);
  onig_region_free(region, 1);
  return found >= 0;
}

bool RegexSearch::pay_for_groups(Run& run) const {
  std::size_t bytes = 0;
  for (auto const& group : groups_) bytes += static_cast<std::size_t>(group.end - group.begin);
  auto const& whole = groups_.front();
  auto const size = static_cast<std::size_t>(whole.end - whole.begin);
  return run.charge(bytes) && run.spend_on_text(groups_.size() * size);
}

double RegexSearch::code_points_to(std::ptrdiff_t offset) {
  auto const begin = static_cast<std::size_t>(std::min(offset, counted_offset_));
  auto const end = static_cast<std::size_t>(std::max(offset, counted_offset_));
  auto const points = static_cast<double>(count_code_points(text_.substr(begin, end - begin)));
  counted_points_ += offset < counted_offset_ ? -points : points;
  counted_offset_ = offset;
  return counted_points_;
}

Json RegexSearch::group_text(Group const& group) const {
  if (group.begin < 0) return {};
  return Json(text_.substr(static_cast<std::size_t>(group.begin),
                           static_cast<std::size_t>(group.end - group.begin)));
}

Json RegexSearch::match_object() {
  static Json const offset_key("offset");
  static Json const length_key("length");
  static Json const string_key("string");
  static Json const captures_key("captures");
  static Json const name_key("name");
  auto const& whole = groups_.front();
  bool const empty = whole.begin == whole.end;
  auto describe_group = [&](Json& object, Group const& group) {
    object.reserve(4);
    double const at = group.begin < 0 ? -1 : code_points_to(group.begin);
    double const size = group.begin < 0 ? 0 : code_points_to(group.end) - at;
    object.set_shared(offset_key, Json(at));
    // A capture of nothing has its members in another order, as in jq.
    if (&group != &whole && size == 0) object.set_shared(string_key, group_text(group));
    object.set_shared(length_key, Json(size));
    object.set_shared(string_key, group_text(group));
  };
  Json result = Json::object();
  describe_group(result, whole);
  Json captures = Json::array();
  for (std::size_t i = 1; i < groups_.size(); ++i) {
    // In an empty match jq takes every group for empty, too.
    auto const group = empty && groups_[i].begin >= 0 ? whole : groups_[i];
    Json capture = Json::object();
    describe_group(capture, group);
    capture.set_shared(name_key, names()[i].empty() ? Json() : Json(names()[i]));
    captures.push_back(std::move(capture));
  }
  result.set_shared(captures_key, std::move(captures));
  return result;
}

Json RegexSearch::captures_object() {
  Json result = Json::object();
  auto const& whole = groups_.front();
  bool const empty = whole.begin == whole.end;
  for (std::size_t i = 1; i < groups_.size(); ++i) {
    if (names()[i].empty()) continue;
    result.set(names()[i], group_text(empty && groups_[i].begin >= 0 ? whole : groups_[i]));
  }
  return result;
}

}  // namespace skald::jq
