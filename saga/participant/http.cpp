#include "saga/participant/http.hpp"

namespace skald::participant {

int http_status(Error const& error) noexcept {
  switch (error.code) {
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::too_large: return 413;
    case ErrorCode::overloaded:
    case ErrorCode::unavailable: return 503;
    case ErrorCode::no_space: return 507;
    default: return 500;
  }
}

}  // namespace skald::participant
