// What has broken other servers' parsers (ATTACKS S16, S18 to S21, and the bytes that no line may have), each under its
// number. SDP has its own in sdp/, WebSockets theirs in io/.

#include <gtest/gtest.h>

#include "sip/message/headers.hpp"
#include "sip/message/stream_framer.hpp"
#include "sip/message/verdict_for_tests.hpp"

namespace webcalling::sip {
namespace {

constexpr Judgement kValid{Verdict::Valid};
constexpr Judgement kRefused{Verdict::Refused, 400};
constexpr Judgement kMalformed{Verdict::Malformed, 400};
constexpr Judgement kTooLarge{Verdict::Malformed, 513};

/// A request that is good but for what a case puts into it.
struct Parts {
  std::string start = "REGISTER sip:biloxi.com SIP/2.0\r\n";
  std::string via = "Via: SIP/2.0/UDP 192.0.2.4;branch=z9hG4bKnashds7\r\n";
  std::string from = "From: <sip:bob@biloxi.com>;tag=456248\r\n";
  std::string cseq = "CSeq: 1826 REGISTER\r\n";
  std::string lines;
  std::string end = "\r\n";
  std::string body;
};

std::string request_of(const Parts& parts) {
  return parts.start + parts.via + parts.from + "To: <sip:bob@biloxi.com>\r\nCall-ID: 843817637684230\r\n" +
         parts.cseq + parts.lines + parts.end + parts.body;
}

Request read(const Parts& parts) { return std::get<Request>(parse(request_of(parts)).value()); }

/// Whether a stream ends with these bytes.
bool breaks_a_stream(std::string_view bytes) {
  StreamFramer framer;
  framer.push(bytes);
  return !framer.next().has_value();
}

TEST(Attacks, AGoodRequestPasses) { EXPECT_EQ(judge(request_of({})), kValid); }

// CVE-2017-9372.
TEST(Attacks, S16MethodOf800Characters) {
  const std::string method(800, 'A');
  EXPECT_EQ(judge(request_of({.cseq = "CSeq: 1826 " + method + "\r\n"})), kRefused);
  EXPECT_EQ(judge(request_of({.start = method + " sip:biloxi.com SIP/2.0\r\n"})), kMalformed);
}

// CVE-2018-8828.
TEST(Attacks, S18BranchAndTagOf300Characters) {
  for (const std::size_t length : {std::size_t{300}, std::size_t{301}, std::size_t{4000}}) {
    const std::string text(length, 'x');
    const Parts parts{.via = "Via: SIP/2.0/UDP 192.0.2.4;branch=" + text + "\r\n",
                      .from = "From: <sip:bob@biloxi.com>;tag=" + text + "\r\n"};
    EXPECT_EQ(judge(request_of(parts)), kValid) << length;
    EXPECT_EQ(read(parts).get<Via>()->branch, text);
    EXPECT_EQ(read(parts).from_tag(), text);
  }
  EXPECT_EQ(judge(request_of({.from = "From: <sip:bob@biloxi.com>;tag=" + std::string(9000, 'x') + "\r\n"})),
            kTooLarge);
}

// CVE-2020-28361: whoever looks for a header by its name must find it however its name is set.
TEST(Attacks, S19HeaderNamesWithBlanksBehindThem) {
  for (const std::string_view before_colon : {" ", "\t", "  \t "}) {
    const std::string lines =
        fmt::format("P-Asserted-Identity{}: <sip:evil@x>\r\nX-Bypass-me{}: x\r\n", before_colon, before_colon);
    const Request request = read({.lines = lines});
    EXPECT_TRUE(request.has(HeaderName::PAssertedIdentity));
    EXPECT_EQ(request.header("X-Bypass-me"), "x");
  }
}

TEST(Attacks, S19HeadersThatAreNone) {
  for (const std::string_view line : {"X Bypass: x\r\n", " \t: x\r\nFrom: <sip:evil@x>\r\n", ": x\r\n",
                                      "X-Bypass\r\n: x\r\n", "(X): x\r\n", "X\v: x\r\n", "X\xc2\xa0: x\r\n"}) {
    EXPECT_NE(judge(request_of({.lines = std::string(line)})), kValid) << line;
  }
  // A fold makes it a part of the line before.
  const Request folded = read({.lines = "Subject: a\r\n P-Asserted-Identity: <sip:evil@x>\r\n"});
  EXPECT_FALSE(folded.has(HeaderName::PAssertedIdentity));
  EXPECT_EQ(folded.header("Subject"), "a   P-Asserted-Identity: <sip:evil@x>");
}

TEST(Attacks, S19HeadersTwice) {
  for (const std::string_view line : {"From: <sip:evil@x>;tag=1\r\n", "f: <sip:evil@x>;tag=1\r\n",
                                      "t: <sip:evil@x>\r\n", "i: other\r\n", "cseq : 1 REGISTER\r\n"}) {
    EXPECT_EQ(judge(request_of({.lines = std::string(line)})), kRefused) << line;
  }
  EXPECT_EQ(judge(request_of({.lines = "Max-Forwards: 70\r\nMax-Forwards: 0\r\n"})), kRefused);
}

// CVE-2026-23457, OpenSIPS 1480b1fa: whoever counts otherwise sees another message behind this one.
TEST(Attacks, S20ContentLengthsThatCannotBeTrusted) {
  for (const std::string_view lines :
       {"Content-Length: 4294967328\r\n", "Content-Length: 18446744073709551648\r\n", "Content-Length: -1\r\n",
        "Content-Length: +32\r\n", "Content-Length: 0x20\r\n", "Content-Length: 32;\r\n", "Content-Length: 3 2\r\n",
        "Content-Length: 32, 32\r\n", "Content-Length:\r\n", "Content-Length: 32\r\nContent-Length: 0\r\n",
        "Content-Length: 0\r\nl : 32\r\n", "L: 32\r\nCONTENT-LENGTH\t:\r\n 32\r\n"}) {
    const std::string bytes = request_of({.lines = std::string(lines), .body = "INVITE sip:smuggled SIP/2.0\r\n\r\n"});
    EXPECT_EQ(judge(bytes), kMalformed) << lines;
    EXPECT_TRUE(breaks_a_stream(bytes)) << lines;
  }
  EXPECT_TRUE(breaks_a_stream(request_of({}))) << "without Content-Length";
}

TEST(Attacks, S20MessagesOverTheLimits) {
  std::string many_headers;
  for (int i = 0; i < 200; ++i) many_headers += "Accept: a/b\r\n";
  EXPECT_EQ(judge(request_of({.lines = many_headers})), kTooLarge);
  EXPECT_EQ(judge(request_of({.lines = "Content-Length: 70000\r\n", .body = std::string(70'000, 'x')})), kTooLarge);
  EXPECT_TRUE(breaks_a_stream(request_of({.lines = "Content-Length: 70000\r\n"}))) << "before the body is there";
  EXPECT_TRUE(breaks_a_stream(std::string(70'000, 'x')));
}

// CVE-2023-28098. The message is good; what becomes of its credentials is the authenticator's part.
TEST(Attacks, S21CredentialsWithUnbalancedQuotes) {
  for (const std::string_view credentials :
       {R"(Digest username="bob, realm="biloxi.com", nonce="1")", R"(Digest username="bob\")", R"(Digest username=")",
        R"(Digest username="bob" realm="biloxi.com")", R"(Digest username="bob",,nonce="1")", R"(Digest =)", "Digest",
        R"(Digest username="bob", username="alice")"}) {
    const Parts parts{.lines = fmt::format("Authorization: {}\r\n", credentials)};
    EXPECT_EQ(judge(request_of(parts)), kValid) << credentials;
    EXPECT_EQ(read(parts).get<Authorization>().error().kind, Error::Kind::Malformed) << credentials;
  }
}

TEST(Attacks, BytesThatNoLineMayHave) {
  for (const std::string_view bad : {std::string_view("\0", 1), std::string_view("\x01"), std::string_view("\x7f"),
                                     std::string_view("\n"), std::string_view("\r"), std::string_view("\r\r\n")}) {
    const auto with = [bad](std::string_view before, std::string_view after) {
      return fmt::format("{}{}{}", before, bad, after);
    };
    EXPECT_NE(judge(request_of({.start = with("REGISTER sip:bil", "oxi.com SIP/2.0\r\n")})), kValid);
    EXPECT_NE(judge(request_of({.lines = with("Sub", "ject: a\r\n")})), kValid);
    EXPECT_NE(judge(request_of({.lines = with("Subject: a", "b\r\n")})), kValid);
    EXPECT_NE(judge(request_of({.lines = with("Subject: \"a", "b\"\r\n")})), kValid);
  }
  EXPECT_EQ(read({.lines = "Content-Length: 3\r\n", .body = std::string("a\0b", 3)}).body(), std::string("a\0b", 3));
}

TEST(Attacks, ABackslashQuotesAControlOnlyWithinQuotes) {
  EXPECT_EQ(judge(request_of({.lines = "Subject: \\\x01\r\n"})), kMalformed);
  EXPECT_EQ(judge(request_of({.lines = "Subject: \"a\" \\\x01\r\n"})), kMalformed);
  EXPECT_EQ(judge(request_of({.lines = "Subject: \"\\\\\x01\"\r\n"})), kMalformed) << "the backslash is quoted itself";
  EXPECT_EQ(judge(request_of({.lines = "Subject: \"\\\n\"\r\n"})), kMalformed);
  EXPECT_EQ(read({.lines = "Subject: \"\\\x01\"\r\n"}).header("Subject"), "\"\\ \"");
}

TEST(Attacks, LinesThatEndInLfAloneOrInTheMiddle) {
  std::string bytes = request_of({});
  for (std::size_t at = bytes.find('\r'); at != std::string::npos; at = bytes.find('\r')) bytes.erase(at, 1);
  EXPECT_EQ(judge(bytes), kMalformed);
  EXPECT_EQ(judge(request_of({.lines = "Subject: a\nContent-Length: 5\r\n"})), kMalformed);
  EXPECT_EQ(judge(request_of({.end = "\n"})), kMalformed);
  EXPECT_EQ(judge(request_of({.end = ""})), kMalformed);
  EXPECT_EQ(judge(request_of({.start = "REGISTER sip:biloxi.com SIP/2.0\r\n folded\r\n"})), kMalformed);
}

}  // namespace
}  // namespace webcalling::sip
