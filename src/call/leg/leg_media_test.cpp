#include "call/leg/leg_media.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call/leg/media_for_tests.hpp"
#include "sdp/parser.hpp"
#include "sdp/test_fixture.hpp"

namespace webcalling::call {
namespace {

using sdp::Codec;
using testing::ElementsAre;

class LegMediaTest : public testing::Test {
 protected:
  static constexpr CallId kCall{7};
  const IpAddress our_address = IpAddress::v4(0xc0000201);

  Result<void> offer(const std::string& fixture) { return leg.receive_offer(sdp::fixture_text(fixture), our_address); }
  sdp::Session answer(std::optional<Codec> preferred = {}) { return sdp::parsed(leg.answer(preferred).value()); }
  /// Both at once.
  sdp::Session answered(const std::string& fixture, std::optional<Codec> preferred = {}) {
    EXPECT_TRUE(offer(fixture));
    return answer(preferred);
  }
  sdp::Session reanswered(const std::string& text) { return sdp::parsed(leg.answer_reoffer(text).value()); }
  const media::LegSettings& settings() { return *recorded.find(*leg.id())->settings; }

  SeededRandom random{7};
  RecordedMedia recorded{random};
  LegMedia leg{recorded, random, kCall};
};

TEST_F(LegMediaTest, OpensNothingForAnOfferThatIsNotAnswered) {
  ASSERT_TRUE(offer("chrome_offer"));
  EXPECT_TRUE(leg.is_webrtc());
  EXPECT_FALSE(leg.answered());
  EXPECT_EQ(leg.id(), std::nullopt);
  EXPECT_EQ(recorded.open_legs(), 0u);
  EXPECT_THAT(leg.offered_codecs(), ElementsAre(Codec::Opus, Codec::G722, Codec::Pcmu, Codec::Pcma));
}

TEST_F(LegMediaTest, AnswersABrowserAsABrowserWantsIt) {
  const auto session = answered("chrome_offer");
  ASSERT_EQ(session.media.size(), 1u);
  const auto& audio = session.media.front();
  EXPECT_TRUE(session.ice_lite);
  EXPECT_THAT(session.groups, ElementsAre(sdp::Group{"BUNDLE", {"0"}}));
  EXPECT_EQ(audio.mid, "0");
  EXPECT_TRUE(audio.rtcp_mux);
  EXPECT_EQ(audio.transport.setup, sdp::Setup::Passive);
  EXPECT_THAT(audio.formats, ElementsAre("111", "110"));
  EXPECT_EQ(audio.port, 40000);
  EXPECT_EQ(session.connection, sdp::Address::of(our_address));
  EXPECT_EQ(recorded.find(session)->local.id, leg.id());
}

TEST_F(LegMediaTest, AnswersAPhoneWithPlainRtp) {
  const auto session = answered("baresip_offer", Codec::Pcma);
  EXPECT_FALSE(leg.is_webrtc());
  EXPECT_FALSE(session.ice_lite);
  EXPECT_EQ(session.media.front().protocol, "RTP/AVP");
  EXPECT_THAT(session.media.front().formats, ElementsAre("8", "101"));
  EXPECT_EQ(session.media.front().port, 16384);
  EXPECT_EQ(leg.codec(), Codec::Pcma);
}

TEST_F(LegMediaTest, TakesThePreferredCodecOnlyIfItWasOffered) {
  ASSERT_TRUE(
      leg.receive_offer("v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\n"
                        "m=audio 7078 RTP/AVP 8 0\r\n",
                        our_address));
  answer(Codec::Opus);
  EXPECT_EQ(leg.codec(), Codec::Pcma) << "the first of the offer";
}

// A browser ignores the second of two descriptions, or refuses the call when they differ.
TEST_F(LegMediaTest, RepeatsItsAnswerWordForWord) {
  ASSERT_TRUE(offer("firefox_offer"));
  const std::string first = leg.answer(std::nullopt).value();
  EXPECT_EQ(leg.answer(Codec::Pcmu).value(), first);
  EXPECT_EQ(recorded.open_legs(), 1u);
}

TEST_F(LegMediaTest, TellsApartWhatItCannotDoAndWhatItCannotRead) {
  EXPECT_EQ(offer("baresip_sdes_offer").error().kind, Error::Kind::Unsupported);
  EXPECT_EQ(leg.receive_offer("v=0\r\nrubbish\r\n", our_address).error().kind, Error::Kind::Malformed);
  EXPECT_EQ(recorded.open_legs(), 0u);
}

TEST_F(LegMediaTest, OffersAgainWhatItDescribedLast) {
  const auto first = answered("baresip_offer", Codec::Pcma);
  EXPECT_FALSE(leg.awaits_answer());
  const auto again = sdp::parsed(leg.reoffer());
  EXPECT_EQ(again, first) << "the same version: nothing has changed (RFC 3264 section 8)";
  EXPECT_TRUE(leg.awaits_answer());
  const auto before = settings();
  ASSERT_TRUE(leg.receive_reanswer(sdp::fixture_text("deskphone_hold_offer")));
  EXPECT_FALSE(leg.awaits_answer());
  EXPECT_TRUE(leg.held());
  EXPECT_EQ(settings().send, before.send);
}

TEST_F(LegMediaTest, OffersABrowserToChooseTheDtlsRoleAgain) {
  const auto first = answered("chrome_offer");
  const auto again = sdp::parsed(leg.reoffer());
  EXPECT_EQ(again.media[0].transport.setup, sdp::Setup::ActPass);
  EXPECT_EQ(again.origin.session_version, first.origin.session_version + 1);
  EXPECT_EQ(again.media[0].transport.ice_ufrag, first.media[0].transport.ice_ufrag);
  EXPECT_EQ(again.media[0].mid, first.media[0].mid);
}

TEST_F(LegMediaTest, KeepsOfferingTheHoldThatItIsIn) {
  answered("chrome_offer");
  reanswered(sdp::fixture_text("chrome_hold_offer"));
  EXPECT_EQ(sdp::parsed(leg.reoffer()).media[0].direction, sdp::Direction::RecvOnly);
}

TEST_F(LegMediaTest, StaysAsItIsWhenItsOfferIsNotTaken) {
  answered("baresip_offer", Codec::Pcma);
  const auto before = settings();
  EXPECT_FALSE(leg.receive_reanswer(sdp::fixture_text("deskphone_hold_offer"))) << "there was no offer";
  static_cast<void>(leg.reoffer());
  EXPECT_FALSE(leg.receive_reanswer("rubbish"));
  EXPECT_FALSE(leg.awaits_answer());
  static_cast<void>(leg.reoffer());
  leg.withdraw_offer();
  EXPECT_FALSE(leg.awaits_answer());
  EXPECT_EQ(settings().send, before.send);
  EXPECT_FALSE(leg.held());
}

TEST_F(LegMediaTest, FailsWhenThereIsNoPortLeft) {
  recorded.run_out_of_ports();
  ASSERT_TRUE(offer("baresip_offer"));
  EXPECT_EQ(leg.answer(std::nullopt).error().kind, Error::Kind::Failed);
  EXPECT_EQ(leg.make_offer(true, our_address, {Codec::Opus}).error().kind, Error::Kind::Failed);
}

TEST_F(LegMediaTest, OffersABrowserWhatItThenAnswers) {
  const auto session =
      sdp::parsed(leg.make_offer(true, our_address, {Codec::Opus, Codec::G722, Codec::Pcma, Codec::Pcmu}).value());
  EXPECT_EQ(session.media.front().protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_FALSE(leg.answered());
  ASSERT_TRUE(leg.receive_answer(sdp::fixture_text("chrome_156_answer")));
  EXPECT_EQ(leg.codec(), Codec::Opus);
  EXPECT_EQ(std::get<media::RemoteWebRtc>(settings().remote).ice.ufrag, "W3CY");
}

TEST_F(LegMediaTest, KeepsItsStateWhenAnAnswerIsUnusable) {
  ASSERT_TRUE(leg.make_offer(false, our_address, {Codec::Pcmu}));
  EXPECT_FALSE(leg.receive_answer("rubbish"));
  EXPECT_FALSE(leg.receive_answer(sdp::fixture_text("chrome_156_answer")));
  EXPECT_FALSE(leg.answered());
  EXPECT_FALSE(recorded.find(*leg.id())->settings);
}

TEST_F(LegMediaTest, HoldsAndResumesWithoutANewIceSession) {
  const auto first = answered("chrome_resume_offer");
  EXPECT_FALSE(leg.held());

  const auto held = reanswered(sdp::fixture_text("chrome_hold_offer"));
  EXPECT_TRUE(leg.held());
  EXPECT_FALSE(settings().may_send);
  EXPECT_EQ(held.media[0].direction, sdp::Direction::RecvOnly);
  EXPECT_EQ(held.media[0].transport, first.media[0].transport);
  EXPECT_EQ(held.origin.session_id, first.origin.session_id);
  EXPECT_EQ(held.origin.session_version, first.origin.session_version + 1);

  const auto resumed = reanswered(sdp::fixture_text("chrome_resume_offer"));
  EXPECT_FALSE(leg.held());
  EXPECT_TRUE(settings().may_send);
  EXPECT_EQ(resumed.media[0].direction, sdp::Direction::SendRecv);
  EXPECT_EQ(resumed.media[0].transport, first.media[0].transport);
  EXPECT_EQ(recorded.find(*leg.id())->ice_restarts, 0u);
}

TEST_F(LegMediaTest, HoldsAFirefoxThatSaysSendrecvForTheWholeSession) {
  answered("firefox_offer");
  reanswered(sdp::fixture_text("firefox_hold_offer"));
  EXPECT_TRUE(leg.held());
}

TEST_F(LegMediaTest, HoldsAPhoneThatHoldsInTheOldWay) {
  answered("baresip_offer", Codec::Pcma);
  const auto held = reanswered(sdp::fixture_text("deskphone_hold_offer"));
  EXPECT_TRUE(leg.held());
  EXPECT_FALSE(settings().may_send);
  EXPECT_EQ(held.media[0].port, 16384) << "our side stays where it is";
}

TEST_F(LegMediaTest, AnswersANewIceSessionWithOneOfItsOwn) {
  const auto first = answered("chrome_offer");
  auto text = sdp::replaced(sdp::fixture_text("chrome_offer"), "a=ice-ufrag:VCoG", "a=ice-ufrag:New1");
  text = sdp::replaced(text, "a=ice-pwd:X78uD0fAvGQ5+WYsY3X8o0AK", "a=ice-pwd:AnotherPasswordForANewIceSession");
  const auto second = reanswered(text);
  EXPECT_EQ(recorded.find(*leg.id())->ice_restarts, 1u);
  EXPECT_NE(second.media[0].transport.ice_ufrag, first.media[0].transport.ice_ufrag);
  EXPECT_NE(second.media[0].transport.ice_password, first.media[0].transport.ice_password);
  EXPECT_EQ(second.media[0].transport.fingerprints, first.media[0].transport.fingerprints);
  // RFC 8842 section 5.3: the DTLS roles stay, whatever the offer leaves open.
  EXPECT_EQ(second.media[0].transport.setup, first.media[0].transport.setup);
}

TEST_F(LegMediaTest, StaysAsItIsAfterAnOfferThatItCannotTake) {
  answered("chrome_resume_offer");
  const auto before = settings();
  for (const auto* unusable : {"zoiper_offer", "baresip_sdes_offer"}) {
    EXPECT_EQ(leg.answer_reoffer(sdp::fixture_text(unusable)).error().kind, Error::Kind::Unsupported) << unusable;
  }
  EXPECT_EQ(leg.answer_reoffer("rubbish").error().kind, Error::Kind::Malformed);
  EXPECT_EQ(leg.codec(), Codec::Opus);
  EXPECT_EQ(settings().send, before.send);
  EXPECT_EQ(reanswered(sdp::fixture_text("chrome_hold_offer")).origin.session_version, 2u)
      << "only answers that went out count";
}

TEST_F(LegMediaTest, KeepsTheCodecThatIsInUseWhenTheOfferStillHasIt) {
  answered("chrome_resume_offer", Codec::Pcmu);
  reanswered(sdp::fixture_text("chrome_hold_offer"));
  EXPECT_EQ(leg.codec(), Codec::Pcmu);
}

TEST_F(LegMediaTest, RemembersWhatToHearUntilThereIsMedia) {
  leg.listen(media::Ringback{});
  answered("baresip_offer");
  EXPECT_EQ(recorded.find(*leg.id())->heard, media::Source(media::Ringback{}));
  leg.listen(media::MusicOnHold{});
  EXPECT_EQ(recorded.find(*leg.id())->heard, media::Source(media::MusicOnHold{}));
}

TEST_F(LegMediaTest, ClosesItsMediaOnceAndNoMoreCommandsFollow) {
  answered("baresip_offer");
  leg.close();
  EXPECT_EQ(recorded.open_legs(), 0u);
  leg.listen(media::MusicOnHold{});
  leg.close();
  EXPECT_EQ(recorded.misuses(), 0u);
  EXPECT_EQ(leg.id(), std::nullopt);
}

TEST_F(LegMediaTest, ClosesItsMediaWhenItGoes) {
  {
    LegMedia short_lived(recorded, random, kCall);
    ASSERT_TRUE(short_lived.make_offer(false, our_address, {Codec::Pcmu}));
    EXPECT_EQ(recorded.open_legs(), 1u);
  }
  EXPECT_EQ(recorded.open_legs(), 0u);
}

}  // namespace
}  // namespace webcalling::call
