#include "call/leg/reliable_provisionals.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace webcalling::call {
namespace {

class ReliableProvisionalsTest : public testing::Test {
 protected:
  static sip::Response ringing(int status = 180) {
    sip::Response response(status);
    response.add(sip::HeaderName::CSeq, "7 INVITE");
    return response;
  }
  [[nodiscard]] sip::RAck acknowledgement_of(std::size_t sent_index) const {
    const sip::Response& response = sent.at(sent_index);
    return {response.get<sip::RSeq>()->value, *response.get<sip::CSeq>()};
  }
  void advance(Duration by) { timers.advance(timers.now() + by); }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{7};
  std::vector<sip::Response> sent;
  int given_up = 0;
  ReliableProvisionals provisionals{timers, random, [this](const sip::Response& response) { sent.push_back(response); },
                                    [this] { ++given_up; }};
};

TEST_F(ReliableProvisionalsTest, RequireAnAcknowledgement) {
  provisionals.send(ringing());
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent[0].lists(sip::HeaderName::Require, "100rel"));
  EXPECT_LE(sent[0].get<sip::RSeq>()->value, 0x7fffffffu);
  EXPECT_TRUE(provisionals.waiting());
  EXPECT_TRUE(provisionals.acknowledge(acknowledgement_of(0)).has_value());
  EXPECT_FALSE(provisionals.waiting());
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(ReliableProvisionalsTest, AreRepeatedUntilItComes) {
  provisionals.send(ringing());
  advance(500ms);
  EXPECT_EQ(sent.size(), 2u);
  advance(1s);
  EXPECT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[2].write(), sent[0].write());
  EXPECT_TRUE(provisionals.acknowledge(acknowledgement_of(0)).has_value());
  advance(1min);
  EXPECT_EQ(sent.size(), 3u);
  EXPECT_EQ(given_up, 0);
}

TEST_F(ReliableProvisionalsTest, GiveUpWhenItNeverComes) {
  provisionals.send(ringing());
  advance(31999ms);
  EXPECT_EQ(given_up, 0);
  advance(1ms);
  EXPECT_EQ(given_up, 1);
  EXPECT_FALSE(provisionals.waiting());
  EXPECT_EQ(timers.size(), 0u);
}

// Section 3: "The UAS MUST NOT send a second reliable provisional response until the first is acknowledged."
TEST_F(ReliableProvisionalsTest, GoOutOneAfterTheOther) {
  provisionals.send(ringing(180));
  provisionals.send(ringing(183));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(provisionals.acknowledge(acknowledgement_of(0)).has_value());
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[1].status(), 183);
  EXPECT_EQ(sent[1].get<sip::RSeq>()->value, sent[0].get<sip::RSeq>()->value + 1);
  EXPECT_TRUE(provisionals.acknowledge(acknowledgement_of(1)).has_value());
}

TEST_F(ReliableProvisionalsTest, TakeNoAcknowledgementOfSomethingElse) {
  EXPECT_FALSE(provisionals.acknowledge({1, {7, sip::Method::Invite, "INVITE"}}).has_value());
  provisionals.send(ringing());
  auto other = acknowledgement_of(0);
  other.rseq += 1;
  EXPECT_FALSE(provisionals.acknowledge(other).has_value());
  other = acknowledgement_of(0);
  other.cseq.number = 8;
  EXPECT_FALSE(provisionals.acknowledge(other).has_value());
  other = acknowledgement_of(0);
  other.cseq.method = sip::Method::Update;
  EXPECT_FALSE(provisionals.acknowledge(other).has_value());
  EXPECT_TRUE(provisionals.waiting());
  EXPECT_TRUE(provisionals.acknowledge(acknowledgement_of(0)).has_value());
  EXPECT_FALSE(provisionals.acknowledge(acknowledgement_of(0)).has_value()) << "twice is once";
}

TEST_F(ReliableProvisionalsTest, StopWithTheFinalResponse) {
  provisionals.send(ringing());
  provisionals.send(ringing());
  provisionals.stop();
  advance(1min);
  EXPECT_EQ(sent.size(), 1u);
  EXPECT_EQ(given_up, 0);
}

}  // namespace
}  // namespace webcalling::call
