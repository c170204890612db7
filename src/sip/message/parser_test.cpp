#include "sip/message/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/message/headers.hpp"

namespace webcalling::sip {
namespace {

const std::string kHead =
    "Via: SIP/2.0/UDP host;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 "
    "OPTIONS\r\n";

std::string options_with(std::string_view lines, std::string_view rest = "") {
  return fmt::format("OPTIONS sip:c@d SIP/2.0\r\n{}{}\r\n{}", kHead, lines, rest);
}

Request request(std::string_view bytes) {
  auto parsed = parse(bytes);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().text);
  return parsed ? std::get<Request>(std::move(*parsed)) : Request();
}

bool is_malformed(std::string_view bytes) {
  const auto parsed = parse(bytes);
  return !parsed && parsed.error().kind == Error::Kind::Malformed;
}

TEST(Parser, TakesTheBodyThatContentLengthSays) {
  EXPECT_EQ(request(options_with("Content-Length: 3\r\n", "abcdef")).body(), "abc");
  EXPECT_EQ(request(options_with("", "abcdef")).body(), "abcdef");
  EXPECT_EQ(request(options_with("l: 0\r\n", "abc")).body(), "");
  EXPECT_EQ(request(options_with("", std::string("a\0\r\nb", 5))).body(), std::string("a\0\r\nb", 5));
}

// ATTACKS S19 and S20: whoever sees another length sees another message behind this one.
TEST(Parser, DoubtfulContentLengthsAreMalformed) {
  for (const std::string_view lines :
       {"Content-Length: 4\r\n", "Content-Length: -1\r\n", "Content-Length: +1\r\n", "Content-Length: 4294967299\r\n",
        "Content-Length: 18446744073709551619\r\n", "Content-Length: \r\n", "Content-Length: 1 2\r\n",
        "Content-Length: 1,2\r\n", "Content-Length: 0x1\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: 1\r\nl: 1\r\n", "Content-Length : 1\r\nContent-Length: 2\r\n"}) {
    EXPECT_TRUE(is_malformed(options_with(lines, "abc"))) << lines;
  }
}

TEST(Parser, NamesMayHaveBlanksOnlyBeforeTheColon) {
  EXPECT_EQ(request(options_with("X-Bypass-me \t: x\r\n")).header("X-Bypass-me"), "x");
  for (const std::string_view line :
       {"X Bypass: x\r\n", ": x\r\n", " : x\r\n", "X-\x01: x\r\n", "X-(: x\r\n", "X-Bypass\r\n", "\"X\": x\r\n"}) {
    const auto parsed = parse(fmt::format("OPTIONS sip:c@d SIP/2.0\r\nA: b\r\n{}\r\n", line));
    if (line == " : x\r\n") {
      // A blank first makes it the continuation of the line before.
      EXPECT_EQ(std::get<Request>(*parsed).header("A"), "b   : x");
    } else {
      EXPECT_FALSE(parsed.has_value()) << line;
    }
  }
}

TEST(Parser, AFoldIsABlank) {
  const Request read = request(options_with("Subject: I know\r\n you're there,\r\n\tpick up\r\n"));
  EXPECT_EQ(read.header("Subject"), "I know   you're there,   pick up");
  EXPECT_TRUE(is_malformed("OPTIONS sip:c@d SIP/2.0\r\n folded: start line\r\n\r\n"));
}

TEST(Parser, ControlCharactersAreMalformed) {
  for (const char bad : {'\0', '\x01', '\x7f', '\n', '\r', '\x0b'}) {
    EXPECT_TRUE(is_malformed(options_with(fmt::format("Subject: a{}b\r\n", bad)))) << static_cast<int>(bad);
    EXPECT_TRUE(is_malformed(fmt::format("OPTIONS sip:{}c@d SIP/2.0\r\n{}\r\n", bad, kHead))) << static_cast<int>(bad);
  }
  EXPECT_EQ(request(options_with("Subject: Zo\xc3\xab\tx\r\n")).header("Subject"), "Zo\xc3\xab x");
}

TEST(Parser, LinesThatEndInLfAloneAreMalformed) {
  EXPECT_TRUE(is_malformed("OPTIONS sip:c@d SIP/2.0\nVia: SIP/2.0/UDP h\n\n"));
  EXPECT_TRUE(is_malformed("OPTIONS sip:c@d SIP/2.0\r\nVia: SIP/2.0/UDP h\nA: b\r\n\r\n"));
}

TEST(Parser, EveryTruncationIsMalformedNotMisread) {
  const std::string whole = options_with("Content-Length: 3\r\n", "abc");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_TRUE(is_malformed(std::string_view(whole).substr(0, length))) << length;
  }
}

TEST(Parser, RequestLinesAreExact) {
  for (const std::string_view line :
       {"", " ", "OPTIONS", "OPTIONS sip:c@d", "OPTIONS  sip:c@d SIP/2.0", "OPTIONS sip:c@d  SIP/2.0",
        "OPTIONS sip:c@d SIP/2.0 ", " OPTIONS sip:c@d SIP/2.0", "OPTIONS sip:c@d ;lr SIP/2.0",
        "OPTIONS <sip:c@d> SIP/2.0", "OPT(IONS sip:c@d SIP/2.0", "OPTIONS sip:c@d HTTP/1.1", "OPTIONS sip:c@d SIP/2",
        "OPTIONS sip:c@d SIP/2.", "OPTIONS sip:c@d SIP/x.y", "OPTIONS sip: SIP/2.0", "OPTIONS sip:c@d\tSIP/2.0",
        "GET / HTTP/1.1"}) {
    EXPECT_TRUE(is_malformed(fmt::format("{}\r\n{}\r\n", line, kHead))) << line;
  }
  EXPECT_TRUE(is_malformed(std::string(800, 'A') + " sip:c@d SIP/2.0\r\n\r\n"));
}

TEST(Parser, UnknownMethodsAreKeptByText) {
  const Request read = request("NEWMETHOD sip:c@d sip/2.0\r\n\r\n");
  EXPECT_EQ(read.method(), Method::Other);
  EXPECT_EQ(read.method_text(), "NEWMETHOD");
  EXPECT_THAT(read.write(), testing::StartsWith("NEWMETHOD sip:c@d SIP/2.0\r\n"));
}

TEST(Parser, StatusLinesAreExact) {
  for (const std::string_view line :
       {"SIP/2.0", "SIP/2.0 ", "SIP/2.0 20 OK", "SIP/2.0 2000 OK", "SIP/2.0 099 X", "SIP/2.0 700 X", "SIP/2.0 -10 X",
        "SIP/2.0 4294967301 better not break the receiver", "SIP/7.0 200 OK", "SIP/2.0  200 OK", "SIP/2.0 2x0 OK"}) {
    EXPECT_TRUE(is_malformed(fmt::format("{}\r\n{}\r\n", line, kHead))) << line;
  }
  const auto parsed = parse("sip/2.0 200\r\n\r\n");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(std::get<Response>(*parsed).status(), 200);
  EXPECT_EQ(std::get<Response>(*parse("SIP/2.0 183 = 2**3 * \xd0\xbd\r\n\r\n")).reason(), "= 2**3 * \xd0\xbd");
}

// ATTACKS S13, S16.
TEST(Parser, RefusesWhatIsOverTheLimits) {
  const auto kind = [](const std::string& bytes, const Limits& limits) {
    const auto parsed = parse(bytes, limits);
    return parsed ? std::nullopt : std::optional(parsed.error().kind);
  };
  std::string many;
  for (int i = 0; i < 50; ++i) many += "Accept: " + std::string(100, 'a') + "\r\n";
  EXPECT_EQ(kind(options_with(many), {}), std::nullopt);
  EXPECT_EQ(kind(options_with(many), {.headers = 20}), Error::Kind::Refused);
  EXPECT_EQ(kind(options_with(many), {.header_line_bytes = 64}), Error::Kind::Refused);
  EXPECT_EQ(kind(options_with(many), {.message_bytes = 1000}), Error::Kind::Refused);
  EXPECT_EQ(kind(options_with("A: b\r\n " + std::string(9000, 'x') + "\r\n"), {}), Error::Kind::Refused);
}

TEST(Parser, WhatWasWrittenReadsBackTheSame) {
  const Request read = request(options_with("k: a,b\r\nX-Other: 1\r\nc: text/plain\r\n", "body"));
  const std::string wire = read.write();
  EXPECT_EQ(request(wire).write(), wire);
  EXPECT_THAT(wire, testing::HasSubstr("Supported: a,b\r\n"));
  EXPECT_THAT(wire, testing::EndsWith("Content-Length: 4\r\n\r\nbody"));
}

}  // namespace
}  // namespace webcalling::sip
