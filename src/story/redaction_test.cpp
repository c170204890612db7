#include "story/redaction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace webcalling::story {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kInvite =
    "INVITE sip:1002@10.0.0.1 SIP/2.0\r\n"
    "Via: SIP/2.0/WSS x.invalid;branch=z9hG4bKabc\r\n"
    "From: \"Anna; tag=x\" <sip:1001@10.0.0.1>;tag=annastag12\r\n"
    "t: <sip:1002@10.0.0.1>;x=1;TAG=bobstag34\r\n"
    "Call-ID: call-of-anna-123\r\n"
    "CSeq: 2 INVITE\r\n"
    "Authorization : Digest username=\"1001~abc.1\", realm=\"webcalling\", nonce=\"4e0\",\r\n"
    "  uri=\"sip:1002@10.0.0.1\", response=\"5ec2e7aa\", cnonce=\"c0ffee\", qop=auth, nc=00000001\r\n"
    "Proxy-Authorization: Digest response=5ec2e7bb\r\n"
    "Refer-To: <sip:1003@10.0.0.1?Replaces=other%40call%3Bto-tag%3D1>\r\n"
    "Replaces: some-call;to-tag=7744;from-tag=1\r\n"
    "Subject: about call-of-anna-123\r\n"
    "\r\n"
    "v=0\r\n"
    "k=clear:5ec2e7cc\r\n"
    "a=fingerprint:sha-256 AA:BB\r\n"
    "a=ice-ufrag:uuuu\r\n"
    "a=ice-pwd:5ec2e7dd\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:5ec2e7ee|2^20\r\n"
    "A=CRYPTO:2 AEAD_AES_128_GCM inline:5ec2e7ff\n"
    "a=sendrecv\r\n";

TEST(Redaction, TakesSecretsOutAndLeavesTheRest) {
  const std::string text = without_secrets(kInvite);
  EXPECT_THAT(text, Not(HasSubstr("5ec2e7")));
  EXPECT_THAT(text, Not(HasSubstr("c0ffee")));
  EXPECT_THAT(text, AllOf(HasSubstr("INVITE sip:1002@10.0.0.1 SIP/2.0\r\n"), HasSubstr("Call-ID: call-of-anna-123\r\n"),
                          HasSubstr("username=\"1001~abc.1\", realm=\"webcalling\""),
                          HasSubstr("a=fingerprint:sha-256 AA:BB\r\na=ice-ufrag:uuuu\r\na=ice-pwd:(removed)\r\n"
                                    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 (removed)\r\n"
                                    "A=CRYPTO:2 AEAD_AES_128_GCM (removed)\r\na=sendrecv\r\n"),
                          HasSubstr("tag=annastag12"), HasSubstr("Replaces: some-call")));
}

// Who knows the name of a dialog could speak for its phone.
TEST(Redaction, TheOtherEndLearnsNoDialogsName) {
  const std::string text = for_the_other_end(kInvite);
  for (const char* name : {"5ec2e7", "call-of-anna", "annastag", "bobstag", "other%40call", "some-call", "7744"}) {
    EXPECT_THAT(text, Not(HasSubstr(name)));
  }
  EXPECT_THAT(text,
              AllOf(HasSubstr("Call-ID: (removed)\r\n"), HasSubstr(";tag=ann...\r\n"), HasSubstr(";x=1;tag=bob..."),
                    HasSubstr("Refer-To: <sip:1003@10.0.0.1?(removed)>\r\n"), HasSubstr("\"Anna; tag=x\"")));
}

TEST(Redaction, IsNotFooledByNonsense) {
  for (const char* header :
       {"Authorization: Digest response=\"5ec2e7", "authorization:Basic 5ec2e7", "AUTHORIZATION\t:5ec2e7",
        "Proxy-Authorization:\r\n\t5ec2e7\r\n 5ec2e7", "Authentication-Info: rspauth=\"5ec2e7\""}) {
    const std::string message = fmt::format("OPTIONS sip:x SIP/2.0\r\n{}\r\n\r\n", header);
    EXPECT_THAT(without_secrets(message), AllOf(Not(HasSubstr("5ec2e7")), HasSubstr("(removed)"))) << header;
  }
  EXPECT_EQ(without_secrets(""), "\r\n");
  EXPECT_EQ(without_secrets("SIP/2.0 200 OK"), "SIP/2.0 200 OK\r\n");
  EXPECT_EQ(for_the_other_end("x\r\ni:\r\n\r\n"), "x\r\ni: (removed)\r\n\r\n");
}

}  // namespace
}  // namespace webcalling::story
