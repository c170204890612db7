#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

class AnsweredCall : public Story {};
INSTANTIATE_TEST_SUITE_P(, AnsweredCall, any_weather(), weather_name);

TEST_P(AnsweredCall, IsHungUpByTheCaller) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  EXPECT_EQ(alice.call().final_status(), 200);
  EXPECT_EQ(net.heard_by(alice), "1001");
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(alice.call().bye_status(), 200);
  EXPECT_FALSE(bob.talking());
  EXPECT_THAT(bob.call().reason(), HasSubstr("Q.850;cause=16"));
}

TEST_P(AnsweredCall, IsHungUpByTheCallee) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  bob.hang_up();
  net.run_until_idle();
  EXPECT_EQ(bob.call().bye_status(), 200);
  EXPECT_FALSE(alice.talking());
}

TEST_P(AnsweredCall, ConnectsEveryKindOfPhoneWithEveryOther) {
  constexpr std::array kKinds{TransportKind::Udp, TransportKind::Tcp, TransportKind::Ws};
  for (const TransportKind caller_kind : kKinds) {
    for (const TransportKind callee_kind : kKinds) {
      SCOPED_TRACE(std::string(sip::text(caller_kind)) + " calls " + std::string(sip::text(callee_kind)));
      auto& alice = net.phone("1002", caller_kind);
      auto& bob = net.phone("1001", callee_kind);
      ASSERT_TRUE(connect(alice, bob));
      EXPECT_EQ(net.heard_by(alice), "1001");
      EXPECT_EQ(net.heard_by(bob), "1002");
      bob.hang_up();
      net.run_until_idle();
      alice.sign_out();
      bob.sign_out();
      net.run_until_idle();
      ASSERT_EQ(net.pbx().bindings(), 0u);
    }
  }
}

TEST_P(AnsweredCall, ShowsTheCalleeWhoCallsAndHidesTheRest) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  EXPECT_EQ(bob.call().shown_caller(), "Phone 1002 <1002>");
  // A back-to-back user agent hides one side from the other.
  EXPECT_NE(bob.call().invite().call_id(), alice.call().invite().call_id());
  EXPECT_THAT(bob.call().invite().write(), testing::Not(HasSubstr(alice.address().address.text())));
  EXPECT_FALSE(bob.call().invite().has(sip::HeaderName::ProxyAuthorization));
  alice.hang_up();
}

TEST_P(AnsweredCall, CanBeFollowedByOthers) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001");
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(connect(alice, bob));
    (i % 2 == 0 ? alice : bob).hang_up();
    net.run_until_idle();
  }
}

TEST_P(AnsweredCall, LeavesOtherCallsAlone) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001", TransportKind::Ws);
  auto& carol = net.phone("1003", TransportKind::Ws);
  auto& dave = net.phone("1004");
  ASSERT_TRUE(connect(alice, bob));
  ASSERT_TRUE(connect(carol, dave));
  EXPECT_EQ(net.pbx().active_calls(), 2u);
  alice.hang_up();
  ASSERT_TRUE(eventually([&] { return bob.idle(); }));
  EXPECT_TRUE(carol.talking() && dave.talking());
  EXPECT_EQ(net.heard_by(carol), "1004");
  dave.hang_up();
}

TEST_P(AnsweredCall, FindsTheLineBusyWhileItLasts) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  auto& carol = net.phone("1003");
  ASSERT_TRUE(connect(alice, bob));
  carol.dial("1001");
  EXPECT_TRUE(eventually([&] { return carol.call().final_status() == 486; }));
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

// SIP.js takes 405 for an UPDATE, desk phones ask OPTIONS to see whether the call is still there.
TEST_P(AnsweredCall, AnswersWhatPhonesAskDuringIt) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  for (const auto& [method, expected] : {std::pair(sip::Method::Options, 200), std::pair(sip::Method::Info, 200),
                                         std::pair(sip::Method::Update, 200), std::pair(sip::Method::Message, 200)}) {
    for (SimPhone* phone : {&alice, &bob}) {
      int status = 0;
      phone->transactions().send_request(phone->call().dialog()->make_request(method), phone->flow(),
                                         [&status](const sip::Response& response) { status = response.status(); });
      EXPECT_TRUE(eventually([&] { return status == expected; })) << sip::text(method) << " " << status;
    }
  }
  EXPECT_TRUE(alice.talking() && bob.talking());
  bob.hang_up();
}

// RFC 3261 section 12.2.2: it came after a later one.
TEST_P(AnsweredCall, RefusesARequestOutOfOrder) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  auto bye = alice.call().dialog()->make_request(sip::Method::Bye);
  bye.set(sip::HeaderName::CSeq, "1 BYE");
  int status = 0;
  alice.transactions().send_request(bye, alice.flow(),
                                    [&](const sip::Response& response) { status = response.status(); });
  EXPECT_TRUE(eventually([&] { return status == 500; }));
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

// Digits are for the media loop; call control only must survive them.
TEST_P(AnsweredCall, TakesDigits) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  net.report(alice, media::DigitReceived{'5'});
  net.report(bob, media::DigitReceived{'#'});
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
