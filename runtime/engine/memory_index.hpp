#pragma once

// The index in memory: applied at once. For engines that write nothing, and for simulations.
//
// Thread-safety: all members.

#include <map>
#include <mutex>

#include "runtime/engine/index_sink.hpp"

namespace skald::runtime {

class MemoryIndex final : public IndexSink {
 public:
  void apply(std::vector<std::pair<std::string, std::string>> puts, Lsn lsn) override;
  Lsn applied() const override;
  std::optional<std::string> get(std::string_view key) const override;
  void scan(std::string_view prefix, std::string_view after,
            std::function<bool(std::string_view, std::string_view)> const& visit) const override;
  bool wait_applied(Lsn lsn, Duration patience) const override;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> values_;
  Lsn applied_{0};
};

}  // namespace skald::runtime
