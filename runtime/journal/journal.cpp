#include "runtime/journal/journal.hpp"

namespace skald::runtime {

char const* to_string(Durability mode) noexcept {
  switch (mode) {
    case Durability::fsync: return "fsync";
    case Durability::interval: return "interval";
    case Durability::none: return "none";
  }
  return "?";
}

char const* to_string(Space space) noexcept {
  switch (space) {
    case Space::ok: return "ok";
    case Space::low: return "low";
    case Space::full: return "full";
  }
  return "?";
}

}  // namespace skald::runtime
