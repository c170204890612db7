#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "media/dsp/audio_source.hpp"
#include "media/dsp/oscillator.hpp"

namespace webcalling::media {

/// What a held party hears when nobody chose any music: a quiet tune of plucked notes over broken chords, about 20 s
/// long and repeated. Made from its notes, so that nothing needs to be installed or licensed; the same samples at every
/// start.
class HoldMusic final : public AudioSource {
 public:
  explicit HoldMusic(std::uint32_t sample_rate);

  [[nodiscard]] std::uint32_t sample_rate() const override { return sample_rate_; }
  void generate(std::span<std::int16_t> out) override;

 private:
  /// One plucked string: a fundamental and its octave that die away.
  class Voice {
   public:
    Voice() = default;
    Voice(int midi_note, double amplitude, std::uint32_t sample_rate);
    double next();

   private:
    Oscillator fundamental_;
    Oscillator octave_;
    double attack_ = 0;  ///< 0..1, rises fast
    double attack_step_ = 0;
    double decay_ = 0;  ///< 1..0, falls slowly
    double decay_factor_ = 0;
  };

  void begin_beat();
  void pluck(int midi_note, double amplitude);

  std::uint32_t sample_rate_;
  std::uint32_t samples_per_beat_;
  std::uint32_t until_beat_ = 0;
  std::size_t beat_ = 0;
  std::size_t next_voice_ = 0;
  std::array<Voice, 8> voices_{};
};

}  // namespace webcalling::media
