#pragma once

#include <memory>

#include "media/codec/decoder.hpp"
#include "media/codec/encoder.hpp"

namespace webcalling::media {

/// 64 kbit/s. At 8000 Hz only the lower band is coded, which every G.722 phone understands.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_g722_decoder(std::uint32_t sample_rate);
[[nodiscard]] Result<std::unique_ptr<Encoder>> make_g722_encoder(std::uint32_t sample_rate);

}  // namespace webcalling::media
