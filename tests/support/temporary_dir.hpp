#pragma once

// A directory of a test's own, removed with the object.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/assert.hpp"

namespace skald::test {

class TemporaryDir {
 public:
  TemporaryDir() : path_((std::filesystem::temp_directory_path() / "skald-XXXXXX").string()) {
    SKALD_ASSERT(mkdtemp(path_.data()) != nullptr, "no temporary directory");
  }
  TemporaryDir(TemporaryDir const&) = delete;
  TemporaryDir& operator=(TemporaryDir const&) = delete;
  ~TemporaryDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string const& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace skald::test
