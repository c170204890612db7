#pragma once

#include <memory>

#include "media/codec/decoder.hpp"
#include "media/codec/encoder.hpp"

namespace webcalling::media {

/// libopus (RFC 6716), mono. Stereo packets are mixed down.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_opus_decoder(std::uint32_t sample_rate);
[[nodiscard]] Result<std::unique_ptr<Encoder>> make_opus_encoder(std::uint32_t sample_rate,
                                                                 const EncoderSettings& settings);

}  // namespace webcalling::media
