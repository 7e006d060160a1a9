#pragma once

// The secrets that were opened for one request, and how to hide them again in what comes back.
// A participant may repeat a secret as it is or written in another way: percent-encoded, as a form
// has it, escaped as in JSON, in base64 (alone or inside of something longer), or with its blanks
// folded; each is replaced by the way the secret is shown.
//
// Hiding takes time in proportion to the text, whatever stands in it, and makes it at most
// kMostGrowth larger. Thread-safety: const after the last add().

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

class Opened {
 public:
  // Shorter ones are not looked for: they would be found everywhere.
  static constexpr std::size_t kShortest = 6;
  // Bytes that the names of secrets may add to one answer.
  static constexpr std::size_t kMostGrowth = std::size_t{4} << 20U;

  void add(std::string_view secret, std::string shown);
  bool empty() const { return known_.empty(); }
  // Errors of both: too_large, when it would grow by more than kMostGrowth.
  Result<std::string> hide(std::string text) const;
  Result<Json> hide(Json value) const;
  // An answer that would grow too large has failed.
  saga::Answer hide(saga::Answer answer) const;

 private:
  std::vector<std::pair<std::string, std::string>> known_;  // secret, shown
};

// What becomes of an answer in which secrets can not be hidden.
saga::Answer unhidden_answer(Error const& error);

}  // namespace skald::runtime
