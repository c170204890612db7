#include "sdp/attributes.hpp"

#include <gtest/gtest.h>

#include "sdp/candidate.hpp"
#include "sdp/rtp_map.hpp"

namespace webcalling::sdp {
namespace {

TEST(Candidate, ReadsWhatBrowsersAndPbxesWrite) {
  const auto reflexive = parse_candidate(
      "343975870 1 udp 1685855999 103.148.39.46 49721 typ srflx raddr 10.105.10.116 rport 49721 generation 0 "
      "network-id 4 network-cost 10");
  ASSERT_TRUE(reflexive);
  EXPECT_EQ(reflexive->type, Candidate::Type::ServerReflexive);
  EXPECT_EQ(reflexive->priority, 1685855999u);
  EXPECT_EQ(reflexive->endpoint(), (Endpoint{*IpAddress::parse("103.148.39.46"), 49721}));
  EXPECT_EQ(reflexive->related_address, "10.105.10.116");
  EXPECT_EQ(reflexive->related_port, 49721);

  const auto tcp = parse_candidate("1 2 TCP 2105524479 5b2f3c4e.local 9 typ host tcptype active");
  ASSERT_TRUE(tcp);
  EXPECT_EQ(tcp->transport, "tcp");
  EXPECT_EQ(tcp->component, 2);
  EXPECT_EQ(tcp->tcp_type, "active");
  EXPECT_EQ(tcp->address, "5b2f3c4e.local");
  EXPECT_FALSE(tcp->endpoint());
}

TEST(Candidate, KeepsItsTextThroughParsing) {
  for (const char* value :
       {"1 1 udp 2130706431 10.0.0.1 40000 typ host", "a/+9 1 udp 1 2001:db8::1 65535 typ relay raddr 10.0.0.1 rport 0",
        "7 256 tcp 4294967295 x.local 9 typ prflx raddr 0.0.0.0 rport 9 tcptype so"}) {
    ASSERT_TRUE(parse_candidate(value)) << value;
    EXPECT_EQ(text(*parse_candidate(value)), value);
  }
}

TEST(Candidate, RefusesWhatIsNotOne) {
  for (const char* value :
       {"", "1", "1 1 udp 1 10.0.0.1 40000", "1 1 udp 1 10.0.0.1 40000 typ", "1 1 udp 1 10.0.0.1 70000 typ host",
        "1 1 udp -1 10.0.0.1 40000 typ host", "1 1 udp 4294967296 10.0.0.1 1 typ host",
        "1 0 udp 1 10.0.0.1 40000 typ host", "1 257 udp 1 10.0.0.1 40000 typ host",
        "1 1 udp 1 10.0.0.1 40000 typ token-ring", "1 1 udp 1 10.0.0.1 40000 host typ",
        "1 1 udp 1 10.0.0.1 40000 typ host rport 65536", "1 1 udp 1 10.0.0.1 40000 typ host generation",
        "123456789012345678901234567890123 1 udp 1 10.0.0.1 40000 typ host"}) {
    EXPECT_FALSE(parse_candidate(value)) << value;
  }
  EXPECT_FALSE(parse_candidate("1 1 udp 1 " + std::string(300, 'a') + " 40000 typ host"));
}

TEST(Candidate, OurHostCandidatesComeBestFirst) {
  const Endpoint endpoint{*IpAddress::parse("10.0.0.1"), 40000};
  EXPECT_EQ(text(host_candidate(endpoint, 0)), "1 1 udp 2130706431 10.0.0.1 40000 typ host");
  EXPECT_EQ(text(host_candidate(endpoint, 1)), "2 1 udp 2130706175 10.0.0.1 40000 typ host");
}

TEST(Fingerprint, ReadsBothCasesAndWritesUpperCase) {
  const auto fingerprint = parse_fingerprint("SHA-1 0a:0B:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1D");
  ASSERT_TRUE(fingerprint);
  EXPECT_EQ(fingerprint->hash, "sha-1");
  EXPECT_EQ(fingerprint->bytes.size(), 20u);
  EXPECT_EQ(text(*fingerprint), "sha-1 0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D");
}

TEST(Fingerprint, RefusesAHashOfWrongLength) {
  for (const char* value : {"", "sha-256", "sha-256 ", "sha-256 AB:CD", "sha-1 AB", "md9 AB:", "md9 A", "md9 AB:C",
                            "md9 ABCD", "md9 GG", "md9 AB CD", "md9 AB::CD", "AB:CD"}) {
    EXPECT_FALSE(parse_fingerprint(value)) << value;
  }
  EXPECT_TRUE(parse_fingerprint("md9 AB:CD"));
}

TEST(Crypto, ReadsTagSuiteAndKey) {
  const auto crypto =
      parse_crypto("1 AES_CM_128_HMAC_SHA1_80 inline:JXpdbuLS8aFb7J73jnrhvjS8mZKerA5r|2^20|1:4 KDR=1 WSH=60");
  ASSERT_TRUE(crypto);
  EXPECT_EQ(crypto->suite, "AES_CM_128_HMAC_SHA1_80");
  EXPECT_EQ(crypto->session_parameters, "KDR=1 WSH=60");
  for (const char* value : {"", "0 AES_CM_128_HMAC_SHA1_80 inline:AA", "x AES_CM_128_HMAC_SHA1_80 inline:AA",
                            "1000000000 S inline:AA", "-1 S inline:AA", "1", "1 AES_CM_128_HMAC_SHA1_80"}) {
    EXPECT_FALSE(parse_crypto(value)) << value;
  }
}

TEST(RtpMap, ReadsNameClockAndChannels) {
  EXPECT_EQ(parse_rtp_map(111, "opus/48000/2"), (RtpMap{111, "opus", 48000, 2}));
  EXPECT_EQ(parse_rtp_map(101, "telephone-event/8000/1"), (RtpMap{101, "telephone-event", 8000, 1}));
  for (const char* value : {"", "opus", "opus/", "/8000", "opus/0", "opus/-1", "opus/4294967296", "opus/48000/0",
                            "opus/48000/256", "opus/48000/2/2", "op us/48000", "opus/48000 2"}) {
    EXPECT_FALSE(parse_rtp_map(96, value)) << value;
  }
}

TEST(RtpMap, StaticG722HasTheClockThatRfc3551Fixed) {
  EXPECT_EQ(static_rtp_map(9), (RtpMap{9, "G722", 8000, 1}));
  EXPECT_EQ(static_rtp_map(13), (RtpMap{13, "CN", 8000, 1}));
  EXPECT_FALSE(static_rtp_map(96));
}

TEST(FormatParameters, FindsKeysAmongBlanksAndWithoutCase) {
  constexpr std::string_view kText = "minptime=10; UseInbandFec=1;;flag ; x = a=b";
  EXPECT_EQ(find_parameter(kText, "minptime"), "10");
  EXPECT_EQ(find_parameter(kText, "useinbandfec"), "1");
  EXPECT_EQ(find_parameter(kText, "flag"), "");
  EXPECT_EQ(find_parameter(kText, "x"), "a=b");
  EXPECT_FALSE(find_parameter(kText, "stereo"));
}

TEST(Attributes, KeepTheirTextThroughParsing) {
  for (const char* value : {"9", "9 IN IP4 0.0.0.0", "40967 IN IP6 ::1", "40967 IN IP4 x.local"}) {
    ASSERT_TRUE(parse_rtcp_address(value)) << value;
    EXPECT_EQ(text(*parse_rtcp_address(value)), value);
  }
  for (const char* value : {"1 urn:x", "2/recvonly urn:x", "3 urn:x a=b c"}) {
    ASSERT_TRUE(parse_extension_map(value)) << value;
    EXPECT_EQ(text(*parse_extension_map(value)), value);
  }
  for (const char* value : {"1 cname:a", "4294967295 msid:s t", "1 cname:", "1 flag"}) {
    ASSERT_TRUE(parse_ssrc(value)) << value;
    EXPECT_EQ(text(*parse_ssrc(value)), value);
  }
}

TEST(Attributes, RefuseOtherGrammars) {
  for (const char* value : {"", "65536", "9 IN", "9 IN IP5 x", "9 OUT IP4 1.1.1.1", "9 IN IP4 1.1.1.1 x"}) {
    EXPECT_FALSE(parse_rtcp_address(value)) << value;
  }
  for (const char* value : {"", "0 urn:x", "1", "1/ urn:x", "1/sideways urn:x", "70000 urn:x"}) {
    EXPECT_FALSE(parse_extension_map(value)) << value;
  }
  for (const char* value : {"", "x cname:a", "4294967296 cname:a", "1", "1 :a"})
    EXPECT_FALSE(parse_ssrc(value)) << value;
  for (const char* value : {"", "ACTIVE", "active passive"}) EXPECT_FALSE(parse_setup(value)) << value;
}

}  // namespace
}  // namespace webcalling::sdp
