#pragma once

// The server's IndexSink: RocksDB behind a Follower with a thread of its own.
//
// Thread-safety: apply() belongs to the partition's thread, all else to any.

#include <memory>
#include <string>

#include "runtime/engine/index_sink.hpp"
#include "runtime/index/follower.hpp"
#include "runtime/index/rocks_index.hpp"

namespace skald::runtime {

class IndexFollower final : public IndexSink {
 public:
  // Follows the log in `journal_dir`, which is read to see how far it goes. An index that can not
  // be used, or is of another log, is replaced by an empty one and said. Errors: no_space, io, and
  // those of the log.
  static Result<std::unique_ptr<IndexFollower>> open(std::string const& dir,
                                                     std::string const& journal_dir);

  void apply(std::vector<std::pair<std::string, std::string>> puts, Lsn lsn) override;
  Lsn applied() const override { return index_->applied(); }
  Result<std::optional<std::string>> get(std::string_view key) const override;
  void scan(std::string_view prefix, std::string_view after,
            std::function<bool(std::string_view, std::string_view)> const& visit) const override;
  bool wait_applied(Lsn lsn, Duration patience) const override;

 private:
  explicit IndexFollower(std::unique_ptr<RocksIndex> index);

  std::unique_ptr<RocksIndex> index_;
  mutable Follower follower_;
};

}  // namespace skald::runtime
