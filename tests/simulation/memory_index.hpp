#pragma once

// The index of the simulated world: a map that has applied everything it was given at once. It can
// be thrown away; the journal brings it back.

#include <map>
#include <string>

#include "runtime/engine/index_sink.hpp"

namespace skald::simulation {

class MemoryIndex final : public runtime::IndexSink {
 public:
  void apply(std::vector<std::pair<std::string, std::string>> puts, Lsn lsn) override {
    for (auto& [key, value] : puts) entries_[std::move(key)] = std::move(value);
    applied_ = lsn;
  }
  Lsn applied() const override { return applied_; }
  Result<std::optional<std::string>> get(std::string_view key) const override {
    auto const at = entries_.find(std::string(key));
    if (at == entries_.end()) return std::optional<std::string>{};
    return std::optional(at->second);
  }
  void scan(std::string_view prefix, std::string_view after,
            std::function<bool(std::string_view, std::string_view)> const& visit) const override {
    for (auto const& [key, value] : entries_) {
      if (!key.starts_with(prefix) || key <= after) continue;
      if (!visit(key, value)) return;
    }
  }
  bool wait_applied(Lsn lsn, Duration) const override { return applied_ >= lsn; }

  void lose() {
    entries_.clear();
    applied_ = Lsn{0};
  }

 private:
  std::map<std::string, std::string> entries_;
  Lsn applied_{0};
};

}  // namespace skald::simulation
