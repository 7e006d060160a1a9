#pragma once

// Histories, page by page. Where a page ended is remembered for a while, so that the next one goes
// on there and does not read the run from its first fact again.
//
// Thread-safe. Must not outlive the engine.

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "runtime/engine/run_reader.hpp"
#include "runtime/view/run_view.hpp"

namespace skald::runtime {

class HistoryPages {
 public:
  // {"history": [...], "next": the last number, or null}. Errors: those of RunReader::read().
  Result<Json> page(EngineImpl const& engine, std::string const& run, HistoryFilter const& filter,
                    std::stop_token const& stop);

 private:
  // A history that has been read up to some fact.
  struct Place {
    explicit Place(EngineImpl const& engine, std::string const& run) : reader(engine, run) {}

    RunReader reader;
    std::unique_ptr<view::HistoryWriter> writer;
    std::uint64_t given = 0;  // facts in earlier pages, or left out
    std::uint64_t read = 0;   // facts
    std::deque<Json> rest;    // read, and not given yet
  };
  using PlacePtr = std::unique_ptr<Place>;

  // Takes out the place behind that fact; null when it is not known.
  PlacePtr take(std::string const& run, std::uint64_t after);
  void keep(std::string const& run, PlacePtr place);

  std::mutex mutex_;
  std::list<std::pair<std::string, PlacePtr>> places_;  // the last used one first
};

}  // namespace skald::runtime
