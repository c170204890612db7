#include "sip/message/stream_framer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

using testing::ElementsAre;

const std::string kFirst = "OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 8\r\n\r\na\r\n\r\nb\r\n";
const std::string kSecond = "SIP/2.0 200 OK\r\nl:\r\n 0\r\n\r\n";

/// What came out so far: messages, "PING", and "FAILED" at the end.
void drain(StreamFramer& framer, std::vector<std::string>& out) {
  for (;;) {
    auto next = framer.next();
    if (!next) return out.push_back("FAILED");
    if (std::holds_alternative<StreamFramer::NeedMore>(*next)) return;
    const auto* text = std::get_if<StreamFramer::Text>(&*next);
    out.push_back(text ? text->message : "PING");
  }
}

std::vector<std::string> frames(std::string_view stream, const Limits& limits = {}) {
  StreamFramer framer(limits);
  std::vector<std::string> out;
  framer.push(stream);
  drain(framer, out);
  return out;
}

TEST(StreamFramer, CutsPipelinedMessages) {
  EXPECT_THAT(frames(kFirst + kSecond + kFirst), ElementsAre(kFirst, kSecond, kFirst));
}

TEST(StreamFramer, EverySplitGivesTheSameMessages) {
  const std::string stream = "\r\n\r\n" + kFirst + "\r\n\r\n" + kSecond + "\r\n" + kFirst;
  const auto whole = frames(stream);
  EXPECT_THAT(whole, ElementsAre("PING", kFirst, "PING", kSecond, kFirst));
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    StreamFramer framer;
    std::vector<std::string> out;
    framer.push(stream.substr(0, split));
    drain(framer, out);
    framer.push(stream.substr(split));
    drain(framer, out);
    EXPECT_EQ(out, whole) << split;
  }
}

TEST(StreamFramer, ByteByByteGivesTheSameMessages) {
  StreamFramer framer;
  std::vector<std::string> out;
  for (const char c : kFirst + "\r\n\r\n" + kSecond) {
    framer.push(std::string_view(&c, 1));
    drain(framer, out);
  }
  EXPECT_THAT(out, ElementsAre(kFirst, "PING", kSecond));
}

// RFC 3261 section 18.3; ATTACKS S20.
TEST(StreamFramer, FailsForGoodWhereItCannotFindTheEnd) {
  for (const std::string_view lines :
       {"Call-ID: 1\r\n", "Content-Length: -1\r\n", "Content-Length: x\r\n", "Content-Length: 18446744073709551617\r\n",
        "Content-Length: 4294967328\r\n", "Content-Length: 18446744073709551615\r\n", "Content-Length: 0\r\nl: 5\r\n",
        "Content-Length: 0\r\nContent-Length: 0\r\n", "Bad Name: x\r\nContent-Length: 0\r\n",
        "A: b\nContent-Length: 0\r\n"}) {
    StreamFramer framer;
    std::vector<std::string> out;
    framer.push(fmt::format("OPTIONS sip:a@b SIP/2.0\r\n{}\r\n", lines));
    drain(framer, out);
    EXPECT_THAT(out, ElementsAre("FAILED")) << lines;
    framer.push(kSecond);
    drain(framer, out);
    EXPECT_THAT(out, ElementsAre("FAILED", "FAILED")) << lines;
  }
}

TEST(StreamFramer, KeepsWhatBrokeItForAnAnswer) {
  StreamFramer framer;
  framer.push(kSecond + "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n");
  ASSERT_TRUE(framer.next().has_value());
  EXPECT_EQ(framer.broken(), "");
  ASSERT_FALSE(framer.next().has_value());
  EXPECT_EQ(framer.broken(), "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n");
  framer.push(kSecond);
  EXPECT_FALSE(framer.next().has_value());
  EXPECT_EQ(framer.broken(), "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n");
}

TEST(StreamFramer, AMessageWithoutHeadersHasNoLength) { EXPECT_THAT(frames("X\r\n\r\n"), ElementsAre("FAILED")); }

TEST(StreamFramer, LimitsTheHeadAndTheWhole) {
  const Limits limits{.message_bytes = 100};
  EXPECT_THAT(frames(std::string(200, 'x'), limits), ElementsAre("FAILED"));
  EXPECT_THAT(frames("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 60\r\n\r\n", limits), ElementsAre("FAILED"));
  EXPECT_THAT(frames("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 20\r\n\r\n", limits), ElementsAre());
}

TEST(StreamFramer, ALoneCrLfIsNotAPing) {
  EXPECT_THAT(frames("\r\n"), ElementsAre());
  EXPECT_THAT(frames("\r\n" + kSecond), ElementsAre(kSecond));
  EXPECT_THAT(frames("\r\n\r\n\r\n\r\n\r\n" + kSecond), ElementsAre("PING", "PING", kSecond));
}

TEST(StreamFramer, TellsWhetherAMessageHasBegun) {
  StreamFramer framer;
  const auto waits_after = [&framer](std::string_view bytes) {
    framer.push(bytes);
    while (!std::holds_alternative<StreamFramer::NeedMore>(framer.next().value())) continue;
    return framer.is_waiting();
  };
  EXPECT_FALSE(framer.is_waiting());
  EXPECT_FALSE(waits_after("\r\n"));
  EXPECT_TRUE(waits_after(kSecond.substr(0, 1)));
  EXPECT_FALSE(waits_after(kSecond.substr(1)));
  EXPECT_TRUE(waits_after(kSecond + "O"));
}

}  // namespace
}  // namespace webcalling::sip
