#include "registrar/registrar_for_tests.hpp"
#include "registrar/way.hpp"

namespace webcalling::registrar {
namespace {

using sip::HeaderName;
using sip::Response;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Phones behind a proxy at 10.0.0.2, whose flow they share.
class PathTest : public RegistrarTest {
 protected:
  static Register through_proxy(const std::string& user, const std::string& path = "<sip:flow1@10.0.0.2:5080;lr>") {
    return {.headers = contact(user) + "Supported: path\r\nPath: " + path + "\r\n",
            .call_id = user,
            .further_vias = "Via: SIP/2.0/TCP 10.0.0.2:5080;branch=z9hG4bKproxy\r\n"};
  }
  [[nodiscard]] Binding only_binding() const { return registrar.find("1002").at(0); }
};

TEST_F(PathTest, IsKeptWithTheBindingAndGivenBack) {
  const std::string path = "<sip:near@10.0.0.2:5080;lr>, <sip:edge@192.0.2.99;lr;ob>";
  const Response response = handle(through_proxy("desk", path), tcp_flow());
  EXPECT_THAT(response.values(HeaderName::Path),
              ElementsAre("<sip:near@10.0.0.2:5080;lr>", "<sip:edge@192.0.2.99;lr;ob>"));
  ASSERT_THAT(only_binding().path, SizeIs(2));
  EXPECT_EQ(only_binding().path[0].uri.text(), "sip:near@10.0.0.2:5080;lr");
}

TEST_F(PathTest, IsGivenBackToARegisterThatHasOneOnly) {
  handle(through_proxy("desk"), tcp_flow());
  EXPECT_FALSE(handle({.headers = "", .call_id = "query"}).has(HeaderName::Path));
}

TEST_F(PathTest, IsReplacedByTheNextRegister) {
  handle(through_proxy("desk"), tcp_flow());
  Register moved = through_proxy("desk", "<sip:flow2@10.0.0.2:5080;lr>");
  moved.cseq = 4;
  handle(moved, tcp_flow());
  EXPECT_EQ(only_binding().path.at(0).uri.user, "flow2");
  handle({.headers = contact("desk"), .call_id = "desk", .cseq = 5}, udp_flow());
  EXPECT_THAT(only_binding().path, IsEmpty());
}

TEST_F(PathTest, ThatCannotBeReadIs400) {
  EXPECT_EQ(handle(through_proxy("desk", "<nonsense>"), tcp_flow()).status(), 400);
  EXPECT_EQ(registrar.size(), 0U);
}

TEST_F(PathTest, DatagramsGoToThePortThatTheProxyListensAt) {
  handle(through_proxy("desk"), udp_flow(62000));
  EXPECT_EQ(only_binding().flow.remote.port, 5080);
}

TEST_F(PathTest, ProxyOfAnotherAddressIsReachedWhereItsRegisterCameFrom) {
  handle(through_proxy("desk", "<sip:edge@192.0.2.99;lr>"), udp_flow(62000));
  EXPECT_EQ(only_binding().flow, udp_flow(62000)) << "nobody aims our requests at a third party";
}

TEST_F(PathTest, PhonesBehindOneProxyShareItsFlow) {
  handle(through_proxy("desk"), tcp_flow());
  handle(through_proxy("kitchen"), tcp_flow());
  EXPECT_THAT(registrar.find_devices("1002"), SizeIs(2));
  EXPECT_EQ(registrar.find("1002").at(0).flow, registrar.find("1002").at(1).flow);
}

TEST_F(PathTest, ProxyThatClosesItsConnectionIsConnectedToAnew) {
  handle(through_proxy("desk"), tcp_flow(7));
  registrar.remove_connection(sip::ConnectionId{7});
  EXPECT_EQ(only_binding().flow.connection, sip::ConnectionId{0});
  EXPECT_EQ(only_binding().flow.remote, (Endpoint{IpAddress::v4(0x0a000002), 5080}));
  EXPECT_FALSE(registrar.recently_lost("1002", 10s));
  EXPECT_THAT(events(), ElementsAre("+1002 desk"));
}

TEST_F(PathTest, ProxyThatCannotBeConnectedToTakesItsPhonesAlong) {
  handle(through_proxy("desk", "<sip:flow1@proxy.example.com;lr>"), tcp_flow(7));
  handle(through_proxy("browser"), ws_flow(8));
  registrar.remove_connection(sip::ConnectionId{7});
  registrar.remove_connection(sip::ConnectionId{8});
  EXPECT_EQ(registrar.size(), 0U);
  EXPECT_TRUE(registrar.recently_lost("1002", 10s));
}

TEST(WayWithoutConnection, IsThereForWhoListens) {
  const auto way = [](const std::string& contact, const sip::Flow& flow) {
    Binding binding;
    binding.contact = sip::Uri::parse(contact).value();
    binding.flow = flow;
    return way_without_connection(binding);
  };
  sip::Flow listening = tcp_flow();
  listening.remote.port = 5062;
  listening.connection = {};
  EXPECT_EQ(way("sip:a@10.0.0.2:5062;transport=tcp", tcp_flow()), listening);
  listening.remote.port = 5060;
  EXPECT_EQ(way("sip:a@10.0.0.2;transport=tcp", tcp_flow()), listening);
  EXPECT_EQ(way("sip:a@10.0.0.2;transport=tcp", listening), listening);
  EXPECT_EQ(way("sip:a@192.168.1.5:5060", udp_flow()), udp_flow());
  EXPECT_FALSE(way("sip:a@192.168.1.5:5062;transport=tcp", tcp_flow())) << "behind a NAT";
  EXPECT_FALSE(way("sip:a@10.0.0.2:40123;transport=tcp", tcp_flow(7, 40123))) << "no port of its own";
  EXPECT_FALSE(way("sip:a@phone.example.com;transport=tcp", tcp_flow()));
  EXPECT_FALSE(way("sip:a@10.0.0.2:5062;transport=ws", ws_flow()));
}

/// RFC 5923: the proxy's connection is gone, and it opens another.
class AliasTest : public PathTest {
 protected:
  AliasTest() {
    handle(through_proxy("desk"), tcp_flow());
    registrar.remove_connection(tcp_flow().connection);
    EXPECT_EQ(only_binding().flow.connection, sip::ConnectionId{0});
  }
  static sip::Flow new_flow() {
    sip::Flow flow = tcp_flow();
    flow.connection = sip::ConnectionId{77};
    flow.remote.port = 43210;
    return flow;
  }
  std::size_t adopt(std::string_view via, const sip::Flow& flow = new_flow(), std::string_view user = "1002") {
    sip::Request request(sip::Method::Invite, sip::Uri::parse("sip:1001@10.0.0.1").value());
    request.add(HeaderName::Via, via);
    return registrar.adopt_connection(user, request, flow);
  }
};

TEST_F(AliasTest, ConnectionOfTheSameProxyIsUsedInPlaceOfANewOne) {
  EXPECT_EQ(adopt("SIP/2.0/TCP 10.0.0.2:5080;branch=z9hG4bK1;alias"), 1U);
  EXPECT_EQ(only_binding().flow, new_flow());
  registrar.remove_connection(new_flow().connection);
  EXPECT_EQ(only_binding().flow.connection, sip::ConnectionId{0});
  EXPECT_EQ(only_binding().flow.remote.port, 5080);
}

TEST_F(AliasTest, OnlyWhereItIsAskedForAndLeadsToTheSamePlace) {
  EXPECT_EQ(adopt("SIP/2.0/TCP 10.0.0.2:5080;branch=z9hG4bK1"), 0U);
  EXPECT_EQ(adopt("SIP/2.0/TCP 10.0.0.2:5081;branch=z9hG4bK1;alias"), 0U);
  EXPECT_EQ(adopt("SIP/2.0/TCP 10.0.0.2;branch=z9hG4bK1;alias"), 0U);
  sip::Flow elsewhere = new_flow();
  elsewhere.remote.address = IpAddress::v4(0x0a000063);
  EXPECT_EQ(adopt("SIP/2.0/TCP 10.0.0.2:5080;branch=z9hG4bK1;alias", elsewhere), 0U)
      << "what stands in the Via is no proof of an address";
  sip::Flow encrypted = new_flow();
  encrypted.kind = sip::TransportKind::Tls;
  EXPECT_EQ(adopt("SIP/2.0/TLS 10.0.0.2:5080;branch=z9hG4bK1;alias", encrypted), 0U);
}

TEST_F(AliasTest, NobodyTakesTheCallsOfAnotherUserBehindTheSameAddress) {
  EXPECT_EQ(adopt("SIP/2.0/TCP 10.0.0.2:5080;branch=z9hG4bK1;alias", new_flow(), "1001"), 0U);
  EXPECT_EQ(only_binding().flow.connection, sip::ConnectionId{0});
}

}  // namespace
}  // namespace webcalling::registrar
