#include "runtime/engine/memory_index.hpp"

#include <algorithm>

namespace skald::runtime {

void MemoryIndex::apply(std::vector<std::pair<std::string, std::string>> puts, Lsn lsn) {
  std::lock_guard const lock(mutex_);
  for (auto& [key, value] : puts) values_[std::move(key)] = std::move(value);
  applied_ = std::max(applied_, lsn);
}

Lsn MemoryIndex::applied() const {
  std::lock_guard const lock(mutex_);
  return applied_;
}

std::optional<std::string> MemoryIndex::get(std::string_view key) const {
  std::lock_guard const lock(mutex_);
  auto const at = values_.find(key);
  if (at == values_.end()) return std::nullopt;
  return at->second;
}

void MemoryIndex::scan(std::string_view prefix, std::string_view after,
                       std::function<bool(std::string_view, std::string_view)> const& visit) const {
  std::lock_guard const lock(mutex_);
  auto at =
      after.empty() ? values_.lower_bound(prefix) : values_.upper_bound(std::max(prefix, after));
  for (; at != values_.end() && at->first.starts_with(prefix); ++at) {
    if (!visit(at->first, at->second)) return;
  }
}

bool MemoryIndex::wait_applied(Lsn lsn, Duration) const {
  return applied() >= lsn;
}

}  // namespace skald::runtime
