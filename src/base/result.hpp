#pragma once

#include <fmt/format.h>

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace webcalling {

/// Why an operation failed. The kind lets code decide (a missing header is not a malformed one), the text lets a person
/// act: what was being done, to what, and what was wrong.
struct Error {
  enum class Kind {
    Malformed,    ///< the input does not follow its grammar
    Missing,      ///< what was asked for is not there
    Unsupported,  ///< well formed, but not something we do
    Refused,      ///< a rule or a limit says no
    Failed,       ///< the outside world (network, disk, peer) did not do its part
  };
  Kind kind = Kind::Failed;
  std::string text;
};

template <typename T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

template <typename... Args>
[[nodiscard]] Failure malformed(fmt::format_string<Args...> format, Args&&... args) {
  return Failure(Error{Error::Kind::Malformed, fmt::format(format, std::forward<Args>(args)...)});
}

template <typename... Args>
[[nodiscard]] Failure missing(fmt::format_string<Args...> format, Args&&... args) {
  return Failure(Error{Error::Kind::Missing, fmt::format(format, std::forward<Args>(args)...)});
}

template <typename... Args>
[[nodiscard]] Failure unsupported(fmt::format_string<Args...> format, Args&&... args) {
  return Failure(Error{Error::Kind::Unsupported, fmt::format(format, std::forward<Args>(args)...)});
}

template <typename... Args>
[[nodiscard]] Failure refused(fmt::format_string<Args...> format, Args&&... args) {
  return Failure(Error{Error::Kind::Refused, fmt::format(format, std::forward<Args>(args)...)});
}

template <typename... Args>
[[nodiscard]] Failure failed(fmt::format_string<Args...> format, Args&&... args) {
  return Failure(Error{Error::Kind::Failed, fmt::format(format, std::forward<Args>(args)...)});
}

/// Puts what was being done in front of why it failed: `in_context("reading webcalling.toml", error)`.
[[nodiscard]] inline Failure in_context(std::string_view doing, Error error) {
  error.text = fmt::format("{}: {}", doing, error.text);
  return Failure(std::move(error));
}

}  // namespace webcalling
