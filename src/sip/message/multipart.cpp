#include "sip/message/multipart.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "sip/message/header_lines.hpp"

namespace webcalling::sip {

namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// RFC 2046 section 5.1.1: 1 to 70 characters, the last not a blank. Which ones matters to those who write them.
bool is_boundary(std::string_view text) {
  constexpr std::size_t kMost = 70;
  return !text.empty() && text.size() <= kMost && ascii::find_any<'\r', '\n'>(text) == std::string_view::npos &&
         text.back() != ' ';
}

/// A delimiter, with the line breaks that belong to it: the one before it is not part of the content.
struct Delimiter {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool closes = false;
};

/// `dashes` stand at `at`, which begins a line.
std::optional<Delimiter> read_delimiter(std::string_view body, std::size_t at, std::string_view boundary) {
  auto rest = body.substr(at + 2);
  if (!rest.starts_with(boundary)) return std::nullopt;
  rest.remove_prefix(boundary.size());
  const bool closes = rest.starts_with("--");
  if (closes) rest.remove_prefix(2);
  // Blanks that a transport may have added (section 5.1.1).
  while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
  const bool ends_line = rest.starts_with(kLineEnd);
  if (!ends_line && !(closes && rest.empty())) return std::nullopt;
  if (ends_line) rest.remove_prefix(kLineEnd.size());
  const bool has_break_before = at >= kLineEnd.size();
  return Delimiter{has_break_before ? at - kLineEnd.size() : at, body.size() - rest.size(), closes};
}

std::optional<Delimiter> find_delimiter(std::string_view body, std::size_t from, std::string_view boundary) {
  for (std::size_t at = from; at != std::string_view::npos;) {
    if (body.substr(at).starts_with("--")) {
      if (const auto delimiter = read_delimiter(body, at, boundary)) return delimiter;
    }
    const auto line_end = body.find(kLineEnd, at);
    at = line_end == std::string_view::npos ? line_end : line_end + kLineEnd.size();
  }
  return std::nullopt;
}

Result<BodyPart> parse_part(std::string_view text) {
  // A part may have no headers at all, but never no empty line.
  const auto head_end = text.starts_with(kLineEnd) ? 0 : text.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return malformed("a part has no empty line behind its headers");
  const auto head = head_end == 0 ? std::string_view{} : text.substr(0, head_end + kLineEnd.size());
  const auto lines = split_header_lines(head, {});
  if (!lines) return Failure(lines.error());
  BodyPart part;
  part.content = text.substr(head.size() + kLineEnd.size());
  for (const HeaderLine& line : *lines) {
    const auto is = [&](std::string_view name) { return ascii::equals_ignoring_case(line.name_text, name); };
    if (is("Content-Type")) part.content_type = line.value;
    if (is("Content-Disposition")) part.content_disposition = line.value;
    if (is("Content-Encoding")) part.content_encoding = line.value;
    if (is("Content-Transfer-Encoding")) part.transfer_encoding = line.value;
  }
  return part;
}

}  // namespace

Result<std::vector<BodyPart>> split_multipart(std::string_view body, std::string_view boundary) {
  if (!is_boundary(boundary)) return malformed("multipart body: its Content-Type names no boundary that can be one");
  std::vector<BodyPart> parts;
  auto delimiter = find_delimiter(body, 0, boundary);
  if (!delimiter) return malformed("multipart body: there is no delimiter in it");
  while (!delimiter->closes) {
    const std::size_t begin = delimiter->end;
    const auto next = find_delimiter(body, begin, boundary);
    if (!next) return malformed("multipart body: no delimiter closes it");
    if (parts.size() == kMaxBodyParts) return refused("multipart body: it has more than {} parts", kMaxBodyParts);
    // The line break before a delimiter may be the end of the one before it: then there is nothing in between.
    auto part = parse_part(body.substr(begin, std::max(next->begin, begin) - begin));
    if (!part) return in_context("multipart body", std::move(part.error()));
    parts.push_back(*part);
    delimiter = next;
  }
  if (parts.empty()) return malformed("multipart body: it has no part");
  return parts;
}

}  // namespace webcalling::sip
