#pragma once

// The Index on RocksDB: no write-ahead log (the journal is one), one column family, the applied
// LSN in the batch it belongs to. Whatever is wrong with it when it is opened, it is thrown away,
// an empty one takes its place, and the caller is told why.
//
//   db/      RocksDB's own
//   STAMP    format version and the caller's stamp
//   INSIDE   the crash marker: set while RocksDB opens, flushes, compacts
//
// Thread-safety: as the Index port says.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/index/index.hpp"

namespace skald::runtime {

struct RocksIndexOptions {
  std::string dir;
  // What the content depends on besides the log: the version of the key layout, the log's
  // identity. An index with another stamp is discarded.
  std::string stamp;
  // The last LSN of the journal. An index that has applied more is of another history.
  Lsn journal_last{UINT64_MAX - 1};
  // Asked before an index is thrown away; an error is given back, and the index stays as it is.
  std::function<Result<void>()> may_discard = [] { return Result<void>(); };
  std::size_t write_buffer_bytes = 32U << 20U;
  std::size_t cache_bytes = 32U << 20U;
};

class RocksIndex final : public Index {
 public:
  struct Opened {
    std::unique_ptr<RocksIndex> index;
    std::optional<std::string> discarded;  // why there is an empty one now; for the log
  };

  // Errors: no_space, io: not even an empty one could be made; those of may_discard.
  static Result<Opened> open(RocksIndexOptions const& options);
  ~RocksIndex() override;

  Result<void> apply(IndexBatch const& batch, Lsn applied) override;
  Result<void> flush() override;
  std::unique_ptr<IndexReader> snapshot() const override;
  Result<std::optional<std::string>> get(std::string_view key) const override;
  Result<std::size_t> scan(IndexRange const& range, IndexVisitor const& visit) const override;
  Lsn applied() const override;

 private:
  struct Impl;
  class Snapshot;

  explicit RocksIndex(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace skald::runtime
