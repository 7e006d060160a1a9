#include "dsl/builder/function.hpp"

namespace skald::functions {

Error exception_error(char const* what) {
  std::string message = "the function threw";
  if (what != nullptr) message += std::string(": ") + what;
  return Error{ErrorCode::io, std::move(message), {}};
}

}  // namespace skald::functions
