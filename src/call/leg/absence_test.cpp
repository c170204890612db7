#include "call/leg/absence.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace webcalling::call {
namespace {

using Audio = Absence::Audio;

class AbsenceTest : public testing::Test {
 protected:
  void pass(Duration time) { timers.advance(timers.now() + time); }

  TimerQueue timers{TimePoint{1000s}};
  std::optional<Cause> over;
  Absence absence{timers, 30s, [this](Cause cause) { over = cause; }};
};

TEST_F(AbsenceTest, WhoIsHeardWithoutAConnectionIsThere) {
  EXPECT_FALSE(absence.on_connection_lost());
  pass(1h);
  EXPECT_FALSE(absence.away());
  EXPECT_FALSE(over);
}

TEST_F(AbsenceTest, WhoIsSilentOverAConnectionIsThere) {
  EXPECT_FALSE(absence.on_audio(Audio::Silent));
  pass(1h);
  EXPECT_FALSE(over);
}

TEST_F(AbsenceTest, ConnectionAndAudioGoneIsAwayForThirtySeconds) {
  EXPECT_FALSE(absence.on_connection_lost());
  EXPECT_TRUE(absence.on_audio(Audio::Silent));
  EXPECT_TRUE(absence.away());
  pass(29s);
  EXPECT_FALSE(over);
  pass(1s);
  EXPECT_EQ(over, Cause::ConnectionLost);
}

TEST_F(AbsenceTest, LostAudioWaitsForTheConnectionToFollow) {
  EXPECT_TRUE(absence.on_audio(Audio::Lost));
  EXPECT_FALSE(absence.on_audio(Audio::Silent)) << "that is no news";
  pass(1s);
  EXPECT_FALSE(absence.on_connection_lost()) << "it was away before";
  pass(29s);
  EXPECT_FALSE(over) << "it has all the time";
  pass(1s);
  EXPECT_EQ(over, Cause::ConnectionLost);
}

TEST_F(AbsenceTest, LostAudioAloneEndsAsThat) {
  EXPECT_TRUE(absence.on_audio(Audio::Lost));
  pass(2s);
  EXPECT_EQ(over, Cause::MediaLost);
}

TEST_F(AbsenceTest, IsOverWhenItIsHeardAgain) {
  (void)absence.on_connection_lost();
  (void)absence.on_audio(Audio::Silent);
  EXPECT_TRUE(absence.on_audio(Audio::Heard));
  pass(1h);
  EXPECT_FALSE(over);
}

TEST_F(AbsenceTest, IsOverWhenItSpeaksAgainEvenBeforeItIsHeard) {
  (void)absence.on_connection_lost();
  (void)absence.on_audio(Audio::Lost);
  EXPECT_TRUE(absence.on_return());
  EXPECT_FALSE(absence.on_return());
  pass(1h);
  EXPECT_FALSE(over);
  EXPECT_FALSE(absence.on_connection_lost()) << "what was lost before is forgotten";
}

TEST_F(AbsenceTest, NobodyIsAwayWithoutPatience) {
  Absence none{timers, 0s, [this](Cause cause) { over = cause; }};
  EXPECT_FALSE(none.on_connection_lost());
  EXPECT_FALSE(none.on_audio(Audio::Lost));
  EXPECT_FALSE(none.away());
}

TEST_F(AbsenceTest, WhoIsAwayFromTheBeginningMayReturn) {
  absence.begin_away();
  EXPECT_TRUE(absence.away());
  pass(29s);
  EXPECT_TRUE(absence.on_return());
  EXPECT_FALSE(absence.away());
  pass(1h);
  EXPECT_FALSE(over);
}

TEST_F(AbsenceTest, WhoIsAwayFromTheBeginningIsGivenUpInTheEnd) {
  absence.begin_away();
  pass(30s);
  EXPECT_EQ(over, Cause::ConnectionLost);
}

}  // namespace
}  // namespace webcalling::call
