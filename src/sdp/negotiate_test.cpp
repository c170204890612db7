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

/// What a=crypto of an AES_CM suite carries.
const std::string k30Bytes = "JXpdbuLS8aFb7J73jnrhvjS8mZKerA5r/elBXt+P";

/// RTP/AVP, RTP/SAVP ... with these lines below it.
Session encrypted_offer(const std::string& protocol, const std::string& lines) {
  return parsed(plain_offer("m=audio 4000 " + protocol + " 0\n" + lines));
}
const std::string kFingerprintLine =
    "a=fingerprint:sha-256 "
    "10:24:D7:9C:C5:42:A7:4E:2F:CC:C0:58:58:44:C1:74:60:42:84:64:A5:F2:CE:24:2A:FD:EA:AB:76:BB:05:"
    "8C\na=setup:actpass\n";
const std::string kCryptoLine = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + k30Bytes + "\n";

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
      {plain_offer("m=audio 4000 RTP/SAVP 0\n"), "RTP/SAVP has no a=fingerprint and no a=crypto that can be read"},
      {plain_offer("m=audio 4000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\n"),
       "RTP/SAVP has no a=crypto that we can do"},
      {plain_offer("m=audio 4000 UDP/TLS/RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + k30Bytes + "\n"),
       "UDP/TLS/RTP/SAVP has no a=fingerprint"},
      {replaced(chrome, "a=fingerprint", "a=x-print"), "has no a=fingerprint"},
      {replaced(chrome, "a=setup:actpass", "a=setup:holdconn"), "leaves no DTLS role"},
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

// ATTACKS S28.
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
  EXPECT_EQ(parse(plain_offer(many)).error().kind, Error::Kind::Refused);
}

TEST(Negotiate, SdesIsTakenWithItsTagAndKey) {
  const auto agreement = agreed(fixture("baresip_sdes_offer"));
  ASSERT_NE(agreement.sdes(), nullptr);
  EXPECT_EQ(agreement.sdes()->tag, 1u);
  EXPECT_EQ(agreement.sdes()->key.suite, CryptoSuite::AesCm128HmacSha1_80);
  EXPECT_EQ(agreement.dtls(), nullptr);
  EXPECT_FALSE(agreement.is_webrtc());
  EXPECT_EQ(agreement.plain()->rtp, endpoint("127.0.0.1", 38262));
  EXPECT_EQ(agreement.plain()->rtcp, agreement.plain()->rtp) << "rtcp-mux";
}

// RFC 5763 without ICE; without rtcp-mux RTCP has a port of its own.
TEST(Negotiate, DtlsWithoutIceIsTaken) {
  const auto agreement = agreed(fixture("baresip_dtls_no_ice_offer"), {.setup = sdp::Setup::Passive});
  ASSERT_NE(agreement.dtls(), nullptr);
  EXPECT_EQ(agreement.dtls()->our_setup, sdp::Setup::Passive);
  EXPECT_EQ(agreement.dtls()->fingerprints.size(), 1u);
  EXPECT_FALSE(agreement.is_webrtc());
  EXPECT_FALSE(agreement.rtcp_mux);
  EXPECT_EQ(agreement.plain()->rtp, endpoint("127.0.0.1", 14760));
  EXPECT_EQ(agreement.plain()->rtcp, endpoint("127.0.0.1", 14761));
}

// What an offer of ICE lacks for our lite agent on one port is no reason to refuse the call: its default address
// counts.
TEST(Negotiate, DtlsWhoseIceIsNotForUsIsTakenWithoutIt) {
  const auto chrome = fixture_text("chrome_156_offer");
  for (const auto& text : {replaced(chrome, "a=ice-pwd", "a=x-pwd"), replaced(chrome, "a=rtcp-mux", "a=x-mux"),
                           replaced(chrome, "a=extmap-allow-mixed", "a=ice-lite")}) {
    const auto agreement = agreed(parsed(text));
    EXPECT_FALSE(agreement.is_webrtc());
    EXPECT_NE(agreement.dtls(), nullptr);
    EXPECT_FALSE(negotiate(parsed(text), {.dtls = false}));
  }
}

TEST(Negotiate, EachKindOfKeysAndNoneCanBeForbidden) {
  struct Row {
    const char* protocol;
    std::string lines;
    Capabilities ours;
    const char* expected;  ///< "clear", "sdes", "dtls", or part of the refusal
  };
  const Row table[] = {
      {"RTP/AVP", "", {}, "clear"},
      {"RTP/AVP", "", {.plain_rtp = false}, "is not encrypted"},
      // RFC 8643: encryption that is offered is taken if it can be.
      {"RTP/AVP", kCryptoLine, {}, "sdes"},
      {"RTP/AVP", kFingerprintLine, {}, "dtls"},
      {"RTP/AVPF", kCryptoLine + kFingerprintLine, {}, "dtls"},
      {"RTP/AVP", kCryptoLine + kFingerprintLine, {.dtls = false}, "sdes"},
      {"RTP/AVP", kCryptoLine + kFingerprintLine, {.sdes = false, .dtls = false}, "clear"},
      {"RTP/AVP", kCryptoLine, {.plain_rtp = false}, "sdes"},
      {"RTP/AVP", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\n", {}, "clear"},
      {"RTP/AVP", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\n", {.plain_rtp = false}, "is not encrypted"},
      {"RTP/SAVP", kCryptoLine, {}, "sdes"},
      {"RTP/SAVPF", kCryptoLine, {}, "sdes"},
      {"RTP/SAVP", kCryptoLine, {.sdes = false}, "RTP/SAVP with keys in a=crypto is not allowed here"},
      {"RTP/SAVP", kCryptoLine + kFingerprintLine, {}, "dtls"},
      {"RTP/SAVP", kCryptoLine + kFingerprintLine, {.dtls = false}, "sdes"},
      {"UDP/TLS/RTP/SAVP", kFingerprintLine, {}, "dtls"},
      {"UDP/TLS/RTP/SAVPF", kFingerprintLine, {.dtls = false, .webrtc = false}, "is not allowed here"},
      {"UDP/TLS/RTP/SAVP", kCryptoLine + kFingerprintLine, {.dtls = false}, "has no a=ice-ufrag"},
  };
  for (const auto& row : table) {
    const auto agreement = negotiate(encrypted_offer(row.protocol, row.lines), row.ours);
    const std::string outcome = !agreement          ? agreement.error().text
                                : agreement->sdes() ? "sdes"
                                : agreement->dtls() ? "dtls"
                                                    : "clear";
    EXPECT_THAT(outcome, HasSubstr(row.expected)) << row.protocol << " " << row.lines;
  }
}

// A phone with ICE on a profile that does not demand encryption is a full agent like a browser.
TEST(Negotiate, IceAndAFingerprintAreWebRtcOnAnyProfile) {
  for (const char* protocol : {"RTP/AVP", "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVP"}) {
    const auto offer = parsed(replaced(fixture_text("baresip_dtls_offer"), "UDP/TLS/RTP/SAVPF", protocol));
    EXPECT_TRUE(agreed(offer).is_webrtc()) << protocol;
  }
}

// RFC 8858 §4.3.
TEST(Negotiate, RtcpMuxOnlyIsTakenOrRefusedButNeverSplit) {
  const auto offer = parsed(plain_offer("m=audio 4000 RTP/AVP 0\na=rtcp-mux\na=rtcp-mux-only\n"));
  EXPECT_TRUE(agreed(offer).rtcp_mux);
  EXPECT_THAT(refusal(offer, {.rtcp_mux = false}).text, HasSubstr("a=rtcp-mux-only is not allowed here"));
}

// ATTACKS S30; RFC 3551 §6.
TEST(Negotiate, StaticPayloadTypesMeanWhatTheyAlwaysMeant) {
  const auto codec = [](const std::string& lines) { return agreed(parsed(plain_offer(lines))).codecs.front(); };
  EXPECT_EQ(codec("m=audio 4000 RTP/AVP 0 8\na=rtpmap:0 opus/48000/2\n"), (AgreedCodec{Codec::Pcma, 8, 8}));
  EXPECT_EQ(codec("m=audio 4000 RTP/AVP 18 0\na=rtpmap:18 opus/48000/2\n"), (AgreedCodec{Codec::Pcmu, 0, 0}));
  EXPECT_EQ(codec("m=audio 4000 RTP/AVP 9\na=rtpmap:9 G722/16000\n"), (AgreedCodec{Codec::G722, 9, 9}));
  EXPECT_EQ(codec("m=audio 4000 RTP/AVP 35\na=rtpmap:35 PCMA/8000\n"), (AgreedCodec{Codec::Pcma, 35, 35}));
}

TEST(Negotiate, Ipv6IsAsGoodAsIpv4) {
  const auto agreement =
      agreed(parsed(plain_offer("m=audio 4000 RTP/AVP 0\na=rtcp:5000 IN IP6 2001:db8::9\n", "c=IN IP6 2001:db8::1\n")));
  EXPECT_EQ(agreement.plain()->rtp, endpoint("2001:db8::1", 4000));
  EXPECT_EQ(agreement.plain()->rtcp, endpoint("2001:db8::9", 5000));
  const auto held = agreed(parsed(plain_offer("m=audio 4000 RTP/AVP 0\n", "c=IN IP6 ::\n")));
  EXPECT_TRUE(held.held_by_peer());
}

TEST(Renegotiate, AudioIsSwitchedOffAndOn) {
  const auto on = parsed(plain_offer("m=audio 4000 RTP/AVP 0\n"));
  const auto first = agreed(on);
  const auto off = renegotiate(parsed(plain_offer("m=audio 0 RTP/AVP 0\n")), {}, first);
  ASSERT_TRUE(off) << off.error().text;
  EXPECT_EQ(off->codecs, first.codecs);
  EXPECT_EQ(off->peer, first.peer);
  EXPECT_TRUE(off->held_by_peer());
  EXPECT_FALSE(off->may_send() || off->may_receive());
  EXPECT_EQ(renegotiate(on, {}, *off), first);
}

// RFC 3264 §8: lines are added at the end, and the audio may move to another one.
TEST(Renegotiate, AudioMovesToAnotherLine) {
  const auto first = agreed(parsed(plain_offer("m=audio 4000 RTP/AVP 0\n")));
  const auto moved = renegotiate(
      parsed(plain_offer("m=audio 0 RTP/AVP 0\nm=video 5000 RTP/AVP 96\nm=audio 4002 RTP/AVP 8\n")), {}, first);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->media_index, 2u);
  EXPECT_EQ(moved->codec(), Codec::Pcma);
}

TEST(Renegotiate, AudioThatWeCannotDoIsRefusedAndNotTakenForSwitchedOff) {
  const auto first = agreed(parsed(plain_offer("m=audio 4000 RTP/AVP 0\n")));
  EXPECT_FALSE(renegotiate(parsed(plain_offer("m=audio 4000 RTP/AVP 18\n")), {}, first));
  EXPECT_FALSE(renegotiate(parsed(plain_offer("m=audio 0 RTP/AVP 0\nm=audio 4000 RTP/AVP 18\n")), {}, first));
  EXPECT_FALSE(renegotiate(parsed(plain_offer("m=video 0 RTP/AVP 96\n")), {}, first));
}

TEST(Rekeying, IsAnotherKeyOrTheFirst) {
  const auto clear = agreed(encrypted_offer("RTP/AVP", ""));
  const auto keyed = agreed(encrypted_offer("RTP/AVP", kCryptoLine));
  const auto other = agreed(encrypted_offer("RTP/AVP", replaced(kCryptoLine, "inline:J", "inline:K")));
  const auto other_tag = agreed(encrypted_offer("RTP/AVP", replaced(kCryptoLine, "crypto:1", "crypto:2")));
  EXPECT_TRUE(rekeyed(clear, keyed));
  EXPECT_TRUE(rekeyed(keyed, other));
  EXPECT_FALSE(rekeyed(keyed, keyed));
  EXPECT_FALSE(rekeyed(keyed, other_tag));
  EXPECT_FALSE(rekeyed(keyed, clear));
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

// Each kind of offer, and what may come back.
TEST(AcceptAnswer, EncryptionIsWhatBothSidesNamed) {
  const auto keys = kCryptoLine + kFingerprintLine;
  const auto active = replaced(kFingerprintLine, "actpass", "active");
  const std::string theirs = replaced(kCryptoLine, "inline:J", "inline:K");
  const std::tuple<const char*, std::string, const char*, std::string, const char*> table[] = {
      {"RTP/AVP", "", "RTP/AVP", "", "clear"},
      // Some phones name a key that nobody asked for (measured: baresip with mediaenc=srtp).
      {"RTP/AVP", "", "RTP/AVP", theirs, "clear"},
      {"RTP/AVP", "", "RTP/AVP", active, "clear"},
      {"RTP/AVP", "", "RTP/SAVP", theirs, "RTP/SAVP does not answer RTP/AVP"},
      {"RTP/AVP", keys, "RTP/AVP", "", "clear"},
      {"RTP/AVP", keys, "RTP/AVP", theirs, "sdes"},
      {"RTP/AVP", keys, "RTP/SAVP", theirs, "sdes"},
      {"RTP/AVP", keys, "RTP/AVP", replaced(theirs, "AES_CM", "aes_cm"), "sdes"},
      {"RTP/AVP", keys, "RTP/AVP", active, "dtls"},
      {"RTP/SAVP", keys, "RTP/SAVP", theirs, "sdes"},
      {"RTP/SAVP", keys, "RTP/SAVP", active, "dtls"},
      {"RTP/SAVP", keys, "UDP/TLS/RTP/SAVP", active, "dtls"},
      // Nobody talks us out of encryption.
      {"RTP/SAVP", keys, "RTP/AVP", "", "it has no key for RTP/SAVP"},
      {"RTP/SAVP", keys, "RTP/SAVP", "", "it has no key for RTP/SAVP"},
      {"RTP/SAVP", keys, "RTP/SAVP", replaced(theirs, "crypto:1", "crypto:4"), "it has no key"},
      {"RTP/SAVP", keys, "RTP/SAVP", replaced(theirs, "_80", "_32"), "it has no key"},
      {"RTP/SAVP", kCryptoLine, "RTP/SAVP", active, "it has no key"},
      {"UDP/TLS/RTP/SAVPF", kFingerprintLine, "RTP/AVP", "", "RTP/AVP does not answer UDP/TLS/RTP/SAVPF"},
  };
  for (const auto& [protocol, offered, answer_protocol, answered, expected] : table) {
    const auto agreement =
        accept_answer(encrypted_offer(protocol, offered), encrypted_offer(answer_protocol, answered));
    const std::string outcome = !agreement          ? agreement.error().text
                                : agreement->sdes() ? "sdes"
                                : agreement->dtls() ? "dtls"
                                                    : "clear";
    EXPECT_THAT(outcome, HasSubstr(expected)) << protocol << offered << answer_protocol << answered;
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
