#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sip/message/char_set.hpp"

/// The lexical rules of RFC 3261 section 25.1 that several wire types share.
namespace webcalling::sip::grammar {

inline constexpr CharSet kTokenChars = CharSet::alnum_and("-.!%*_+`'~");
/// At least one character, all of `token`.
[[nodiscard]] bool is_token(std::string_view text);
/// A token of up to 64 characters, longer than any method in use: what an 800-character method wants is a buffer to
/// overflow (CVE-2017-9372).
[[nodiscard]] bool is_method(std::string_view text);
/// `unreserved`: what a URI carries without escaping anywhere.
inline constexpr CharSet kUnreservedChars = CharSet::alnum_and("-_.!~*'()");
/// C0 controls and DEL; the tab is one of them.
[[nodiscard]] inline bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
/// One of them is in there. Every character of every message comes by here: eight at a time.
[[nodiscard]] bool has_control(std::string_view text);

/// Cuts a quoted-string, which must begin at the front of `text`, and returns what it quotes.
[[nodiscard]] Result<std::string> take_quoted(std::string_view& text);
/// The same as it stands there, its escapes included.
[[nodiscard]] Result<std::string_view> take_raw_quoted(std::string_view& text);
/// What such a text means.
[[nodiscard]] std::string unquote(std::string_view raw);
void write_quoted(std::string& out, std::string_view text);

/// The elements of a comma-separated list, trimmed; commas within quotes and angle brackets do not separate. An
/// unbalanced quote makes the rest one element.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text);

/// Cuts what stands before the first blank; the rest loses its leading blanks.
[[nodiscard]] std::string_view take_word(std::string_view& text);
/// `delta-seconds`: digits only; what is above 2^31 - 1 is clamped to what every duration type and every peer can
/// carry.
[[nodiscard]] std::optional<std::chrono::seconds> parse_delta_seconds(std::string_view text);

/// Replaces %HH; nothing if a '%' is not followed by two hex digits.
[[nodiscard]] std::optional<std::string> unescape(std::string_view text);
/// Replaces only the escapes of unreserved characters, which mean the same without (RFC 3261 section 19.1.2). The rest
/// of `text`, which must be escaped correctly, stays as it is.
[[nodiscard]] std::string unescape_unreserved(std::string_view text);
void write_escape(std::string& out, char c);

struct HostPort {
  std::string_view host;  ///< IPv6 without brackets; a view of what was parsed
  std::optional<std::uint16_t> port;
};
/// `host [":" port]`. Blanks around the colon are allowed, as in a Via.
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);
/// Such a host as it should have been written. RFC 5118 section 4.10: the grammar of RFC 3261 had a third colon in
/// front of an embedded IPv4 address, which implementations "must tolerate"; it is written with two.
[[nodiscard]] std::string corrected_host(std::string_view host);
/// Puts the brackets back round an IPv6 host.
void write_host_port(std::string& out, std::string_view host, std::optional<std::uint16_t> port);

}  // namespace webcalling::sip::grammar
