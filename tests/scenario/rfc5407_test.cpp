#include "sip/message/call_headers.hpp"
#include "sip/message/headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::Method;
using sip::TransportKind;

/// The race conditions of RFC 5407, section by section. Alice is the far end of the dialog that the section draws, the
/// PBX the near one; "moratorium" is the time between our 200 and its ACK, "mortal" the time between a BYE and its
/// answer.
class Race : public Story {
 protected:
  /// Runs until the PBX has said this to a phone, but not until it has arrived.
  bool has_said(const SimPhone& to, std::string_view beginning, std::size_t times = 1) {
    return eventually([&] { return count(to, beginning) >= times; });
  }
  /// How often the PBX has said what begins so.
  std::size_t count(const SimPhone& to, std::string_view beginning) const {
    const std::string ladder = net.ladder();
    const std::string wanted = fmt::format(" pbx -> {}: {}", to.extension(), beginning);
    std::size_t times = 0;
    for (auto at = ladder.find(wanted); at != std::string::npos; at = ladder.find(wanted, at + 1)) ++times;
    return times;
  }
  /// Our 200 is on its way to Alice.
  bool enter_moratorium() {
    if (!ring(alice, bob)) return false;
    const auto before = count(alice, "SIP/2.0 200");
    bob.answer();
    return has_said(alice, "SIP/2.0 200", before + 1);
  }
  /// Our BYE is on its way to Alice.
  bool enter_mortal_state() {
    if (!connect(alice, bob)) return false;
    bob.hang_up();
    return has_said(alice, "BYE");
  }

  /// As a phone does after 491 (RFC 3261 section 14.1).
  void hold_until_taken() {
    for (int attempt = 0; attempt < 20; ++attempt) {
      alice.hold();
      ASSERT_TRUE(eventually([&] { return alice.call().reinvite_status() != 0; }));
      if (alice.call().reinvite_status() != 491) break;
      net.run_for(1s);
    }
    ASSERT_EQ(alice.call().reinvite_status(), 200);
    ASSERT_EQ(net.heard_by(bob), "music");
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, Race, any_weather(), weather_name);

// 3.1.1: the caller repeats its INVITE since nothing has reached it yet, and that meets our 200.
TEST_P(Race, RepeatedInviteInTheMoratoriumIsNoSecondCall) {
  bob.habits().rings = false;
  for (Duration moment = 300ms; moment < 900ms; moment += 50ms) {
    SCOPED_TRACE(moment.count());
    net.lose("SIP/2.0 100", 1);
    bob.answer_after(moment);
    alice.dial("1001");
    ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
    settle();
    EXPECT_EQ(net.pbx().active_calls(), 1u);
    alice.hang_up();
    net.run_until_idle();
    ASSERT_TRUE(alice.idle() && bob.idle());
  }
}

// 3.1.2: a CANCEL that meets our 200 changes nothing; the caller says BYE.
TEST_P(Race, CancelInTheMoratoriumComesTooLate) {
  ASSERT_TRUE(enter_moratorium());
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 200);
  EXPECT_EQ(alice.call().bye_status(), 200);
  EXPECT_EQ(bob.call().byes_received(), 1u);
}

// 3.1.3: a caller's BYE within the early dialog meets our 200, which it acknowledges all the same.
TEST_P(Race, EarlyByeInTheMoratoriumEndsTheCall) {
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(eventually([&] { return !alice.call().responses().empty(); }));
  auto early = sip::Dialog::from_response(alice.call().invite(), alice.call().responses().back(), alice.flow()).value();
  const auto before = count(alice, "SIP/2.0 200");
  bob.answer();
  ASSERT_TRUE(has_said(alice, "SIP/2.0 200", before + 1));
  int status = 0;
  alice.transactions().send_request(early.make_request(Method::Bye), alice.flow(),
                                    [&status](const sip::Response& response) { status = response.status(); });
  ASSERT_TRUE(eventually([&] { return status == 200 && bob.idle(); }));
  settle();
  EXPECT_EQ(net.pbx().active_calls(), 0u);
  // The phone of this story knows nothing of its own BYE.
  if (alice.talking()) alice.hang_up();
  net.run_until_idle();
}

// 3.1.4: the ACK is lost, a re-INVITE comes first: offer and answer are complete, so it is taken.
TEST_P(Race, ReinviteInTheMoratoriumIsTaken) {
  alice.habits().acknowledges = false;
  ASSERT_TRUE(connect(alice, bob));
  alice.habits().acknowledges = true;
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  net.run_for(45s);
  EXPECT_TRUE(alice.talking() && bob.talking()) << "the repeated 200 was acknowledged";
  EXPECT_EQ(net.heard_by(bob), "music");
  alice.resume();
  ASSERT_TRUE(reinvited(alice, 200));
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hang_up();
}

// 3.1.5: the lost ACK has the answer to our offer; until it comes no other offer can be taken.
TEST_P(Race, ReinviteBeforeTheAnswerToOurOfferIsPutOff) {
  alice.habits().acknowledges = false;
  alice.dial_without_offer("1001");
  ASSERT_TRUE(eventually([&] { return bob.ringing(); }));
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  alice.call().reinvite(alice.call().media().offer());
  ASSERT_TRUE(reinvited(alice, 491));
  alice.habits().acknowledges = true;
  hold_until_taken();
  alice.hang_up();
}

// 3.1.6: the ACK is lost, a BYE comes first, which stands for it.
TEST_P(Race, ByeInTheMoratoriumEndsTheCallWithoutAcknowledgement) {
  alice.habits().acknowledges = false;
  ASSERT_TRUE(connect(alice, bob));
  alice.hang_up();
  ASSERT_TRUE(eventually([&] { return alice.call().bye_status() == 200 && bob.idle(); }));
  const auto answers = count(alice, "SIP/2.0 200");
  settle();
  EXPECT_EQ(count(alice, "SIP/2.0 200"), answers) << "nothing is repeated any more";
}

// 3.2.1: both say BYE.
TEST_P(Race, ByeInTheMortalStateIsAnswered) {
  ASSERT_TRUE(enter_mortal_state());
  alice.hang_up();
  net.run_until_idle();
  EXPECT_THAT(alice.call().bye_status(), testing::AnyOf(200, 481));
}

// 3.2.2: a re-INVITE that meets our BYE.
TEST_P(Race, ReinviteInTheMortalStateIsRefused) {
  ASSERT_TRUE(enter_mortal_state());
  alice.hold();
  net.run_until_idle();
  EXPECT_THAT(alice.call().reinvite_status(), testing::AnyOf(0, 481, 487));
  EXPECT_TRUE(alice.idle() && bob.idle());
}

// 3.2.3: the answer to our re-INVITE meets our BYE: it is acknowledged, or the phone would repeat it for half a minute.
TEST_P(Race, AnswerToOurReinviteInTheMortalStateIsAcknowledged) {
  alice.habits().supports = "timer";
  alice.habits().allows = "INVITE, ACK, BYE, CANCEL";
  alice.habits().session_expires = "600;refresher=uas";
  ASSERT_TRUE(connect(alice, bob));
  net.run_for(4min + 50s);
  ASSERT_EQ(count(alice, "INVITE"), 0u);
  ASSERT_TRUE(has_said(alice, "INVITE"));
  bob.hang_up();
  ASSERT_TRUE(has_said(alice, "BYE"));
  ASSERT_TRUE(eventually([&] { return alice.idle() || !alice.in_call(); }));
  // Where the BYE has overtaken the re-INVITE there is no answer to acknowledge.
  const bool was_asked = alice.call().requests().front().method() == Method::Invite;
  EXPECT_TRUE(!was_asked || has_said(alice, "ACK"));
}

// 3.2.4: the ACK arrives behind the BYE.
TEST_P(Race, AcknowledgementInTheMortalStateIsTakenInSilence) {
  alice.habits().acknowledges = false;
  ASSERT_TRUE(connect(alice, bob));
  alice.hang_up();
  alice.transactions().send_ack(alice.call().dialog()->make_ack(2), alice.flow());
  net.run_until_idle();
  alice.transactions().send_ack(alice.call().dialog()->make_ack(2), alice.flow());
  net.run_until_idle();
  EXPECT_EQ(alice.call().bye_status(), 200);
  EXPECT_TRUE(bob.idle());
}

/// Sessions that we refresh by re-INVITE every five minutes, and Alice who does something at that very moment.
class Crossover : public Race {
 protected:
  void SetUp() override {
    alice.habits().supports = "timer";
    alice.habits().allows = "INVITE, ACK, BYE, CANCEL";
    alice.habits().session_expires = "600;refresher=uas";
  }
  /// From long before our request to long after it.
  void at_every_moment(const std::function<void()>& story) {
    for (Duration moment = -3 * GetParam().latency; moment <= 3 * GetParam().latency;
         moment += GetParam().latency / 2) {
      SCOPED_TRACE(moment.count());
      // A round takes a quarter of an hour, a registration an hour.
      alice.sign_in();
      bob.sign_in();
      ASSERT_TRUE(connect(alice, bob));
      net.run_for(5min - GetParam().latency + moment);
      story();
      net.run_for(10min);
      ASSERT_TRUE(alice.talking() && bob.talking()) << "both were refreshed in the end";
      alice.hang_up();
      net.run_until_idle();
      ASSERT_TRUE(alice.idle() && bob.idle());
      ASSERT_EQ(net.pbx().active_calls(), 0u);
      ASSERT_EQ(net.media().open_legs(), 0u);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(, Crossover, any_weather(), weather_name);

// 3.3.1: both offer; both are refused with 491, and try again after times of their own.
TEST_P(Crossover, OfReinvitesIsSettledByTheSecondAttempt) {
  at_every_moment([this] { hold_until_taken(); });
}

// 3.3.2: our UPDATE, which offers nothing, may meet any offer.
TEST_P(Crossover, OfReinviteAndUpdateDisturbsNeither) {
  alice.habits().allows = "INVITE, ACK, BYE, CANCEL, UPDATE";
  at_every_moment([this] { hold_until_taken(); });
}

// 3.3.2, the other way round: an UPDATE with an offer meets our re-INVITE.
TEST_P(Crossover, OfUpdateAndReinviteIsSettledByTheSecondAttempt) {
  at_every_moment([this] {
    for (int attempt = 0; attempt < 20; ++attempt) {
      alice.call().update(alice.call().media().offer(sdp::Direction::SendOnly));
      ASSERT_TRUE(eventually([&] { return alice.call().request_status() != 0; }));
      if (alice.call().request_status() != 491) break;
      net.run_for(1s);
    }
    ASSERT_EQ(alice.call().request_status(), 200);
    ASSERT_EQ(net.heard_by(bob), "music");
  });
}

// 3.3.3: a REFER that meets our BYE is for nobody any more.
TEST_P(Race, ReferInTheMortalStateIsRefused) {
  ASSERT_TRUE(enter_mortal_state());
  if (alice.talking()) alice.call().refer("<sip:9196@h>");
  net.run_until_idle();
  EXPECT_THAT(alice.call().request_status(), testing::AnyOf(0, 481));
  EXPECT_TRUE(alice.call().transfer_progress().empty());
  EXPECT_TRUE(alice.idle() && bob.idle());
}

}  // namespace
}  // namespace webcalling::sim
