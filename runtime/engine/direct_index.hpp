#pragma once

// An IndexSink that applies at once, on the partition's own thread: for engines in memory and for
// simulations. The server's follows on a thread of its own (index_follower.hpp).
//
// Thread-safety: as the Index's.

#include <condition_variable>
#include <memory>
#include <mutex>

#include "runtime/engine/index_sink.hpp"
#include "runtime/index/index.hpp"

namespace skald::runtime {

class DirectIndex final : public IndexSink {
 public:
  explicit DirectIndex(std::unique_ptr<Index> index) : index_(std::move(index)) {}

  void apply(std::vector<std::pair<std::string, std::string>> puts, Lsn lsn) override;
  Lsn applied() const override { return index_->applied(); }
  Result<std::optional<std::string>> get(std::string_view key) const override;
  void scan(std::string_view prefix, std::string_view after,
            std::function<bool(std::string_view, std::string_view)> const& visit) const override;
  bool wait_applied(Lsn lsn, Duration patience) const override;

 private:
  std::unique_ptr<Index> index_;
  mutable std::mutex mutex_;  // for waiting only
  mutable std::condition_variable progress_;
};

// The scan of the port in terms of an IndexReader; shared by its implementations.
void scan_after(IndexReader const& reader, std::string_view prefix, std::string_view after,
                std::function<bool(std::string_view, std::string_view)> const& visit);

}  // namespace skald::runtime
