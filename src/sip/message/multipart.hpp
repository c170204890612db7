#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace webcalling::sip {

/// A body, or one part of a multipart body, with the header values that say what it is; empty if absent. All are views
/// of the message it stands in.
struct BodyPart {
  std::string_view content_type;
  std::string_view content_disposition;
  std::string_view content_encoding;
  std::string_view transfer_encoding;
  std::string_view content;
};

inline constexpr std::size_t kMaxBodyParts = 16;

/// The parts of a multipart body (RFC 2046 section 5.1.1). What stands before the first delimiter and behind the last
/// is no part. Malformed: a boundary that is none, delimiters that are not lines of their own ended by CRLF, no
/// delimiter that closes, a part without the empty line behind its headers. Refused: more than kMaxBodyParts.
[[nodiscard]] Result<std::vector<BodyPart>> split_multipart(std::string_view body, std::string_view boundary);

}  // namespace webcalling::sip
