#pragma once

// The addresses at which participants call back. A token names the step that waits, and carries a
// code that only this data directory can make, so it can not be guessed, and nothing about it has
// to be kept: the same step always has the same token, after a crash too.
//
// Thread-safety: const members may be called by any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "runtime/machine/ids.hpp"

namespace skald::runtime {

struct CallbackStep {
  std::string run;
  ActivationId activation;
};

class Callbacks {
 public:
  // With the key in `file`, which is made when it is missing; without a file with a new one.
  // `url`: where POST /v1/callbacks/{token} is reached, "https://skald.example"; empty: nobody can
  // call back. Errors: io, corrupt.
  static Result<Callbacks> open(std::string const& file, std::string url);

  // The whole URL; empty when nobody can call back.
  std::string url(CallbackStep const& step) const;
  // None when the token is not one of ours.
  std::optional<CallbackStep> read(std::string_view token) const;

 private:
  std::string code(std::string_view text) const;

  std::string key_;
  std::string url_;
};

}  // namespace skald::runtime
