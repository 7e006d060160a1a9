#pragma once

// Secrets: where they come from, and how a call gets them. Arguments of a call name secrets
// (base/sealed.hpp); an executor opens them just before it writes the request, and hides them again
// in whatever comes back, so that they reach no record, page or log.
//
// A secret NAME is the file DIR/NAME (a text, without its last line break; a JSON object when it is
// one), or the folder DIR/NAME (an object with a member for each file), or else the environment
// variable PREFIX + NAME, in capitals and with '_' for what a variable's name can not have. It is
// read anew each time: a rotated secret serves the next request.
//
// Thread-safety: const after construction.

#include <string>
#include <utility>

#include "base/json.hpp"
#include "base/result.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/executor/opened.hpp"
#include "saga/outcome.hpp"

namespace skald::runtime {

struct SecretOptions {
  std::string dir = {};         // empty: no files
  std::string env_prefix = {};  // empty: no environment
};

class Secrets {
 public:
  Secrets() = default;
  explicit Secrets(SecretOptions options) : options_(std::move(options)) {}

  // Errors: not_found, with where it was looked for; invalid_argument when the file is no text.
  Result<Json> read(std::string const& name) const;

 private:
  SecretOptions options_;
};

// Opens what is sealed in `with` and `undo` of the request.
Result<Opened> open_request(CallRequest& request, Secrets const& secrets);

// The answer of a request whose secrets can not be opened: an authorization error.
saga::Answer no_secret_answer(Error const& error);

}  // namespace skald::runtime
