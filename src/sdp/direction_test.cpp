#include "sdp/direction.hpp"

#include <gtest/gtest.h>

namespace webcalling::sdp {
namespace {

using enum Direction;

TEST(Direction, MirrorSwapsSendingAndReceiving) {
  EXPECT_EQ(mirrored(SendRecv), SendRecv);
  EXPECT_EQ(mirrored(SendOnly), RecvOnly);
  EXPECT_EQ(mirrored(RecvOnly), SendOnly);
  EXPECT_EQ(mirrored(Inactive), Inactive);
}

TEST(Direction, AnswerNeverExceedsWhatTheOtherSideAllows) {
  struct Row {
    Direction theirs, ours, answer;
  };
  constexpr Row kTable[] = {
      {SendRecv, SendRecv, SendRecv}, {SendRecv, SendOnly, SendOnly}, {SendRecv, RecvOnly, RecvOnly},
      {SendRecv, Inactive, Inactive}, {SendOnly, SendRecv, RecvOnly}, {SendOnly, SendOnly, Inactive},
      {SendOnly, RecvOnly, RecvOnly}, {SendOnly, Inactive, Inactive}, {RecvOnly, SendRecv, SendOnly},
      {RecvOnly, SendOnly, SendOnly}, {RecvOnly, RecvOnly, Inactive}, {RecvOnly, Inactive, Inactive},
      {Inactive, SendRecv, Inactive}, {Inactive, SendOnly, Inactive}, {Inactive, RecvOnly, Inactive},
      {Inactive, Inactive, Inactive},
  };
  for (const auto& row : kTable) {
    EXPECT_EQ(limited_by(row.theirs, row.ours), row.answer) << text(row.theirs) << " to " << text(row.ours);
  }
}

TEST(Direction, KeepsItsTextThroughParsing) {
  for (const char* name : {"sendrecv", "sendonly", "recvonly", "inactive"})
    EXPECT_EQ(text(*parse_direction(name)), name);
  EXPECT_FALSE(parse_direction("SENDRECV"));
  EXPECT_FALSE(parse_direction(""));
}

}  // namespace
}  // namespace webcalling::sdp
