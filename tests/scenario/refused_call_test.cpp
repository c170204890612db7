#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;

class RefusedCall : public Story {
 protected:
  int status_of_call_to(std::string_view number) {
    alice.dial(number);
    net.run_until_idle();
    return alice.call().final_status();
  }

  SimPhone& alice = net.phone("1002");
};
INSTANTIATE_TEST_SUITE_P(, RefusedCall, any_weather(), weather_name);

TEST_P(RefusedCall, ByABusyPhoneIs486) {
  net.phone("1001").refuse(486);
  EXPECT_EQ(status_of_call_to("1001"), 486);
}

TEST_P(RefusedCall, ByAPersonIs603) {
  net.phone("1001").refuse(603, 2s);
  EXPECT_EQ(status_of_call_to("1001"), 603);
}

// SIP.js says so when its user presses "reject".
TEST_P(RefusedCall, ByABrowserIs480) {
  net.phone("1001", TransportKind::Ws).refuse(480, 2s);
  EXPECT_EQ(status_of_call_to("1001"), 480);
}

TEST_P(RefusedCall, ByAPhoneWithoutACodecOfOursIs488) {
  net.phone("1001").refuse(488);
  EXPECT_EQ(status_of_call_to("1001"), 488);
}

TEST_P(RefusedCall, ByAFaultInThePhoneIs480) {
  auto& bob = net.phone("1001");
  for (const int fault : {404, 500, 302, 401, 407}) {
    bob.refuse(fault);
    EXPECT_EQ(status_of_call_to("1001"), 480) << fault;
  }
}

TEST_P(RefusedCall, ToAnUnknownNumberIs404) {
  EXPECT_EQ(status_of_call_to("4711"), 404);
  EXPECT_EQ(status_of_call_to("nobody"), 404);
}

TEST_P(RefusedCall, ToAnExtensionWithoutPhoneIs480) {
  net.new_phone("1001");
  EXPECT_EQ(status_of_call_to("1001"), 480);
}

TEST_P(RefusedCall, ToTheOnlyPhoneOfTheOwnExtensionIs480) { EXPECT_EQ(status_of_call_to("1002"), 480); }

TEST_P(RefusedCall, ThatNobodyAnswersIs480AfterAMinute) {
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  net.run_for(55s);
  EXPECT_TRUE(bob.ringing());
  EXPECT_EQ(alice.call().final_status(), 0);
  EXPECT_TRUE(eventually([&] { return !bob.ringing() && alice.call().final_status() == 480; }));
}

TEST_P(RefusedCall, ToPhonesThatAreAllGoneIs480AfterTimerB) {
  net.phone("1001").vanish();
  net.phone("1001").vanish();
  alice.dial("1001");
  net.run_for(25s);
  EXPECT_EQ(alice.call().final_status(), 0);
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 480);
}

TEST_P(RefusedCall, ToAPhoneThatVanishesWhileItRingsIs480) {
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  bob.vanish();
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 480);
}

TEST_P(RefusedCall, WithoutAnyCodecOfOursIs488) {
  net.phone("1001");
  alice.dial("1001",
             "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 7078 RTP/AVP 18\r\n");
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 488);
}

TEST_P(RefusedCall, WithBrokenSdpIs400) {
  net.phone("1001");
  alice.dial("1001", "v=0\r\nthis is no session description\r\n");
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 400);
}

TEST_P(RefusedCall, WithAWrongPasswordIsChallengedAgainAndReachesNobody) {
  auto& bob = net.phone("1001");
  auto& mallory = net.new_phone("1002", TransportKind::Udp, "guessed");
  mallory.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(mallory.call().final_status(), 407);
  EXPECT_FALSE(bob.has_been_called());
}

TEST_P(RefusedCall, BecauseThereAreNoPortsLeftIs480) {
  auto& bob = net.phone("1001");
  net.media().run_out_of_ports();
  EXPECT_EQ(status_of_call_to("1001"), 480);
  EXPECT_FALSE(bob.has_been_called());
  EXPECT_EQ(status_of_call_to("9196"), 500);
}

TEST_P(RefusedCall, BecauseTheCalleeAnswersWithUnusableSdpIs488) {
  auto& bob = net.phone("1001");
  bob.answer_after(1s);
  for (const auto* unusable :
       {"", "rubbish",
        "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n"}) {
    bob.habits().answer_sdp = unusable;
    EXPECT_EQ(status_of_call_to("1001"), 488) << unusable;
    EXPECT_EQ(bob.call().byes_received(), 1u) << "it got ACK and BYE";
  }
}

}  // namespace
}  // namespace webcalling::sim
