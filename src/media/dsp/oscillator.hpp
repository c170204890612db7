#pragma once

#include <complex>
#include <cstdint>

namespace webcalling::media {

/// A sine as a rotating phasor: one complex multiplication a sample, where std::sin would cost ten times that. Rounding
/// lets the amplitude drift by less than a millionth in a day, so that it is never corrected.
class Oscillator {
 public:
  /// Silent.
  Oscillator() = default;
  /// Starts at a zero crossing; `amplitude` in units of the samples.
  Oscillator(double frequency, std::uint32_t sample_rate, double amplitude);

  double next() {
    const double sample = phasor_.imag();
    phasor_ = {phasor_.real() * step_.real() - phasor_.imag() * step_.imag(),
               phasor_.real() * step_.imag() + phasor_.imag() * step_.real()};
    return sample;
  }

 private:
  std::complex<double> phasor_;
  std::complex<double> step_;
};

}  // namespace webcalling::media
