#include "sdp/rtp_map.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace webcalling::sdp {

std::optional<RtpMap> parse_rtp_map(std::uint8_t payload_type, std::string_view encoding) {
  encoding = ascii::trim(encoding);
  const auto name = ascii::take_until(encoding, '/');
  const auto clock_text = ascii::take_until(encoding, '/');
  const auto clock_rate = ascii::parse_number<std::uint32_t>(clock_text);
  const auto channels = encoding.empty() ? 1 : ascii::parse_number<std::uint8_t>(encoding).value_or(0);
  if (name.empty() || ascii::find_any<' ', '\t'>(name) != std::string_view::npos) return std::nullopt;
  if (!clock_rate || *clock_rate == 0 || channels == 0) return std::nullopt;
  return RtpMap{payload_type, std::string(name), *clock_rate, static_cast<std::uint8_t>(channels)};
}

std::string text(const RtpMap& map) {
  std::string out;
  ascii::append_number(out, map.payload_type);
  out.push_back(' ');
  out += map.encoding;
  out.push_back('/');
  ascii::append_number(out, map.clock_rate);
  if (map.channels == 1) return out;
  out.push_back('/');
  ascii::append_number(out, map.channels);
  return out;
}

std::optional<RtpMap> static_rtp_map(std::uint8_t payload_type) {
  switch (payload_type) {
    case 0: return RtpMap{0, "PCMU", 8000, 1};
    case 8: return RtpMap{8, "PCMA", 8000, 1};
    case 9: return RtpMap{9, "G722", 8000, 1};
    case 13: return RtpMap{13, "CN", 8000, 1};
    default: return std::nullopt;
  }
}

std::optional<std::string_view> find_parameter(std::string_view parameters, std::string_view key) {
  while (!parameters.empty()) {
    auto value = ascii::take_until(parameters, ';');
    const auto name = ascii::trim(ascii::take_until(value, '='));
    if (ascii::equals_ignoring_case(name, key)) return ascii::trim(value);
  }
  return std::nullopt;
}

}  // namespace webcalling::sdp
