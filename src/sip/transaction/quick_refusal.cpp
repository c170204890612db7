#include "sip/transaction/quick_refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.hpp"
#include "sip/message/header_name.hpp"

namespace webcalling::sip {
namespace {

/// The same for every copy of the request (RFC 3261 section 8.2.7): FNV-1a of its Call-ID.
std::uint64_t tag_for(std::string_view call_id) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char c : call_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
  return hash;
}

constexpr std::uint16_t kUsualPort = 5060;

/// Where ";rport" stands without a value in the first element of a Via; npos if it does not.
std::size_t find_rport(std::string_view via) {
  constexpr std::string_view kRport = ";rport";
  via = via.substr(0, via.find(','));
  const auto at = via.find(kRport);
  if (at == std::string_view::npos) return at;
  const auto behind = via.substr(at + kRport.size());
  return behind.empty() || behind.front() == ';' || behind.front() == ' ' ? at + kRport.size() : std::string_view::npos;
}

/// The port of sent-by; nothing if it cannot be told at a glance.
std::optional<std::uint16_t> sent_by_port(std::string_view via) {
  auto sent_by = ascii::trim(ascii::take_until(via, ';'));
  sent_by = ascii::trim(sent_by.substr(std::min(sent_by.find(' '), sent_by.size())));
  if (ascii::find_any<' ', ','>(sent_by) != std::string_view::npos) return std::nullopt;
  const auto colon = sent_by.rfind(':');
  // What follows the last colon of an IPv6 address ends with a bracket.
  if (colon == std::string_view::npos || sent_by.ends_with(']')) return kUsualPort;
  return ascii::parse_number<std::uint16_t>(sent_by.substr(colon + 1));
}

/// The topmost Via with what we know of its sender. Nothing if he claims to know it himself.
std::optional<std::string> stamped(std::string_view via, const Endpoint& source, Endpoint& to) {
  if (via.find("received") != std::string_view::npos) return std::nullopt;
  to = source;
  const auto rport = find_rport(via);
  if (rport != std::string_view::npos) {
    return fmt::format("{}={};received={}{}", via.substr(0, rport), source.port, source.address.text(),
                       via.substr(rport));
  }
  const auto port = sent_by_port(via);
  if (!port || via.find("rport") != std::string_view::npos || via.find(',') != std::string_view::npos)
    return std::nullopt;
  to.port = *port;
  return fmt::format("{};received={}", via, source.address.text());
}

/// Bare control characters would be a line of their own to somebody.
bool is_clean(std::string_view line) { return ascii::find_any<'\r', '\0'>(line) == std::string_view::npos; }

}  // namespace

std::optional<QuickRefusal> QuickRefusal::make(std::string_view request, const Flow& flow, std::uint64_t retry_after) {
  Endpoint destination;
  std::string out = "SIP/2.0 503 More Requests Than Can Be Served\r\n";
  out.reserve(512);
  bool has_via = false;
  bool has_from = false;
  bool has_cseq = false;
  std::string_view to;
  std::string_view call_id;
  ascii::take_until(request, '\n');
  while (!request.empty()) {
    std::string_view line = ascii::take_until(request, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    // A folded line is somebody's who is not in a hurry.
    if (ascii::is_space(line.front()) || !is_clean(line)) return std::nullopt;
    std::string_view value = line;
    const HeaderName name = parse_header_name(ascii::trim(ascii::take_until(value, ':')));
    switch (name) {
      case HeaderName::Via: {
        value = ascii::trim(value);
        const auto via = has_via ? std::string(value) : stamped(value, flow.remote, destination);
        if (!via) return std::nullopt;
        fmt::format_to(std::back_inserter(out), "Via: {}\r\n", *via);
        has_via = true;
        break;
      }
      case HeaderName::From:
      case HeaderName::CSeq:
        fmt::format_to(std::back_inserter(out), "{}:{}\r\n", sip::text(name), value);
        (name == HeaderName::From ? has_from : has_cseq) = true;
        break;
      case HeaderName::To: to = ascii::trim(value); break;
      case HeaderName::CallId: call_id = ascii::trim(value); break;
      default: break;
    }
  }
  if (!has_via || !has_from || !has_cseq || to.empty() || call_id.empty()) return std::nullopt;
  fmt::format_to(std::back_inserter(out),
                 "To: {};tag={:016x}\r\nCall-ID: {}\r\nRetry-After: {}\r\nContent-Length: 0\r\n\r\n", to,
                 tag_for(call_id), call_id, retry_after);
  return QuickRefusal{std::move(out), destination};
}

}  // namespace webcalling::sip
