#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {
namespace {

Request invite() {
  Request request(Method::Invite, *Uri::parse("sip:bob@biloxi.com"));
  request.add(HeaderName::Via, "SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bK776asdhds");
  request.add(HeaderName::MaxForwards, "70");
  request.add(HeaderName::To, "Bob <sip:bob@biloxi.com>");
  request.add(HeaderName::From, "Alice <sip:alice@atlanta.com>;tag=1928301774");
  request.add(HeaderName::CallId, "a84b4c76e66710@pc33.atlanta.com");
  request.add(HeaderName::CSeq, "314159 INVITE");
  request.add(HeaderName::Contact, "<sip:alice@pc33.atlanta.com>");
  return request;
}

int status_of(const Request& request) {
  const auto rejection = validate(request);
  return rejection ? rejection->status : 0;
}

int status_with(HeaderName name, std::string_view value) {
  Request request = invite();
  request.set(name, value);
  return status_of(request);
}

TEST(Validate, AGoodRequestPasses) { EXPECT_EQ(status_of(invite()), 0); }

TEST(Validate, EveryMandatoryHeaderIsNeededOnce) {
  for (const HeaderName name :
       {HeaderName::Via, HeaderName::To, HeaderName::From, HeaderName::CallId, HeaderName::CSeq}) {
    Request request = invite();
    request.remove(name);
    EXPECT_EQ(status_of(request), 400) << text(name);
  }
  for (const HeaderName name :
       {HeaderName::To, HeaderName::From, HeaderName::CallId, HeaderName::CSeq, HeaderName::MaxForwards}) {
    Request request = invite();
    request.add(name, std::string(*request.header(name)));
    EXPECT_EQ(status_of(request), 400) << text(name);
  }
}

TEST(Validate, MalformedMandatoryHeadersAre400) {
  EXPECT_EQ(status_with(HeaderName::Via, "SIP/2.0/UDP"), 400);
  EXPECT_EQ(status_with(HeaderName::Via, "SIP/2.0/UDP a, , SIP/2.0/UDP b"), 400);
  EXPECT_EQ(status_with(HeaderName::To, "\"open <sip:a@b>"), 400);
  EXPECT_EQ(status_with(HeaderName::To, "<isbn:2983792873>"), 400);
  EXPECT_EQ(status_with(HeaderName::To, "<sip:a@b>;tag"), 400);
  EXPECT_EQ(status_with(HeaderName::From, "<sip:a@b>;tag=\"\""), 400);
  EXPECT_EQ(status_with(HeaderName::From, ""), 400);
  EXPECT_EQ(status_with(HeaderName::CallId, ""), 400);
  EXPECT_EQ(status_with(HeaderName::CallId, "a b"), 400);
  EXPECT_EQ(status_with(HeaderName::CSeq, "2147483648 INVITE"), 400);
  EXPECT_EQ(status_with(HeaderName::CSeq, "1 " + std::string(800, 'A')), 400);
  EXPECT_EQ(status_with(HeaderName::MaxForwards, "300"), 400);
}

TEST(Validate, CSeqMustNameTheMethod) {
  EXPECT_EQ(status_with(HeaderName::CSeq, "1 BYE"), 400);
  EXPECT_EQ(status_with(HeaderName::CSeq, "1 invite"), 400);
  auto unknown = std::get<Request>(
      *parse("NEW sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP h\r\nf: <sip:a@b>\r\nt: <sip:a@b>\r\ni: 1\r\nCSeq: 1 NEW\r\n\r\n"));
  EXPECT_EQ(status_of(unknown), 0);
  unknown.set(HeaderName::CSeq, "1 OTHER");
  EXPECT_EQ(status_of(unknown), 400);
}

TEST(Validate, AMissingMaxForwardsIsForgiven) {
  Request request = invite();
  request.remove(HeaderName::MaxForwards);
  EXPECT_EQ(status_of(request), 0);
}

TEST(Validate, ADialogNeedsOneContactAndNoSecondOne) {
  Request request = invite();
  request.remove(HeaderName::Contact);
  EXPECT_EQ(status_of(request), 0) << "as in RFC 2543";
  EXPECT_EQ(status_with(HeaderName::Contact, "<sip:a@b>, <sip:c@d>"), 400);
  EXPECT_EQ(status_with(HeaderName::Contact, "*"), 400);
  EXPECT_EQ(status_with(HeaderName::Contact, "<sip:a@b"), 400);
}

TEST(Validate, RegisterMayHaveNoContactOrStar) {
  Request request(Method::Register, *Uri::parse("sip:biloxi.com"));
  const Request other = invite();
  for (const auto& header : other.headers()) {
    if (header.name != HeaderName::Contact) request.add(header.name, header.value);
  }
  request.set(HeaderName::CSeq, "1 REGISTER");
  EXPECT_EQ(status_of(request), 0);
  request.set(HeaderName::Contact, "*");
  EXPECT_EQ(status_of(request), 0);
  request.set(HeaderName::Contact, "<sip:a@b>, ,");
  EXPECT_EQ(status_of(request), 400);
}

TEST(Validate, ForeignVersionsAndSchemesHaveTheirOwnStatus) {
  const auto status = [](std::string_view line) {
    return status_of(std::get<Request>(*parse(fmt::format("{}\r\n\r\n", line))));
  };
  EXPECT_EQ(status("OPTIONS sip:t.watson@example.org SIP/7.0"), 505);
  EXPECT_EQ(status("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0"), 416);
  EXPECT_EQ(status("INVITE urn:service:sos SIP/2.0"), 416);
  EXPECT_EQ(status("OPTIONS sip:a@b SIP/2.0"), 400);
}

TEST(Validate, ASubscriptionNeedsAContact) {
  Request request(Method::Subscribe, *Uri::parse("sip:bob@biloxi.com"));
  const Request other = invite();
  for (const auto& header : other.headers()) request.add(header.name, header.value);
  request.set(HeaderName::CSeq, "1 SUBSCRIBE");
  EXPECT_EQ(status_of(request), 0);
  request.remove(HeaderName::Contact);
  EXPECT_EQ(status_of(request), 400);
}

// RFC 4475 section 3.1.2.11.
TEST(Validate, ARequestUriHasNoHeaders) {
  Request request = invite();
  request.set_uri(*Uri::parse("sip:user@example.com?Route=%3Csip:example.com%3E"));
  EXPECT_EQ(status_of(request), 400);
}

TEST(Validate, TheReasonIsShortAndPrintable) {
  const auto rejection = validate([] {
    Request request = invite();
    request.set(HeaderName::To, "\xff" + std::string(5000, 'x'));
    return request;
  }());
  ASSERT_TRUE(rejection.has_value());
  EXPECT_LE(rejection->reason.size(), 120u);
  EXPECT_EQ(rejection->reason.find('\xff'), std::string::npos);
}

TEST(IsValid, DropsResponsesThatCannotBeMatched) {
  Response response = make_response(invite(), 200, "tag");
  EXPECT_TRUE(is_valid(response));
  response.remove(HeaderName::Via);
  EXPECT_FALSE(is_valid(response));
}

const Rejection kBadRequest{400, "Content-Length Is Wrong"};

TEST(ResponseToMalformed, IsFoundInWhatParsesStill) {
  const auto response = response_to_malformed(
      "INVITE sip:bob SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1,\r\n SIP/2.0/UDP g\r\nbad line\r\nX Y: z\r\n"
      "f: <sip:a@b>;tag=1\r\nt: <sip:c@d>\r\ni: call\r\nCSeq: 1 INVITE\r\nContent-Length: 99999\r\n\r\n",
      kBadRequest);
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status(), 400);
  EXPECT_EQ(response->reason(), "Content-Length Is Wrong");
  EXPECT_TRUE(is_valid(*response));
  EXPECT_EQ(response->get_all<Via>()->size(), 2u);
  EXPECT_NE(response->to_tag(), "");
}

TEST(ResponseToMalformed, HasTheSameTagForEveryCopy) {
  const std::string_view bytes =
      "INVITE x SIP/2.0\nv: SIP/2.0/UDP h\nf: <sip:a@b>\nt: <sip:c@d>\ni: call\nCSeq: 1 INVITE\n\n";
  EXPECT_EQ(response_to_malformed(bytes, kBadRequest)->to_tag(), response_to_malformed(bytes, kBadRequest)->to_tag());
}

TEST(ResponseToMalformed, IsSilentWhereNoReplyIsPossible) {
  const std::string good = "v: SIP/2.0/UDP h\r\nf: <sip:a@b>\r\nt: <sip:c@d>\r\ni: call\r\nCSeq: 1 INVITE\r\n\r\n";
  const auto is_answered = [](const std::string& bytes) {
    return response_to_malformed(bytes, kBadRequest).has_value();
  };
  EXPECT_TRUE(is_answered("INVITE sip:a SIP/2.0\r\n" + good));
  EXPECT_FALSE(is_answered("ACK sip:a SIP/2.0\r\n" + good));
  EXPECT_FALSE(is_answered("SIP/2.0 200 OK\r\n" + good));
  EXPECT_FALSE(is_answered("\x16\x03\x01 \r\n" + good));
  EXPECT_FALSE(is_answered(""));
  const auto is_answered_without = [&](std::string_view name) {
    std::string damaged = good;
    damaged.replace(damaged.find(name), 1, "z");
    return is_answered("INVITE sip:a SIP/2.0\r\n" + damaged);
  };
  // RFC 4475 section 3.3.1: what is missing is no reason for silence as long as the sender knows its request again.
  for (const std::string_view name : {"f:", "t:", "i:"}) EXPECT_TRUE(is_answered_without(name)) << name;
  for (const std::string_view name : {"v:", "CSeq:"}) EXPECT_FALSE(is_answered_without(name)) << name;
}

TEST(RejectionFor, IsTooLargeForWhatIsOverALimitAndOtherwiseBad) {
  EXPECT_EQ(rejection_for({Error::Kind::Refused, "many"}), (Rejection{513, "many"}));
  EXPECT_EQ(rejection_for({Error::Kind::Malformed, "odd"}), (Rejection{400, "odd"}));
  // A character cut in the middle would end a browser's WebSocket.
  const auto rejection = rejection_for({Error::Kind::Malformed, std::string(119, 'x') + "\xc3\xa9"});
  EXPECT_EQ(rejection.reason, std::string(119, 'x') + "?");
}

}  // namespace
}  // namespace webcalling::sip
