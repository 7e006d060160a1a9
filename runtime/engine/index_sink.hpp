#pragma once

// What a partition wants of the index: to follow it, and to be asked. The index may lag; a
// partition keeps in memory what the index has not applied yet.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace skald::runtime {

class IndexSink {
 public:
  virtual ~IndexSink() = default;

  // The puts that belong to the journal entry `lsn`, which is durable. May block (back-pressure).
  virtual void apply(std::vector<std::pair<std::string, std::string>> puts, Lsn lsn) = 0;
  // Everything up to this LSN can be read.
  virtual Lsn applied() const = 0;
  // Empty when there is no such key. Errors: corrupt, io.
  virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
  // Visits the keys that begin with `prefix` in order, from the first that is greater than
  // `after`, until the visitor returns false.
  virtual void scan(
      std::string_view prefix, std::string_view after,
      std::function<bool(std::string_view key, std::string_view value)> const& visit) const = 0;
  // Waits until everything up to the LSN can be read; false when that takes longer.
  virtual bool wait_applied(Lsn lsn, Duration patience) const = 0;
};

}  // namespace skald::runtime
