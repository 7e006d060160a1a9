#include "runtime/index/memory_index.hpp"

#include <utility>

namespace skald::runtime {
namespace {

template <class Iterator>
std::size_t visit_range(Iterator begin, Iterator end, std::size_t limit,
                        IndexVisitor const& visit) {
  std::size_t count = 0;
  for (auto it = begin; it != end && count < limit; ++it) {
    ++count;
    if (!visit(it->first, it->second)) break;
  }
  return count;
}

}  // namespace

class MemoryIndex::Snapshot final : public IndexReader {
 public:
  Snapshot(Entries entries, Lsn applied) : entries_(std::move(entries)), applied_(applied) {}

  Result<std::optional<std::string>> get(std::string_view key) const override {
    auto const found = entries_.find(key);
    if (found == entries_.end()) return std::optional<std::string>{};
    return std::optional<std::string>(found->second);
  }

  Result<std::size_t> scan(IndexRange const& range, IndexVisitor const& visit) const override {
    auto const begin = entries_.lower_bound(range.from);
    auto const end = range.to ? entries_.lower_bound(*range.to) : entries_.end();
    if (range.to && *range.to <= range.from) return std::size_t{0};
    if (!range.backwards) return visit_range(begin, end, range.limit, visit);
    return visit_range(std::make_reverse_iterator(end), std::make_reverse_iterator(begin),
                       range.limit, visit);
  }

  Lsn applied() const override { return applied_; }

 private:
  Entries entries_;
  Lsn applied_;
};

Result<void> MemoryIndex::apply(IndexBatch const& batch, Lsn applied) {
  std::scoped_lock lock(mutex_);
  for (IndexChange const& change : batch) {
    if (change.kind == IndexChange::Kind::erase) {
      entries_.erase(change.key);
    } else {
      entries_.insert_or_assign(change.key, change.value);
    }
  }
  applied_ = applied;
  return {};
}

std::unique_ptr<IndexReader> MemoryIndex::snapshot() const {
  std::scoped_lock lock(mutex_);
  return std::make_unique<Snapshot>(entries_, applied_);
}

Result<std::optional<std::string>> MemoryIndex::get(std::string_view key) const {
  std::scoped_lock lock(mutex_);
  auto const found = entries_.find(key);
  if (found == entries_.end()) return std::optional<std::string>{};
  return std::optional<std::string>(found->second);
}

// From a copy: the visitor may take its time, or read something else.
Result<std::size_t> MemoryIndex::scan(IndexRange const& range, IndexVisitor const& visit) const {
  return snapshot()->scan(range, visit);
}

Lsn MemoryIndex::applied() const {
  std::scoped_lock lock(mutex_);
  return applied_;
}

void MemoryIndex::clear() {
  std::scoped_lock lock(mutex_);
  entries_.clear();
  applied_ = Lsn{0};
}

}  // namespace skald::runtime
