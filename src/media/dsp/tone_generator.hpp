#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "media/dsp/audio_source.hpp"
#include "media/dsp/oscillator.hpp"

namespace webcalling::media {

/// One part of a signalling tone: up to four frequencies at once, or none for a pause.
struct ToneStep {
  std::array<double, 4> frequencies{};  ///< Hz; 0 is unused
  double level_dbov = -20;              ///< of each frequency, as level_dbov() measures it
  Duration length = 1s;
};

/// A tone is its steps, repeated for ever.
struct Tone {
  std::vector<ToneStep> steps;
};

namespace tones {

/// ITU-T E.180 supplement 2, North America: 440 + 480 Hz, 2 s on, 4 s off.
[[nodiscard]] Tone ringback();
/// 480 + 620 Hz, 0.5 s on, 0.5 s off.
[[nodiscard]] Tone busy();
/// 480 + 620 Hz, 0.25 s on, 0.25 s off: no line, no such number.
[[nodiscard]] Tone congestion();
/// One short, quiet beep at 425 Hz every 10 s: "you are on hold".
[[nodiscard]] Tone comfort();
/// Two short, quiet beeps at 425 Hz every 3 s: "please wait, the other side is coming back".
[[nodiscard]] Tone reconnecting();
/// A single frequency without end, for tests and line checks.
[[nodiscard]] Tone continuous(double frequency, double level_dbov = -20);
[[nodiscard]] Tone silence();

}  // namespace tones

/// Plays a Tone: sums of sines with a cadence, each step faded in and out over 5 ms so that it does not click. The same
/// tone at the same rate gives the same samples always.
class ToneGenerator final : public AudioSource {
 public:
  /// A tone without steps, or whose steps take no time, is silence.
  ToneGenerator(Tone tone, std::uint32_t sample_rate);

  [[nodiscard]] std::uint32_t sample_rate() const override { return sample_rate_; }
  void generate(std::span<std::int16_t> out) override;

 private:
  void begin_step(std::size_t step);
  [[nodiscard]] double fade() const;

  Tone tone_;
  std::uint32_t sample_rate_;
  std::size_t step_ = 0;
  std::uint64_t position_ = 0;  ///< in samples, within the step
  std::uint64_t length_ = 0;
  std::array<Oscillator, 4> oscillators_{};
};

}  // namespace webcalling::media
