#pragma once

#include <cstddef>

#include "media/codec/encoder.hpp"

namespace webcalling::media {

/// How hard the encoders of one loop try. A loop with time to spare makes the best of every packet; a busy one would
/// rather serve another call than polish this one. Only Opus has a choice: step by step its cost falls to an eighth
/// (docs/performance.md).
class EncodingEffort {
 public:
  /// How much of its time the loop was at work since the last call, 0..1. To be told about once a second: one busy
  /// second changes little.
  void note_busy(double share);

  [[nodiscard]] EncoderSettings settings() const;

 private:
  std::size_t step_ = 0;
};

}  // namespace webcalling::media
