#include "runtime/journal/file_journal.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

namespace skald::runtime {
namespace {

constexpr std::size_t kEntryOverhead = 8;  // the words before an entry in a frame's body

// Hands the entries of a frame on, from an LSN on.
Result<void> visit_entries(LogFrame const& frame, Lsn from, JournalVisitor const& visit,
                           std::uint64_t& delivered) {
  Result<void> answer;
  bool const well_formed = visit_body(frame.body, frame.header.entries,
                                      [&](std::uint32_t index, std::string_view payload) {
                                        Lsn const lsn{frame.header.first_lsn + index};
                                        if (lsn < from) return true;
                                        ++delivered;
                                        answer = visit({.lsn = lsn,
                                                        .epoch = frame.header.epoch,
                                                        .written = {frame.header.written_us},
                                                        .payload = payload});
                                        return answer.ok();
                                      });
  if (!well_formed) {
    return to_error({.file = frame.file,
                     .offset = frame.offset,
                     .frame = frame.header.frame,
                     .first_lsn = frame.header.first_lsn,
                     .next_lsn = std::nullopt,
                     .reason = "its entries are not well formed"});
  }
  return answer;
}

}  // namespace

FileJournal::FileJournal(FileJournalOptions options, Disk& disk)
    : options_(std::move(options)), disk_(disk) {}

FileJournal::~FileJournal() {
  std::ignore = close();
}

Result<Recovery> FileJournal::recover(Lsn from, JournalVisitor const& visit,
                                      JournalCallbacks callbacks) {
  SKALD_ASSERT(!writer_, "recover() is called once");
  Recovery recovery;
  auto const end = scan_log(disk_, options_.dir, [&](LogFrame const& frame) {
    return visit_entries(frame, from, visit, recovery.entries);
  });
  if (!end.ok()) return end.error();
  if (end->damage) return to_error(*end->damage);
  callbacks_ = std::move(callbacks);
  SKALD_TRY(open_for_writing(*end));
  recovery.last = Lsn{end->next_lsn - 1};
  recovery.first = Lsn{end->next_lsn > end->head.lsn ? end->head.lsn : 0};
  recovery.epoch = epoch_;
  recovery.closed_cleanly = end->closed_cleanly;
  recovery.torn = end->torn;
  return recovery;
}

Result<void> FileJournal::open_for_writing(LogEnd const& end) {
  SKALD_TRY(tidy(end));
  supply_ = std::make_unique<SegmentSupply>(disk_,
                                            SupplyOptions{.dir = options_.dir,
                                                          .head = end.head,
                                                          .sizes = options_.segments,
                                                          .ahead = options_.segments_ahead,
                                                          .ballast_bytes = options_.ballast_bytes,
                                                          .retry = options_.space_retry},
                                            [this](Space space) {
                                              space_ = space;
                                              if (callbacks_.on_space) callbacks_.on_space(space);
                                            });
  std::uint64_t const last_segment = end.segments.back().sequence + end.spares.size();
  supply_->start(end.spares, last_segment + 1);
  writer_ =
      std::make_unique<LogWriter>(disk_,
                                  WriterOptions{.dir = options_.dir,
                                                .synced = options_.durability == Durability::fsync,
                                                .direct = options_.direct_io,
                                                .compress_from = options_.compress_from,
                                                .clock = options_.clock},
                                  *supply_);
  SKALD_TRY(writer_->open(end));
  supply_->set_patient(true);
  epoch_ = writer_->epoch();
  next_lsn_ = writer_->next_lsn();
  durable_ = next_lsn_ - 1;
  last_sync_ = Clock::now();
  committer_ = std::thread([this] { run(); });
  return {};
}

// Removes what an earlier life had not finished making or dropping.
Result<void> FileJournal::tidy(LogEnd const& end) {
  auto const names = disk_.list(options_.dir);
  if (!names.ok()) return names.error();
  for (std::string const& name : *names) {
    auto const sequence = segment_sequence(name);
    if (name.ends_with(".new") || (sequence && *sequence < end.head.segment)) {
      SKALD_TRY(disk_.remove(options_.dir + "/" + name));
    }
  }
  return {};
}

Lsn FileJournal::append(std::string payload) {
  SKALD_ASSERT(!payload.empty() && payload.size() <= kMaxPayload, "a payload is 1 byte to 64 MiB");
  std::unique_lock lock(mutex_);
  SKALD_ASSERT(writer_ && !closing_, "append() belongs between recover() and close()");
  room_.wait(lock, [this] { return queued_bytes_ <= options_.max_queued_bytes || failure_; });
  Lsn const lsn{next_lsn_++};
  if (failure_) return lsn;
  queued_bytes_ += payload.size();
  queue_.push_back(std::move(payload));
  bool const wake = std::exchange(idle_, false);
  lock.unlock();
  if (wake) work_.notify_one();
  return lsn;
}

void FileJournal::run() {
  std::vector<std::string> batch;
  while (take_batch(batch)) {
    commit(batch);
    batch.clear();
    sync_when_due();
  }
  finish();
}

// False when the journal is closing and everything has been written. An empty batch only means
// that it may be time to sync.
bool FileJournal::take_batch(std::vector<std::string>& batch) {
  std::unique_lock lock(mutex_);
  auto const ready = [this] { return !queue_.empty() || closing_; };
  idle_ = true;
  if (options_.durability == Durability::interval && writer_->dirty()) {
    work_.wait_until(lock, last_sync_ + std::chrono::microseconds(options_.sync_interval.us),
                     ready);
  } else {
    work_.wait(lock, ready);
  }
  idle_ = false;
  batch.swap(queue_);
  return !batch.empty() || !closing_;
}

void FileJournal::commit(std::vector<std::string> const& batch) {
  std::span<std::string const> rest(batch);
  while (!rest.empty() && !failure_) {
    // Never so much that a batch, rather than one large entry, asks for another segment.
    std::uint64_t const most = std::min<std::uint64_t>(options_.max_write_bytes, writer_->room());
    std::size_t count = 0;
    std::size_t bytes = 0;
    while (count < rest.size() &&
           (count == 0 || bytes + rest[count].size() + (count + 1) * kEntryOverhead <= most)) {
      bytes += rest[count++].size();
    }
    auto const written = writer_->write(FrameKind::entries, rest.first(count));
    if (!written.ok()) return fail(written.error());
    announce(Lsn{writer_->next_lsn() - 1}, bytes);
    rest = rest.subspan(count);
  }
}

void FileJournal::announce(Lsn durable, std::size_t bytes) {
  durable_ = durable.value;
  {
    std::scoped_lock lock(mutex_);
    queued_bytes_ -= bytes;
  }
  room_.notify_one();
  if (callbacks_.on_durable) callbacks_.on_durable(durable);
}

void FileJournal::sync_when_due() {
  if (options_.durability != Durability::interval || failure_) return;
  auto const now = Clock::now();
  if (now < last_sync_ + std::chrono::microseconds(options_.sync_interval.us)) return;
  last_sync_ = now;
  auto const synced = writer_->sync();
  if (!synced.ok()) fail(synced.error());
}

// The last words, so that the next opening can tell an orderly end from a kill, and so that even
// the last entry's write has a later one to vouch for it.
void FileJournal::finish() {
  if (failure_) return;
  auto done = writer_->write(FrameKind::closed, {});
  if (done.ok()) done = writer_->sync();
  if (!done.ok()) fail(done.error());
}

void FileJournal::fail(Error const& error) {
  {
    std::scoped_lock lock(mutex_);
    failure_ = error;
  }
  room_.notify_all();
  if (callbacks_.on_failure) callbacks_.on_failure(error);
}

Result<void> FileJournal::read(Lsn from, JournalVisitor const& visit) {
  SKALD_ASSERT(writer_, "read() before recover()");
  std::shared_lock lock(files_);
  LogWriter::Extent const extent = writer_->extent();
  std::span<SegmentInfo const> segments(extent.segments);
  while (segments.size() > 1 && segments[1].first_lsn <= from.value) segments = segments.subspan(1);
  std::uint64_t delivered = 0;
  return read_frames(
      disk_, options_.dir, extent.head, {segments.begin(), segments.end()}, extent.last_frame,
      [&](LogFrame const& frame) { return visit_entries(frame, from, visit, delivered); });
}

Result<Lsn> FileJournal::drop_before(Lsn keep_from) {
  SKALD_ASSERT(writer_, "drop_before() before recover()");
  std::unique_lock lock(files_);
  auto const head = writer_->drop_before(keep_from.value);
  if (!head.ok()) return head.error();
  return Lsn{head->lsn};
}

Result<void> FileJournal::close() {
  if (closed_) return {};
  closed_ = true;
  if (committer_.joinable()) {
    supply_->set_patient(false);
    {
      std::scoped_lock lock(mutex_);
      closing_ = true;
    }
    work_.notify_one();
    committer_.join();
  }
  if (supply_) supply_->stop();
  if (failure_) return *failure_;
  return {};
}

}  // namespace skald::runtime
