#include <cstdio>

#include "runtime/journal/disk.hpp"
#include "runtime/journal/format.hpp"

namespace skald::runtime {
namespace {

constexpr std::size_t kChecksumLine = 9;  // eight hexadecimal digits and a line feed
constexpr std::size_t kMaxSize = 1U << 20U;

std::string checksum_line(std::string_view content) {
  char text[kChecksumLine + 1];
  std::snprintf(text, sizeof text, "%08x\n", crc32c(content));
  return text;
}

}  // namespace

Result<void> write_checked_file(Disk& disk, std::string const& dir, std::string const& name,
                                std::string_view content) {
  std::string const path = dir + "/" + name;
  std::string const fresh = path + ".new";
  std::string text(content);
  text += '\n';
  text += checksum_line(content);
  {
    auto file = disk.open(fresh, {.write = true, .create = true});
    if (!file.ok()) return std::move(file).error();
    SKALD_TRY((*file)->write(0, text));
    SKALD_TRY((*file)->sync());
  }
  SKALD_TRY(disk.rename(fresh, path));
  return disk.sync_directory(dir);
}

Result<std::string> read_checked_file(Disk& disk, std::string const& path) {
  auto file = disk.open(path, {});
  if (!file.ok()) return std::move(file).error();
  std::string text(kMaxSize, '\0');
  auto const size = (*file)->read(0, text);
  if (!size.ok()) return size.error();
  text.resize(*size);
  std::size_t const content = text.size() > kChecksumLine ? text.size() - kChecksumLine - 1 : 0;
  if (content == 0 || text[content] != '\n' ||
      text.substr(content + 1) != checksum_line(std::string_view(text).substr(0, content))) {
    return Error{ErrorCode::corrupt, "'" + path + "' is damaged: its checksum does not match",
                 "restore it from a backup; do not edit it by hand"};
  }
  text.resize(content);
  return text;
}

}  // namespace skald::runtime
