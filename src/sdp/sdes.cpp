#include "sdp/sdes.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "sdp/tokens.hpp"

namespace webcalling::sdp {
namespace {

std::optional<CryptoSuite> parse_suite(std::string_view name) {
  for (const auto suite : kCryptoSuites) {
    if (ascii::equals_ignoring_case(name, text(suite))) return suite;
  }
  return std::nullopt;
}

// RFC 4568 §6.1: a decimal number, or 2^n, from 1 to what RFC 3711 §9.2 and RFC 7714 §8.2 allow: 2^48 packets. How long
// its key lasts is the sender's care.
bool is_lifetime(std::string_view value) {
  constexpr std::uint64_t kMostPackets = std::uint64_t{1} << 48;
  const bool is_power = value.starts_with("2^");
  if (is_power) value.remove_prefix(2);
  const auto number = ascii::parse_number<std::uint64_t>(value);
  if (!number || *number == 0 || value.starts_with('0')) return false;
  return *number <= (is_power ? 48 : kMostPackets);
}

// "inline:" key [ "|" lifetime ] [ "|" MKI ":" length ]. Several keys (";") need identifiers to tell them apart, and an
// identifier would have to stand in every packet (RFC 4568 §6.1).
std::optional<ByteVector> parse_key(std::string_view parameters) {
  if (!ascii::equals_ignoring_case(ascii::take_until(parameters, ':'), "inline")) return std::nullopt;
  const bool has_more = parameters.find('|') != std::string_view::npos;
  const auto key = ascii::take_until(parameters, '|');
  if (has_more && !is_lifetime(parameters)) return std::nullopt;
  return parse_base64(key);
}

// RFC 4568 §6.3: a parameter that we do not know, or cannot do (KDR, UNENCRYPTED_SRTP, FEC_ORDER ...), makes the line
// useless unless "-" says otherwise. WSH is but a hint at the size of the window against replay.
bool can_do_session_parameters(std::string_view parameters) {
  while (!ascii::trim(parameters).empty()) {
    auto value = take_word(parameters);
    if (value.starts_with('-')) continue;
    const auto name = ascii::take_until(value, '=');
    if (!ascii::equals_ignoring_case(name, "WSH") || !ascii::parse_number<std::uint32_t>(value)) return false;
  }
  return true;
}

}  // namespace

std::string_view text(CryptoSuite suite) {
  switch (suite) {
    case CryptoSuite::AeadAes128Gcm: return "AEAD_AES_128_GCM";
    case CryptoSuite::AesCm128HmacSha1_80: return "AES_CM_128_HMAC_SHA1_80";
    case CryptoSuite::AesCm128HmacSha1_32: return "AES_CM_128_HMAC_SHA1_32";
  }
  return {};
}

std::size_t key_and_salt_length(CryptoSuite suite) {
  constexpr std::size_t kKey = 16;
  return suite == CryptoSuite::AeadAes128Gcm ? kKey + 12 : kKey + 14;
}

std::optional<SdesKey> usable_key(const Crypto& crypto) {
  const auto suite = parse_suite(crypto.suite);
  if (!suite || !can_do_session_parameters(crypto.session_parameters)) return std::nullopt;
  auto key = parse_key(crypto.key_parameters);
  if (!key || key->size() != key_and_salt_length(*suite)) return std::nullopt;
  return SdesKey{*suite, *std::move(key)};
}

std::optional<SdesPeer> first_usable(const std::vector<Crypto>& lines) {
  std::set<std::uint32_t> tags;
  for (const auto& line : lines) {
    if (!tags.insert(line.tag).second) continue;
    if (auto key = usable_key(line)) return SdesPeer{line.tag, *std::move(key)};
  }
  return std::nullopt;
}

Crypto crypto_line(std::uint32_t tag, const SdesKey& key) {
  return {tag, std::string(text(key.suite)), "inline:" + write_base64(key.key_and_salt), {}};
}

}  // namespace webcalling::sdp
