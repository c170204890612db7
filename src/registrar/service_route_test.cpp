#include "registrar/service_route.hpp"

#include "registrar/registrar_for_tests.hpp"
#include "sip/token/flow_token.hpp"

namespace webcalling::registrar {
namespace {

class ServiceRouteTest : public testing::Test {
 protected:
  /// What a device gets that registers so.
  std::optional<sip::ServiceRoute> route(const std::string& uri, const sip::Flow& flow,
                                         const std::string& further_vias = {}) {
    return service_route(Register{.uri = uri, .further_vias = further_vias}.request(), flow, seal);
  }

  SeededRandom random{4};
  sip::Seal seal{sip::Seal::draw_key(random)};
};

TEST_F(ServiceRouteTest, LeadsToUsOverTheSameFlow) {
  const auto over_udp = route("sip:10.0.0.1", udp_flow());
  ASSERT_TRUE(over_udp);
  EXPECT_EQ(sip::read_flow_token(seal, over_udp->uri.user), udp_flow());
  EXPECT_EQ(over_udp->uri.host, "10.0.0.1");
  EXPECT_EQ(over_udp->uri.port, 5060);
  EXPECT_TRUE(over_udp->uri.parameters.has("lr"));
  EXPECT_FALSE(over_udp->uri.parameters.has("transport"));
  const auto over_tcp = route("sip:10.0.0.1:5060", tcp_flow());
  ASSERT_TRUE(over_tcp);
  EXPECT_EQ(over_tcp->uri.parameters.get("transport"), "tcp");
}

TEST_F(ServiceRouteTest, IsNothingForWhoMightNotFindUsThere) {
  EXPECT_FALSE(route("sip:pbx.example.com", udp_flow())) << "a name that may not resolve";
  EXPECT_FALSE(route("sip:203.0.113.7", udp_flow())) << "an address in front of a NAT";
  EXPECT_FALSE(route("sip:10.0.0.1:15060", udp_flow())) << "a port that is translated";
  EXPECT_FALSE(route("sip:10.0.0.1:5066", ws_flow())) << "a browser";
  EXPECT_FALSE(route("sip:10.0.0.1", udp_flow(), "Via: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKproxy\r\n"));
}

class ServiceRouteOfRegistrar : public RegistrarTest {};

TEST_F(ServiceRouteOfRegistrar, IsGivenToWhoAsksForAFlowAndToNobodyElse) {
  Register registration{.headers = contact("a", ";+sip.instance=\"<urn:uuid:1>\";reg-id=1") + "Supported: outbound\r\n",
                        .uri = "sip:10.0.0.1"};
  EXPECT_TRUE(handle(registration, udp_flow()).get<sip::ServiceRoute>());
  registration.headers = contact("a");
  registration.cseq = 4;
  EXPECT_FALSE(handle(registration, udp_flow()).has(sip::HeaderName::ServiceRoute));
}

}  // namespace
}  // namespace webcalling::registrar
