#include "registrar/outbound.hpp"

#include "registrar/registrar_for_tests.hpp"

namespace webcalling::registrar {
namespace {

using sip::HeaderName;
using sip::Response;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class OutboundTest : public RegistrarTest {
 protected:
  /// A REGISTER over one flow of one device.
  static Register flow_of_device(const std::string& reg_id, const std::string& user, const std::string& more = {}) {
    return {.headers = contact(user, ";+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\";reg-id=" +
                                         reg_id + more) +
                       "Supported: outbound, path\r\n",
            .call_id = "call-of-flow-" + reg_id};
  }
  static Register through_proxy(Register registration, const std::string& path) {
    registration.further_vias = "Via: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKproxy\r\n";
    if (!path.empty()) registration.headers += "Path: " + path + "\r\n";
    return registration;
  }
  [[nodiscard]] std::vector<std::string> ways() const {
    std::vector<std::string> users;
    const auto devices = registrar.find_devices("1002");
    for (const auto& binding : devices.at(0).flows) users.push_back(binding.contact.user);
    return users;
  }
};

TEST_F(OutboundTest, FlowIsConfirmedAndToBeKeptAlive) {
  const Response response = handle(flow_of_device("1", "a"), udp_flow());
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.header(HeaderName::Require), "outbound");
  EXPECT_EQ(response.header("Flow-Timer"), "29");
  EXPECT_EQ(handle(flow_of_device("2", "b"), tcp_flow()).header("Flow-Timer"), "120");
}

TEST_F(OutboundTest, WebSocketIsPingedByUsSoThatItNeedsNoTimer) {
  const Response response = handle(flow_of_device("1", "a"), ws_flow());
  EXPECT_EQ(response.header(HeaderName::Require), "outbound");
  EXPECT_FALSE(response.header("Flow-Timer"));
}

// RFC 3261 section 8.2.2.3
TEST_F(OutboundTest, IsNotRequiredOfADeviceThatDoesNotSupportIt) {
  Register registration = flow_of_device("1", "a");
  registration.headers = contact("a", ";+sip.instance=\"<urn:uuid:1>\";reg-id=1");
  const Response response = handle(registration, udp_flow());
  EXPECT_FALSE(response.has(HeaderName::Require));
  EXPECT_EQ(registrar.find("1002").at(0).reg_id, "1");
}

TEST_F(OutboundTest, IsNotConfirmedToWhoAsksForNoFlow) {
  for (const std::string& parameters :
       {std::string(), std::string(";reg-id=1"), std::string(";+sip.instance=\"<urn:uuid:1>\""),
        std::string(";+sip.instance=\"<urn:uuid:1>\";reg-id=0"),
        std::string(";+sip.instance=\"<urn:uuid:1>\";reg-id=2147483648"),
        std::string(";+sip.instance=\"<urn:uuid:1>\";reg-id=one")}) {
    const Response response = handle({.headers = contact("a", parameters) + "Supported: outbound\r\n"}, udp_flow());
    EXPECT_EQ(response.status(), 200) << parameters;
    EXPECT_FALSE(response.has(HeaderName::Require)) << parameters;
    EXPECT_THAT(registrar.find("1002").at(0).reg_id, IsEmpty()) << parameters;
  }
}

TEST_F(OutboundTest, SeveralFlowsOfAnInstanceAreOneDeviceNewestFirst) {
  handle(flow_of_device("1", "a"), udp_flow());
  handle(flow_of_device("2", "b"), tcp_flow());
  ASSERT_THAT(registrar.find_devices("1002"), SizeIs(1));
  EXPECT_THAT(ways(), ElementsAre("b", "a"));
  Register refresh = flow_of_device("1", "a");
  refresh.cseq = 4;
  handle(refresh, udp_flow());
  EXPECT_THAT(ways(), ElementsAre("a", "b")) << "what was heard of last is alive most probably";
}

TEST_F(OutboundTest, FlowReplacesItsPredecessorAtOnceWhateverItsCallAndAddress) {
  handle(flow_of_device("1", "before"), tcp_flow(7));
  handle(flow_of_device("2", "other"), tcp_flow(8));
  Register after = flow_of_device("1", "after");
  after.call_id = "after-a-restart";
  after.cseq = 1;
  EXPECT_THAT(handle(after, tcp_flow(9)).values(HeaderName::Contact), SizeIs(2));
  EXPECT_THAT(ways(), ElementsAre("after", "other"));
  registrar.remove_connection(sip::ConnectionId{7});
  EXPECT_THAT(ways(), ElementsAre("after", "other"));
}

TEST_F(OutboundTest, LostConnectionTakesItsFlowAndNoOther) {
  handle(flow_of_device("1", "a"), tcp_flow(7));
  handle(flow_of_device("2", "b"), ws_flow(8));
  registrar.remove_connection(sip::ConnectionId{8});
  EXPECT_THAT(ways(), ElementsAre("a"));
  EXPECT_THAT(events(), ElementsAre("+1002 a", "+1002 b", "-1002 b"));
}

TEST_F(OutboundTest, RemovalOfOneFlowLeavesTheOther) {
  handle(flow_of_device("1", "a"), udp_flow());
  handle(flow_of_device("2", "b"), tcp_flow());
  Register removal = flow_of_device("1", "whatever", ";expires=0");
  removal.cseq = 4;
  const Response response = handle(removal, udp_flow());
  EXPECT_EQ(response.status(), 200);
  EXPECT_FALSE(response.has(HeaderName::Require)) << "there is no flow to be confirmed";
  EXPECT_THAT(ways(), ElementsAre("b"));
}

TEST_F(OutboundTest, InstancesCompareWithoutCase) {
  handle(flow_of_device("1", "a"), udp_flow());
  handle({.headers = contact("b", ";+sip.instance=\"<urn:uuid:F81D4FAE-7dec-11d0-a765-00a0c91e6bf6>\";reg-id=1"),
          .call_id = "b"},
         udp_flow());
  EXPECT_THAT(ways(), ElementsAre("b"));
}

TEST_F(OutboundTest, InstanceWithoutRegIdIsOneDeviceToo) {
  const std::string instance = ";+sip.instance=\"<urn:uuid:1>\"";
  handle({.headers = contact("before", instance), .call_id = "a"}, udp_flow());
  handle({.headers = contact("after", instance), .call_id = "b"}, udp_flow());
  ASSERT_THAT(registrar.find_devices("1002"), SizeIs(1)) << "it has restarted without saying goodbye";
  EXPECT_THAT(ways(), ElementsAre("after", "before"));
}

TEST_F(OutboundTest, DevicesWithOneAddressBehindDifferentNatsAreTwo) {
  handle({.headers = contact("same", ";+sip.instance=\"<urn:uuid:1>\""), .call_id = "a"}, udp_flow(1));
  handle({.headers = contact("same", ";+sip.instance=\"<urn:uuid:2>\""), .call_id = "b"}, udp_flow(2));
  EXPECT_THAT(registrar.find_devices("1002"), SizeIs(2));
}

// "if the Contact header field contains more than one header field value with non-zero expiration and any of these
// header field values contain a 'reg-id' ..., the entire registration SHOULD be rejected with a 400"
TEST_F(OutboundTest, TwoContactsOverOneFlowAre400ButRemovalsMayComeAlong) {
  Register both = flow_of_device("1", "a");
  both.headers += contact("b");
  EXPECT_EQ(handle(both, udp_flow()).status(), 400);
  EXPECT_EQ(registrar.size(), 0U);
  Register with_removal = flow_of_device("1", "a");
  with_removal.headers += contact("b", ";expires=0");
  EXPECT_EQ(handle(with_removal, udp_flow()).status(), 200);
  EXPECT_THAT(contacts(), ElementsAre("a"));
}

TEST_F(OutboundTest, ProxyThatKeepsNoFlowsIs439) {
  for (const std::string& path : {std::string(), std::string("<sip:192.0.2.99;lr>")}) {
    EXPECT_EQ(handle(through_proxy(flow_of_device("1", "a"), path), udp_flow()).status(), 439) << path;
  }
  EXPECT_EQ(registrar.size(), 0U);
}

TEST_F(OutboundTest, BehindSuchAProxyRegIdMeansNothingToWhoDoesNotInsist) {
  Register registration = flow_of_device("1", "a");
  registration.headers = contact("a", ";+sip.instance=\"<urn:uuid:1>\";reg-id=1");
  EXPECT_EQ(handle(through_proxy(registration, "<sip:192.0.2.99;lr>"), udp_flow()).status(), 200);
  EXPECT_THAT(registrar.find("1002").at(0).reg_id, IsEmpty());
}

TEST_F(OutboundTest, ProxyThatKeepsFlowsWatchesThemItself) {
  const Response response = handle(through_proxy(flow_of_device("1", "a"), "<sip:token@192.0.2.99;lr;ob>"), udp_flow());
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.header(HeaderName::Require), "outbound");
  EXPECT_FALSE(response.header("Flow-Timer"));
  EXPECT_FALSE(response.has(HeaderName::ServiceRoute));
}

}  // namespace
}  // namespace webcalling::registrar
