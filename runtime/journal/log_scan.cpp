#include "runtime/journal/log_scan.hpp"

#include <algorithm>
#include <utility>

#include "runtime/journal/tail_judge.hpp"

namespace skald::runtime {
namespace {

// Segments behind the break that are looked at for traces of later writes: the next one has them
// if there are any, and there are no more spares than this.
constexpr std::size_t kLookAhead = 8;

std::string path_of(std::string const& dir, std::uint64_t sequence) {
  return dir + "/" + segment_name(sequence);
}

class Scan {
 public:
  Scan(Disk& disk, std::string const& dir, LogFrameVisitor const& visit)
      : disk_(disk), dir_(dir), visit_(visit) {}

  Result<LogEnd> run() {
    auto head = read_head(disk_, dir_);
    if (!head.ok()) return std::move(head).error();
    SKALD_TRY(begin(*head));
    for (std::size_t i = 0; i < found_.size() && !end_.damage; ++i) {
      auto const goes_on = scan_segment(i);
      if (!goes_on.ok()) return goes_on.error();
      if (!*goes_on) break;
    }
    return std::move(end_);
  }

 private:
  Result<void> begin(LogHead const& head) {
    end_.head = head;
    end_.next_frame = head.frame;
    end_.next_lsn = head.lsn;
    end_.epoch = head.epoch;
    end_.previous = head.previous;
    auto found = list_segments(disk_, dir_);
    if (!found.ok()) return std::move(found).error();
    // Below the head: drop_before had not finished removing them.
    std::erase_if(*found, [&](std::uint64_t sequence) { return sequence < head.segment; });
    found_ = std::move(found).value();
    if (found_.empty() || found_.front() != head.segment) missing(head.segment);
    for (std::size_t i = 1; i < found_.size() && !end_.damage; ++i) {
      if (found_[i] != found_[i - 1] + 1) missing(found_[i - 1] + 1);
    }
    return {};
  }

  // True when the log goes on in the next segment.
  Result<bool> scan_segment(std::size_t index) {
    std::uint64_t const sequence = found_[index];
    auto reader = open(sequence);
    if (!reader.ok()) return note_damage(std::move(reader).error(), sequence);
    end_.segments.push_back({.sequence = sequence,
                             .bytes = reader->size(),
                             .first_frame = end_.next_frame,
                             .first_lsn = end_.next_lsn,
                             .epoch = end_.epoch,
                             .before = end_.previous});
    end_.offset = kBlock;
    while (true) {
      auto const frame = read_frame(*reader, end_.offset, end_.next_frame);
      if (!frame.ok()) return frame.error();
      if (frame->status != FrameRead::Status::whole) return judge(*reader, index, *frame);
      if (auto reason = break_in_the_chain(*frame); !reason.empty()) {
        damaged(reader->path(), end_.offset, std::move(reason));
        return false;
      }
      bool const sealed = frame->header.kind == FrameKind::sealed;
      SKALD_TRY(accept(*reader, *frame));
      if (sealed) return leave(*reader, index);
    }
  }

  Result<SegmentReader> open(std::uint64_t sequence) {
    auto reader = SegmentReader::open(disk_, path_of(dir_, sequence));
    if (!reader.ok()) return reader;
    auto const header = read_segment_header(*reader, end_.head.partition, sequence, end_.head.log);
    if (!header.ok()) return header.error();
    return reader;
  }

  std::string break_in_the_chain(FrameRead const& frame) const {
    FrameHeader const& header = frame.header;
    bool const new_epoch = header.kind == FrameKind::opened && header.epoch > end_.epoch;
    if (header.partition != end_.head.partition) return "the frame is of another partition";
    if (header.previous != end_.previous) return "the frame does not follow the one before it";
    if (header.first_lsn != end_.next_lsn) return "the frame's LSN does not follow";
    if (header.epoch != end_.epoch && !new_epoch) return "the frame is of another epoch";
    return "";
  }

  Result<void> accept(SegmentReader& reader, FrameRead const& frame) {
    copy_body(frame, body_);
    SKALD_TRY(visit_(LogFrame{reader.path(), end_.offset, frame.header, body_}));
    end_.offset += frame.header.disk_bytes();
    end_.next_frame += 1;
    end_.next_lsn = frame.header.next_lsn();
    end_.epoch = frame.header.epoch;
    end_.previous = frame.link;
    end_.closed_cleanly = frame.header.kind == FrameKind::closed;
    return {};
  }

  // Behind the seal there is nothing, and there is a next segment.
  Result<bool> leave(SegmentReader& reader, std::size_t index) {
    std::vector<SegmentReader> none;
    auto const rest = judge_tail(reader, end_.offset, end_.next_frame, FrameRead{}, none);
    if (!rest.ok()) return rest.error();
    if (rest->kind != TailJudgement::Kind::clean) {
      damaged(reader.path(), end_.offset, "there are bytes behind the segment's seal");
      return false;
    }
    if (index + 1 == found_.size()) missing(found_[index] + 1);
    return true;
  }

  Result<bool> judge(SegmentReader& reader, std::size_t index, FrameRead const& frame) {
    std::vector<SegmentReader> later;
    std::size_t const stop = std::min(found_.size(), index + 1 + kLookAhead);
    for (std::size_t i = index + 1; i < stop; ++i) {
      auto next = open(found_[i]);
      if (!next.ok()) return note_damage(std::move(next).error(), found_[i]);
      end_.spares.push_back({.sequence = found_[i], .bytes = next->size()});
      later.push_back(std::move(next).value());
    }
    auto judgement = judge_tail(reader, end_.offset, end_.next_frame, frame, later);
    if (!judgement.ok()) return judgement.error();
    if (judgement->kind == TailJudgement::Kind::rot) {
      damaged(reader.path(), end_.offset, std::move(judgement->reason), judgement->next_lsn);
    } else if (judgement->kind == TailJudgement::Kind::torn) {
      end_.closed_cleanly = false;
      end_.torn = TornTail{.file = reader.path(),
                           .offset = end_.offset,
                           .bytes = judgement->end - end_.offset,
                           .first = Lsn{end_.next_lsn}};
    }
    return false;
  }

  void missing(std::uint64_t sequence) {
    damaged(path_of(dir_, sequence), 0, "the file is missing");
  }

  void damaged(std::string file, std::uint64_t offset, std::string reason,
               std::optional<std::uint64_t> next_lsn = std::nullopt) {
    end_.damage = JournalDamage{.file = std::move(file),
                                .offset = offset,
                                .frame = end_.next_frame,
                                .first_lsn = end_.next_lsn,
                                .next_lsn = next_lsn,
                                .reason = std::move(reason)};
  }

  // A segment that can not be opened as one: damage, unless it is the disk's or a version's fault.
  Result<bool> note_damage(Error error, std::uint64_t sequence) {
    if (error.code != ErrorCode::corrupt) return error;
    damaged(path_of(dir_, sequence), 0, std::move(error.message));
    return false;
  }

  Disk& disk_;
  std::string const& dir_;
  LogFrameVisitor const& visit_;
  std::vector<std::uint64_t> found_;
  LogEnd end_;
  std::string body_;
};

}  // namespace

Error to_error(JournalDamage const& damage) {
  std::string message = "the journal is damaged: '" + damage.file + "', offset " +
                        std::to_string(damage.offset) + ", frame " + std::to_string(damage.frame) +
                        ": " + damage.reason + "; entries from LSN " +
                        std::to_string(damage.first_lsn) + " on";
  if (damage.next_lsn) message += " (readable again from " + std::to_string(*damage.next_lsn) + ")";
  message += " are concerned";
  return {
      ErrorCode::corrupt, std::move(message),
      "nothing has been changed; restore a backup. 'skald doctor' on the data directory shows what "
      "is whole and which runs are concerned"};
}

Result<LogEnd> scan_log(Disk& disk, std::string const& dir, LogFrameVisitor const& visit) {
  return Scan(disk, dir, visit).run();
}

Result<void> read_frames(Disk& disk, std::string const& dir, LogHead const& head,
                         std::vector<SegmentInfo> const& segments, std::uint64_t last,
                         LogFrameVisitor const& visit) {
  std::string body;
  for (SegmentInfo const& segment : segments) {
    if (segment.first_frame > last) break;
    auto reader = SegmentReader::open(disk, path_of(dir, segment.sequence));
    if (!reader.ok()) return std::move(reader).error();
    auto const header = read_segment_header(*reader, head.partition, segment.sequence, head.log);
    if (!header.ok()) return header.error();
    std::uint64_t offset = kBlock;
    bool sealed = false;
    for (std::uint64_t number = segment.first_frame; !sealed && number <= last; ++number) {
      auto const frame = read_frame(*reader, offset, number);
      if (!frame.ok()) return frame.error();
      if (frame->status != FrameRead::Status::whole) {
        return to_error({.file = reader->path(),
                         .offset = offset,
                         .frame = number,
                         .first_lsn = segment.first_lsn,
                         .next_lsn = std::nullopt,
                         .reason = frame->reason.empty() ? "there is no frame" : frame->reason});
      }
      copy_body(*frame, body);
      SKALD_TRY(visit(LogFrame{reader->path(), offset, frame->header, body}));
      offset += frame->header.disk_bytes();
      sealed = frame->header.kind == FrameKind::sealed;
    }
  }
  return {};
}

}  // namespace skald::runtime
