#include "runtime/engine/history_pages.hpp"

#include <algorithm>

namespace skald::runtime {
namespace {

constexpr std::size_t kMostFacts = 10'000;  // of one page
constexpr std::size_t kPageBytes = std::size_t{8} << 20U;
constexpr std::size_t kMostPlaces = 4;

}  // namespace

Result<Json> HistoryPages::page(EngineImpl const& engine, std::string const& run,
                                HistoryFilter const& filter, std::stop_token const& stop) {
  auto const limit = std::clamp<std::size_t>(filter.limit, 1, kMostFacts);
  auto place = take(run, filter.after);
  if (!place) {
    place = std::make_unique<Place>(engine, run);
    place->given = filter.after;
  }
  std::size_t bytes = 0;
  for (auto const& fact : place->rest) bytes += fact.byte_size();
  // What was committed together is read together, so there may be more than asked for.
  auto const full = [&] { return place->rest.size() > limit || bytes > kPageBytes; };
  auto const visit = [&](Record const& record) {
    if (!place->writer) {
      place->writer = std::make_unique<view::HistoryWriter>(*place->reader.graph());
    }
    if (++place->read <= place->given) {
      place->writer->skip(record);
      return true;
    }
    place->rest.push_back(place->writer->write(record));
    bytes += place->rest.back().byte_size();
    return !full();
  };
  if (!full()) SKALD_TRY(place->reader.read(visit, stop));
  Json facts = Json::array();
  for (std::size_t given = 0; !place->rest.empty() && facts.size() < limit && given < kPageBytes;) {
    given += place->rest.front().byte_size();
    facts.push_back(std::move(place->rest.front()));
    place->rest.pop_front();
  }
  auto const end = filter.after + facts.size();
  auto const next = place->rest.empty() ? Json() : Json(end);
  place->given = end;
  if (place->read >= end) keep(run, std::move(place));
  return Json::object({{"history", facts}, {"next", next}});
}

HistoryPages::PlacePtr HistoryPages::take(std::string const& run, std::uint64_t after) {
  std::lock_guard const lock(mutex_);
  auto const at = std::find_if(places_.begin(), places_.end(), [&](auto const& entry) {
    return entry.first == run && entry.second->given == after;
  });
  if (after == 0 || at == places_.end()) return nullptr;
  auto place = std::move(at->second);
  places_.erase(at);
  return place;
}

void HistoryPages::keep(std::string const& run, PlacePtr place) {
  std::lock_guard const lock(mutex_);
  places_.emplace_front(run, std::move(place));
  if (places_.size() > kMostPlaces) places_.pop_back();
}

}  // namespace skald::runtime
