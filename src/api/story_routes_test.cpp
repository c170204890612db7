#include "api/story_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_for_tests.hpp"

namespace webcalling::api {
namespace {

class StoryRoutesTest : public testing::Test, protected ApiForTests {
 protected:
  StoryRoutesTest() {
    stories.on_message(story::Line::Direction::In,
                       "INVITE sip:4711@x SIP/2.0\r\nCall-ID: a/b@c\r\nCSeq: 1 INVITE\r\n\r\n<b>\xff");
    stories.on_record({.id = call::CallId(1),
                       .caller = {.extension = "1001", .display_name = {}},
                       .dialled = "4711",
                       .call_id = "a/b@c"});
  }
};

TEST_F(StoryRoutesTest, TellsTheOwnCalls) {
  const auto answer = read(ask(signed_in("1001"), "GET", "/api/calls/a%2Fb%40c/story"));
  EXPECT_EQ(answer.at("callId"), "a/b@c");
  EXPECT_EQ(answer.at("complete"), true);
  const auto& message = answer.at("messages").as_array().at(0);
  EXPECT_EQ(message.at("at"), milliseconds(now));
  EXPECT_EQ(message.at("leg"), "own");
  EXPECT_EQ(message.at("direction"), "in");
  EXPECT_EQ(message.at("message"), "INVITE sip:4711@x SIP/2.0\r\nCall-ID: a/b@c\r\nCSeq: 1 INVITE\r\n\r\n<b>?\r\n");
}

TEST_F(StoryRoutesTest, ThoseOfOthersAreAsUnknownAsThoseThatThereAreNot) {
  const auto others = ask(signed_in("1002"), "GET", "/api/calls/a%2Fb%40c/story");
  const auto nobodys = ask(signed_in("1002"), "GET", "/api/calls/x/story");
  EXPECT_EQ(others->status, 404u);
  EXPECT_EQ(others->body, nobodys->body);
  EXPECT_EQ(status({}, "GET", "/api/calls/a%2Fb%40c/story"), 401u);
}

TEST_F(StoryRoutesTest, AreNotThereWhereTheyAreNotWanted) {
  const auto features = [](const Api& api) {
    std::string body;
    api.handle({.method = "GET", .target = "/api/config"}, [&](const Response& response) { body = response.body; });
    return body;
  };
  EXPECT_THAT(features(api), testing::HasSubstr("\"story\""));
  const Api without{
      {.accounts = accounts, .sessions = sessions, .history = keeper, .guard = guard, .log = log, .random = random},
      {}};
  EXPECT_THAT(features(without), testing::Not(testing::HasSubstr("\"story\"")));
}

}  // namespace
}  // namespace webcalling::api
