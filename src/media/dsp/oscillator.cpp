#include "media/dsp/oscillator.hpp"

#include <numbers>

namespace webcalling::media {

Oscillator::Oscillator(double frequency, std::uint32_t sample_rate, double amplitude)
    : phasor_(amplitude, 0), step_(std::polar(1.0, 2 * std::numbers::pi * frequency / sample_rate)) {}

}  // namespace webcalling::media
