#include "call/leg/leg_media.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call/leg/media_for_tests.hpp"
#include "sdp/parser.hpp"
#include "sdp/test_fixture.hpp"

namespace webcalling::call {
namespace {

using sdp::Codec;
using sdp::OfferKind;
using testing::ElementsAre;

constexpr auto kIncomprehensible =
    "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 7078 RTP/AVP 18\r\n";

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
  const media::RemotePlain& remote() { return std::get<media::RemotePlain>(settings().remote); }
  const media::SdesKeys& sdes() { return std::get<media::SdesKeys>(remote().protection); }
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
  EXPECT_EQ(leg.receive_offer(kIncomprehensible, our_address).error().kind, Error::Kind::Unsupported);
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
  EXPECT_EQ(leg.make_offer(OfferKind::WebRtc, our_address, {Codec::Opus}).error().kind, Error::Kind::Failed);
}

TEST_F(LegMediaTest, OffersABrowserWhatItThenAnswers) {
  const auto session = sdp::parsed(
      leg.make_offer(OfferKind::WebRtc, our_address, {Codec::Opus, Codec::G722, Codec::Pcma, Codec::Pcmu}).value());
  EXPECT_EQ(session.media.front().protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_FALSE(leg.answered());
  ASSERT_TRUE(leg.receive_answer(sdp::fixture_text("chrome_156_answer")));
  EXPECT_EQ(leg.codec(), Codec::Opus);
  EXPECT_EQ(std::get<media::RemoteWebRtc>(settings().remote).ice.ufrag, "W3CY");
}

TEST_F(LegMediaTest, KeepsItsStateWhenAnAnswerIsUnusable) {
  ASSERT_TRUE(leg.make_offer(OfferKind::Plain, our_address, {Codec::Pcmu}));
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
  for (const auto* unusable : {"zoiper_offer", "baresip_sdes_offer", "baresip_dtls_no_ice_offer"}) {
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

TEST_F(LegMediaTest, AnswersKeysWithAKeyOfItsOwn) {
  const auto session = answered("baresip_sdes_offer");
  ASSERT_EQ(session.media.front().cryptos.size(), 1u);
  const auto ours = sdp::usable_key(session.media.front().cryptos[0]);
  const auto theirs = sdp::usable_key(sdp::fixture("baresip_sdes_offer").media[0].cryptos[0]);
  ASSERT_TRUE(ours);
  EXPECT_NE(ours, theirs);
  EXPECT_EQ(Bytes(sdes().send.key)[0], ours->key_and_salt[0]);
  EXPECT_EQ(Bytes(sdes().receive.key)[0], theirs->key_and_salt[0]);
  EXPECT_NE(sdes().send, sdes().receive);
}

TEST_F(LegMediaTest, AnswersDtlsWithoutIceAsTheServer) {
  const auto session = answered("baresip_dtls_no_ice_offer");
  EXPECT_FALSE(session.ice_lite);
  EXPECT_EQ(session.media.front().transport.setup, sdp::Setup::Passive);
  EXPECT_EQ(session.media.front().transport.fingerprints.front().bytes, ByteVector(32, 0xAB));
  const auto& dtls = std::get<media::RemoteDtls>(remote().protection);
  EXPECT_EQ(dtls.our_role, media::dtls::DtlsEndpoint::Role::Server);
  EXPECT_EQ(dtls.fingerprints.size(), 1u);
}

TEST_F(LegMediaTest, HoldKeepsTheKeys) {
  const auto text = sdp::fixture_text("baresip_sdes_offer");
  answered("baresip_sdes_offer");
  const auto before = sdes();
  reanswered(sdp::replaced(text, "a=sendrecv", "a=sendonly"));
  EXPECT_TRUE(leg.held());
  EXPECT_EQ(sdes(), before);
  reanswered(text);
  EXPECT_EQ(sdes(), before);
}

// ATTACKS S41: who has a new key counts its packets from zero, and so do we then.
TEST_F(LegMediaTest, NewKeyOfThePeerIsAnsweredWithANewKey) {
  const auto text = sdp::fixture_text("baresip_sdes_offer");
  answered("baresip_sdes_offer");
  const auto first = sdes();
  const auto session = reanswered(sdp::replaced(text, "inline:J", "inline:K"));
  const auto second = sdes();
  EXPECT_NE(second.receive, first.receive);
  EXPECT_NE(second.send, first.send);
  EXPECT_EQ(Bytes(second.send.key)[0], sdp::usable_key(session.media[0].cryptos[0])->key_and_salt[0]);
  // A key that comes back was used already: ours must not.
  reanswered(text);
  EXPECT_EQ(sdes().receive, first.receive);
  EXPECT_NE(sdes().send, first.send);
}

TEST_F(LegMediaTest, EncryptionMayBeginAndEndInACall) {
  const auto clear = sdp::fixture_text("baresip_offer");
  answered("baresip_offer");
  reanswered(sdp::fixture_text("baresip_osrtp_offer"));
  const auto first = sdes();
  reanswered(clear);
  EXPECT_TRUE(std::holds_alternative<media::InTheClear>(remote().protection));
  reanswered(sdp::fixture_text("baresip_osrtp_offer"));
  EXPECT_NE(sdes().send, first.send) << "never the same key twice";
}

TEST_F(LegMediaTest, OffersEncryptionAfterThePlainOfferWasRefused) {
  const auto first = sdp::parsed(leg.make_offer(OfferKind::Plain, our_address, {Codec::Pcmu}).value());
  const auto second = sdp::parsed(leg.make_offer(OfferKind::Srtp, our_address, {Codec::Pcmu}).value());
  EXPECT_EQ(first.media[0].port, second.media[0].port);
  EXPECT_EQ(recorded.open_legs(), 1u);
  EXPECT_EQ(second.media[0].protocol, "RTP/SAVP");
  ASSERT_TRUE(leg.receive_answer(
      "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 7078 RTP/SAVP 0\r\n"
      "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:JXpdbuLS8aFb7J73jnrhvjS8mZKerA5r/elBXt+P\r\n"));
  EXPECT_EQ(Bytes(sdes().send.key)[0], sdp::usable_key(second.media[0].cryptos[1])->key_and_salt[0]);
}

TEST_F(LegMediaTest, HouseThatDemandsEncryptionTakesNothingElse) {
  LegMedia strict(recorded, random, kCall, Encryption::Required);
  EXPECT_EQ(strict.receive_offer(sdp::fixture_text("baresip_offer"), our_address).error().kind,
            Error::Kind::Unsupported);
  for (const auto* encrypted :
       {"baresip_sdes_offer", "baresip_osrtp_offer", "baresip_dtls_no_ice_offer", "chrome_offer"}) {
    EXPECT_TRUE(strict.receive_offer(sdp::fixture_text(encrypted), our_address)) << encrypted;
  }
  ASSERT_TRUE(strict.answer(std::nullopt));
  EXPECT_FALSE(strict.answer_reoffer(sdp::fixture_text("baresip_offer")));
}

TEST_F(LegMediaTest, HouseThatDoesWithoutEncryptionRefusesWhoInsists) {
  LegMedia open(recorded, random, kCall, Encryption::Off);
  EXPECT_FALSE(open.receive_offer(sdp::fixture_text("baresip_sdes_offer"), our_address));
  EXPECT_FALSE(open.receive_offer(sdp::fixture_text("baresip_dtls_no_ice_offer"), our_address));
  ASSERT_TRUE(open.receive_offer(sdp::fixture_text("baresip_osrtp_offer"), our_address));
  EXPECT_TRUE(sdp::parsed(open.answer(std::nullopt).value()).media[0].cryptos.empty());
}

// RFC 3264 section 8: a refresh changes nothing, and is answered with what was said before.
TEST_F(LegMediaTest, RefreshIsAnsweredWordForWord) {
  for (const auto* fixture : {"chrome_offer", "baresip_offer", "baresip_sdes_offer", "baresip_dtls_no_ice_offer"}) {
    LegMedia call(recorded, random, kCall);
    ASSERT_TRUE(call.receive_offer(sdp::fixture_text(fixture), our_address));
    const std::string first = call.answer(std::nullopt).value();
    EXPECT_EQ(call.answer_reoffer(sdp::fixture_text(fixture)).value(), first) << fixture;
    EXPECT_EQ(call.answer_reoffer(sdp::fixture_text(fixture)).value(), first) << fixture;
  }
}

TEST_F(LegMediaTest, EveryChangedDescriptionHasTheNextVersionAndNoOther) {
  const auto text = sdp::fixture_text("baresip_offer");
  const auto version = [&](const std::string& offer) { return reanswered(offer).origin.session_version; };
  EXPECT_EQ(answered("baresip_offer").origin.session_version, 1u);
  EXPECT_EQ(version(text), 1u);
  EXPECT_EQ(version(sdp::replaced(text, "a=sendrecv", "a=sendonly")), 2u);
  EXPECT_EQ(version(sdp::replaced(text, "a=sendrecv", "a=sendonly")), 2u);
  EXPECT_FALSE(leg.answer_reoffer(kIncomprehensible));
  EXPECT_EQ(version(text), 3u);
  EXPECT_EQ(version(text + "m=video 5000 RTP/AVP 96\r\n"), 4u) << "one more line, refused";
}

// RFC 3264 section 8.2.
TEST_F(LegMediaTest, AudioIsSwitchedOffAndOnAgain) {
  const auto text = sdp::fixture_text("baresip_offer");
  const auto first = answered("baresip_offer", Codec::Pcma);
  const auto off = reanswered(sdp::replaced(text, "m=audio 37372", "m=audio 0"));
  EXPECT_TRUE(off.media.at(0).is_rejected());
  EXPECT_TRUE(leg.off());
  EXPECT_TRUE(leg.held());
  EXPECT_FALSE(settings().may_send || settings().may_receive);
  EXPECT_EQ(recorded.open_legs(), 1u);

  const auto on = reanswered(text);
  EXPECT_FALSE(leg.off());
  EXPECT_TRUE(settings().may_send && settings().may_receive);
  EXPECT_EQ(on.media.at(0), first.media.at(0)) << "the same port, the same codec";
}

TEST_F(LegMediaTest, SendsPacketsAsLongAsThePeerAsked) {
  answered("cisco_ipv6_offer", Codec::Pcmu);
  EXPECT_EQ(settings().ptime, std::chrono::milliseconds(30));
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
    ASSERT_TRUE(short_lived.make_offer(OfferKind::Plain, our_address, {Codec::Pcmu}));
    EXPECT_EQ(recorded.open_legs(), 1u);
  }
  EXPECT_EQ(recorded.open_legs(), 0u);
}

}  // namespace
}  // namespace webcalling::call
