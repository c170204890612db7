#include "media/codec/decoder.hpp"

#include "media/codec/g711_codec.hpp"
#include "media/codec/g722_codec.hpp"
#include "media/codec/opus_codec.hpp"

namespace webcalling::media {

Result<std::unique_ptr<Decoder>> make_decoder(CodecId codec, std::uint32_t sample_rate) {
  switch (codec) {
    case CodecId::Opus: return make_opus_decoder(sample_rate);
    case CodecId::Pcmu:
    case CodecId::Pcma:
      if (sample_rate == 8000) return make_g711_decoder(codec);
      break;
    case CodecId::G722:
      if (sample_rate == 8000 || sample_rate == 16000) return make_g722_decoder(sample_rate);
      break;
  }
  return unsupported("{} decoder: no such thing at {} Hz", traits_of(codec).name, sample_rate);
}

}  // namespace webcalling::media
