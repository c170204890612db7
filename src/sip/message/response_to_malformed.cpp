#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {

namespace {

/// Cuts one line, whatever ends it, without its line break.
std::string_view take_line(std::string_view& text) {
  auto line = ascii::take_until(text, '\n');
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// The lines of a damaged message as far as they have the shape of headers; continuation lines are put behind theirs.
Request salvage_headers(std::string_view text, const Limits& limits) {
  Request out;
  std::string pending_name;
  std::string pending_value;
  std::size_t lines = 0;
  const auto flush = [&] {
    if (grammar::is_token(pending_name) && pending_value.size() <= limits.header_line_bytes) {
      out.add(pending_name, ascii::trim(pending_value));
    }
    pending_name.clear();
    pending_value.clear();
  };
  while (!text.empty() && lines++ < limits.headers) {
    auto line = take_line(text);
    if (line.empty()) break;
    if (line.front() == ' ' || line.front() == '\t') {
      pending_value.append(" ").append(ascii::trim(line));
      continue;
    }
    flush();
    pending_name = ascii::trim(ascii::take_until(line, ':'));
    pending_value = line;
  }
  flush();
  return out;
}

/// The To tag of a response made without state: the same for every copy of the request (RFC 3261 section 8.2.7).
std::string tag_of(const Request& request) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;  // FNV-1a
  for (const auto& header : request.headers()) {
    for (const char c : header.value) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::optional<Response> response_to_malformed(std::string_view bytes, const Rejection& rejection) {
  const Limits limits;
  bytes = bytes.substr(0, limits.message_bytes);
  while (bytes.starts_with("\r\n") || bytes.starts_with('\n')) take_line(bytes);
  auto start_line = take_line(bytes);
  const auto method = ascii::take_until(start_line, ' ');
  // An ACK is never answered (section 17.2.1), a response neither; '/' is not in a method.
  if (!grammar::is_token(method) || method == "ACK") return std::nullopt;

  const Request request = salvage_headers(bytes, limits);
  if (request.header(HeaderName::CSeq).value_or("").empty() || !request.get<Via>()) return std::nullopt;
  return make_response(request, rejection.status, tag_of(request), rejection.reason);
}

}  // namespace webcalling::sip
