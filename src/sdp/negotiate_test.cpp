#include "sdp/negotiate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdp/test_fixture.hpp"
#include "sdp/writer.hpp"

namespace webcalling::sdp {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::string plain_offer(const std::string& media_lines, const std::string& session_lines = "c=IN IP4 192.0.2.1\n") {
  return "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\n" + session_lines + "t=0 0\n" + media_lines;
}

Agreement agreed(const Session& offer, const Capabilities& ours = {}) {
  auto agreement = negotiate(offer, ours);
  EXPECT_TRUE(agreement) << (agreement ? "" : agreement.error().text);
  return agreement ? *agreement : Agreement{.codecs = {{}}};
}

Error refusal(const Session& offer, const Capabilities& ours = {}) {
  const auto agreement = negotiate(offer, ours);
  EXPECT_FALSE(agreement);
  return agreement ? Error{} : agreement.error();
}

Endpoint endpoint(const char* address, std::uint16_t port) { return {*IpAddress::parse(address), port}; }

TEST(Negotiate, ChromeGetsOpusWithEventsOfItsClock) {
  for (const char* name : {"chrome_offer", "chrome_156_offer", "chrome_156_audio_video_offer"}) {
    const auto agreement = agreed(fixture(name));
    EXPECT_EQ(agreement.codecs, (std::vector<AgreedCodec>{{Codec::Opus, 111, 111}})) << name;
    EXPECT_EQ(agreement.telephone_events, (std::vector<AgreedTelephoneEvent>{{110, 110, 48000}})) << name;
    EXPECT_TRUE(agreement.opus.use_inband_fec);
    EXPECT_EQ(agreement.opus.min_ptime, 10);
    EXPECT_EQ(agreement.ptime, 20ms);
    EXPECT_EQ(agreement.mid, "0");
    EXPECT_TRUE(agreement.bundled);
    EXPECT_TRUE(agreement.rtcp_mux);
    EXPECT_TRUE(agreement.may_send() && agreement.may_receive());
    EXPECT_FALSE(agreement.held_by_peer());
    ASSERT_NE(agreement.webrtc(), nullptr);
    EXPECT_EQ(agreement.webrtc()->our_setup, sdp::Setup::Active);
  }
  EXPECT_EQ(agreed(fixture("chrome_offer")).webrtc()->ice.ufrag, "VCoG");
}

TEST(Negotiate, ChromeGetsG711WithEventsAt8000) {
  const auto agreement = agreed(fixture("chrome_156_offer"), {.codecs = {Codec::Pcma, Codec::Opus}});
  EXPECT_EQ(agreement.codecs, (std::vector<AgreedCodec>{{Codec::Pcma, 8, 8}}));
  EXPECT_EQ(agreement.telephone_events, (std::vector<AgreedTelephoneEvent>{{126, 126, 8000}}));
}

TEST(Negotiate, FirefoxKeepsItsNumbersAndIsNotOnHoldForWantOfAnAddress) {
  const auto agreement = agreed(fixture("firefox_offer"));
  EXPECT_EQ(agreement.codecs, (std::vector<AgreedCodec>{{Codec::Opus, 109, 109}}));
  // Only 8000 Hz is offered.
  EXPECT_EQ(agreement.telephone_events, (std::vector<AgreedTelephoneEvent>{{101, 101, 8000}}));
  EXPECT_EQ(agreement.direction, Direction::SendRecv);
  EXPECT_TRUE(agreement.opus.stereo);
  ASSERT_NE(agreement.webrtc(), nullptr);
  EXPECT_EQ(agreement.webrtc()->fingerprints.size(), 1u);
  EXPECT_EQ(agreement.webrtc()->candidates.size(), 4u);

  const auto held = agreed(fixture("firefox_hold_offer"));
  EXPECT_EQ(held.direction, Direction::RecvOnly);
  EXPECT_TRUE(held.held_by_peer());
  EXPECT_FALSE(ice_restarted(agreement, held));
}

TEST(Negotiate, BaresipPlainRtpHasAPortPair) {
  const auto offer = fixture("baresip_offer");
  const auto agreement = agreed(offer);
  ASSERT_NE(agreement.plain(), nullptr);
  const auto port = offer.media.at(0).port;
  EXPECT_EQ(agreement.plain()->rtp, endpoint("127.0.0.1", port));
  EXPECT_EQ(agreement.plain()->rtcp, endpoint("127.0.0.1", static_cast<std::uint16_t>(port + 1)));
  EXPECT_FALSE(agreement.rtcp_mux);
  EXPECT_EQ(agreement.codecs, (std::vector<AgreedCodec>{{Codec::Opus, 96, 96}}));
  EXPECT_EQ(agreement.telephone_events, (std::vector<AgreedTelephoneEvent>{{101, 101, 8000}}));
  EXPECT_FALSE(agreement.bundled);
}

TEST(Negotiate, RtcpMuxIsTakenOnlyIfBothWantIt) {
  const auto offer = fixture("baresip_rtcp_mux_offer");
  EXPECT_EQ(agreed(offer).plain()->rtcp, agreed(offer).plain()->rtp);
  const auto apart = agreed(offer, {.rtcp_mux = false});
  EXPECT_FALSE(apart.rtcp_mux);
  EXPECT_EQ(apart.plain()->rtcp->port, offer.media.at(0).port + 1);
}

TEST(Negotiate, BaresipWithDtlsHasItsSecretsAtSessionLevel) {
  const auto agreement = agreed(fixture("baresip_dtls_offer"), {.setup = sdp::Setup::Passive});
  ASSERT_NE(agreement.webrtc(), nullptr);
  EXPECT_EQ(agreement.webrtc()->our_setup, sdp::Setup::Passive);
  EXPECT_FALSE(agreement.mid);
  EXPECT_FALSE(agreement.bundled);
}

TEST(Negotiate, OrderOfPreferenceIsTheCallersChoice) {
  const auto offer = fixture("zoiper_offer");  // opus, G722, PCMU, PCMA
  const auto chosen = [&](std::vector<Codec> codecs, CodecOrder order) {
    return agreed(offer, {.codecs = std::move(codecs), .order = order}).codec();
  };
  EXPECT_EQ(chosen({Codec::Pcma, Codec::Pcmu, Codec::G722}, CodecOrder::Ours), Codec::Pcma);
  EXPECT_EQ(chosen({Codec::Pcma, Codec::Pcmu, Codec::G722}, CodecOrder::Offerers), Codec::G722);
  EXPECT_THAT(known_codecs(offer), ElementsAre(Codec::Opus, Codec::G722, Codec::Pcmu, Codec::Pcma));
  EXPECT_EQ(agreed(offer).telephone_events.at(0).send_payload_type, 98);
}

TEST(Negotiate, RedComfortNoiseAndForeignCodecsAreNeverChosen) {
  const auto offer =
      parsed(plain_offer("m=audio 4000 RTP/AVP 13 63 97 98 0\na=rtpmap:63 red/48000/2\na=rtpmap:97 PCMU/16000\n"
                         "a=rtpmap:98 iLBC/8000\n"));
  EXPECT_EQ(agreed(offer, {.order = CodecOrder::Offerers}).codecs, (std::vector<AgreedCodec>{{Codec::Pcmu, 0, 0}}));
}

TEST(Negotiate, PayloadTypesThatLookLikeRtcpAreNotUsed) {
  const auto offer = parsed(plain_offer("m=audio 4000 RTP/AVP 72 0\na=rtpmap:72 opus/48000/2\n"));
  EXPECT_EQ(agreed(offer).codec(), Codec::Pcmu);
}

TEST(Negotiate, FirstAudioLineThatWorksIsTaken) {
  const auto agreement = agreed(parsed(
      plain_offer("m=video 5000 RTP/AVP 96\na=rtpmap:96 VP8/90000\nm=audio 4000 RTP/SAVP 0\n"
                  "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\nm=audio 4002 RTP/AVP 8\nm=audio 4004 RTP/AVP 0\n")));
  EXPECT_EQ(agreement.media_index, 2u);
  EXPECT_EQ(agreement.codec(), Codec::Pcma);
}

TEST(Negotiate, PacketTimeIsBoundedAndPossibleWithTheCodec) {
  struct Row {
    const char* lines;
    std::chrono::milliseconds g711, opus;
  };
  constexpr Row kTable[] = {
      {"", 20ms, 20ms},
      {"a=ptime:20\n", 20ms, 20ms},
      {"a=ptime:30\n", 30ms, 20ms},
      {"a=ptime:25\n", 20ms, 20ms},
      {"a=ptime:40\na=maxptime:30\n", 30ms, 20ms},
      {"a=maxptime:10\n", 10ms, 10ms},
      {"a=ptime:1\n", 10ms, 10ms},
      {"a=ptime:4294967295\n", 60ms, 60ms},
      {"a=ptime:60\na=maxptime:4294967295\n", 60ms, 60ms},
  };
  for (const auto& row : kTable) {
    const auto offer =
        parsed(plain_offer(std::string("m=audio 4000 RTP/AVP 0 96\na=rtpmap:96 opus/48000/2\n") + row.lines));
    EXPECT_EQ(agreed(offer, {.codecs = {Codec::Pcmu}}).ptime, row.g711) << row.lines;
    EXPECT_EQ(agreed(offer, {.codecs = {Codec::Opus}}).ptime, row.opus) << row.lines;
  }
}

TEST(Negotiate, DirectionTable) {
  struct Row {
    const char* line;
    Direction ours, answered;
    bool held;
  };
  using enum Direction;
  constexpr Row kTable[] = {
      {"", SendRecv, SendRecv, false},
      {"a=sendrecv\n", SendRecv, SendRecv, false},
      {"a=sendonly\n", SendRecv, RecvOnly, true},
      {"a=recvonly\n", SendRecv, SendOnly, false},
      {"a=inactive\n", SendRecv, Inactive, true},
      {"c=IN IP4 0.0.0.0\n", SendRecv, RecvOnly, true},
      {"a=sendrecv\n", SendOnly, SendOnly, false},
      {"a=sendonly\n", SendOnly, Inactive, true},
      {"a=sendrecv\n", Inactive, Inactive, false},
  };
  for (const auto& row : kTable) {
    const auto agreement =
        agreed(parsed(plain_offer(std::string("m=audio 4000 RTP/AVP 0\n") + row.line)), {.direction = row.ours});
    EXPECT_EQ(agreement.direction, row.answered) << row.line;
    EXPECT_EQ(agreement.held_by_peer(), row.held) << row.line;
    EXPECT_EQ(agreement.may_send(), sends(row.answered));
    EXPECT_EQ(agreement.may_receive(), receives(row.answered));
  }
}

TEST(Negotiate, OldStyleHoldNamesNoPlaceToSendTo) {
  const auto agreement = agreed(fixture("deskphone_hold_offer"));
  EXPECT_FALSE(agreement.plain()->rtp);
  EXPECT_FALSE(agreement.plain()->rtcp);
  EXPECT_FALSE(agreement.may_send());
}

TEST(Negotiate, RtcpGoesWhereTheOfferSays) {
  struct Row {
    const char* lines;
    std::optional<Endpoint> rtcp;
  };
  const Row table[] = {
      {"m=audio 4000 RTP/AVP 0\n", endpoint("192.0.2.1", 4001)},
      {"m=audio 4000 RTP/AVP 0\na=rtcp:5000\n", endpoint("192.0.2.1", 5000)},
      {"m=audio 4000 RTP/AVP 0\na=rtcp:5000 IN IP4 192.0.2.9\n", endpoint("192.0.2.9", 5000)},
      {"m=audio 4000 RTP/AVP 0\na=rtcp:5000 IN IP4 x.local\n", endpoint("192.0.2.1", 5000)},
      {"m=audio 4000 RTP/AVP 0\na=rtcp:5000 IN IP4 255.255.255.255\n", std::nullopt},
      {"m=audio 4000 RTP/AVP 0\na=rtcp:9 IN IP4 0.0.0.0\n", std::nullopt},
      {"m=audio 4000 RTP/AVP 0\na=rtcp:0\n", std::nullopt},
      {"m=audio 65535 RTP/AVP 0\n", std::nullopt},
  };
  for (const auto& row : table) EXPECT_EQ(agreed(parsed(plain_offer(row.lines))).plain()->rtcp, row.rtcp) << row.lines;
}

TEST(Negotiate, DtlsRoleFollowsTheOffer) {
  struct Row {
    const char* line;
    sdp::Setup preferred, taken;
  };
  constexpr Row kTable[] = {
      {"a=setup:actpass", sdp::Setup::Active, sdp::Setup::Active},
      {"a=setup:actpass", sdp::Setup::Passive, sdp::Setup::Passive},
      {"a=setup:active", sdp::Setup::Active, sdp::Setup::Passive},
      {"a=setup:passive", sdp::Setup::Passive, sdp::Setup::Active},
      {"a=x-no-setup", sdp::Setup::Active, sdp::Setup::Active},
  };
  for (const auto& row : kTable) {
    const auto offer = parsed(replaced(fixture_text("chrome_156_offer"), "a=setup:actpass", row.line));
    EXPECT_EQ(agreed(offer, {.setup = row.preferred}).webrtc()->our_setup, row.taken) << row.line;
  }
}

TEST(Negotiate, WhatWeCannotDoIsUnsupportedAndSaysWhy) {
  const auto chrome = fixture_text("chrome_156_offer");
  const std::pair<std::string, std::string> table[] = {
      {plain_offer(""), "there is no audio in it"},
      {plain_offer("m=video 5000 RTP/AVP 96\n"), "there is no audio in it"},
      {plain_offer("m=audio 0 RTP/AVP 0\n"), "the audio has port 0"},
      {plain_offer("m=audio 4000 RTP/AVP 18 3\n"), "there is no codec in common; we have opus, G722, PCMA, PCMU"},
      {plain_offer("m=audio 4000 RTP/AVP 96\n"), "there is no codec in common"},
      {plain_offer("m=audio 4000 RTP/AVP 0\n", "c=IN IP4 phone.example\n"), "'phone.example' is not an IP address"},
      {plain_offer("m=audio 4000 RTP/AVP 0\n", "c=IN IP4 224.2.1.1\n"), "224.2.1.1 is not that of one host"},
      {plain_offer("m=audio 4000 RTP/AVP 0\n", "c=IN IP4 224.2.1.1/127\n"), "'224.2.1.1/127' is not an IP address"},
      {plain_offer("m=audio 4000 RTP/AVP 0\n", "c=IN IP4 255.255.255.255\n"), "is not that of one host"},
      {plain_offer("m=audio 4000 RTP/AVP 0\n", "c=IN IP6 ff02::1\n"), "is not that of one host"},
      {plain_offer("m=audio 4000 TCP/RTP/AVP 0\n"), "protocol 'TCP/RTP/AVP' is not supported"},
      {fixture_text("baresip_sdes_offer"), "RTP/SAVP with keys in a=crypto is not supported"},
      {replaced(chrome, "a=fingerprint", "a=x-print"), "has no a=fingerprint"},
      {replaced(chrome, "a=ice-pwd", "a=x-pwd"), "has no a=ice-ufrag and a=ice-pwd"},
      {replaced(chrome, "a=rtcp-mux", "a=x-mux"), "has no a=rtcp-mux"},
      {replaced(chrome, "a=setup:actpass", "a=setup:holdconn"), "leaves no DTLS role"},
      {replaced(chrome, "a=extmap-allow-mixed", "a=ice-lite"), "both sides are ICE-lite"},
  };
  for (const auto& [text, sentence] : table) {
    const auto error = refusal(parsed(text));
    EXPECT_EQ(error.kind, Error::Kind::Unsupported) << text;
    EXPECT_THAT(error.text, testing::AllOf(testing::StartsWith("SDP offer: "), HasSubstr(sentence)));
  }
}

TEST(Negotiate, PlainMediaWithoutAConnectionAddressIsMalformed) {
  EXPECT_EQ(refusal(parsed(plain_offer("m=audio 4000 RTP/AVP 0\n", ""))).kind, Error::Kind::Malformed);
}

TEST(Negotiate, SdesKeysOfEveryStrangeLengthAreRefusedWithoutHarm) {
  for (const std::string& key :
       {std::string(), std::string("inline:"), "inline:" + std::string(4000, 'A'), std::string("x")}) {
    for (const char* tag : {"1", "0", "x", "4294967297"}) {
      std::string lines = "m=audio 4000 RTP/SAVP 0\n";
      for (int i = 0; i < 12; ++i) lines += std::string("a=crypto:") + tag + " AES_CM_128_HMAC_SHA1_80 " + key + "\n";
      EXPECT_EQ(refusal(parsed(plain_offer(lines))).kind, Error::Kind::Unsupported);
    }
  }
  std::string many = "m=audio 4000 RTP/SAVP 0\n";
  for (int i = 1; i <= 65; ++i) many += "a=crypto:" + std::to_string(i) + " AES_CM_128_HMAC_SHA1_80 inline:AAAA\n";
  EXPECT_EQ(refusal(parsed(plain_offer(many))).kind, Error::Kind::Unsupported);
}

TEST(Negotiate, TransportKindsCanBeForbidden) {
  EXPECT_THAT(refusal(fixture("baresip_offer"), {.plain_rtp = false}).text, HasSubstr("is not encrypted"));
  EXPECT_THAT(refusal(fixture("chrome_offer"), {.webrtc = false}).text, HasSubstr("is not allowed here"));
}

TEST(IceRestart, IsAChangeOfCredentialsAndNothingElse) {
  const auto first = agreed(fixture("chrome_hold_offer"));
  const auto resumed = agreed(fixture("chrome_resume_offer"));
  EXPECT_FALSE(ice_restarted(first, resumed));
  EXPECT_TRUE(ice_restarted(agreed(fixture("chrome_offer")), first));
  EXPECT_FALSE(ice_restarted(agreed(fixture("baresip_offer")), agreed(fixture("zoiper_offer"))));
}

TEST(AcceptAnswer, TakesTheReferencePbxAtItsWord) {
  const auto agreement = accept_answer(fixture("chrome_offer"), fixture("freeswitch_183_answer"));
  ASSERT_TRUE(agreement) << agreement.error().text;
  EXPECT_EQ(agreement->codecs, (std::vector<AgreedCodec>{{Codec::Opus, 111, 111}}));
  EXPECT_EQ(agreement->telephone_events, (std::vector<AgreedTelephoneEvent>{{110, 110, 48000}}));
  EXPECT_EQ(agreement->webrtc()->our_setup, sdp::Setup::Passive);
  EXPECT_EQ(agreement->webrtc()->ice.ufrag, "663KNsQKxKGKtjIV");
  EXPECT_FALSE(agreement->bundled);

  const auto held = accept_answer(fixture("chrome_hold_offer"), fixture("freeswitch_hold_answer"));
  ASSERT_TRUE(held);
  EXPECT_EQ(held->direction, Direction::SendOnly);
  EXPECT_FALSE(held->may_receive());
}

TEST(AcceptAnswer, KeepsEveryCodecOfTheAnswerWithBothNumbers) {
  const auto offer =
      parsed(plain_offer("m=audio 4000 RTP/AVP 111 8 0 110 101\na=rtpmap:111 opus/48000/2\n"
                         "a=rtpmap:110 telephone-event/48000\na=rtpmap:101 telephone-event/8000\n"));
  const auto answer = parsed(
      plain_offer("m=audio 5000 RTP/AVP 8 96 97 98\na=rtpmap:96 opus/48000/2\na=rtpmap:97 telephone-event/48000\n"
                  "a=rtpmap:98 telephone-event/8000\na=ptime:30\n"));
  const auto agreement = accept_answer(offer, answer);
  ASSERT_TRUE(agreement) << agreement.error().text;
  EXPECT_EQ(agreement->codecs, (std::vector<AgreedCodec>{{Codec::Pcma, 8, 8}, {Codec::Opus, 96, 111}}));
  EXPECT_EQ(agreement->telephone_events, (std::vector<AgreedTelephoneEvent>{{98, 101, 8000}, {97, 110, 48000}}));
  EXPECT_EQ(agreement->ptime, 30ms);
  EXPECT_EQ(agreement->plain()->rtp, endpoint("192.0.2.1", 5000));
}

TEST(AcceptAnswer, WhatDoesNotAnswerUsIsUnsupportedAndSaysWhy) {
  const auto chrome = fixture_text("chrome_offer");
  const auto pbx = fixture_text("freeswitch_183_answer");
  const auto plain = plain_offer("m=audio 4000 RTP/AVP 0\n");
  const std::tuple<std::string, std::string, std::string> table[] = {
      {plain, plain_offer("m=audio 0 RTP/AVP 0\n"), "it rejects the audio"},
      {plain, plain_offer(""), "it rejects the audio"},
      {plain, plain_offer("m=video 4000 RTP/AVP 0\n"), "it rejects the audio"},
      {plain, plain_offer("m=audio 4000 RTP/AVP 8\n"), "none of the codecs that we offered"},
      {plain, pbx, "UDP/TLS/RTP/SAVPF does not answer RTP/AVP"},
      {chrome, plain, "RTP/AVP does not answer UDP/TLS/RTP/SAVPF"},
      {chrome, replaced(pbx, "a=fingerprint", "a=x"), "has no a=fingerprint"},
      {chrome, replaced(pbx, "a=setup:active", "a=setup:actpass"), "a=setup:actpass does not answer a=setup:actpass"},
      {replaced(chrome, "a=extmap-allow-mixed", "a=ice-lite"),
       replaced(pbx, "a=msid-semantic: WMS", "a=ice-lite\na=x:"), "both sides are ICE-lite"},
      {replaced(chrome, "a=setup:actpass", "a=setup:active"), pbx, "a=setup:active does not answer a=setup:active"},
  };
  for (const auto& [offer, answer, sentence] : table) {
    const auto agreement = accept_answer(parsed(offer), parsed(answer));
    ASSERT_FALSE(agreement) << sentence;
    EXPECT_EQ(agreement.error().kind, Error::Kind::Unsupported);
    EXPECT_THAT(agreement.error().text, testing::AllOf(testing::StartsWith("SDP answer: "), HasSubstr(sentence)));
  }
}

TEST(AcceptAnswer, HoldsOnlyAsFarAsBothSidesSay) {
  using enum Direction;
  const std::tuple<const char*, const char*, Direction> table[] = {
      {"a=sendrecv\n", "a=sendrecv\n", SendRecv}, {"a=sendonly\n", "a=recvonly\n", SendOnly},
      {"a=inactive\n", "a=inactive\n", Inactive}, {"a=sendrecv\n", "a=recvonly\n", SendOnly},
      {"a=sendrecv\n", "a=inactive\n", Inactive}, {"a=sendonly\n", "a=sendrecv\n", SendOnly},
  };
  for (const auto& [offered, answered, ours] : table) {
    const auto agreement = accept_answer(parsed(plain_offer(std::string("m=audio 4000 RTP/AVP 0\n") + offered)),
                                         parsed(plain_offer(std::string("m=audio 4000 RTP/AVP 0\n") + answered)));
    ASSERT_TRUE(agreement);
    EXPECT_EQ(agreement->direction, ours) << offered << answered;
  }
}

}  // namespace
}  // namespace webcalling::sdp
