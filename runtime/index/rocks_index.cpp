#include "runtime/index/rocks_index.hpp"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <tuple>
#include <utility>

#include "runtime/index/crash_marker.hpp"

namespace skald::runtime {
namespace {

namespace fs = std::filesystem;

constexpr char const* kFormat = "skald index 1";
// The first byte of a stored key: the caller's, or ours.
constexpr char kTheirs = 'k';
constexpr char const* kApplied = "m.applied";

rocksdb::Slice slice(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view(rocksdb::Slice const& slice) {
  return {slice.data(), slice.size()};
}
std::string stored_key(std::string_view key) {
  std::string stored(1, kTheirs);
  stored += key;
  return stored;
}

Error error_of(rocksdb::Status const& status, char const* doing) {
  ErrorCode code = ErrorCode::io;
  if (status.IsCorruption()) code = ErrorCode::corrupt;
  if (status.IsNoSpace()) code = ErrorCode::no_space;
  return {code, std::string("the index cannot ") + doing + ": " + status.ToString(),
          "it is made again from the journal when the engine starts without it"};
}

// Flushes and compactions run in RocksDB's own threads.
class MarkingListener final : public rocksdb::EventListener {
 public:
  explicit MarkingListener(CrashMarker& marker) : marker_(marker) {}
  void OnFlushBegin(rocksdb::DB*, rocksdb::FlushJobInfo const&) override { marker_.enter(); }
  void OnFlushCompleted(rocksdb::DB*, rocksdb::FlushJobInfo const&) override { marker_.leave(); }
  void OnCompactionBegin(rocksdb::DB*, rocksdb::CompactionJobInfo const&) override {
    marker_.enter();
  }
  void OnCompactionCompleted(rocksdb::DB*, rocksdb::CompactionJobInfo const&) override {
    marker_.leave();
  }

 private:
  CrashMarker& marker_;
};

rocksdb::Options database_options(RocksIndexOptions const& wanted, CrashMarker& marker) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = wanted.write_buffer_bytes;
  options.max_write_buffer_number = 3;
  options.max_background_jobs = 2;
  options.max_open_files = 256;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1U << 20U;
  options.compression = rocksdb::kLZ4Compression;
  options.listeners.push_back(std::make_shared<MarkingListener>(marker));
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(wanted.cache_bytes);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::WriteOptions without_log() {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return options;
}

std::string read_file(fs::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool write_file(fs::path const& path, std::string const& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  return file.good();
}

Result<Lsn> read_applied(rocksdb::DB& db, rocksdb::ReadOptions const& options) {
  std::string text;
  auto const status = db.Get(options, kApplied, &text);
  if (status.IsNotFound()) return Lsn{0};
  if (!status.ok()) return error_of(status, "be read");
  std::uint64_t value = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) {
    return Error{ErrorCode::corrupt, "the index does not know what it has applied", ""};
  }
  return Lsn{value};
}

}  // namespace

struct RocksIndex::Impl {
  explicit Impl(CrashMarker marker_in) : marker(std::move(marker_in)) {}

  CrashMarker marker;  // outlives the database, whose threads use it
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<std::uint64_t> applied = 0;

  // Empty, or why what is there can not be used.
  std::optional<std::string> unusable(RocksIndexOptions const& options);
  std::optional<std::string> open_database(RocksIndexOptions const& options);
  Result<void> make_empty(RocksIndexOptions const& options);

  // A damaged index is not to be used by the next process either.
  Error failed(rocksdb::Status const& status, char const* doing) {
    if (status.IsCorruption() && !condemned.exchange(true)) marker.enter();
    return error_of(status, doing);
  }
  std::atomic<bool> condemned = false;

  Result<std::optional<std::string>> get(rocksdb::ReadOptions const& options, std::string_view key);
  Result<std::size_t> scan(rocksdb::ReadOptions options, IndexRange const& range,
                           IndexVisitor const& visit);

  static std::string stamp_text(RocksIndexOptions const& options) {
    return std::string(kFormat) + "\n" + options.stamp + "\n";
  }
};

Result<std::optional<std::string>> RocksIndex::Impl::get(rocksdb::ReadOptions const& options,
                                                         std::string_view key) {
  std::string value;
  auto const status = db->Get(options, stored_key(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return failed(status, "be read");
  return std::optional<std::string>(std::move(value));
}

Result<std::size_t> RocksIndex::Impl::scan(rocksdb::ReadOptions options, IndexRange const& range,
                                           IndexVisitor const& visit) {
  std::string const from = stored_key(range.from);
  std::string const to = range.to ? stored_key(*range.to) : std::string(1, kTheirs + 1);
  if (to <= from) return std::size_t{0};
  rocksdb::Slice const lower(from);
  rocksdb::Slice const upper(to);
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = &upper;
  std::unique_ptr<rocksdb::Iterator> const it(db->NewIterator(options));
  range.backwards ? it->SeekToLast() : it->SeekToFirst();
  std::size_t count = 0;
  for (; it->Valid() && count < range.limit; range.backwards ? it->Prev() : it->Next()) {
    ++count;
    if (!visit(view(it->key()).substr(1), view(it->value()))) break;
  }
  if (!it->status().ok()) return failed(it->status(), "be read");
  return count;
}

std::optional<std::string> RocksIndex::Impl::unusable(RocksIndexOptions const& options) {
  fs::path const dir(options.dir);
  std::error_code ignored;
  if (marker.crashed()) return "the last process ended while RocksDB was at work in it";
  std::string const stamp = read_file(dir / "STAMP");
  if (!fs::exists(dir / "db", ignored)) return "there was none";
  if (stamp != stamp_text(options)) return "it was written for another layout or another log";
  if (auto why = open_database(options)) return why;
  if (Lsn{applied.load()} > options.journal_last) {
    db.reset();
    return "it was ahead of the journal";
  }
  return std::nullopt;
}

std::optional<std::string> RocksIndex::Impl::open_database(RocksIndexOptions const& options) {
  InsideMarker const inside(marker);
  rocksdb::DB* opened = nullptr;
  auto const status = rocksdb::DB::Open(database_options(options, marker),
                                        (fs::path(options.dir) / "db").string(), &opened);
  if (!status.ok()) return "RocksDB cannot open it: " + status.ToString();
  db.reset(opened);
  auto const lsn = read_applied(*db, {});
  if (!lsn.ok()) {
    db.reset();
    return lsn.error().message;
  }
  applied = lsn->value;
  return std::nullopt;
}

Result<void> RocksIndex::Impl::make_empty(RocksIndexOptions const& options) {
  fs::path const dir(options.dir);
  std::error_code failed;
  fs::remove_all(dir / "db", failed);
  if (!failed) fs::create_directories(dir / "db", failed);
  if (failed) {
    return Error{failed == std::errc::no_space_on_device ? ErrorCode::no_space : ErrorCode::io,
                 "cannot make the index in '" + options.dir + "': " + failed.message(), ""};
  }
  marker.reset();
  if (auto const why = open_database(options)) {
    return Error{ErrorCode::io, "cannot make the index in '" + options.dir + "': " + *why, ""};
  }
  // Last: without it the next start makes another one.
  if (!write_file(dir / "STAMP", stamp_text(options))) {
    return Error{ErrorCode::io, "cannot write '" + options.dir + "/STAMP'", ""};
  }
  return {};
}

Result<RocksIndex::Opened> RocksIndex::open(RocksIndexOptions const& options) {
  std::error_code failed;
  fs::create_directories(options.dir, failed);
  if (failed) {
    return Error{ErrorCode::io, "cannot create '" + options.dir + "': " + failed.message(), ""};
  }
  auto marker = CrashMarker::open(options.dir + "/INSIDE");
  if (!marker.ok()) return std::move(marker).error();
  auto impl = std::make_unique<Impl>(std::move(marker).value());
  Opened opened;
  bool const fresh = !fs::exists(options.dir + "/STAMP", failed) && !impl->marker.crashed();
  if (auto why = impl->unusable(options)) {
    if (!fresh) SKALD_TRY(options.may_discard());
    SKALD_TRY(impl->make_empty(options));
    if (!fresh) opened.discarded = std::move(why);
  }
  opened.index = std::unique_ptr<RocksIndex>(new RocksIndex(std::move(impl)));
  return opened;
}

RocksIndex::RocksIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RocksIndex::~RocksIndex() {
  // Without a write-ahead log only this keeps what is in memory; losing it costs a longer replay.
  std::ignore = flush();
  {
    InsideMarker const inside(impl_->marker);
    std::ignore = impl_->db->Close();
    impl_->db.reset();
  }
  // A compaction that the end cut short has begun and never says that it has ended. None of
  // RocksDB's threads is at work any more, so nobody is inside.
  if (!impl_->condemned) impl_->marker.reset();
}

Result<void> RocksIndex::apply(IndexBatch const& batch, Lsn applied) {
  rocksdb::WriteBatch writes;
  for (IndexChange const& change : batch) {
    rocksdb::Slice const parts[] = {{&kTheirs, 1}, slice(change.key)};
    rocksdb::SliceParts const key(parts, 2);
    rocksdb::Slice const value = slice(change.value);
    auto const status = change.kind == IndexChange::Kind::erase
                            ? writes.Delete(key)
                            : writes.Put(key, rocksdb::SliceParts(&value, 1));
    if (!status.ok()) return error_of(status, "be written");
  }
  auto status = writes.Put(kApplied, std::to_string(applied.value));
  if (status.ok()) status = impl_->db->Write(without_log(), &writes);
  if (!status.ok()) return impl_->failed(status, "be written");
  impl_->applied = applied.value;
  return {};
}

Result<void> RocksIndex::flush() {
  InsideMarker const inside(impl_->marker);
  auto const status = impl_->db->Flush({});
  if (!status.ok()) return impl_->failed(status, "be flushed");
  return {};
}

class RocksIndex::Snapshot final : public IndexReader {
 public:
  explicit Snapshot(Impl& impl) : impl_(impl) {
    options_.snapshot = impl_.db->GetSnapshot();
    if (auto const lsn = read_applied(*impl_.db, options_); lsn.ok()) applied_ = *lsn;
  }
  ~Snapshot() override { impl_.db->ReleaseSnapshot(options_.snapshot); }
  Snapshot(Snapshot const&) = delete;
  Snapshot& operator=(Snapshot const&) = delete;

  Result<std::optional<std::string>> get(std::string_view key) const override {
    return impl_.get(options_, key);
  }
  Result<std::size_t> scan(IndexRange const& range, IndexVisitor const& visit) const override {
    return impl_.scan(options_, range, visit);
  }
  Lsn applied() const override { return applied_; }

 private:
  Impl& impl_;
  rocksdb::ReadOptions options_;
  Lsn applied_{0};
};

std::unique_ptr<IndexReader> RocksIndex::snapshot() const {
  return std::make_unique<Snapshot>(*impl_);
}

Result<std::optional<std::string>> RocksIndex::get(std::string_view key) const {
  return impl_->get({}, key);
}

Result<std::size_t> RocksIndex::scan(IndexRange const& range, IndexVisitor const& visit) const {
  return impl_->scan({}, range, visit);
}

Lsn RocksIndex::applied() const {
  return Lsn{impl_->applied.load()};
}

}  // namespace skald::runtime
