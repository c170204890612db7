#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace webcalling::io {

/// The whole file. Missing if there is none.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

/// Replaces or creates the file so that a reader, or a crash, sees either the old or the new content. `mode` is for a
/// new file: 0600 for secrets.
[[nodiscard]] Result<void> write_file_atomically(const std::string& path, std::string_view content,
                                                 std::uint32_t mode = 0644);

/// Changes whenever a file does, or what a symbolic link leads to; a default-constructed one is that of no file.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t changed = 0;  ///< nanoseconds

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
[[nodiscard]] FileStamp stamp_of(const std::string& path);

/// Lets this process open as many files and sockets as the machine permits; gives the number. Calls need four sockets
/// each, and the usual default of 1024 ends at 250 calls.
[[nodiscard]] Result<std::size_t> raise_open_file_limit();

}  // namespace webcalling::io
