#include "sdp/attribute_parser.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "sdp/parser.hpp"
#include "sdp/tokens.hpp"

namespace webcalling::sdp {
namespace {

// Whether the value was understood. If not, the attribute is kept raw.
using Understood = bool;

template <typename T>
Understood take_first(std::optional<T>& slot, std::optional<T> value) {
  if (!value) return false;
  if (!slot) slot = std::move(value);
  return true;
}

template <typename T>
Understood take_each(std::vector<T>& list, std::optional<T> value) {
  if (!value) return false;
  list.push_back(std::move(*value));
  return true;
}

std::optional<std::string> parse_word(std::string_view value, std::size_t least = 1, std::size_t most = 256) {
  const auto word = take_word(value);
  if (word.size() < least || word.size() > most || !ascii::trim(value).empty()) return std::nullopt;
  return std::string(word);
}

std::optional<std::chrono::milliseconds> parse_milliseconds(std::string_view value) {
  const auto number = ascii::parse_number<std::uint32_t>(ascii::trim(value));
  if (!number || *number == 0) return std::nullopt;
  return std::chrono::milliseconds(*number);
}

std::optional<std::string> parse_nonempty(std::string_view value) {
  const auto trimmed = ascii::trim(value);
  return trimmed.empty() ? std::nullopt : std::optional(std::string(trimmed));
}

Understood take_ice_options(TransportAttributes& transport, std::string_view value) {
  if (ascii::trim(value).empty()) return false;
  while (!ascii::trim(value).empty()) transport.ice_options.emplace_back(take_word(value));
  return true;
}

Understood take_transport(TransportAttributes& transport, std::string_view name, std::string_view value) {
  // RFC 8839 §5.4: ufrag 4 to 256 characters, password 22 to 256.
  if (name == "ice-ufrag") return take_first(transport.ice_ufrag, parse_word(value, 4));
  if (name == "ice-pwd") return take_first(transport.ice_password, parse_word(value, 22));
  if (name == "ice-options") return take_ice_options(transport, value);
  if (name == "fingerprint") return take_each(transport.fingerprints, parse_fingerprint(value));
  if (name == "setup") return take_first(transport.setup, parse_setup(ascii::trim(value)));
  return false;
}

Understood take_flag(Media& media, std::string_view name) {
  if (const auto direction = parse_direction(name)) return take_first(media.direction, direction);
  if (name == "rtcp-mux") return media.rtcp_mux = true;
  if (name == "rtcp-mux-only") return media.rtcp_mux_only = media.rtcp_mux = true;
  if (name == "end-of-candidates") return media.end_of_candidates = true;
  return false;
}

Understood take_value(Media& media, std::string_view name, std::string_view value) {
  if (name == "candidate") return take_each(media.candidates, parse_candidate(value));
  if (name == "ssrc") return take_each(media.ssrcs, parse_ssrc(value));
  if (name == "extmap") return take_each(media.extension_maps, parse_extension_map(value));
  if (name == "mid") return take_first(media.mid, parse_word(value));
  if (name == "msid") return take_each(media.msids, parse_nonempty(value));
  if (name == "ptime") return take_first(media.ptime, parse_milliseconds(value));
  if (name == "maxptime") return take_first(media.max_ptime, parse_milliseconds(value));
  if (name == "rtcp") return take_first(media.rtcp, parse_rtcp_address(value));
  return take_transport(media.transport, name, value);
}

// A payload type indexes tables further down: a wrong one is not let through, not even as text.
Result<std::uint8_t> parse_payload_type(std::string_view name, std::string_view word) {
  const auto number = ascii::parse_number<std::uint8_t>(word);
  if (number && *number <= kMaxPayloadType) return *number;
  return malformed("a={}: payload type '{}' is not a number from 0 to {}", name, quotable(word), kMaxPayloadType);
}

template <typename T>
void take_per_payload_type(std::vector<T>& list, T value) {
  const bool known =
      std::any_of(list.begin(), list.end(), [&](const T& other) { return other.payload_type == value.payload_type; });
  if (!known) list.push_back(std::move(value));
}

Result<Understood> take_format(Media& media, std::string_view name, std::string_view value) {
  const auto payload_type = parse_payload_type(name, take_word(value));
  if (!payload_type) return tl::unexpected(payload_type.error());
  if (name == "rtpmap") {
    auto map = parse_rtp_map(*payload_type, value);
    if (map) take_per_payload_type(media.rtp_maps, std::move(*map));
    return map.has_value();
  }
  auto parameters = parse_nonempty(value);
  if (parameters) take_per_payload_type(media.format_parameters, {*payload_type, std::move(*parameters)});
  return parameters.has_value();
}

Result<Understood> take_crypto(Media& media, std::string_view value) {
  auto crypto = parse_crypto(value);
  if (crypto && media.cryptos.size() == kMaxCryptos) {
    return refused("m={}: has more than {} a=crypto lines", quotable(media.type), kMaxCryptos);
  }
  return take_each(media.cryptos, std::move(crypto));
}

/// An attribute as it stands in its line.
struct AttributeText {
  std::string_view name;
  std::optional<std::string_view> value;
};

Result<AttributeText> split(std::string_view line) {
  const bool has_value = line.find(':') != std::string_view::npos;
  const auto name = ascii::take_until(line, ':');
  if (name.empty()) return malformed("a=: the attribute has no name");
  return AttributeText{name, has_value ? std::optional(line) : std::nullopt};
}

Understood take_known(Session& session, const AttributeText& attribute) {
  if (!attribute.value) {
    if (attribute.name == "ice-lite") return session.ice_lite = true;
    const auto direction = parse_direction(attribute.name);
    return direction && take_first(session.direction, direction);
  }
  if (attribute.name == "group") return take_each(session.groups, parse_group(*attribute.value));
  return take_transport(session.transport, attribute.name, *attribute.value);
}

Result<Understood> take_known(Media& media, const AttributeText& attribute) {
  if (!attribute.value) return take_flag(media, attribute.name);
  const bool is_format = attribute.name == "rtpmap" || attribute.name == "fmtp";
  // Formats of other protocols are words (RFC 8866 §6.15).
  if (is_format && media.is_rtp()) return take_format(media, attribute.name, *attribute.value);
  if (attribute.name == "crypto") return take_crypto(media, *attribute.value);
  return take_value(media, attribute.name, *attribute.value);
}

template <typename Level>
Result<void> take(Level& level, std::string_view line) {
  const auto attribute = split(line);
  if (!attribute) return tl::unexpected(attribute.error());
  const Result<Understood> understood = take_known(level, *attribute);
  if (!understood) return tl::unexpected(understood.error());
  if (!*understood)
    level.attributes.push_back({std::string(attribute->name), std::optional<std::string>(attribute->value)});
  return {};
}

}  // namespace

Result<void> take_attribute(Session& session, std::string_view line) { return take(session, line); }
Result<void> take_attribute(Media& media, std::string_view line) { return take(media, line); }

}  // namespace webcalling::sdp
