#include "io/files.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

/// A file descriptor that closes itself.
class OpenFile {
 public:
  explicit OpenFile(int value) : value_(value) {}
  ~OpenFile() { close(); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] int get() const { return value_; }
  int close() { return value_ < 0 ? 0 : ::close(std::exchange(value_, -1)); }

 private:
  int value_;
};

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The mode the file has now, so that replacing it opens it to nobody new; `otherwise` if there is none.
mode_t mode_of(const std::string& path, std::uint32_t otherwise) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : otherwise;
}

bool write_and_sync(int descriptor, std::string_view content, mode_t mode) {
  return ::fchmod(descriptor, mode) == 0 && write_all(descriptor, content) && ::fsync(descriptor) == 0;
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) return missing("reading {}: there is no such file", path);
  if (file.get() < 0) return failed("reading {}: {}", path, system_error_text(errno));
  std::string content;
  std::array<char, 64 * 1024> part{};
  while (true) {
    const ssize_t count = ::read(file.get(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("reading {}: {}", path, system_error_text(errno));
    if (count == 0) return content;
    content.append(part.data(), static_cast<std::size_t>(count));
  }
}

Result<void> write_file_atomically(const std::string& path, std::string_view content, std::uint32_t mode) {
  std::string temporary = path + ".XXXXXX";
  OpenFile file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return failed("writing {}: {}", path, system_error_text(errno));
  const bool written = write_and_sync(file.get(), content, mode_of(path, mode)) && file.close() == 0 &&
                       ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!written) {
    const int error = errno;
    ::unlink(temporary.c_str());
    return failed("writing {}: {}", path, system_error_text(error));
  }
  // The new name itself must reach the disk as well.
  const OpenFile directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) (void)::fsync(directory.get());
  return {};
}

FileStamp stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  constexpr std::int64_t kSecond = 1'000'000'000;
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .changed = status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec};
}

Result<std::size_t> raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return failed("reading the limit of open files: {}", system_error_text(errno));
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return failed("raising the limit of open files to {}: {}", limit.rlim_max, system_error_text(errno));
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace webcalling::io
