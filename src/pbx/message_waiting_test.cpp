#include "pbx/message_waiting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "pbx/pbx_for_tests.hpp"

namespace webcalling {
namespace {

using sip::HeaderName;

class MessageWaitingTest : public testing::Test, protected PbxForTests {
 protected:
  /// The NOTIFY that a registration brings.
  sip::Request notify() {
    EXPECT_EQ(responses_to_authorized(request(sip::Method::Register, "")).back().status(), 200);
    timers.advance(timers.now());
    return std::get<sip::Request>(sip::parse(sent().back()).value());
  }

  static sip::Request reference() {
    std::ifstream file(WEBCALLING_SOURCE_DIR "/tests/fixtures/reference/notify-mwi.sip", std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return std::get<sip::Request>(sip::parse(text).value());
  }
};

TEST_F(MessageWaitingTest, SaysWhatTheReferenceSystemSays) {
  const auto ours = notify();
  const auto theirs = reference();
  EXPECT_EQ(ours.method(), sip::Method::Notify);
  for (const HeaderName name : {HeaderName::Event, HeaderName::SubscriptionState, HeaderName::ContentType}) {
    EXPECT_EQ(ours.header(name), theirs.header(name)) << sip::text(name);
  }
  EXPECT_EQ(ours.body(), "Messages-Waiting: no\r\nMessage-Account: sip:1002@10.0.0.1\r\n");
  EXPECT_THAT(theirs.body(), testing::StartsWith("Messages-Waiting: no\r\nMessage-Account: sip:1002@"));
}

TEST_F(MessageWaitingTest, GoesToTheContactAndSaysWhereItComesFrom) {
  const auto ours = notify();
  EXPECT_EQ(ours.uri().text(), "sip:1002@10.0.0.9:5070");
  EXPECT_EQ(ours.get<sip::To>()->uri.text(), "sip:1002@10.0.0.1");
  EXPECT_TRUE(ours.to_tag().empty());
  EXPECT_FALSE(ours.from_tag().empty());
  EXPECT_EQ(ours.get<sip::Contact>()->uri.text(), "sip:webcalling@10.0.0.1:5060");
}

// 489 Bad Event: some phones do not know it.
TEST_F(MessageWaitingTest, IsTriedOnceWhateverThePhoneThinksOfIt) {
  auto refusal = sip::make_response(notify(), 489, "phone");
  pbx.receive(refusal.write(), flow());
  timers.advance(timers.now() + 40s);
  EXPECT_EQ(pbx.active_transactions(), 0u);
  EXPECT_EQ(pbx.bindings(), 1u);
}

TEST_F(MessageWaitingTest, IsGivenUpWhenThePhoneIsSilent) {
  notify();
  timers.advance(timers.now() + 40s);
  EXPECT_EQ(pbx.active_transactions(), 0u);
  EXPECT_EQ(pbx.bindings(), 1u);
}

}  // namespace
}  // namespace webcalling
