#include "sip/message/header_lines.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"

namespace webcalling::sip {

namespace {

/// Cuts one line with its continuation lines, without the last CRLF; nothing if no CRLF ends it.
std::optional<std::string_view> take_folded_line(std::string_view& text) {
  std::size_t end = 0;
  for (;;) {
    end = text.find("\r\n", end);
    if (end == std::string_view::npos) return std::nullopt;
    const bool is_folded = end + 2 < text.size() && (text[end + 2] == ' ' || text[end + 2] == '\t');
    if (!is_folded) break;
    end += 2;
  }
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

/// `quoted-pair`: behind a backslash a quoted string may carry any ASCII character but the two of a line break.
bool begins_quoted_pair(std::string_view text) {
  return text.size() > 1 && text[0] == '\\' && text[1] != '\r' && text[1] != '\n';
}

/// Of a line with controls: they are allowed only as tabs, as the CRLF of a fold (a CRLF that is still inside a line is
/// one) and in a quoted pair, where Message makes blanks of them (RFC 4475 section 3.1.1.2).
bool has_stray_control(std::string_view line) {
  bool in_quotes = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line.substr(i, 2) == "\r\n" || (in_quotes && begins_quoted_pair(line.substr(i)))) {
      ++i;
    } else if (grammar::is_control(line[i]) && line[i] != '\t') {
      return true;
    } else if (line[i] == '"') {
      in_quotes = !in_quotes;
    }
  }
  return false;
}

Result<HeaderLine> parse_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("a header line has no colon");
  auto name = line.substr(0, colon);
  // HCOLON = *( SP / HTAB ) ":" SWS: blanks may stand before the colon, but nowhere else in the name.
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
  if (!grammar::is_token(name)) return malformed("a header's name is not a token");
  const bool has_controls = grammar::has_control(line);
  if (has_controls && has_stray_control(line)) return malformed("{}: control character in the value", name);
  return HeaderLine{parse_header_name(name), name, ascii::trim(line.substr(colon + 1)), has_controls};
}

}  // namespace

Result<std::vector<HeaderLine>> split_header_lines(std::string_view text, const Limits& limits) {
  std::vector<HeaderLine> out;
  out.reserve(16);
  while (!text.empty()) {
    const auto line = take_folded_line(text);
    if (!line) return malformed("the last header line does not end");
    if (line->size() > limits.header_line_bytes) {
      return refused("a header line has {} bytes, more than {}", line->size(), limits.header_line_bytes);
    }
    if (out.size() == limits.headers) return refused("more than {} header lines", limits.headers);
    auto parsed = parse_line(*line);
    if (!parsed) return Failure(std::move(parsed.error()));
    out.push_back(*parsed);
  }
  return out;
}

Result<std::optional<std::uint64_t>> find_content_length(const std::vector<HeaderLine>& lines) {
  std::optional<std::uint64_t> length;
  for (const HeaderLine& line : lines) {
    if (line.name != HeaderName::ContentLength) continue;
    if (length) return malformed("Content-Length stands there twice");
    length = ascii::parse_number<std::uint64_t>(line.value);
    if (!length) return malformed("Content-Length: not a number of bytes");
  }
  return length;
}

}  // namespace webcalling::sip
