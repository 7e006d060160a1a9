#include "tests/index/index_fixture.hpp"

#include <stdlib.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace skald::runtime::test {

TemporaryDir::TemporaryDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "skald-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

TemporaryDir::~TemporaryDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

RocksIndex::Opened open_index(std::string const& dir, Lsn journal_last, std::string stamp) {
  return RocksIndex::open({.dir = dir + "/index",
                           .stamp = std::move(stamp),
                           .journal_last = journal_last,
                           .write_buffer_bytes = 1U << 20U,
                           .cache_bytes = 1U << 20U})
      .value();
}

}  // namespace skald::runtime::test
