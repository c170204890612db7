#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::Method;
using sip::TransportKind;

/// Key presses between phones that tell and take them in different ways; each arrives once.
class Digits : public Story {
 protected:
  static constexpr const char* kTakesInfo = "INVITE, ACK, BYE, CANCEL, INFO";
  static constexpr const char* kWithoutEvents =
      "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 7078 RTP/AVP 0\r\n";

  /// Alice knows RFC 4733, Bob does not.
  [[nodiscard]] bool connect_with_one_who_knows_no_events() {
    bob.habits().answer_sdp = kWithoutEvents;
    return connect(alice, bob);
  }
  /// By INFO, one after the other; true if each is answered so.
  [[nodiscard]] bool press(SimPhone& phone, std::string_view keys, int status = 200) {
    for (const char key : keys) {
      phone.call().send_info("application/dtmf-relay", fmt::format("Signal={}\r\nDuration=200\r\n", key));
      if (!eventually([&] { return phone.call().request_status() == status; })) return false;
    }
    return true;
  }
  /// By RFC 4733, as the media loop tells.
  void press_in_media(const SimPhone& phone, std::string_view keys) {
    for (const char key : keys) net.report(phone, media::DigitReceived{key});
  }
  /// What came by INFO.
  [[nodiscard]] static std::string told_by_info(const SimPhone& phone) {
    std::string keys;
    for (const sip::Request& request : phone.call().requests()) {
      if (request.method() != Method::Info) continue;
      EXPECT_EQ(request.header(sip::HeaderName::ContentType), "application/dtmf-relay");
      const auto digit = call::read_info_digit(request);
      keys += digit ? digit->digit : '?';
    }
    return keys;
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001", GetParam().seed % 2 == 0 ? TransportKind::Tcp : TransportKind::Udp);
};
INSTANTIATE_TEST_SUITE_P(, Digits, any_weather(), weather_name);

TEST_P(Digits, ByInfoAreSentAsEventsToWhoTakesThem) {
  bob.habits().allows = kTakesInfo;
  ASSERT_TRUE(connect(alice, bob));
  ASSERT_TRUE(press(alice, "19*#"));
  ASSERT_TRUE(press(bob, "5D"));
  settle();
  EXPECT_EQ(net.leg_of(bob).digits, "19*#");
  EXPECT_EQ(net.leg_of(alice).digits, "5D");
  EXPECT_EQ(told_by_info(bob), "") << "not in both ways";
  alice.hang_up();
}

TEST_P(Digits, ByInfoAreToldByInfoToWhoTakesNoEvents) {
  bob.habits().allows = kTakesInfo;
  ASSERT_TRUE(connect_with_one_who_knows_no_events());
  ASSERT_TRUE(press(alice, "112#"));
  ASSERT_TRUE(eventually([&] { return told_by_info(bob).size() == 4; }));
  settle();
  EXPECT_EQ(told_by_info(bob), "112#");
  bob.hang_up();
}

TEST_P(Digits, ByEventsAreToldByInfoToWhoTakesNoEvents) {
  bob.habits().allows = kTakesInfo;
  ASSERT_TRUE(connect_with_one_who_knows_no_events());
  press_in_media(alice, "44557*");
  ASSERT_TRUE(eventually([&] { return told_by_info(bob).size() == 6; }));
  settle();
  EXPECT_EQ(told_by_info(bob), "44557*") << "in their order, whatever overtakes what";
  bob.hang_up();
}

TEST_P(Digits, ByEventsPassInTheMediaAlone) {
  alice.habits().allows = kTakesInfo;
  bob.habits().allows = kTakesInfo;
  ASSERT_TRUE(connect(alice, bob));
  press_in_media(alice, "12");
  press_in_media(bob, "3");
  settle();
  EXPECT_EQ(net.leg_of(bob).digits + net.leg_of(alice).digits, "");
  EXPECT_EQ(told_by_info(bob) + told_by_info(alice), "");
  alice.hang_up();
}

TEST_P(Digits, InBothWaysCountOnce) {
  bob.habits().allows = kTakesInfo;
  ASSERT_TRUE(connect_with_one_who_knows_no_events());
  for (const char* key : {"7", "7", "8"}) {
    press_in_media(alice, key);
    ASSERT_TRUE(press(alice, key));
  }
  settle();
  EXPECT_EQ(told_by_info(bob), "778");
  alice.hang_up();
}

TEST_P(Digits, ForWhoTakesNeitherEventsNorInfoAreDropped) {
  bob.habits().allows = "INVITE, ACK, BYE, CANCEL";
  ASSERT_TRUE(connect_with_one_who_knows_no_events());
  ASSERT_TRUE(press(alice, "1"));
  press_in_media(alice, "2");
  settle();
  EXPECT_EQ(told_by_info(bob), "");
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

TEST_P(Digits, OfACallerWithoutEventsReachWhoHasThem) {
  alice.habits().allows = kTakesInfo;
  alice.dial("1001", kWithoutEvents);
  ASSERT_TRUE(eventually([&] { return bob.ringing(); }));
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  ASSERT_TRUE(press(alice, "6"));
  press_in_media(bob, "9");
  ASSERT_TRUE(eventually([&] { return told_by_info(alice) == "9"; }));
  EXPECT_EQ(net.leg_of(bob).digits, "6");
  alice.hang_up();
}

TEST_P(Digits, ThatAreRefusedDoNotStopTheNext) {
  bob.habits().allows = kTakesInfo;
  bob.habits().answers_with[Method::Info] = 415;
  ASSERT_TRUE(connect_with_one_who_knows_no_events());
  press_in_media(alice, "123");
  ASSERT_TRUE(eventually([&] { return told_by_info(bob) == "123"; }));
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

TEST_P(Digits, StillOnTheirWayWhenTheCallEndsAreForgotten) {
  bob.habits().allows = kTakesInfo;
  ASSERT_TRUE(connect_with_one_who_knows_no_events());
  press_in_media(alice, "1234567890");
  alice.hang_up();
}

TEST_P(Digits, OfAPhoneThatWasTransferredReachTheNewPartner) {
  auto& carol = net.phone("1003");
  ASSERT_TRUE(connect(alice, bob));
  alice.call().refer("<sip:1003@10.0.0.1>");
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  carol.answer();
  ASSERT_TRUE(eventually([&] { return carol.talking() && !alice.in_call(); }));
  ASSERT_TRUE(press(bob, "31"));
  EXPECT_EQ(net.leg_of(carol).digits, "31");
  bob.hang_up();
}

// RFC 6086 section 4.2.2 for packages; the older uses of INFO answer as for any body that is not understood.
TEST_P(Digits, ThatCannotBeReadAreRefusedAndTheCallGoesOn) {
  ASSERT_TRUE(connect(alice, bob));
  struct Case {
    const char* type;
    const char* body;
    int status;
  };
  for (const Case& each : {Case{"application/dtmf-relay", "Signal=\r\n", 400}, Case{"application/dtmf-relay", "5", 400},
                           Case{"application/dtmf-relay", "Signal=16\r\nDuration=100\r\n", 400},
                           Case{"application/dtmf", "flash", 400}, Case{"text/plain", "5", 415},
                           Case{"application/dtmf", "5", 200}}) {
    alice.call().send_info(each.type, each.body);
    ASSERT_TRUE(eventually([&] { return alice.call().request_status() == each.status; })) << each.body;
    if (each.status == 200) continue;
    const auto accept = alice.call().request_response().header(sip::HeaderName::Accept);
    EXPECT_EQ(accept, "application/dtmf-relay, application/dtmf");
  }
  EXPECT_EQ(net.leg_of(bob).digits, "5");
  alice.hang_up();
}

TEST_P(Digits, ByInfoAreTakenByAServiceNumber) {
  alice.dial("9196");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  ASSERT_TRUE(press(alice, "15"));
  EXPECT_EQ(net.leg_of(alice).digits, "");
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
