#include "story/call_stories.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "story/message_sketch.hpp"

namespace webcalling::story {
namespace {

using testing::SizeIs;

TEST(MessageSketch, FindsTheCallOfAMessage) {
  EXPECT_EQ(sketch("INVITE sip:x SIP/2.0\r\nCSeq: 1 INVITE\r\nCall-ID: abc\r\n\r\n").call_id, "abc");
  EXPECT_TRUE(sketch("SIP/2.0 200 OK\r\ni : abc \r\ncseq:  1  INVITE\r\n\r\n").is_of_invite);
  EXPECT_EQ(sketch("SIP/2.0 200 OK\r\ni : abc \r\n").call_id, "abc");
  EXPECT_FALSE(sketch("REGISTER sip:x SIP/2.0\r\nCall-ID: abc\r\nCSeq: 1 REGISTER\r\n\r\n").is_of_invite);
  EXPECT_EQ(sketch("BYE sip:x SIP/2.0\r\n\r\nCall-ID: body\r\n").call_id, "") << "a body is no header";
  for (const char* nonsense : {"", "\r\n", "x", "x\n:\n", "Call-ID: first line\r\n\r\n"}) {
    EXPECT_EQ(sketch(nonsense).call_id, "") << nonsense;
  }
}

/// Calls that were refused at once: these need no legs. The others are told in tests/scenario/call_story_test.cpp.
class CallStoriesTest : public testing::Test {
 protected:
  static std::string invite(const std::string& call_id, std::size_t bytes = 0) {
    return fmt::format("INVITE sip:x SIP/2.0\r\nCall-ID: {}\r\nCSeq: 1 INVITE\r\n\r\n{}", call_id,
                       std::string(bytes, 'x'));
  }
  void refuse(std::uint64_t id, const std::string& call_id, std::size_t bytes = 0) {
    stories.on_message(Line::Direction::In, invite(call_id, bytes));
    stories.on_record({.id = call::CallId(id),
                       .caller = {.extension = "1001", .display_name = {}},
                       .dialled = "1",
                       .call_id = call_id});
  }

  WallTime now{};
  CallStories stories{[this] { return now; },
                      {.keep = 60s, .max_bytes_of_call = 4000, .max_bytes = 10'000, .max_unclaimed_bytes = 3000}};
};

TEST_F(CallStoriesTest, StrangersFillNoMemory) {
  for (int i = 0; i < 10'000; ++i) {
    stories.on_message(Line::Direction::In, invite(std::to_string(i)));
    stories.on_message(Line::Direction::In, "OPTIONS sip:x SIP/2.0\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n\r\n");
  }
  EXPECT_LE(stories.bytes(), 3000u);
  EXPECT_EQ(stories.size(), 0u);
}

TEST_F(CallStoriesTest, OneCallDoesNotFillItEither) {
  refuse(1, "a");
  for (int i = 0; i < 1000; ++i) stories.on_message(Line::Direction::Out, invite("a", 100));
  EXPECT_LE(stories.bytes(), 4000u);
  const auto told = stories.tell("1001", "a");
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->is_complete);
}

TEST_F(CallStoriesTest, TheOldestCallMakesRoom) {
  for (std::uint64_t i = 0; i < 100; ++i) {
    refuse(i, std::to_string(i), 1500);
    EXPECT_LE(stories.bytes(), 10'000u + 3000u);
  }
  EXPECT_FALSE(stories.tell("1001", "0"));
  EXPECT_TRUE(stories.tell("1001", "99"));
}

TEST_F(CallStoriesTest, TimeMakesRoomToo) {
  refuse(1, "a");
  EXPECT_THAT(stories.tell("1001", "a")->lines, SizeIs(1));
  now += 60s;
  EXPECT_FALSE(stories.tell("1001", "a"));
  EXPECT_EQ(stories.bytes(), 0u);
}

TEST_F(CallStoriesTest, APhoneMayUseANameAgain) {
  refuse(1, "a");
  refuse(2, "a");
  EXPECT_TRUE(stories.tell("1001", "a"));
  now += 60s;
  EXPECT_FALSE(stories.tell("1001", "a"));
  EXPECT_EQ(stories.size(), 0u);
}

}  // namespace
}  // namespace webcalling::story
