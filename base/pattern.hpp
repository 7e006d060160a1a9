#pragma once

// Regular expressions by Oniguruma in Perl syntax, the dialect of jq, for texts that come from
// outside: what a search may cost is bounded by the caller.
//
// Thread-safety: const after construction; copies share the compiled form.

#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace skald {

// Prepares the library; every user of it calls this first. May be called again and by any thread.
void prepare_patterns();

class Pattern {
 public:
  enum class Found { no, yes, too_costly };

  // Errors: invalid_argument, with what is wrong with the pattern.
  static Result<Pattern> compile(std::string_view text);

  // Whether it matches somewhere in `text` (valid UTF-8). A million retries take about 30 ms.
  Found search(std::string_view text, unsigned long most_retries) const;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<Compiled const> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<Compiled const> compiled_;
};

}  // namespace skald
