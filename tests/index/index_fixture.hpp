#pragma once

// A directory and an index for a test.

#include <string>

#include "runtime/index/rocks_index.hpp"

namespace skald::runtime::test {

class TemporaryDir {
 public:
  TemporaryDir();
  ~TemporaryDir();
  TemporaryDir(TemporaryDir const&) = delete;
  TemporaryDir& operator=(TemporaryDir const&) = delete;
  std::string const& path() const { return path_; }

 private:
  std::string path_;
};

RocksIndex::Opened open_index(std::string const& dir, Lsn journal_last = Lsn{1'000'000'000},
                              std::string stamp = "keys 1");

}  // namespace skald::runtime::test
