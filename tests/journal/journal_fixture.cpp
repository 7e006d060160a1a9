#include "tests/journal/journal_fixture.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace skald::runtime::test {

JournalCallbacks Listener::callbacks() {
  return {.on_durable =
              [this](Lsn lsn) {
                std::scoped_lock lock(mutex_);
                durable_ = lsn;
                changed_.notify_all();
              },
          .on_failure =
              [this](Error const& error) {
                std::scoped_lock lock(mutex_);
                failure_ = error;
                changed_.notify_all();
              },
          .on_space =
              [this](Space space) {
                std::scoped_lock lock(mutex_);
                space_ = space;
                changed_.notify_all();
              }};
}

bool Listener::wait_durable(Lsn lsn) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return durable_ >= lsn || failure_; });
  return durable_ >= lsn;
}

Error Listener::wait_failure() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failure_.has_value(); });
  return *failure_;
}

void Listener::wait_space(Space space) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return space_ == space; });
}

Lsn Listener::durable() {
  std::scoped_lock lock(mutex_);
  return durable_;
}

std::optional<Error> Listener::failure() {
  std::scoped_lock lock(mutex_);
  return failure_;
}

bool Life::append_and_wait(std::string payload) {
  return listener.wait_durable(journal->append(std::move(payload)));
}

FileJournalOptions small_options(std::string dir) {
  FileJournalOptions options;
  options.dir = std::move(dir);
  options.segments = {.first = 16U << 10U, .full = 64U << 10U};
  options.ballast_bytes = 0;
  options.space_retry = Duration::from_ms(2);
  return options;
}

std::unique_ptr<Life> open_life(FileJournalOptions options, Disk& disk) {
  auto life = std::make_unique<Life>();
  if (auto made = create_log(disk, options.dir, 0, options.segments); !made.ok()) {
    life->error = made.error();
    return life;
  }
  life->journal = std::make_unique<FileJournal>(std::move(options), disk);
  auto const visit = [&](JournalEntry const& entry) -> Result<void> {
    life->found.emplace_back(entry.payload);
    return {};
  };
  auto recovery = life->journal->recover(Lsn{0}, visit, life->listener.callbacks());
  if (recovery.ok()) {
    life->recovery = *std::move(recovery);
  } else {
    life->error = recovery.error();
  }
  return life;
}

std::string payload_of(std::uint64_t lsn, std::size_t most) {
  std::string text = "entry " + std::to_string(lsn) + " ";
  std::size_t const size = std::max(text.size(), static_cast<std::size_t>(lsn * 7919 % most));
  text.resize(size, static_cast<char>('a' + lsn % 26));
  return text;
}

}  // namespace skald::runtime::test
