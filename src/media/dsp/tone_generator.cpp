#include "media/dsp/tone_generator.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace webcalling::media {
namespace {

constexpr Duration kFade = 5ms;

std::uint64_t to_samples(Duration duration, std::uint32_t sample_rate) {
  // Steps are seconds, at most hours: no overflow.
  return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0) / 1000 * sample_rate / 1'000'000);
}

/// The amplitude of a sine with this level: 3 dB above a square wave's.
double amplitude_of(double level_dbov) { return 32768 * std::numbers::sqrt2 * std::pow(10, level_dbov / 20); }

std::int16_t to_sample(double value) {
  return static_cast<std::int16_t>(std::lround(std::clamp(value, -32768.0, 32767.0)));
}

}  // namespace

namespace tones {

Tone ringback() { return {{{{440, 480}, -23, 2s}, {{}, 0, 4s}}}; }
Tone busy() { return {{{{480, 620}, -23, 500ms}, {{}, 0, 500ms}}}; }
Tone congestion() { return {{{{480, 620}, -23, 250ms}, {{}, 0, 250ms}}}; }
Tone comfort() { return {{{{425}, -32, 200ms}, {{}, 0, 9800ms}}}; }
Tone reconnecting() { return {{{{425}, -32, 120ms}, {{}, 0, 120ms}, {{425}, -32, 120ms}, {{}, 0, 2640ms}}}; }
Tone continuous(double frequency, double level_dbov) { return {{{{frequency}, level_dbov, 1s}}}; }
Tone silence() { return {}; }

}  // namespace tones

ToneGenerator::ToneGenerator(Tone tone, std::uint32_t sample_rate) : tone_(std::move(tone)), sample_rate_(sample_rate) {
  std::erase_if(tone_.steps, [&](const ToneStep& step) { return to_samples(step.length, sample_rate) == 0; });
  if (!tone_.steps.empty()) begin_step(0);
}

void ToneGenerator::generate(std::span<std::int16_t> out) {
  if (tone_.steps.empty()) {
    std::fill(out.begin(), out.end(), std::int16_t{0});
    return;
  }
  for (std::int16_t& sample : out) {
    // A tone of one step goes on without a seam.
    if (position_ == length_ && tone_.steps.size() > 1) begin_step((step_ + 1) % tone_.steps.size());
    double sum = 0;
    for (Oscillator& oscillator : oscillators_) sum += oscillator.next();
    sample = to_sample(sum * fade());
    if (position_ < length_) ++position_;
  }
}

void ToneGenerator::begin_step(std::size_t step) {
  step_ = step;
  position_ = 0;
  const ToneStep& now = tone_.steps[step];
  length_ = to_samples(now.length, sample_rate_);
  for (std::size_t i = 0; i < oscillators_.size(); ++i) {
    const double frequency = now.frequencies[i];
    oscillators_[i] = frequency > 0 ? Oscillator(frequency, sample_rate_, amplitude_of(now.level_dbov)) : Oscillator();
  }
}

double ToneGenerator::fade() const {
  const double ramp = static_cast<double>(to_samples(kFade, sample_rate_));
  const double since_start = static_cast<double>(position_);
  const double until_end = tone_.steps.size() == 1 ? ramp : static_cast<double>(length_ - position_);
  return std::min({since_start / ramp, until_end / ramp, 1.0});
}

}  // namespace webcalling::media
