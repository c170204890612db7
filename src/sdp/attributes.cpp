#include "sdp/attributes.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "sdp/tokens.hpp"

namespace webcalling::sdp {
namespace {

constexpr std::array<std::pair<Setup, std::string_view>, 4> kSetups{{
    {Setup::ActPass, "actpass"},
    {Setup::Active, "active"},
    {Setup::Passive, "passive"},
    {Setup::HoldConn, "holdconn"},
}};

// RFC 8122 §5 with RFC 3279 and 5754: a known hash has one length; of an unknown one we keep what a hash may have.
bool plausible_length(std::string_view hash, std::size_t length) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 5> kLengths{{
      {"sha-1", 20},
      {"sha-224", 28},
      {"sha-256", 32},
      {"sha-384", 48},
      {"sha-512", 64},
  }};
  for (const auto& [name, expected] : kLengths) {
    if (hash == name) return length == expected;
  }
  return length > 0 && length <= 64;
}

std::optional<std::uint8_t> hex_digit(char c) {
  if (ascii::is_digit(c)) return static_cast<std::uint8_t>(c - '0');
  const char lower = ascii::to_lower(c);
  if (lower >= 'a' && lower <= 'f') return static_cast<std::uint8_t>(lower - 'a' + 10);
  return std::nullopt;
}

std::optional<ByteVector> parse_hex_pairs(std::string_view text) {
  ByteVector bytes;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    if (at + 2 > text.size() || (at + 2 < text.size() && text[at + 2] != ':') || at + 3 == text.size()) {
      return std::nullopt;
    }
    const auto high = hex_digit(text[at]);
    const auto low = hex_digit(text[at + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
  }
  return bytes;
}

}  // namespace

std::optional<Fingerprint> parse_fingerprint(std::string_view value) {
  const auto hash = ascii::lower(take_word(value));
  auto bytes = parse_hex_pairs(ascii::trim(value));
  if (hash.empty() || !bytes || !plausible_length(hash, bytes->size())) return std::nullopt;
  return Fingerprint{hash, std::move(*bytes)};
}

std::string text(const Fingerprint& fingerprint) {
  return fmt::format("{} {:02X}", fingerprint.hash, fmt::join(fingerprint.bytes, ":"));
}

std::optional<Setup> parse_setup(std::string_view value) {
  for (const auto& [setup, name] : kSetups) {
    if (value == name) return setup;
  }
  return std::nullopt;
}

std::string_view text(Setup setup) {
  for (const auto& [known, name] : kSetups) {
    if (setup == known) return name;
  }
  return "holdconn";
}

std::optional<RtcpAddress> parse_rtcp_address(std::string_view value) {
  const auto port = ascii::parse_number<std::uint16_t>(take_word(value));
  if (!port) return std::nullopt;
  if (ascii::trim(value).empty()) return RtcpAddress{*port, std::nullopt};
  const auto address = parse_address(value);
  if (!address) return std::nullopt;
  return RtcpAddress{*port, address};
}

std::string text(const RtcpAddress& rtcp) {
  return rtcp.address ? fmt::format("{} {}", rtcp.port, text(*rtcp.address)) : std::to_string(rtcp.port);
}

std::optional<Crypto> parse_crypto(std::string_view value) {
  constexpr std::uint32_t kMaxTag = 999'999'999;  // RFC 4568 §9.1: one to nine digits
  const auto tag = ascii::parse_number<std::uint32_t>(take_word(value));
  const auto suite = take_word(value);
  const auto key = take_word(value);
  if (!tag || *tag == 0 || *tag > kMaxTag || suite.empty() || key.empty()) return std::nullopt;
  return Crypto{*tag, std::string(suite), std::string(key), std::string(ascii::trim(value))};
}

std::string text(const Crypto& crypto) {
  const auto out = fmt::format("{} {} {}", crypto.tag, crypto.suite, crypto.key_parameters);
  return crypto.session_parameters.empty() ? out : out + " " + crypto.session_parameters;
}

std::optional<SsrcAttribute> parse_ssrc(std::string_view value) {
  const auto ssrc = ascii::parse_number<std::uint32_t>(take_word(value));
  auto rest = ascii::trim(value);
  const bool has_value = rest.find(':') != std::string_view::npos;
  const auto name = ascii::take_until(rest, ':');
  if (!ssrc || name.empty()) return std::nullopt;
  return SsrcAttribute{*ssrc, std::string(name), has_value ? std::optional(std::string(rest)) : std::nullopt};
}

std::string text(const SsrcAttribute& ssrc) {
  const auto out = fmt::format("{} {}", ssrc.ssrc, ssrc.name);
  return ssrc.value ? out + ":" + *ssrc.value : out;
}

std::optional<ExtensionMap> parse_extension_map(std::string_view value) {
  auto direction = take_word(value);
  const bool has_direction = direction.find('/') != std::string_view::npos;
  const auto id = ascii::parse_number<std::uint16_t>(ascii::take_until(direction, '/'));
  const auto uri = take_word(value);
  const auto flow = parse_direction(direction);
  if (!id || *id == 0 || uri.empty() || (has_direction && !flow)) return std::nullopt;
  return ExtensionMap{*id, flow, std::string(uri), std::string(ascii::trim(value))};
}

std::string text(const ExtensionMap& extension) {
  auto out = std::to_string(extension.id);
  if (extension.direction) out += fmt::format("/{}", text(*extension.direction));
  out += " " + extension.uri;
  return extension.parameters.empty() ? out : out + " " + extension.parameters;
}

std::optional<Group> parse_group(std::string_view value) {
  Group group;
  group.semantics = take_word(value);
  if (group.semantics.empty()) return std::nullopt;
  while (!ascii::trim(value).empty()) group.mids.emplace_back(take_word(value));
  return group;
}

std::string text(const Group& group) {
  return group.mids.empty() ? group.semantics : fmt::format("{} {}", group.semantics, fmt::join(group.mids, " "));
}

}  // namespace webcalling::sdp
