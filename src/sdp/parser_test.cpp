#include "sdp/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sdp/test_fixture.hpp"
#include "sdp/writer.hpp"

namespace webcalling::sdp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view kHead = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n";

std::string with_head(std::string_view rest) { return std::string(kHead) + std::string(rest); }

Error error_of(const std::string& text) {
  const auto session = parse(text);
  EXPECT_FALSE(session) << text;
  return session ? Error{} : session.error();
}

TEST(SdpParser, ReadsChromeOfTheReference) {
  const auto session = fixture("chrome_offer");
  EXPECT_EQ(session.origin.username, "-");
  EXPECT_EQ(session.origin.session_id, 7984168729586991342u);
  EXPECT_EQ(session.origin.session_version, 2u);
  EXPECT_EQ(session.name, "-");
  EXPECT_EQ(session.groups, (std::vector<Group>{{"BUNDLE", {"0"}}}));
  ASSERT_EQ(session.media.size(), 1u);

  const auto& audio = session.media[0];
  EXPECT_TRUE(audio.is_audio());
  EXPECT_EQ(audio.port, 49721);
  EXPECT_EQ(audio.profile(), Profile::DtlsSavpf);
  EXPECT_EQ(audio.payload_types(),
            (std::vector<std::uint8_t>{111, 103, 104, 9, 0, 8, 106, 105, 13, 110, 112, 113, 126}));
  EXPECT_EQ(audio.find_rtp_map(111), (RtpMap{111, "opus", 48000, 2}));
  EXPECT_EQ(audio.find_format_parameters(111), "minptime=10;useinbandfec=1");
  EXPECT_EQ(audio.mid, "0");
  EXPECT_TRUE(audio.rtcp_mux);
  EXPECT_EQ(audio.rtcp->port, 9);
  EXPECT_EQ(audio.candidates.size(), 9u);
  EXPECT_FALSE(audio.end_of_candidates);
  EXPECT_EQ(audio.extension_maps.size(), 6u);
  EXPECT_EQ(audio.ssrcs.size(), 4u);
  EXPECT_EQ(audio.direction, Direction::SendRecv);
  EXPECT_EQ(effective_ice(session, audio), (IceCredentials{"VCoG", "X78uD0fAvGQ5+WYsY3X8o0AK"}));
  EXPECT_EQ(effective_setup(session, audio), sdp::Setup::ActPass);
  ASSERT_EQ(effective_fingerprints(session, audio).size(), 1u);
  EXPECT_EQ(effective_fingerprints(session, audio)[0].bytes[0], 0x3C);
}

TEST(SdpParser, ReadsTheAnswerOfTheReferencePbx) {
  const auto session = fixture("freeswitch_183_answer");
  EXPECT_EQ(session.name, "FreeSWITCH");
  const auto& audio = session.media.at(0);
  EXPECT_FALSE(audio.mid);
  EXPECT_EQ(audio.ptime, 20ms);
  EXPECT_TRUE(audio.end_of_candidates);
  EXPECT_EQ(effective_direction(session, audio), Direction::SendRecv);
  EXPECT_EQ(effective_connection(session, audio)->host, "10.105.10.116");
}

TEST(SdpParser, MediaLevelBeatsSessionLevelAsFirefoxWritesIt) {
  const auto session = fixture("firefox_hold_offer");
  const auto& audio = session.media.at(0);
  EXPECT_EQ(session.direction, Direction::SendRecv);
  EXPECT_EQ(effective_direction(session, audio), Direction::SendOnly);
  EXPECT_TRUE(audio.transport.fingerprints.empty());
  EXPECT_EQ(effective_fingerprints(session, audio).size(), 1u);
  EXPECT_EQ(audio.candidates.size(), 4u);
  EXPECT_EQ(audio.extension_maps.at(1).direction, Direction::RecvOnly);
}

TEST(SdpParser, ReadsIceAtSessionLevelAsBaresipWritesIt) {
  const auto session = fixture("baresip_dtls_offer");
  const auto& audio = session.media.at(0);
  EXPECT_EQ(effective_ice(session, audio)->ufrag, session.transport.ice_ufrag);
  EXPECT_EQ(effective_fingerprints(session, audio).at(0).hash, "sha-256");
  EXPECT_EQ(audio.candidates.at(0).transport, "udp");
}

TEST(SdpParser, EveryCaptureSurvivesWritingAndReading) {
  for (const char* name : {"chrome_offer",
                           "chrome_hold_offer",
                           "chrome_resume_offer",
                           "freeswitch_183_answer",
                           "freeswitch_hold_answer",
                           "freeswitch_resume_answer",
                           "chrome_156_offer",
                           "chrome_156_audio_video_offer",
                           "firefox_offer",
                           "firefox_hold_offer",
                           "baresip_offer",
                           "baresip_rtcp_mux_offer",
                           "baresip_dtls_offer",
                           "baresip_sdes_offer",
                           "zoiper_offer",
                           "deskphone_hold_offer",
                           "baresip_osrtp_offer",
                           "baresip_osrtp_ice_offer",
                           "baresip_sdes_no_mux_offer",
                           "baresip_dtls_no_ice_offer",
                           "baresip_dtls_no_ice_mux_offer",
                           "linphone_srtp_offer",
                           "yealink_two_lines_offer",
                           "snom_osrtp_offer",
                           "grandstream_srtp_offer",
                           "lync_mki_offer",
                           "asterisk_dtls_offer",
                           "cisco_ipv6_offer"}) {
    const auto session = fixture(name);
    EXPECT_EQ(parsed(write(session)), session) << name;
  }
}

TEST(SdpParser, KeepsUnknownAttributesThroughWriting) {
  const auto text = with_head(
      "a=tool:baresip 1.0.0\r\na=x-flag\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp-fb:0 nack\r\na=x-empty:\r\na=label:1\r\n");
  const auto written = write(parsed(text));
  for (const char* line : {"\r\na=tool:baresip 1.0.0\r\n", "\r\na=x-flag\r\n", "\r\na=rtcp-fb:0 nack\r\n",
                           "\r\na=x-empty:\r\n", "\r\na=label:1\r\n"}) {
    EXPECT_THAT(written, HasSubstr(line));
  }
}

TEST(SdpParser, TakesLineFeedsAlone) {
  auto text = fixture_text("chrome_offer");
  std::erase(text, '\r');
  EXPECT_EQ(parsed(text), fixture("chrome_offer"));
}

TEST(SdpParser, TakesALastLineWithoutItsEnd) {
  auto text = fixture_text("chrome_offer");
  text.resize(text.size() - 2);
  EXPECT_EQ(parsed(text), fixture("chrome_offer"));
}

TEST(SdpParser, IgnoresBlanksAtLineEndsAndLinesThatSayNothing) {
  const auto session = parsed(
      "v=0 \r\no=SIP UA 1 2 IN IP4 10.0.0.1\r\ns= \r\ni=x\r\nb=AS:64\r\nt=0 0\r\n\r\nm=audio  4000  RTP/AVP  0 \r\n"
      "b=TIAS:1\r\nc=IN IP4 10.0.0.2\r\na=sendonly \r\n\r\n");
  EXPECT_EQ(session.origin.username, "SIP UA");
  EXPECT_EQ(session.name, "-");
  EXPECT_EQ(session.media.at(0).direction, Direction::SendOnly);
  EXPECT_EQ(session.media.at(0).connection->host, "10.0.0.2");
}

TEST(SdpParser, CountsTheFirstOfTwoEqualAttributes) {
  const auto session = parsed(with_head(
      "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:96 PCMU/8000\r\na=sendonly\r\na=sendrecv\r\n"));
  EXPECT_EQ(session.media.at(0).find_rtp_map(96)->encoding, "opus");
  EXPECT_EQ(session.media.at(0).direction, Direction::SendOnly);
}

TEST(SdpParser, OneStrangeAttributeCostsNothing) {
  for (const char* line :
       {"a=candidate:garbage", "a=candidate:1 1 udp 1 10.0.0.1 99999 typ host", "a=fingerprint:sha-256 AB",
        "a=setup:perhaps", "a=ptime:0", "a=ptime:99999999999999999999", "a=ptime:-20", "a=ptime:20.5",
        "a=ice-ufrag:abc", "a=ice-pwd:short", "a=rtcp:70000", "a=extmap:x urn:y", "a=ssrc:9999999999 cname:x",
        "a=rtpmap:0 PCMU/0", "a=rtpmap:96", "a=fmtp:96", "a=mid:a b", "a=crypto:0 x y", "a=sendrecv:maybe"}) {
    const auto session = parsed(with_head(std::string("m=audio 4000 RTP/AVP 0\r\n") + line + "\r\n"));
    Session clean = parsed(with_head("m=audio 4000 RTP/AVP 0\r\n"));
    ASSERT_EQ(session.media.at(0).attributes.size(), 1u) << line;
    clean.media.at(0).attributes = session.media.at(0).attributes;
    EXPECT_EQ(session, clean) << line;
    EXPECT_EQ(parsed(write(session)), session) << line;
  }
}

// RFC 8858 §4.2 asks for both; who forgets one means both.
TEST(SdpParser, RtcpMuxOnlyIsRtcpMuxAsWell) {
  const auto session = parsed(with_head("m=audio 4000 RTP/AVP 0\r\na=rtcp-mux-only\r\n"));
  EXPECT_TRUE(session.media.at(0).rtcp_mux && session.media.at(0).rtcp_mux_only);
  EXPECT_EQ(parsed(write(session)), session);
}

TEST(SdpParser, NulByteInFmtpIsRefused) {
  auto text = with_head("m=audio 17002 RTP/AVP 8 101\r\na=fmtp?:101 0-16\r\n");
  text[text.find('?')] = '\0';
  EXPECT_EQ(error_of(text).kind, Error::Kind::Malformed);
  EXPECT_EQ(error_of(text).text, "SDP line 7: contains a NUL or a lone CR");
}

TEST(SdpParser, PayloadTypeThatOverflowsIsRefused) {
  const auto error = error_of(with_head("m=audio 17002 RTP/AVP 4294967296\r\n"));
  EXPECT_EQ(error.kind, Error::Kind::Malformed);
  EXPECT_EQ(error.text, "SDP line 6: m=audio: payload type '4294967296' is not a number from 0 to 127");
}

TEST(SdpParser, PayloadTypeThatWouldIndexPastATableIsRefused) {
  for (const char* value : {"128", "255", "256", "-1", "65536", "18446744073709551616", "x", ""}) {
    for (const char* line : {"a=rtpmap:{} opus/48000/2", "a=fmtp:{} useinbandfec=1"}) {
      const auto text = with_head("m=audio 4000 RTP/AVP 0\r\n" + replaced(line, "{}", value) + "\r\n");
      EXPECT_EQ(error_of(text).kind, Error::Kind::Malformed) << text;
    }
  }
}

TEST(SdpParser, FormatsOfOtherProtocolsAreWords) {
  const auto session = parsed(with_head(
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=sctp-port:5000\r\na=fmtp:webrtc-datachannel x=1\r\n"
      "m=image 5000 udptl t38\r\n"));
  EXPECT_EQ(session.media.at(0).formats, std::vector<std::string>{"webrtc-datachannel"});
  EXPECT_TRUE(session.media.at(0).payload_types().empty());
  EXPECT_EQ(session.media.at(1).profile(), Profile::Other);
}

TEST(SdpParser, MalformedLinesGetASentenceWithTheirNumber) {
  const std::pair<std::string, std::string> table[] = {
      {"", "SDP: is empty"},
      {"v=1\r\n", "SDP line 1: 'v=1' stands where v=0 must"},
      {"v=0\r\ns=-\r\n", "SDP: has no o= line"},
      {"v=0\r\no=- 1 1 IN IP4\r\n", "SDP line 2: o=- 1 1 IN IP4: expected user name"},
      {"v=0\r\no=- 18446744073709551616 1 IN IP4 x\r\n", "SDP line 2: o="},
      {"v=0\r\no=- -1 1 IN IP4 x\r\n", "SDP line 2: o="},
      {"v=0\r\no=- 1 1 ATM NSAP x\r\n", "SDP line 2: o="},
      {with_head("o=- 1 1 IN IP4 x\r\n"), "SDP line 6: o= stands twice"},
      {with_head("v=0\r\n"), "SDP line 6: v= stands twice"},
      {with_head("m=audio 4000 RTP/AVP 0\r\ns=x\r\n"), "SDP line 7: s= stands behind an m= line"},
      {with_head("c=IN IP4\r\n"), "SDP line 6: c=IN IP4: expected"},
      {with_head("y=1\r\n"), "SDP line 6: line type 'y' is unknown"},
      {with_head("hello\r\n"), "SDP line 6: 'hello' is not a letter"},
      {with_head("a=:x\r\n"), "SDP line 6: a=: the attribute has no name"},
      {with_head("a=\r\n"), "SDP line 6: a=: the attribute has no name"},
      {with_head("a=x\ry\r\n"), "SDP line 6: contains a NUL or a lone CR"},
      {with_head("m=\r\n"), "SDP line 6: m=: is empty"},
      {with_head("m=audio\r\n"), "SDP line 6: m=audio: port '' is not"},
      {with_head("m=audio 70000 RTP/AVP 0\r\n"), "SDP line 6: m=audio: port '70000' is not a number from 0 to 65535"},
      {with_head("m=audio -1 RTP/AVP 0\r\n"), "SDP line 6: m=audio: port '-1'"},
      {with_head("m=audio 4000/0 RTP/AVP 0\r\n"), "SDP line 6: m=audio: '0' is not a number of ports"},
      {with_head("m=audio 4000/99999 RTP/AVP 0\r\n"), "SDP line 6: m=audio: '99999' is not a number of ports"},
      {with_head("m=audio 4000\r\n"), "SDP line 6: m=audio: has no protocol"},
      {with_head("m=audio 4000 RTP/AVP\r\n"), "SDP line 6: m=audio: names no format"},
  };
  for (const auto& [text, sentence] : table) {
    const auto error = error_of(text);
    EXPECT_EQ(error.kind, Error::Kind::Malformed) << text;
    EXPECT_THAT(error.text, testing::StartsWith(sentence));
  }
}

TEST(SdpParser, ErrorsQuoteHostileTextShortAndPrintable) {
  const auto error = error_of(with_head("m=audio \x1b[31m" + std::string(9000, 'x') + "\xff RTP/AVP 0\r\n"));
  EXPECT_LT(error.text.size(), 200u);
  EXPECT_TRUE(std::all_of(error.text.begin(), error.text.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

TEST(SdpParser, LimitsBoundWhatIsStored) {
  const auto repeated = [](const std::string& line, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += line;
    return out;
  };
  const std::string media = "m=audio 4000 RTP/AVP 0\n";
  EXPECT_TRUE(parse(with_head(repeated(media, kMaxMedia))));
  EXPECT_EQ(error_of(with_head(repeated(media, kMaxMedia + 1))).kind, Error::Kind::Refused);
  EXPECT_TRUE(parse(with_head(repeated("a=x\n", kMaxAttributes))));
  EXPECT_EQ(error_of(with_head(repeated("a=x\n", kMaxAttributes + 1))).kind, Error::Kind::Refused);
  EXPECT_TRUE(parse(with_head("m=audio 4000 RTP/AVP" + repeated(" 0", kMaxFormats) + "\n")));
  EXPECT_EQ(error_of(with_head("m=audio 4000 RTP/AVP" + repeated(" 0", kMaxFormats + 1) + "\n")).kind,
            Error::Kind::Refused);
  // ATTACKS S28.
  EXPECT_TRUE(parse(with_head(media + repeated("a=crypto:1 S inline:A\n", kMaxCryptos))));
  EXPECT_EQ(error_of(with_head(media + repeated("a=crypto:1 S inline:A\n", kMaxCryptos + 1))).kind,
            Error::Kind::Refused);
  EXPECT_EQ(error_of(with_head("a=" + std::string(kMaxSessionBytes, 'x'))).kind, Error::Kind::Refused);
}

}  // namespace
}  // namespace webcalling::sdp
