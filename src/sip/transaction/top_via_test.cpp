#include "sip/transaction/top_via.hpp"

#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::sip {
namespace {

Via stamped(const RequestText& text, const Flow& flow) {
  Request request = text.request();
  stamp_source(request, flow);
  return request.get<Via>().value();
}

TEST(StampSource, WritesReceivedAndRportOverAWebSocketAlthoughNobodyAsked) {
  const Via via = stamped({.sent_by = "7bhs9fl1c2ll.invalid", .via_parameters = "", .transport = "WS"}, ws_flow());
  EXPECT_EQ(via.parameters.get("received"), "10.0.0.2");
  EXPECT_EQ(via.parameters.get("rport"), "44539");
  EXPECT_EQ(via.sent_by(), "7bhs9fl1c2ll.invalid");
}

TEST(StampSource, FillsRportOfADatagramOnlyIfItWasAsked) {
  EXPECT_EQ(stamped({.via_parameters = ";rport"}, udp_flow()).parameters.get("rport"), "5070");
  EXPECT_FALSE(stamped({.via_parameters = ""}, udp_flow()).parameters.has("rport"));
}

TEST(StampSource, OverwritesWhatTheSenderClaims) {
  const Via via = stamped({.via_parameters = ";received=192.0.2.9;rport=9"}, udp_flow());
  EXPECT_EQ(via.parameters.get("received"), "10.0.0.2");
  EXPECT_EQ(via.parameters.get("rport"), "5070");
}

TEST(StampSource, Ipv6AddressStandsThereWithoutBracketsAndQuotes) {
  Flow flow = udp_flow();
  flow.remote.address = IpAddress::parse("2001:db8::1").value();
  Request request = RequestText{}.request();
  stamp_source(request, flow);
  EXPECT_THAT(std::string(*request.header(HeaderName::Via)), testing::HasSubstr(";received=2001:db8::1"));
}

TEST(StampSource, TouchesOnlyTheTopmostVia) {
  Request request = RequestText{}.request();
  request.add_first(HeaderName::Via, "SIP/2.0/UDP proxy.example;branch=z9hG4bKtop;rport");
  stamp_source(request, udp_flow());
  const auto vias = request.get_all<Via>().value();
  ASSERT_EQ(vias.size(), 2U);
  EXPECT_TRUE(vias[0].parameters.has("received"));
  EXPECT_FALSE(vias[1].parameters.has("received"));
}

Endpoint reply_to(const RequestText& text, const Flow& flow) {
  Request request = text.request();
  stamp_source(request, flow);
  return reply_path(request, flow).flow.remote;
}

TEST(ReplyPath, DatagramGoesToItsSourceIfRportWasAsked) {
  Flow nat = udp_flow();
  nat.remote.port = 62000;
  EXPECT_EQ(reply_to({.via_parameters = ";rport"}, nat), nat.remote);
}

TEST(ReplyPath, DatagramWithoutRportGoesToTheSourceAddressAndTheSentByPort) {
  Flow other_port = udp_flow();
  other_port.remote.port = 62000;
  EXPECT_EQ(reply_to({.sent_by = "phone.example:5080", .via_parameters = ""}, other_port),
            (Endpoint{other_port.remote.address, 5080}));
  EXPECT_EQ(reply_to({.sent_by = "phone.example", .via_parameters = ""}, other_port),
            (Endpoint{other_port.remote.address, 5060}));
}

TEST(ReplyPath, IgnoresMaddrSoThatNobodyAimsOurResponses) {
  EXPECT_EQ(reply_to({.via_parameters = ";rport;maddr=192.0.2.1"}, udp_flow()), udp_flow().remote);
}

TEST(ReplyPath, OnlyAPlainConnectionHasAFallback) {
  const auto path_of = [](const Flow& flow, const std::string& transport) {
    return reply_path(RequestText{.transport = transport}.request(), flow);
  };
  EXPECT_EQ(path_of(tcp_flow(), "TCP").flow, tcp_flow());
  EXPECT_EQ(path_of(tcp_flow(), "TCP").fallback, (Endpoint{tcp_flow().remote.address, 5070}));
  EXPECT_EQ(path_of(ws_flow(), "WS").fallback, std::nullopt);
  EXPECT_EQ(path_of(udp_flow(), "UDP").fallback, std::nullopt);
}

TEST(IsAffected, ConnectionIsKnownByItsIdAndAnAddressByItself) {
  EXPECT_TRUE(is_affected(tcp_flow(), tcp_flow()));
  EXPECT_TRUE(is_affected(udp_flow(), udp_flow()));
  EXPECT_FALSE(is_affected(udp_flow(), tcp_flow()));
  Flow next = tcp_flow();
  next.connection = ConnectionId{8};
  EXPECT_FALSE(is_affected(tcp_flow(), next));
  Flow to_be_connected = tcp_flow();
  to_be_connected.connection = ConnectionId{0};
  EXPECT_TRUE(is_affected(to_be_connected, tcp_flow()));
  Flow by_name = to_be_connected;
  by_name.server_name = "pbx.example.com";
  EXPECT_FALSE(is_affected(by_name, tcp_flow()));
}

TEST(PutVia, NamesOurSideOfTheFlowAndAsksForRportOverDatagrams) {
  SeededRandom random(1);
  Request request(Method::Options, Uri::parse("sip:bob@example.com").value());
  const std::string branch = put_via(request, udp_flow(), random);
  EXPECT_EQ(request.header(HeaderName::Via), "SIP/2.0/UDP 10.0.0.1:5060;branch=" + branch + ";rport");
  EXPECT_EQ(request.get<MaxForwards>().value().value, 70);
  EXPECT_TRUE(branch.starts_with("z9hG4bK"));
}

TEST(PutVia, KeepsMaxForwardsAndAsksForNoRportOverConnections) {
  SeededRandom random(1);
  Request request(Method::Options, Uri::parse("sip:bob@example.com").value());
  request.add(MaxForwards{12});
  const std::string branch = put_via(request, ws_flow(), random);
  EXPECT_EQ(request.header(HeaderName::Via), "SIP/2.0/WS 10.0.0.1:5066;branch=" + branch);
  EXPECT_EQ(request.get<MaxForwards>().value().value, 12);
}

}  // namespace
}  // namespace webcalling::sip
