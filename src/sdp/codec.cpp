#include "sdp/codec.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace webcalling::sdp {
namespace {

template <typename T>
std::optional<T> number_within(std::string_view parameters, std::string_view key, T least, T most) {
  const auto value = find_parameter(parameters, key);
  const auto number = value ? ascii::parse_number<T>(*value) : std::nullopt;
  return number && *number >= least && *number <= most ? number : std::nullopt;
}

bool is_one(std::string_view parameters, std::string_view key) { return find_parameter(parameters, key) == "1"; }

}  // namespace

std::optional<Codec> codec_of(const RtpMap& map) {
  for (const auto codec : {Codec::Opus, Codec::Pcmu, Codec::Pcma, Codec::G722}) {
    if (!ascii::equals_ignoring_case(map.encoding, text(codec)) || map.clock_rate != rtp_clock_rate(codec)) continue;
    // RFC 7587 §7 demands opus/48000/2; some phones leave the channels out.
    if (map.channels == 1 || (codec == Codec::Opus && map.channels == 2)) return codec;
  }
  return std::nullopt;
}

RtpMap default_rtp_map(Codec codec) {
  switch (codec) {
    case Codec::Opus: return {111, "opus", 48000, 2};
    case Codec::Pcmu: return {0, "PCMU", 8000, 1};
    case Codec::Pcma: return {8, "PCMA", 8000, 1};
    case Codec::G722: return {9, "G722", 8000, 1};
  }
  return {};
}

std::uint32_t rtp_clock_rate(Codec codec) { return codec == Codec::Opus ? 48000 : 8000; }

std::string_view text(Codec codec) {
  switch (codec) {
    case Codec::Opus: return "opus";
    case Codec::Pcmu: return "PCMU";
    case Codec::Pcma: return "PCMA";
    case Codec::G722: return "G722";
  }
  return "";
}

OpusParameters parse_opus_parameters(std::string_view format_parameters) {
  OpusParameters opus;
  opus.max_playback_rate =
      number_within<std::uint32_t>(format_parameters, "maxplaybackrate", 8000, 48000).value_or(opus.max_playback_rate);
  opus.max_average_bitrate = number_within<std::uint32_t>(format_parameters, "maxaveragebitrate", 6000, 510000);
  opus.min_ptime = number_within<std::uint8_t>(format_parameters, "minptime", 3, 120);
  opus.use_inband_fec = is_one(format_parameters, "useinbandfec");
  opus.use_dtx = is_one(format_parameters, "usedtx");
  opus.stereo = is_one(format_parameters, "stereo");
  opus.constant_bitrate = is_one(format_parameters, "cbr");
  return opus;
}

std::string text(const OpusParameters& parameters) {
  std::vector<std::string> out;
  if (parameters.min_ptime) out.push_back(fmt::format("minptime={}", *parameters.min_ptime));
  if (parameters.use_inband_fec) out.emplace_back("useinbandfec=1");
  if (parameters.use_dtx) out.emplace_back("usedtx=1");
  if (parameters.stereo) out.emplace_back("stereo=1");
  if (parameters.constant_bitrate) out.emplace_back("cbr=1");
  if (parameters.max_average_bitrate)
    out.push_back(fmt::format("maxaveragebitrate={}", *parameters.max_average_bitrate));
  if (parameters.max_playback_rate != OpusParameters{}.max_playback_rate) {
    out.push_back(fmt::format("maxplaybackrate={}", parameters.max_playback_rate));
  }
  return fmt::format("{}", fmt::join(out, ";"));
}

}  // namespace webcalling::sdp
