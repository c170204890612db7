#include "media/dsp/measure.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace webcalling::media {
namespace {

constexpr double kFullScale = 32768;
constexpr double kSilenceDbov = -127;

double energy(std::span<const std::int16_t> samples) {
  double sum = 0;
  for (const std::int16_t sample : samples) sum += double{1} * sample * sample;
  return sum;
}

}  // namespace

double goertzel(std::span<const std::int16_t> samples, std::uint32_t sample_rate, double frequency) {
  const double total = energy(samples);
  if (total == 0) return 0;
  const double coefficient = 2 * std::cos(2 * std::numbers::pi * frequency / sample_rate);
  double previous = 0;
  double before_previous = 0;
  for (const std::int16_t sample : samples) {
    const double current = sample + coefficient * previous - before_previous;
    before_previous = previous;
    previous = current;
  }
  const double power =
      previous * previous + before_previous * before_previous - coefficient * previous * before_previous;
  // A sine of amplitude A gives (A N / 2)^2 here and has the energy N A^2 / 2.
  return std::clamp(2 * power / (static_cast<double>(samples.size()) * total), 0.0, 1.0);
}

double level_dbov(std::span<const std::int16_t> samples) {
  const double total = energy(samples);
  if (total == 0) return kSilenceDbov;
  const double mean_square = total / static_cast<double>(samples.size()) / (kFullScale * kFullScale);
  return std::max(10 * std::log10(mean_square), kSilenceDbov);
}

}  // namespace webcalling::media
