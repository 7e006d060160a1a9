#pragma once

// The Index port: an ordered map of keys to values that follows a journal. It answers what memory
// does not hold. It is disposable: everything in it can be made again from the log, so it may be
// deleted at any time, and its own failures are never the system's. What the keys mean is the
// engine's business. Implementations: RocksIndex (rocks_index.hpp), MemoryIndex
// (memory_index.hpp). Changes come through a Follower (follower.hpp).
//
// Thread-safety: apply and flush belong to one thread, reading to any.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace skald::runtime {

struct IndexChange {
  enum class Kind : std::uint8_t {
    put,     // the key has this value now
    insert,  // the same, and the caller knows that the key was not there: then an erase that
             // follows soon makes both cost nothing
    erase,
  };

  Kind kind = Kind::put;
  std::string key;
  std::string value;  // empty for erase

  static IndexChange put(std::string key, std::string value) {
    return {Kind::put, std::move(key), std::move(value)};
  }
  static IndexChange insert(std::string key, std::string value) {
    return {Kind::insert, std::move(key), std::move(value)};
  }
  static IndexChange erase(std::string key) { return {Kind::erase, std::move(key), {}}; }
};

using IndexBatch = std::vector<IndexChange>;

// Which keys, in which order. Keys are compared as bytes.
struct IndexRange {
  std::string from;               // first key; empty: from the beginning
  std::optional<std::string> to;  // behind the last key; none: to the end
  bool backwards = false;         // from the last one to the first
  std::size_t limit = SIZE_MAX;

  // Every key that begins with these bytes.
  static IndexRange prefix(std::string_view bytes);
};

// False ends the scan. The views are valid during the visit.
using IndexVisitor = std::function<bool(std::string_view key, std::string_view value)>;

class IndexReader {
 public:
  virtual ~IndexReader() = default;

  // Empty when there is no such key. Errors: corrupt, io.
  virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
  // Visits the keys of the range as they are at one moment. Returns how many were visited.
  virtual Result<std::size_t> scan(IndexRange const& range, IndexVisitor const& visit) const = 0;
  // Everything up to this LSN of the log is in what one reads; 0: nothing.
  virtual Lsn applied() const = 0;
};

class Index : public IndexReader {
 public:
  // All of the batch or nothing, together with the LSN it brings the index to. Later changes of a
  // key in one batch win.
  virtual Result<void> apply(IndexBatch const& batch, Lsn applied) = 0;
  // Makes what was applied survive the process. Never needed for correctness.
  virtual Result<void> flush() = 0;
  // What there is now, unchanged by what comes. Must not outlive the index.
  virtual std::unique_ptr<IndexReader> snapshot() const = 0;
};

}  // namespace skald::runtime
