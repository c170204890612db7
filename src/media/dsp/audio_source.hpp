#pragma once

#include <cstdint>
#include <span>

namespace webcalling::media {

/// Something endless to listen to: mono 16-bit PCM at a rate fixed at construction, frame after frame.
class AudioSource {
 public:
  virtual ~AudioSource() = default;

  [[nodiscard]] virtual std::uint32_t sample_rate() const = 0;
  /// Fills `out` with what follows. Never allocates.
  virtual void generate(std::span<std::int16_t> out) = 0;
};

}  // namespace webcalling::media
