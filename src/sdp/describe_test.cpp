#include "sdp/describe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdp/negotiate.hpp"
#include "sdp/test_fixture.hpp"
#include "sdp/writer.hpp"

namespace webcalling::sdp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

LocalMedia local_media() {
  LocalMedia local;
  local.session_id = 1731132270;
  local.session_version = 1;
  local.rtp = {*IpAddress::parse("10.0.0.5"), 16384};
  for (const auto suite : kCryptoSuites) local.keys.push_back({suite, ByteVector(key_and_salt_length(suite), 0xAB)});
  local.host_candidates = {{*IpAddress::parse("10.0.0.5"), 40000}, {*IpAddress::parse("2001:db8::5"), 40000}};
  local.ice = {"ufrag123", "0123456789abcdefghijkl"};
  local.fingerprint = {"sha-256", ByteVector(32, 0xAB)};
  local.ssrc = 4711;
  local.cname = "cname";
  local.msid = "webcalling audio";
  return local;
}

Session answer_to(const Session& offer, const Capabilities& ours = {}) {
  const auto agreement = negotiate(offer, ours);
  EXPECT_TRUE(agreement) << (agreement ? "" : agreement.error().text);
  return agreement ? make_answer(offer, *agreement, local_media()) : Session{};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(MakeAnswer, AnswersChromeLineByLine) {
  EXPECT_EQ(
      write(answer_to(fixture("chrome_156_offer"))),
      "v=0\r\n"
      "o=WebCalling 1731132270 1 IN IP4 10.0.0.5\r\n"
      "s=WebCalling\r\n"
      "c=IN IP4 10.0.0.5\r\n"
      "t=0 0\r\n"
      "a=group:BUNDLE 0\r\n"
      "a=ice-lite\r\n"
      "m=audio 40000 UDP/TLS/RTP/SAVPF 111 110\r\n"
      "a=rtcp:40000 IN IP4 10.0.0.5\r\n"
      "a=mid:0\r\n"
      "a=sendrecv\r\n"
      "a=rtpmap:111 opus/48000/2\r\n"
      "a=rtpmap:110 telephone-event/48000\r\n"
      "a=fmtp:111 minptime=10;useinbandfec=1\r\n"
      "a=fmtp:110 0-16\r\n"
      "a=ptime:20\r\n"
      "a=rtcp-mux\r\n"
      "a=ice-ufrag:ufrag123\r\n"
      "a=ice-pwd:0123456789abcdefghijkl\r\n"
      "a=fingerprint:sha-256 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:"
      "AB:AB\r\n"
      "a=setup:active\r\n"
      "a=candidate:1 1 udp 2130706431 10.0.0.5 40000 typ host\r\n"
      "a=candidate:2 1 udp 2130706175 2001:db8::5 40000 typ host\r\n"
      "a=end-of-candidates\r\n"
      "a=msid:webcalling audio\r\n"
      "a=ssrc:4711 cname:cname\r\n"
      "a=ssrc:4711 msid:webcalling audio\r\n");
}

TEST(MakeAnswer, AnswersABaresipPhoneLineByLine) {
  EXPECT_EQ(write(answer_to(fixture("baresip_offer"), {.codecs = {Codec::Pcmu}})),
            "v=0\r\n"
            "o=WebCalling 1731132270 1 IN IP4 10.0.0.5\r\n"
            "s=WebCalling\r\n"
            "c=IN IP4 10.0.0.5\r\n"
            "t=0 0\r\n"
            "m=audio 16384 RTP/AVP 0 101\r\n"
            "a=sendrecv\r\n"
            "a=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-16\r\n"
            "a=ptime:20\r\n");
}

TEST(MakeAnswer, AnswersKeysWithTheKeyOfThatSuiteUnderThatTag) {
  EXPECT_EQ(write(answer_to(fixture("snom_osrtp_offer"), {.codecs = {Codec::Pcmu}})),
            "v=0\r\n"
            "o=WebCalling 1731132270 1 IN IP4 10.0.0.5\r\n"
            "s=WebCalling\r\n"
            "c=IN IP4 10.0.0.5\r\n"
            "t=0 0\r\n"
            "m=audio 16384 RTP/AVP 0 101\r\n"
            "a=sendrecv\r\n"
            "a=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-16\r\n"
            "a=ptime:20\r\n"
            "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6ur\r\n");
}

TEST(MakeAnswer, AnswersDtlsWithoutIceByRoleAndFingerprintAlone) {
  EXPECT_EQ(
      write(answer_to(fixture("baresip_dtls_no_ice_mux_offer"), {.codecs = {Codec::Pcmu}, .setup = Setup::Passive})),
      "v=0\r\n"
      "o=WebCalling 1731132270 1 IN IP4 10.0.0.5\r\n"
      "s=WebCalling\r\n"
      "c=IN IP4 10.0.0.5\r\n"
      "t=0 0\r\n"
      "m=audio 16384 UDP/TLS/RTP/SAVPF 0 101\r\n"
      "a=sendrecv\r\n"
      "a=rtpmap:0 PCMU/8000\r\n"
      "a=rtpmap:101 telephone-event/8000\r\n"
      "a=fmtp:101 0-16\r\n"
      "a=ptime:20\r\n"
      "a=rtcp-mux\r\n"
      "a=fingerprint:sha-256 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:"
      "AB:AB:AB\r\n"
      "a=setup:passive\r\n");
}

// RFC 8643 §3.2: the keys of one kind only; RFC 8858 §4.3: no rtcp-mux-only in an answer.
TEST(MakeAnswer, NamesOneKindOfKeysAndNothingOfWhatItLeaves) {
  const auto both = parsed(
      "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n"
      "a=rtcp-mux\na=rtcp-mux-only\na=setup:actpass\n"
      "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:JXpdbuLS8aFb7J73jnrhvjS8mZKerA5r/elBXt+P\n"
      "a=fingerprint:sha-1 0a:0B:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1D\n");
  const auto dtls = answer_to(both).media.at(0);
  EXPECT_TRUE(dtls.cryptos.empty());
  EXPECT_EQ(dtls.transport.fingerprints.size(), 1u);
  EXPECT_TRUE(dtls.rtcp_mux);
  EXPECT_FALSE(dtls.rtcp_mux_only);
  const auto sdes = answer_to(both, {.dtls = false}).media.at(0);
  ASSERT_EQ(sdes.cryptos.size(), 1u);
  EXPECT_EQ(sdes.cryptos[0].tag, 3u);
  EXPECT_TRUE(sdes.transport.fingerprints.empty());
  EXPECT_FALSE(sdes.transport.setup);
  const auto clear = answer_to(both, {.sdes = false, .dtls = false}).media.at(0);
  EXPECT_TRUE(clear.cryptos.empty() && clear.transport.fingerprints.empty());
}

TEST(MakeAnswer, RefusesAudioThatIsSwitchedOff) {
  const auto offer = fixture("chrome_156_audio_video_offer");
  auto off = offer;
  off.media[0].port = 0;
  const auto agreement = renegotiate(off, {}, *negotiate(offer, {}));
  ASSERT_TRUE(agreement);
  const auto answer = make_answer(off, *agreement, local_media());
  ASSERT_EQ(answer.media.size(), 2u);
  EXPECT_TRUE(answer.media[0].is_rejected() && answer.media[1].is_rejected());
  EXPECT_EQ(answer.media[0].mid, "0");
  EXPECT_TRUE(answer.groups.empty());
  EXPECT_EQ(parsed(write(answer)), answer);
}

TEST(MakeAnswer, RefusesVideoButKeepsItsPlace) {
  const auto offer = fixture("chrome_156_audio_video_offer");
  ASSERT_EQ(offer.media.size(), 2u);
  auto swapped = offer;
  std::swap(swapped.media[0], swapped.media[1]);
  for (const auto& session : {offer, swapped}) {
    const auto answer = answer_to(session);
    ASSERT_EQ(answer.media.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(answer.media[i].type, session.media[i].type);
      EXPECT_EQ(answer.media[i].mid, session.media[i].mid);
      EXPECT_EQ(answer.media[i].protocol, session.media[i].protocol);
      EXPECT_EQ(answer.media[i].is_rejected(), session.media[i].type == "video");
    }
    EXPECT_EQ(answer.groups, (std::vector<Group>{{"BUNDLE", {"0"}}}));
    EXPECT_EQ(parsed(write(answer)), answer);
  }
}

TEST(MakeAnswer, SaysItsDirectionOnceAndAtMediaLevel) {
  for (const char* name :
       {"chrome_156_audio_video_offer", "firefox_hold_offer", "baresip_offer", "deskphone_hold_offer"}) {
    const auto answer = answer_to(fixture(name));
    EXPECT_FALSE(answer.direction) << name;
    const auto text = write(answer);
    EXPECT_EQ(
        count(text, "a=sendrecv") + count(text, "a=recvonly") + count(text, "a=inactive") + count(text, "a=sendonly"),
        1u)
        << name;
  }
}

TEST(MakeAnswer, AnswersHoldAndResumeOfTheReferenceWithoutTouchingTheTransport) {
  const auto held = answer_to(fixture("chrome_hold_offer"));
  const auto resumed = answer_to(fixture("chrome_resume_offer"));
  EXPECT_EQ(held.media.at(0).direction, Direction::RecvOnly);
  EXPECT_EQ(resumed.media.at(0).direction, Direction::SendRecv);
  auto same = held;
  same.media.at(0).direction = Direction::SendRecv;
  EXPECT_EQ(same, resumed);
}

TEST(MakeAnswer, NeverAnswersExtensionsThatItDoesNotSpeak) {
  const auto text = write(answer_to(fixture("chrome_offer")));
  EXPECT_THAT(text, Not(HasSubstr("extmap")));
  EXPECT_THAT(text, Not(HasSubstr("rtcp-fb")));
}

TEST(MakeAnswer, LeavesOutWhatWasNotOffered) {
  const auto answer = answer_to(fixture("baresip_dtls_offer"));
  EXPECT_TRUE(answer.groups.empty());
  EXPECT_FALSE(answer.media.at(0).mid);
  EXPECT_EQ(answer.media.at(0).rtp_maps.at(1), (RtpMap{101, "telephone-event", 8000, 1}));
  EXPECT_FALSE(answer_to(fixture("baresip_offer")).media.at(0).rtcp_mux);
  EXPECT_TRUE(answer_to(fixture("baresip_rtcp_mux_offer")).media.at(0).rtcp_mux);
}

TEST(MakeAnswer, IsAcceptedByTheOfferer) {
  for (const char* name : {"chrome_offer",
                           "chrome_156_offer",
                           "chrome_156_audio_video_offer",
                           "firefox_offer",
                           "baresip_offer",
                           "baresip_rtcp_mux_offer",
                           "baresip_dtls_offer",
                           "zoiper_offer",
                           "baresip_sdes_offer",
                           "baresip_osrtp_offer",
                           "baresip_osrtp_ice_offer",
                           "baresip_dtls_no_ice_offer",
                           "baresip_dtls_no_ice_mux_offer",
                           "linphone_srtp_offer",
                           "yealink_two_lines_offer",
                           "snom_osrtp_offer",
                           "grandstream_srtp_offer",
                           "lync_mki_offer",
                           "asterisk_dtls_offer",
                           "cisco_ipv6_offer"}) {
    const auto offer = fixture(name);
    for (const auto codec : known_codecs(offer)) {
      const auto ours = negotiate(offer, {.codecs = {codec}});
      ASSERT_TRUE(ours) << name;
      const auto theirs = accept_answer(offer, parsed(write(make_answer(offer, *ours, local_media()))));
      ASSERT_TRUE(theirs) << name << ": " << theirs.error().text;
      EXPECT_EQ(theirs->codecs, ours->codecs) << name;
      EXPECT_EQ(theirs->telephone_events, ours->telephone_events) << name;
      EXPECT_EQ(theirs->direction, mirrored(ours->direction)) << name;
      EXPECT_EQ(theirs->bundled, ours->bundled) << name;
      EXPECT_EQ(theirs->is_webrtc(), ours->is_webrtc()) << name;
      EXPECT_EQ(theirs->sdes() != nullptr, ours->sdes() != nullptr) << name;
      EXPECT_EQ(theirs->dtls() != nullptr, ours->dtls() != nullptr) << name;
      EXPECT_EQ(theirs->rtcp_mux, ours->rtcp_mux) << name;
    }
  }
}

TEST(MakeOffer, OffersPlainRtp) {
  EXPECT_EQ(write(make_offer({.local = local_media()})),
            "v=0\r\n"
            "o=WebCalling 1731132270 1 IN IP4 10.0.0.5\r\n"
            "s=WebCalling\r\n"
            "c=IN IP4 10.0.0.5\r\n"
            "t=0 0\r\n"
            "m=audio 16384 RTP/AVP 111 9 8 0 110 101\r\n"
            "a=sendrecv\r\n"
            "a=rtpmap:111 opus/48000/2\r\n"
            "a=rtpmap:9 G722/8000\r\n"
            "a=rtpmap:8 PCMA/8000\r\n"
            "a=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:110 telephone-event/48000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:111 minptime=10;useinbandfec=1\r\n"
            "a=fmtp:110 0-16\r\n"
            "a=fmtp:101 0-16\r\n"
            "a=ptime:20\r\n");
}

TEST(MakeOffer, OffersEncryptionWithKeysOfEverySuiteAndKind) {
  EXPECT_EQ(
      write(make_offer({.local = local_media(), .kind = OfferKind::Srtp, .codecs = {Codec::Pcmu}})),
      "v=0\r\n"
      "o=WebCalling 1731132270 1 IN IP4 10.0.0.5\r\n"
      "s=WebCalling\r\n"
      "c=IN IP4 10.0.0.5\r\n"
      "t=0 0\r\n"
      "m=audio 16384 RTP/SAVP 0 101\r\n"
      "a=sendrecv\r\n"
      "a=rtpmap:0 PCMU/8000\r\n"
      "a=rtpmap:101 telephone-event/8000\r\n"
      "a=fmtp:101 0-16\r\n"
      "a=ptime:20\r\n"
      "a=crypto:1 AEAD_AES_128_GCM inline:q6urq6urq6urq6urq6urq6urq6urq6urq6urqw==\r\n"
      "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6ur\r\n"
      "a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6ur\r\n"
      "a=fingerprint:sha-256 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:"
      "AB:AB:AB\r\n"
      "a=setup:actpass\r\n");
}

// RFC 8643 §3.1: who does not know the attributes takes it for an offer in the clear.
TEST(MakeOffer, OptionalEncryptionIsAPlainOfferWithKeys) {
  const auto optional = make_offer({.local = local_media(), .kind = OfferKind::OptionalSrtp});
  auto bare = optional;
  bare.media.at(0).cryptos.clear();
  bare.media.at(0).transport = {};
  EXPECT_EQ(bare, make_offer({.local = local_media()}));
  EXPECT_EQ(optional.media.at(0).cryptos,
            make_offer({.local = local_media(), .kind = OfferKind::Srtp}).media.at(0).cryptos);
}

TEST(MakeOffer, OffersWebRtcWithBothDtlsRoles) {
  const auto offer = make_offer({.local = local_media(), .kind = OfferKind::WebRtc, .codecs = {Codec::Pcma}});
  EXPECT_TRUE(offer.ice_lite);
  EXPECT_EQ(offer.groups, (std::vector<Group>{{"BUNDLE", {"0"}}}));
  const auto& audio = offer.media.at(0);
  EXPECT_EQ(audio.protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_EQ(audio.transport.setup, sdp::Setup::ActPass);
  EXPECT_EQ(audio.mid, "0");
  EXPECT_TRUE(audio.rtcp_mux && audio.end_of_candidates);
  EXPECT_THAT(audio.formats, ElementsAre("8", "101"));
  EXPECT_EQ(audio.port, 40000);
  EXPECT_EQ(parsed(write(offer)), offer);
}

TEST(MakeOffer, IsAnsweredByChromeWithAllItsCodecs) {
  const auto offer = make_offer({.local = local_media(), .kind = OfferKind::WebRtc});
  const auto agreement = accept_answer(offer, fixture("chrome_156_answer"));
  ASSERT_TRUE(agreement) << agreement.error().text;
  EXPECT_EQ(agreement->codecs,
            (std::vector<AgreedCodec>{
                {Codec::Opus, 111, 111}, {Codec::G722, 9, 9}, {Codec::Pcma, 8, 8}, {Codec::Pcmu, 0, 0}}));
  EXPECT_EQ(agreement->telephone_events, (std::vector<AgreedTelephoneEvent>{{110, 110, 48000}, {101, 101, 8000}}));
  EXPECT_EQ(agreement->webrtc()->our_setup, sdp::Setup::Passive);
  EXPECT_TRUE(agreement->bundled);
}

TEST(Reoffer, KeepsNumbersNamesAndTheNumberOfLines) {
  const auto offer = fixture("chrome_156_audio_video_offer");
  const auto agreement = negotiate(offer, {});
  ASSERT_TRUE(agreement);
  const auto previous = make_answer(offer, *agreement, local_media());
  auto spec = reoffer(*agreement, local_media(), previous);
  spec.direction = Direction::SendOnly;
  ++spec.local.session_version;
  const auto again = make_offer(spec);
  ASSERT_EQ(again.media.size(), 2u);
  EXPECT_TRUE(again.media[1].is_rejected());
  EXPECT_EQ(again.media[1].mid, "1");
  EXPECT_EQ(again.media[0].mid, "0");
  EXPECT_EQ(again.media[0].formats, previous.media[0].formats);
  EXPECT_EQ(again.media[0].direction, Direction::SendOnly);
  EXPECT_EQ(again.media[0].transport.ice_ufrag, previous.media[0].transport.ice_ufrag);
  EXPECT_EQ(again.origin.session_version, previous.origin.session_version + 1);
}

TEST(Reoffer, KeepsItsOwnMidThoughTheAnswerNamedNone) {
  const auto first = make_offer({.local = local_media(), .kind = OfferKind::WebRtc, .mid = "audio"});
  auto answer = fixture("freeswitch_183_answer");
  const auto agreement = accept_answer(first, answer);
  ASSERT_TRUE(agreement) << agreement.error().text;
  EXPECT_EQ(make_offer(reoffer(*agreement, local_media(), first)).media.at(0).mid, "audio");
}

TEST(Reoffer, KeepsTheKindOfKeysThatWasAgreedOn) {
  const auto first = make_offer({.local = local_media(), .kind = OfferKind::OptionalSrtp, .codecs = {Codec::Pcmu}});
  const auto head =
      std::string("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n");
  const auto again = [&](const std::string& lines) {
    const auto agreement = accept_answer(first, parsed(head + lines));
    EXPECT_TRUE(agreement);
    return make_offer(reoffer(*agreement, local_media(), first)).media.at(0);
  };
  const auto sdes = again("a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:JXpdbuLS8aFb7J73jnrhvjS8mZKerA5r/elBXt+P\n");
  EXPECT_EQ(sdes.protocol, "RTP/AVP");
  ASSERT_EQ(sdes.cryptos.size(), 1u);
  EXPECT_EQ(usable_key(sdes.cryptos[0]), local_media().keys[1]) << "the same key: its counters go on";
  EXPECT_TRUE(sdes.transport.fingerprints.empty());
  const auto dtls =
      again("a=setup:active\n" +
            std::string("a=fingerprint:sha-1 0a:0B:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1D\n"));
  EXPECT_TRUE(dtls.cryptos.empty());
  EXPECT_EQ(dtls.transport.setup, Setup::ActPass);
  const auto clear = again("");
  EXPECT_TRUE(clear.cryptos.empty() && clear.transport.fingerprints.empty());
}

TEST(Reoffer, GivesNoNumberTwice) {
  const auto offer = parsed(
      "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVP 110\na=rtpmap:110 "
      "opus/48000/2\n");
  const auto agreement = negotiate(offer, {});
  ASSERT_TRUE(agreement);
  const auto again = make_offer(reoffer(*agreement, local_media(), make_answer(offer, *agreement, local_media())));
  EXPECT_THAT(again.media.at(0).formats, ElementsAre("110", "112", "101"));
  EXPECT_EQ(parsed(write(again)), again);
}

TEST(Reoffer, KeepsTheProtocolOfAPlainOffer) {
  const auto offer = parsed("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/AVPF 0\n");
  const auto agreement = negotiate(offer, {});
  ASSERT_TRUE(agreement);
  const auto previous = make_answer(offer, *agreement, local_media());
  const auto again = make_offer(reoffer(*agreement, local_media(), previous));
  EXPECT_EQ(again.media.at(0).protocol, "RTP/AVPF");
  EXPECT_THAT(again.media.at(0).formats, ElementsAre("0", "101"));
}

}  // namespace
}  // namespace webcalling::sdp
