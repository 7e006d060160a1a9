#pragma once

// A journal with a listener that can be waited for, and shorthands to fill and read one.

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/journal/file_journal.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald::runtime::test {

// Hears what a journal says. Outlives it.
class Listener {
 public:
  JournalCallbacks callbacks();

  // Waits until the LSN is durable; false when the journal has failed before.
  bool wait_durable(Lsn lsn);
  Error wait_failure();
  void wait_space(Space space);
  Lsn durable();
  std::optional<Error> failure();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Lsn durable_{0};
  Space space_ = Space::ok;
  std::optional<Error> failure_;
};

// One life of a journal.
struct Life {
  Listener listener;
  std::unique_ptr<FileJournal> journal;
  Recovery recovery;
  std::vector<std::string> found;  // payloads that recovery delivered

  std::optional<Error> error;  // of recover()

  bool append_and_wait(std::string payload);
};

// Small segments, everything else as it ships.
FileJournalOptions small_options(std::string dir);
// Opens the log in `dir`, making it when it is not there.
std::unique_ptr<Life> open_life(FileJournalOptions options, Disk& disk);

// "entry 17 ......": its size varies with its number.
std::string payload_of(std::uint64_t lsn, std::size_t most = 300);

using skald::test::TemporaryDir;

}  // namespace skald::runtime::test
