#include "tests/index/index_fixture.hpp"

#include <utility>

namespace skald::runtime::test {

RocksIndex::Opened open_index(std::string const& dir, Lsn journal_last, std::string stamp) {
  return RocksIndex::open({.dir = dir + "/index",
                           .stamp = std::move(stamp),
                           .journal_last = journal_last,
                           .write_buffer_bytes = 1U << 20U,
                           .cache_bytes = 1U << 20U})
      .value();
}

}  // namespace skald::runtime::test
