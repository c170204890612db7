#include "media/codec/encoding_effort.hpp"

#include <gtest/gtest.h>

namespace webcalling::media {
namespace {

void tell(EncodingEffort& effort, double share, int times) {
  for (int i = 0; i < times; ++i) effort.note_busy(share);
}

TEST(EncodingEffort, IsFullAtFirstAndWhileThereIsTime) {
  EncodingEffort effort;
  EXPECT_EQ(effort.settings(), EncoderSettings{});
  tell(effort, 0.4, 100);
  EXPECT_EQ(effort.settings(), EncoderSettings{});
}

TEST(EncodingEffort, FallsStepByStepWhileTheLoopIsBusy) {
  EncodingEffort effort;
  tell(effort, 0.6, 1);
  EXPECT_EQ(effort.settings().complexity, 2U);
  tell(effort, 0.6, 2);
  EXPECT_EQ(effort.settings().complexity, 0U);
  EXPECT_TRUE(effort.settings().forward_error_correction);
  EXPECT_FALSE(effort.settings().celt_alone);
}

TEST(EncodingEffort, DoesWithoutErrorCorrectionWhenEvenTheLowestComplexityIsMuch) {
  EncodingEffort effort;
  tell(effort, 0.6, 100);
  EXPECT_TRUE(effort.settings().celt_alone);
  EXPECT_FALSE(effort.settings().forward_error_correction);
  tell(effort, 0.4, 10);
  EXPECT_TRUE(effort.settings().celt_alone);
}

TEST(EncodingEffort, FallsFasterWhenTheLoopIsPressed) {
  EncodingEffort effort;
  tell(effort, 0.9, 2);
  EXPECT_TRUE(effort.settings().celt_alone);
}

TEST(EncodingEffort, ComesBackWhenThereIsTimeAgain) {
  EncodingEffort effort;
  tell(effort, 0.9, 10);
  tell(effort, 0.1, 1);
  EXPECT_FALSE(effort.settings().celt_alone);
  EXPECT_EQ(effort.settings().complexity, 0U);
  tell(effort, 0.1, 3);
  EXPECT_EQ(effort.settings(), EncoderSettings{});
}

}  // namespace
}  // namespace webcalling::media
