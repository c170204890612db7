#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace webcalling {

/// The logging front: lines with a level go to one sink that main() chooses (standard error, a file, a test's list).
/// Passed down by reference; protocols do not log, their owners do.
class Log {
 public:
  enum class Level { Debug, Info, Warning, Error };
  using Sink = std::function<void(Level, std::string_view line)>;

  Log(Level least, Sink sink) : least_(least), sink_(std::move(sink)) {}

  template <typename... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::Debug, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::Info, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::Warning, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::Error, format, std::forward<Args>(args)...);
  }

  [[nodiscard]] bool wants(Level level) const { return level >= least_; }

 private:
  template <typename... Args>
  void write(Level level, fmt::format_string<Args...> format, Args&&... args) const {
    if (!wants(level)) return;
    std::string line = fmt::format(format, std::forward<Args>(args)...);
    // Words of strangers shall not begin a line of their own, nor speak to a terminal.
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    sink_(level, line);
  }

  Level least_;
  Sink sink_;
};

}  // namespace webcalling
