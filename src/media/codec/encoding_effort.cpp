#include "media/codec/encoding_effort.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace webcalling::media {
namespace {

// Far enough apart that a step up, which may double the cost, does not lead to a step down at once.
constexpr double kAtLeisure = 0.25;
constexpr double kBusy = 0.5;
constexpr double kPressed = 0.75;

struct Step {
  std::uint32_t complexity;
  /// Without SILK, and its error correction, whose search costs more than the whole of CELT.
  bool celt_alone = false;
};

/// The best first.
constexpr std::array<Step, 5> kSteps{{{5}, {2}, {1}, {0}, {0, true}}};

}  // namespace

void EncodingEffort::note_busy(double share) {
  if (share >= kBusy) {
    step_ = std::min(step_ + (share >= kPressed ? 2 : 1), kSteps.size() - 1);
  } else if (share <= kAtLeisure && step_ > 0) {
    --step_;
  }
}

EncoderSettings EncodingEffort::settings() const {
  const Step& step = kSteps[step_];
  EncoderSettings settings;
  settings.complexity = step.complexity;
  settings.celt_alone = step.celt_alone;
  settings.forward_error_correction = !step.celt_alone;
  return settings;
}

}  // namespace webcalling::media
