#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::Method;
using sip::TransportKind;
using testing::ElementsAre;
using testing::HasSubstr;

/// REFER (RFC 3515): Anna connects Bob with Carol.
class Transfer : public Story {
 protected:
  bool told(const SimCall& call, const std::string& line) {
    return eventually([&] { return !call.transfer_progress().empty() && call.transfer_progress().back() == line; });
  }
  static std::string to(std::string_view number) { return "<sip:" + std::string(number) + "@10.0.0.1>"; }

  SimPhone& anna = net.phone("1001", TransportKind::Ws);
  SimPhone& bob = net.phone("1002");
  SimPhone& carol = net.phone("1003", TransportKind::Tcp);
};
INSTANTIATE_TEST_SUITE_P(, Transfer, any_weather(), weather_name);

TEST_P(Transfer, ConnectsTheOtherSideWithWhoAnswers) {
  for (auto [caller, callee] : {std::pair(&anna, &bob), std::pair(&bob, &anna)}) {
    ASSERT_TRUE(connect(*caller, *callee));
    anna.call().refer(to("1003"));
    ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
    EXPECT_EQ(anna.call().request_status(), 202);
    EXPECT_EQ(net.heard_by(bob), "ringback");
    EXPECT_THAT(carol.call().shown_caller(), HasSubstr("1002"));
    EXPECT_THAT(std::string(carol.call().invite().header(sip::HeaderName::ReferredBy).value_or("")), HasSubstr("1001"));
    carol.answer();
    ASSERT_TRUE(eventually([&] { return carol.talking() && !anna.in_call(); }));
    EXPECT_EQ(anna.call().transfer_progress().front(), "SIP/2.0 100 Trying");
    EXPECT_EQ(anna.call().transfer_progress().back(), "SIP/2.0 200 OK");
    EXPECT_EQ(net.heard_by(bob), "1003");
    EXPECT_EQ(net.heard_by(carol), "1002");
    EXPECT_EQ(net.pbx().active_calls(), 1u);
    bob.hang_up();
    net.run_until_idle();
  }
}

TEST_P(Transfer, GoesOnWhenTheReferrerHangsUpAtOnce) {
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer(to("1003"));
  ASSERT_TRUE(eventually([&] { return anna.call().request_status() == 202; }));
  anna.hang_up();
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  settle();
  carol.answer();
  ASSERT_TRUE(eventually([&] { return carol.talking(); }));
  EXPECT_EQ(net.heard_by(bob), "1003");
  carol.hang_up();
}

TEST_P(Transfer, ThatIsRefusedConnectsTheTwoAgain) {
  carol.refuse(486);
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer(to("1003"));
  ASSERT_TRUE(told(anna.call(), "SIP/2.0 486 Busy Here"));
  EXPECT_TRUE(anna.talking() && bob.talking());
  EXPECT_EQ(net.heard_by(anna), "1002");
  EXPECT_EQ(net.heard_by(bob), "1001");
  // And may be tried again.
  carol.habits().refuses.reset();
  anna.call().refer(to("1003"));
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  carol.answer();
  ASSERT_TRUE(eventually([&] { return carol.talking() && !anna.in_call(); }));
  bob.hang_up();
}

TEST_P(Transfer, ToNobodyIsToldAndTheCallGoesOn) {
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer(to("4711"));
  ASSERT_TRUE(told(anna.call(), "SIP/2.0 404 Not Found"));
  EXPECT_EQ(net.heard_by(bob), "1001");
  anna.hang_up();
}

TEST_P(Transfer, ToAServiceNumberLeavesTheOtherSideThere) {
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer(to("9664"));
  ASSERT_TRUE(eventually([&] { return !anna.in_call(); }));
  EXPECT_EQ(net.heard_by(bob), "music");
  EXPECT_TRUE(bob.talking());
  bob.hang_up();
}

TEST_P(Transfer, EndsWhenTheTransferredHangsUpMeanwhile) {
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer(to("1003"));
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  bob.hang_up();
  net.run_until_idle();
  EXPECT_FALSE(anna.in_call() || carol.in_call());
}

TEST_P(Transfer, TakesTheReferrerBackWhenNobodyAnswers) {
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer(to("1003"));
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  net.run_for(61s);
  EXPECT_FALSE(carol.ringing());
  EXPECT_EQ(anna.call().transfer_progress().back(), "SIP/2.0 480 Temporarily Unavailable");
  EXPECT_EQ(net.heard_by(bob), "1001");
  anna.hang_up();
}

// RFC 4488.
TEST_P(Transfer, SaysNothingToAReferrerWhoWantsToHearNothing) {
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer(to("1003"), "false");
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  EXPECT_EQ(anna.call().request_response().header(sip::HeaderName::ReferSub), "false");
  carol.answer();
  ASSERT_TRUE(eventually([&] { return carol.talking() && !anna.in_call(); }));
  EXPECT_EQ(anna.call().count_requests(Method::Notify), 0u);
  bob.hang_up();
}

TEST_P(Transfer, AfterAConsultationJoinsBothCalls) {
  for (const bool swap_roles : {false, true}) {
    ASSERT_TRUE(swap_roles ? connect(bob, anna) : connect(anna, bob));
    SimCall& first = anna.call();
    anna.hold();
    ASSERT_TRUE(reinvited(anna, 200));
    anna.dial("1003");
    ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
    carol.answer();
    ASSERT_TRUE(eventually([&] { return carol.talking() && anna.talking(); }));
    first.refer(anna.call().refer_to_this());
    ASSERT_TRUE(eventually([&] { return first.state() == SimCall::State::Ended && !anna.in_call(); }));
    EXPECT_THAT(first.transfer_progress(), testing::Contains("SIP/2.0 200 OK"));
    EXPECT_TRUE(bob.talking() && carol.talking());
    EXPECT_EQ(net.heard_by(bob), "1003");
    EXPECT_EQ(net.heard_by(carol), "1002");
    EXPECT_EQ(net.pbx().active_calls(), 1u);
    carol.hang_up();
    net.run_until_idle();
  }
}

TEST_P(Transfer, BeforeTheConsultedAnswersLetsTheOtherWaitForThem) {
  ASSERT_TRUE(connect(anna, bob));
  SimCall& first = anna.call();
  anna.dial("1003");
  ASSERT_TRUE(eventually([&] { return carol.ringing() && !anna.call().responses().empty(); }));
  first.refer(anna.call().refer_to_early());
  ASSERT_TRUE(eventually([&] { return !anna.in_call() && first.state() == SimCall::State::Ended; }));
  EXPECT_EQ(net.heard_by(bob), "ringback");
  carol.answer();
  ASSERT_TRUE(eventually([&] { return carol.talking(); }));
  EXPECT_EQ(net.heard_by(carol), "1002");
  carol.hang_up();
}

// Nobody gives away what is not theirs.
TEST_P(Transfer, OfSomebodyElsesCallIsRefused) {
  auto& dave = net.phone("1004");
  ASSERT_TRUE(connect(carol, dave));
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer(dave.call().refer_to_this());
  ASSERT_TRUE(told(anna.call(), "SIP/2.0 403 Forbidden"));
  EXPECT_EQ(net.heard_by(bob), "1001");
  EXPECT_EQ(net.heard_by(dave), "1003");
  anna.hang_up();
  dave.hang_up();
}

TEST_P(Transfer, IntoADialogThatIsNotThereIsTold) {
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer("<sip:1003@10.0.0.1?Replaces=nothing%3Bto-tag%3Da%3Bfrom-tag%3Db>");
  ASSERT_TRUE(told(anna.call(), "SIP/2.0 481 Call/Transaction Does Not Exist"));
  anna.call().refer(anna.call().refer_to_this());
  ASSERT_TRUE(told(anna.call(), "SIP/2.0 481 Call/Transaction Does Not Exist")) << "a call into itself";
  EXPECT_EQ(net.heard_by(bob), "1001");
  anna.hang_up();
}

TEST_P(Transfer, ThatCannotBeReadIsRefused) {
  ASSERT_TRUE(connect(anna, bob));
  anna.call().refer("<sip:1003@10.0.0.1");
  ASSERT_TRUE(eventually([&] { return anna.call().request_status() == 400; }));
  anna.call().refer("<mailto:carol@example.com>");
  ASSERT_TRUE(eventually([&] { return anna.call().request_status() == 603; }));
  EXPECT_TRUE(anna.talking() && bob.talking());
  anna.hang_up();
}

TEST_P(Transfer, AtAServiceNumberHasNobodyToConnect) {
  anna.dial("9664");
  ASSERT_TRUE(eventually([&] { return anna.talking(); }));
  anna.call().refer(to("1003"));
  ASSERT_TRUE(eventually([&] { return anna.call().request_status() == 403; }));
  anna.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
