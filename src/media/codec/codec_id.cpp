#include "media/codec/codec_id.hpp"

#include <algorithm>

namespace webcalling::media {
namespace {

constexpr std::uint32_t kWideband = 16000;

constexpr CodecTraits kOpus{"opus", 48000, 48000};
constexpr CodecTraits kPcmu{"PCMU", 8000, 8000};
constexpr CodecTraits kPcma{"PCMA", 8000, 8000};
constexpr CodecTraits kG722{"G722", 8000, 16000};

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

std::uint32_t common_rate(CodecId a, CodecId b) {
  return std::min({traits_of(a).audio_rate, traits_of(b).audio_rate, kWideband});
}

}  // namespace webcalling::media
