#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sip/message/header_name.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {

/// One header line as it stands in the head of a message. Both texts are views of the head and trimmed; a folded value
/// still has its line breaks inside.
struct HeaderLine {
  HeaderName name;
  std::string_view name_text;
  std::string_view value;
  bool has_controls = false;  ///< in the value: a fold, a tab, or in a quoted pair
};

/// The lines between the start line and the empty line, each with its CRLF (RFC 3261 section 7.3.1). Names that are no
/// tokens, lines without colon, controls that are not quoted pairs and bare CR or LF are malformed.
[[nodiscard]] Result<std::vector<HeaderLine>> split_header_lines(std::string_view text, const Limits& limits);

/// The body's length; nothing if no line says so. Given twice, signed, or not a 64-bit number is malformed: whoever
/// disagrees with us about it would see another message behind this one.
[[nodiscard]] Result<std::optional<std::uint64_t>> find_content_length(const std::vector<HeaderLine>& lines);

}  // namespace webcalling::sip
