#pragma once

// Targets: where the URLs that a workflow is written with really lead, and how many requests may
// be open to each. They are configuration; records and digests keep the written URL.
//
// Thread-safety: const after construction.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace skald::runtime {

struct Target {
  std::string from;             // URL prefix as written: "http://hotel.local"
  std::string to;               // what stands in its place; empty: not rewritten
  std::uint32_t in_flight = 0;  // requests open at a time; 0: the executor's default
  double rate = 0;              // requests begun in a second; 0: any
  // So many failures in a row (no connection, no answer, 502, 503, 504) open the breaker: nothing
  // is sent for a while, then one request tries. 0: the executor's default.
  std::uint32_t breaker = 0;
};

// How a target stands, or a server that no target names.
struct TargetState {
  std::string name;  // the URL prefix, or the origin
  std::uint32_t limit = 0;
  std::uint32_t in_flight = 0;
  std::size_t queued = 0;
  double rate = 0;
  std::string breaker;         // "closed", "open", "half-open"
  std::uint32_t failures = 0;  // in a row
};

// "FROM=TO", the form of --rewrite. Errors: invalid_argument when a side is no URL.
Result<Target> parse_rewrite(std::string_view text);

class TargetTable {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  struct Match {
    std::size_t index = kNone;  // into targets(); kNone: no target names this URL
    std::string url;            // rewritten
  };

  TargetTable() = default;
  explicit TargetTable(std::vector<Target> targets);

  // The longest prefix wins. A prefix ends at a boundary: http://a.local does not match
  // http://a.local.example. Scheme and host are compared without case.
  Match find(std::string_view url) const;
  std::vector<Target> const& targets() const { return targets_; }

 private:
  std::vector<Target> targets_;
};

}  // namespace skald::runtime
