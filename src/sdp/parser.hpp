#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "sdp/session.hpp"

namespace webcalling::sdp {

inline constexpr std::size_t kMaxSessionBytes = 64 * 1024;
inline constexpr std::size_t kMaxMedia = 64;
inline constexpr std::size_t kMaxFormats = 128;      ///< per m= line
inline constexpr std::size_t kMaxAttributes = 1024;  ///< over all levels
inline constexpr std::size_t kMaxCryptos = 64;       ///< per m= line

/// Reads a session description. Line ends may be CRLF or LF.
///
/// Errors are Malformed (v=, o=, c=, m= lines; ports above 65535; payload types above 127; NUL bytes; unknown line
/// types) or Refused (one of the limits above). Any other attribute whose value does not follow its grammar is only a
/// raw attribute: the description is read as if it were not there, so that one strange candidate does not cost a call.
[[nodiscard]] Result<Session> parse(std::string_view text);

}  // namespace webcalling::sdp
