#pragma once

// An Index in memory, for simulations and tests.
//
// Thread-safety: every function may be called from any thread.

#include <map>
#include <mutex>

#include "runtime/index/index.hpp"

namespace skald::runtime {

class MemoryIndex final : public Index {
 public:
  Result<void> apply(IndexBatch const& batch, Lsn applied) override;
  Result<void> flush() override { return {}; }
  std::unique_ptr<IndexReader> snapshot() const override;
  Result<std::optional<std::string>> get(std::string_view key) const override;
  Result<std::size_t> scan(IndexRange const& range, IndexVisitor const& visit) const override;
  Lsn applied() const override;

  // Deleted, as somebody may do with the directory of the real one.
  void clear();

 private:
  using Entries = std::map<std::string, std::string, std::less<>>;
  class Snapshot;

  mutable std::mutex mutex_;
  Entries entries_;
  Lsn applied_{0};
};

}  // namespace skald::runtime
