#include "dsl/builder/value.hpp"

#include "base/assert.hpp"

namespace skald {

Value Value::field(std::string_view name, Value const& value) const {
  SKALD_ASSERT(node_.is_map(), "field() of a value that is no object()");
  Value copy = *this;
  builder::put(copy.node_, name, value.node_, {});
  return copy;
}

}  // namespace skald
