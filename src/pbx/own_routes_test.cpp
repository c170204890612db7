#include "pbx/own_routes.hpp"

#include <gmock/gmock.h>

#include "pbx/pbx_for_tests.hpp"
#include "sip/token/flow_token.hpp"

namespace webcalling {
namespace {

using sip::HeaderName;
using sip::Method;

class OwnRoutesTest : public testing::Test, protected PbxForTests {
 protected:
  /// What becomes of an OPTIONS with these Routes: 0 if they are taken off.
  int refusal(std::initializer_list<std::string_view> routes) {
    sip::Request request = this->request(Method::Options, "1001");
    for (const std::string_view route : routes) request.add(HeaderName::Route, route);
    const auto rejection = own.take_off(request, flow());
    if (rejection) return rejection->status;
    EXPECT_FALSE(request.has(HeaderName::Route));
    return 0;
  }
  std::string route_with(const sip::Seal& seal) {
    return "<sip:" + sip::write_flow_token(seal, flow()) + "@10.0.0.1;lr>";
  }

  sip::Seal::Key key = sip::Seal::draw_key(random);
  OwnRoutes own{key, {"pbx.example.com", "203.0.113.7"}};
};

TEST_F(OwnRoutesTest, AreThoseThatNameUs) {
  EXPECT_EQ(refusal({"<sip:10.0.0.1;lr>"}), 0) << "the address that it reached";
  EXPECT_EQ(refusal({"<sip:10.0.0.1:5060;transport=tcp;lr>"}), 0);
  EXPECT_EQ(refusal({"<sip:203.0.113.7;lr>"}), 0) << "in front of the NAT";
  EXPECT_EQ(refusal({"<sip:PBX.example.com;lr>"}), 0);
  EXPECT_EQ(refusal({"<sip:pbx.example.com;lr>, <sip:10.0.0.1;lr>"}), 0) << "outbound proxy and Service-Route";
  EXPECT_EQ(refusal({"<sip:pbx.example.com;lr>", "<sip:10.0.0.1;lr>"}), 0);
}

TEST_F(OwnRoutesTest, DomainOfTheSenderIsUsWhateverItIs) {
  sip::Request request = this->request(Method::Options, "1001");
  request.set(HeaderName::From, "<sip:1002@office.example>;tag=theirs");
  request.add(HeaderName::Route, "<sip:office.example;lr>");
  EXPECT_FALSE(own.take_off(request, flow()));
}

// ATTACKS S35
TEST_F(OwnRoutesTest, RouteThatLeadsElsewhereIs403) {
  EXPECT_EQ(refusal({"<sip:192.0.2.1;lr>"}), 403);
  EXPECT_EQ(refusal({"<sip:evil.example;lr>"}), 403);
  EXPECT_EQ(refusal({"<sip:10.0.0.1;lr>", "<sip:evil.example;lr>"}), 403);
  EXPECT_EQ(refusal({"<tel:+15551234>"}), 403);
}

TEST_F(OwnRoutesTest, RouteThatCannotBeReadIs400) {
  EXPECT_EQ(refusal({"<sip:10.0.0.1;lr"}), 400);
  EXPECT_EQ(refusal({""}), 400);
}

TEST_F(OwnRoutesTest, FlowTokenIsTakenFromWhoeverHasGotItFromUs) {
  EXPECT_EQ(refusal({route_with(sip::Seal(key))}), 0);
  EXPECT_EQ(refusal({route_with(sip::Seal(sip::Seal::draw_key(random)))}), 403);
  EXPECT_EQ(refusal({"<sip:flow-0123@10.0.0.1;lr>"}), 403);
}

class RoutedRequest : public testing::Test, protected PbxForTests {
 protected:
  sip::Request routed(Method method, std::string_view user, std::string_view route, std::string_view to_tag = {}) {
    sip::Request out = request(method, user, to_tag);
    out.add(HeaderName::Route, route);
    return out;
  }
};

TEST_F(RoutedRequest, IsServedAsIfItHadComeStraight) {
  EXPECT_EQ(response_to(routed(Method::Options, "1001", "<sip:10.0.0.1;lr>")).status(), 200);
  EXPECT_EQ(responses_to_authorized(routed(Method::Register, "", "<sip:10.0.0.1;lr>")).back().status(), 200);
  EXPECT_EQ(responses_to_authorized(routed(Method::Invite, "4711", "<sip:10.0.0.1;lr>")).back().status(), 404);
  EXPECT_EQ(response_to(routed(Method::Bye, "1001", "<sip:10.0.0.1;lr>", "unknown")).status(), 481);
}

TEST_F(RoutedRequest, IsRefusedToWhoTakesUsForAProxyAndNothingIsKept) {
  for (const Method method : {Method::Invite, Method::Register, Method::Options, Method::Bye}) {
    EXPECT_EQ(response_to(routed(method, "1001", "<sip:evil.example;lr>")).status(), 403) << sip::text(method);
  }
  EXPECT_THAT(responses_to(routed(Method::Ack, "1001", "<sip:evil.example;lr>")), testing::IsEmpty());
  EXPECT_EQ(pbx.active_transactions(), 0U);
}

// What was given out comes back.
TEST_F(RoutedRequest, ServiceRouteIsGoodForCalls) {
  sip::Request registration = request(Method::Register, "");
  registration.set(HeaderName::Contact, "<sip:1002@10.0.0.9:5070>;+sip.instance=\"<urn:uuid:1>\";reg-id=1");
  registration.add(HeaderName::Supported, "outbound");
  const auto response = responses_to_authorized(registration).back();
  EXPECT_EQ(response.header(HeaderName::Require), "outbound");
  EXPECT_EQ(response.header(HeaderName::Supported), "path, outbound, gruu");
  const auto route = response.header(HeaderName::ServiceRoute);
  ASSERT_TRUE(route);
  EXPECT_EQ(responses_to_authorized(routed(Method::Invite, "4711", *route)).back().status(), 404);
}

}  // namespace
}  // namespace webcalling
