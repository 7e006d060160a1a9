#include "base/pattern.hpp"

#include <oniguruma.h>

#include <array>
#include <mutex>
#include <string>
#include <utility>

namespace skald {
namespace {

constexpr unsigned kMostStack = 200'000;
constexpr std::size_t kMostBytes = 10'000;  // of a pattern

UChar const* bytes(std::string_view text) {
  return reinterpret_cast<UChar const*>(text.data());
}

Error bad_pattern(std::string_view text, std::string const& why) {
  return Error{ErrorCode::invalid_argument,
               "'" + std::string(text.substr(0, 80)) + "' is no pattern: " + why,
               "patterns are written as in jq's test()"};
}

}  // namespace

void prepare_patterns() {
  static std::once_flag once;
  std::call_once(once, [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
    onig_set_parse_depth_limit(250);
  });
}

struct Pattern::Compiled {
  regex_t* regex = nullptr;

  Compiled() = default;
  Compiled(Compiled const&) = delete;
  Compiled& operator=(Compiled const&) = delete;
  ~Compiled() {
    if (regex != nullptr) onig_free(regex);
  }
};

Result<Pattern> Pattern::compile(std::string_view text) {
  prepare_patterns();
  if (text.size() > kMostBytes) return bad_pattern(text, "it is too long");
  if (text.find('\0') != std::string_view::npos) return bad_pattern(text, "it holds a NUL");
  auto compiled = std::make_shared<Compiled>();
  OnigErrorInfo info{};
  int const result = onig_new(&compiled->regex, bytes(text), bytes(text) + text.size(),
                              ONIG_OPTION_NONE, ONIG_ENCODING_UTF8, ONIG_SYNTAX_PERL_NG, &info);
  if (result != ONIG_NORMAL) {
    compiled->regex = nullptr;
    std::array<UChar, ONIG_MAX_ERROR_MESSAGE_LEN> buffer{};
    auto const size = onig_error_code_to_str(buffer.data(), result, &info);
    return bad_pattern(
        text, {reinterpret_cast<char const*>(buffer.data()), static_cast<std::size_t>(size)});
  }
  return Pattern(std::move(compiled));
}

Pattern::Found Pattern::search(std::string_view text, unsigned long most_retries) const {
  auto* param = onig_new_match_param();
  onig_initialize_match_param(param);
  onig_set_retry_limit_in_match_of_match_param(param, most_retries);
  onig_set_retry_limit_in_search_of_match_param(param, most_retries);
  onig_set_match_stack_limit_size_of_match_param(param, kMostStack);
  auto const* begin = bytes(text);
  auto const* end = begin + text.size();
  int const found = onig_search_with_param(compiled_->regex, begin, end, begin, end, nullptr,
                                           ONIG_OPTION_NONE, param);
  onig_free_match_param(param);
  if (found >= 0) return Found::yes;
  return found == ONIG_MISMATCH ? Found::no : Found::too_costly;
}

}  // namespace skald
