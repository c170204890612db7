#pragma once

#include <memory>

#include "media/codec/decoder.hpp"
#include "media/codec/encoder.hpp"

namespace webcalling::media {

/// `codec` is Pcmu or Pcma; 8000 Hz.
[[nodiscard]] std::unique_ptr<Decoder> make_g711_decoder(CodecId codec);
[[nodiscard]] std::unique_ptr<Encoder> make_g711_encoder(CodecId codec);

}  // namespace webcalling::media
