#pragma once

// Reads the records of one run from its first on, piece by piece, and later what has come since: so
// following a long run costs no more than its growth. Only what is durable is seen.
//
// Thread-safety: none; one thread at a time. Must not outlive the engine.

#include <functional>
#include <stop_token>
#include <string>

#include "runtime/engine/engine_impl.hpp"

namespace skald::runtime {

class RunReader {
 public:
  RunReader(EngineImpl const& engine, std::string run) : engine_(engine), run_(std::move(run)) {}

  // Visits the records that no call before has visited; the graph is known to the visitor. Once it
  // returns false the rest is left to the next call, but for what was committed together. Errors:
  // not_found, overloaded (the disk or the index is behind), unavailable (`stop`), corrupt, io.
  using Visit = std::function<bool(Record const&)>;
  Result<void> read(Visit const& visit, std::stop_token const& stop = {});

  // Null before the first record.
  GraphPtr const& graph() const { return graph_; }

 private:
  // False: the visitor wants no more.
  Result<bool> read_chunks(std::optional<LiveHistory> const& live, Visit const& visit,
                           std::stop_token const& stop);
  // What is new of a chunk whose beginning may have been read.
  Result<bool> read_bytes(std::string_view chunk, Visit const& visit);
  Result<bool> read_frame(std::string_view frame, Visit const& visit);

  EngineImpl const& engine_;
  std::string run_;
  GraphPtr graph_;
  std::uint32_t chunk_ = 0;  // being read,
  std::size_t read_ = 0;     // so many bytes of it
};

}  // namespace skald::runtime
