#include "runtime/journal/tail_judge.hpp"

#include <algorithm>
#include <utility>

namespace skald::runtime {
namespace {

constexpr std::size_t kChunk = 256 * kBlock;

class Judge {
 public:
  Judge(std::uint64_t offset, std::uint64_t number, FrameRead const& broken)
      : offset_(offset), number_(number), broken_(broken) {}

  // Looks at everything from `from` on. `first` is the segment in which the frame should begin.
  Result<void> look(SegmentReader& segment, std::uint64_t from, bool first) {
    for (std::uint64_t at = from; at < segment.size();) {
      std::size_t const size = std::min<std::uint64_t>(kChunk, segment.size() - at);
      auto const chunk = segment.at(at, size);
      if (!chunk.ok()) return chunk.error();
      if (!all_zero(*chunk)) look_at_sectors(*chunk, at, first);
      at += size;
    }
    return {};
  }

  TailJudgement judgement() {
    if (!any_ && broken_.status == FrameRead::Status::blank) return judgement_;
    if (judgement_.reason.empty()) judgement_.reason = reason_of_the_frame();
    judgement_.kind =
        judgement_.reason.empty() ? TailJudgement::Kind::torn : TailJudgement::Kind::rot;
    return judgement_;
  }

 private:
  void look_at_sectors(std::string_view chunk, std::uint64_t chunk_at, bool first) {
    for (std::size_t i = 0; i < chunk.size(); i += kSector) {
      std::string_view const sector = chunk.substr(i, kSector);
      if (all_zero(sector)) continue;
      any_ = true;
      std::uint64_t const at = chunk_at + i;
      if (first) judgement_.end = at + kSector;
      std::string reason = reason_of_the_sector(sector, at, first);
      if (judgement_.reason.empty()) judgement_.reason = std::move(reason);
    }
  }

  std::string reason_of_the_sector(std::string_view sector, std::uint64_t at, bool first) {
    auto const stamp = get_stamp(sector.data());
    std::string const where = " at offset " + std::to_string(at);
    if (!stamp) return "the bytes" + where + " are no part of a write";
    auto const distance =
        static_cast<std::int32_t>(stamp->frame - static_cast<std::uint32_t>(number_));
    if (distance < 0) return "an older frame is repeated" + where;
    if (distance == 0) {
      bool const in_place = first && at - offset_ == stamp->sector * kSector &&
                            (!broken_.has_header || at - offset_ < broken_.header.disk_bytes());
      return in_place ? "" : "a sector of the frame is out of its place" + where;
    }
    return reason_of_a_later_write(sector, *stamp);
  }

  // A later write was begun: was this one over by then?
  std::string reason_of_a_later_write(std::string_view sector, Stamp stamp) {
    std::string const name = "the later frame " + std::to_string(stamp.frame);
    if (stamp.sector == 0 && sector.size() == kSector) {
      auto const header = get_frame_header(sector.data() + kStamp);
      if (header.ok()) {
        if (!judgement_.next_lsn) judgement_.next_lsn = header->first_lsn;
        if (header->durable_frame >= number_) return name + " says that it had been on the disk";
      }
    }
    return stamp.synced ? name + " was begun after it had been on the disk" : "";
  }

  // No sector speaks against an unfinished write; does the frame itself?
  std::string reason_of_the_frame() const {
    if (broken_.status == FrameRead::Status::blank) return "";
    if (!broken_.has_header || !broken_.misses_sector) return broken_.reason;
    return "";
  }

  std::uint64_t offset_;
  std::uint64_t number_;
  FrameRead const& broken_;
  bool any_ = false;
  TailJudgement judgement_;
};

}  // namespace

Result<TailJudgement> judge_tail(SegmentReader& segment, std::uint64_t offset, std::uint64_t number,
                                 FrameRead const& broken, std::vector<SegmentReader>& later) {
  Judge judge(offset, number, broken);
  SKALD_TRY(judge.look(segment, offset, true));
  for (SegmentReader& next : later) SKALD_TRY(judge.look(next, kBlock, false));
  return judge.judgement();
}

}  // namespace skald::runtime
