#include "sip/message/session_description.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace webcalling::sip {
namespace {

using testing::HasSubstr;

struct Part {
  std::string headers;
  std::string content;
};

std::string multipart(const std::vector<Part>& parts, const std::string& boundary = "b1") {
  std::string body;
  for (const Part& part : parts) body += "--" + boundary + "\r\n" + part.headers + "\r\n" + part.content + "\r\n";
  return body + "--" + boundary + "--\r\n";
}

Request message(std::string_view type, std::string_view body) {
  Request request(Method::Invite, {});
  request.set_body(type, body);
  return request;
}

/// The description, or "400: ..." or "415: ...".
std::string found(const Message& message) {
  const auto description = session_description(message);
  if (description) return std::string(*description);
  return std::to_string(refusal_of_body(description.error())) + ": " + description.error().text;
}
std::string found(std::string_view type, std::string_view body) { return found(message(type, body)); }

const std::string kSdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";
const Part kDescription{"Content-Type: application/sdp\r\n", kSdp};

TEST(SessionDescription, IsTheBodyOfMostMessages) {
  EXPECT_EQ(found("application/sdp", kSdp), kSdp);
  EXPECT_EQ(found("Application/SDP;charset=utf-8", kSdp), kSdp);
  EXPECT_EQ(found("", ""), "");
  EXPECT_EQ(found("text/plain", ""), "") << "no body at all";
}

TEST(SessionDescription, IsWhatABodyWithoutTypeIsTakenFor) { EXPECT_EQ(found("", kSdp), kSdp); }

TEST(SessionDescription, IsFoundAmongOtherPartsThatAreOptional) {
  const Part isup{
      "Content-Type: application/ISUP;version=itu-t92+\r\nContent-Disposition: signal; handling=optional\r\n",
      std::string("\x01\x00\x00", 3)};
  EXPECT_EQ(found("multipart/mixed;boundary=b1", multipart({kDescription, isup})), kSdp);
  EXPECT_EQ(found("multipart/mixed; boundary=\"b1\"", multipart({isup, kDescription})), kSdp);
  EXPECT_EQ(found("multipart/related;boundary=b1", multipart({isup, kDescription})), kSdp)
      << "what we do not know is mixed (RFC 2046 section 5.1.7)";
  EXPECT_EQ(found("multipart/mixed;boundary=b1", multipart({isup})), "") << "an INVITE without offer";
}

// RFC 5621 section 8: what is not called optional is required.
TEST(SessionDescription, IsNothingWithoutAPartThatIsRequired) {
  for (const char* disposition :
       {"", "Content-Disposition: signal\r\n", "Content-Disposition: signal;handling=required\r\n",
        "Content-Disposition: signal;handling=perhaps\r\n"}) {
    const Part isup{std::string("Content-Type: application/ISUP\r\n") + disposition, "x"};
    EXPECT_THAT(found("multipart/mixed;boundary=b1", multipart({kDescription, isup})),
                HasSubstr("415: a body of type application/isup"))
        << disposition;
  }
}

TEST(SessionDescription, IsTheLastAlternativeThatCanBeRead) {
  const Part text{"Content-Type: text/plain\r\n", "call me"};
  const Part better{"Content-Type: application/sdpng\r\n", "<x/>"};
  const Part second{"Content-Type: application/sdp\r\n", "v=0\r\ns=second\r\n"};
  EXPECT_EQ(found("multipart/alternative;boundary=b1", multipart({text, kDescription, better})), kSdp);
  EXPECT_EQ(found("multipart/alternative;boundary=b1", multipart({kDescription, second})), second.content);
  EXPECT_THAT(found("multipart/alternative;boundary=b1", multipart({text, better})), HasSubstr("415: "));
}

TEST(SessionDescription, MayStandDeepInside) {
  const auto nested = [](int depth) {
    std::string body = kSdp;
    std::string type = "application/sdp";
    for (int i = 0; i < depth; ++i) {
      const auto boundary = "b" + std::to_string(i);
      body = multipart({{"Content-Type: " + type + "\r\n", body}}, boundary);
      type = (i % 2 == 0 ? "multipart/mixed;boundary=" : "multipart/alternative;boundary=") + boundary;
    }
    return found(type, body);
  };
  for (int depth = 0; depth <= kMaxBodyDepth; ++depth) EXPECT_EQ(nested(depth), kSdp) << depth;
  EXPECT_THAT(nested(kMaxBodyDepth + 1), HasSubstr("400: multipart body: the parts are nested"));
  EXPECT_THAT(nested(300), HasSubstr("400: "));
}

TEST(BodyDepth, CountsTheMultipartsAroundTheDeepestPart) {
  EXPECT_EQ(body_depth(message("application/sdp", kSdp)), 0);
  EXPECT_EQ(body_depth(message("", "")), 0);
  std::string body = kSdp;
  std::string type = "application/sdp";
  for (int depth = 1; depth <= kMaxBodyDepth + 3; ++depth) {
    const auto boundary = "b" + std::to_string(depth);
    body = multipart({kDescription, {"Content-Type: " + type + "\r\n", body}}, boundary);
    type = "Multipart/mixed;boundary=" + boundary;
    EXPECT_EQ(body_depth(message(type, body)), std::min(depth, kMaxBodyDepth + 1));
  }
  EXPECT_EQ(body_depth(message("multipart/mixed;boundary=x", "nothing of the kind")), 1);
}

TEST(SessionDescription, HasToBeOfTheSession) {
  const auto with = [](const char* disposition) {
    auto request = message("application/sdp", kSdp);
    request.add(HeaderName::ContentDisposition, disposition);
    return found(request);
  };
  EXPECT_EQ(with("session"), kSdp);
  EXPECT_EQ(with("Session;handling=optional"), kSdp);
  // RFC 3959: another thing than the description of the call.
  EXPECT_THAT(with("early-session"), HasSubstr("415: "));
  EXPECT_EQ(with("early-session;handling=optional"), "");
  EXPECT_THAT(with("=;"), HasSubstr("400: Content-Disposition"));
}

// RFC 3261 section 8.2.3.
TEST(SessionDescription, HasToBeInAnEncodingThatWeRead) {
  const auto with = [](const char* encoding) {
    auto request = message("application/sdp", kSdp);
    request.add(HeaderName::ContentEncoding, encoding);
    return found(request);
  };
  EXPECT_EQ(with("identity"), kSdp);
  EXPECT_THAT(with("gzip"), HasSubstr("415: "));
  const auto part = [](const char* encoding) {
    return found(
        "multipart/mixed;boundary=b1",
        multipart(
            {{std::string("Content-Transfer-Encoding: ") + encoding + "\r\nContent-Type: application/sdp\r\n", kSdp}}));
  };
  EXPECT_EQ(part("binary"), kSdp);
  EXPECT_EQ(part("8BIT"), kSdp);
  EXPECT_THAT(part("base64"), HasSubstr("415: "));
}

TEST(SessionDescription, OfAnotherTypeIsRefused) {
  EXPECT_THAT(found("text/plain", "hello"), HasSubstr("415: a body of type text/plain"));
  EXPECT_THAT(found("application/x sdp", kSdp), HasSubstr("400: Content-Type"));
}

// ATTACKS S17.
TEST(SessionDescription, OfABrokenMultipartBodyIsMalformed) {
  for (const char* type : {"multipart/mixed", "multipart/mixed;boundary=", "multipart/mixed;boundary=\"\"",
                           "multipart/mixed;boundary=b2", "multipart/alternative"}) {
    EXPECT_THAT(found(type, multipart({kDescription})), HasSubstr("400: multipart body")) << type;
  }
  auto cut = multipart({kDescription});
  cut.resize(cut.size() - 6);
  EXPECT_THAT(found("multipart/mixed;boundary=b1", cut), HasSubstr("400: "));
}

}  // namespace
}  // namespace webcalling::sip
