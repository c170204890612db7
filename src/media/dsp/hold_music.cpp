#include "media/dsp/hold_music.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace webcalling::media {
namespace {

constexpr std::size_t kBeatsPerBar = 8;
constexpr double kBeatSeconds = 0.3125;  // eighths at 96 to the minute
constexpr double kAttackSeconds = 0.008;
constexpr double kDecaySeconds = 0.5;
constexpr double kBackground = 1700;
constexpr double kMelody = 2600;

/// Root, third, fifth and octave as MIDI notes, a bar each: C, G, A minor, E minor, F, C, F, G.
constexpr int kChords[][4] = {{48, 52, 55, 60}, {43, 47, 50, 55}, {45, 48, 52, 57}, {40, 43, 47, 52},
                              {41, 45, 48, 53}, {48, 52, 55, 60}, {41, 45, 48, 53}, {43, 47, 50, 55}};
/// Which notes of the chord follow each other within a bar.
constexpr std::size_t kFigure[kBeatsPerBar] = {0, 2, 3, 2, 1, 2, 3, 2};
/// Above them, beat by beat; 0 holds the note before.
constexpr int kTune[][kBeatsPerBar] = {
    {76, 0, 0, 0, 79, 0, 76, 0}, {74, 0, 0, 0, 71, 0, 74, 0}, {72, 0, 0, 0, 76, 0, 72, 0},  {71, 0, 0, 0, 67, 0, 0, 0},
    {69, 0, 0, 72, 69, 0, 0, 0}, {67, 0, 0, 0, 72, 0, 76, 0}, {69, 0, 0, 72, 77, 0, 76, 0}, {74, 0, 0, 0, 71, 0, 0, 0}};
constexpr std::size_t kBeats = std::size(kChords) * kBeatsPerBar;
static_assert(std::size(kTune) == std::size(kChords));

/// A above middle C is MIDI note 69 and has 440 Hz.
double frequency_of(int midi_note) { return 440 * std::pow(2, (midi_note - 69) / 12.0); }

}  // namespace

HoldMusic::HoldMusic(std::uint32_t sample_rate)
    : sample_rate_(sample_rate), samples_per_beat_(static_cast<std::uint32_t>(kBeatSeconds * sample_rate)) {}

void HoldMusic::generate(std::span<std::int16_t> out) {
  for (std::int16_t& sample : out) {
    if (until_beat_ == 0) begin_beat();
    --until_beat_;
    double sum = 0;
    for (Voice& voice : voices_) sum += voice.next();
    sample = static_cast<std::int16_t>(std::lround(std::clamp(sum, -32768.0, 32767.0)));
  }
}

void HoldMusic::begin_beat() {
  const std::size_t bar = beat_ / kBeatsPerBar;
  const std::size_t beat_of_bar = beat_ % kBeatsPerBar;
  pluck(kChords[bar][kFigure[beat_of_bar]], kBackground);
  if (const int note = kTune[bar][beat_of_bar]; note != 0) pluck(note, kMelody);
  beat_ = (beat_ + 1) % kBeats;
  until_beat_ = samples_per_beat_;
}

void HoldMusic::pluck(int midi_note, double amplitude) {
  // The voice that was plucked longest ago has died away by now.
  voices_[next_voice_] = Voice(midi_note, amplitude, sample_rate_);
  next_voice_ = (next_voice_ + 1) % voices_.size();
}

HoldMusic::Voice::Voice(int midi_note, double amplitude, std::uint32_t sample_rate)
    : fundamental_(frequency_of(midi_note), sample_rate, amplitude),
      octave_(2 * frequency_of(midi_note), sample_rate, amplitude / 4),
      attack_step_(1 / (kAttackSeconds * sample_rate)),
      decay_(1),
      decay_factor_(std::exp(-1 / (kDecaySeconds * sample_rate))) {}

double HoldMusic::Voice::next() {
  const double sample = attack_ * decay_ * (fundamental_.next() + octave_.next());
  attack_ = std::min(attack_ + attack_step_, 1.0);
  decay_ *= decay_factor_;
  return sample;
}

}  // namespace webcalling::media
