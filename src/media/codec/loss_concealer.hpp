#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace webcalling::media {

/// Covers lost packets of codecs that cannot do so themselves, after the idea of ITU-T G.711 appendix I: the last pitch
/// period is repeated and fades out. Unlike there nothing is delayed: the seam is smoothed in the made-up part and in
/// the first samples that follow.
class LossConcealer {
 public:
  /// At most 16000 Hz.
  explicit LossConcealer(std::uint32_t sample_rate);

  /// Audio that arrived. Its first milliseconds are blended with the made-up part if that was before.
  void hear(std::span<std::int16_t> pcm);
  /// Makes up the next samples.
  void conceal(std::span<std::int16_t> out);

 private:
  static constexpr std::size_t kMaxRate = 16000;
  static constexpr std::size_t kHistory = kMaxRate / 1000 * 40;
  static constexpr std::size_t kMaxPeriod = kMaxRate / 1000 * 15;

  void begin();
  [[nodiscard]] std::size_t find_period() const;
  [[nodiscard]] double correlation(std::size_t lag) const;
  std::int16_t make_up();
  void remember(std::span<const std::int16_t> pcm);

  std::size_t per_millisecond_;
  std::size_t overlap_;
  /// A ring: the oldest sample stands at `oldest_`, the newest before it.
  std::array<std::int16_t, kHistory> history_{};
  std::size_t oldest_ = 0;
  std::array<float, kMaxPeriod> cycle_{};
  std::size_t period_ = 0;
  std::size_t made_up_ = 0;  ///< samples since the loss began; 0: nothing is lost
  float seam_ = 0;           ///< what separates the last real sample from the cycle
};

}  // namespace webcalling::media
