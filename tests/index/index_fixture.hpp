#pragma once

// A directory and an index for a test.

#include <string>

#include "runtime/index/rocks_index.hpp"
#include "tests/support/temporary_dir.hpp"

namespace skald::runtime::test {

using skald::test::TemporaryDir;

RocksIndex::Opened open_index(std::string const& dir, Lsn journal_last = Lsn{1'000'000'000},
                              std::string stamp = "keys 1");

}  // namespace skald::runtime::test
