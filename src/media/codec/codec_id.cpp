#include "media/codec/codec_id.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace webcalling::media {
namespace {

constexpr std::uint32_t kWideband = 16000;

constexpr CodecTraits kOpus{"opus", 48000, 2, std::nullopt, 48000};
constexpr CodecTraits kPcmu{"PCMU", 8000, 1, PayloadType(0), 8000};
constexpr CodecTraits kPcma{"PCMA", 8000, 1, PayloadType(8), 8000};
constexpr CodecTraits kG722{"G722", 8000, 1, PayloadType(9), 16000};

}  // namespace

const CodecTraits& traits_of(CodecId codec) {
  switch (codec) {
    case CodecId::Opus: return kOpus;
    case CodecId::Pcmu: return kPcmu;
    case CodecId::Pcma: return kPcma;
    case CodecId::G722: break;
  }
  return kG722;
}

std::optional<CodecId> find_codec(std::string_view name, std::uint32_t clock_rate) {
  for (const CodecId codec : kCodecs) {
    const CodecTraits& traits = traits_of(codec);
    if (ascii::equals_ignoring_case(traits.name, name) && traits.clock_rate == clock_rate) return codec;
  }
  return std::nullopt;
}

std::uint32_t common_rate(CodecId a, CodecId b) {
  return std::min({traits_of(a).audio_rate, traits_of(b).audio_rate, kWideband});
}

}  // namespace webcalling::media
