#include "sip/transaction/transaction_key.hpp"

#include "sip/transaction/top_via.hpp"
#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::sip {
namespace {

Response ok_with_vias(std::string_view vias) {
  return std::get<Response>(parse("SIP/2.0 200 OK\r\n" + std::string(vias) + "CSeq: 1 BYE\r\n\r\n").value());
}

TEST(ServerKey, AckHasTheKeyOfItsInviteAndCancelOneOfItsOwn) {
  const auto invite = server_key(RequestText{}.request(), udp_flow());
  const auto ack = server_key(RequestText{.method = "ACK", .to = "<sip:bob@example.com>;tag=b"}.request(), udp_flow());
  const auto cancel = RequestText{.method = "CANCEL"}.request();
  EXPECT_EQ(ack, invite);
  EXPECT_NE(server_key(cancel, udp_flow()), invite);
  EXPECT_EQ(cancelled_key(cancel, udp_flow()), invite);
}

TEST(ServerKey, StaysTheSameWhenTheViaIsStamped) {
  Request request = RequestText{}.request();
  const auto before = server_key(request, udp_flow());
  stamp_source(request, udp_flow());
  EXPECT_EQ(server_key(request, udp_flow()), before);
}

TEST(ServerKey, TwoBrowsersWithTheSameBranchAndSentByDoNotMeet) {
  const auto request = RequestText{.branch = "z9hG4bK491249", .sent_by = "a.invalid", .transport = "WS"}.request();
  Flow other = ws_flow();
  other.connection = ConnectionId{10};
  EXPECT_NE(server_key(request, ws_flow()), server_key(request, other));
}

TEST(ServerKey, StrangerCannotCancelADatagramInviteOfSomebodyElse) {
  Flow stranger = udp_flow();
  stranger.remote.address = IpAddress::v4(0x0a000063);
  EXPECT_NE(cancelled_key(RequestText{.method = "CANCEL"}.request(), stranger),
            server_key(RequestText{}.request(), udp_flow()));
}

TEST(ServerKey, SentByComparesWithoutCase) {
  EXPECT_EQ(server_key(RequestText{.sent_by = "Phone.example"}.request(), udp_flow()),
            server_key(RequestText{.sent_by = "phone.EXAMPLE"}.request(), udp_flow()));
}

TEST(ServerKey, OldPeerWithoutMagicCookieIsKnownByItsCall) {
  const RequestText invite{.branch = ""};
  const RequestText ack{.method = "ACK", .branch = "", .to = "<sip:bob@example.com>;tag=b"};
  EXPECT_EQ(server_key(invite.request(), udp_flow()), server_key(ack.request(), udp_flow()));
  Request other_call = invite.request();
  other_call.set(HeaderName::CallId, "another");
  EXPECT_NE(server_key(other_call, udp_flow()), server_key(invite.request(), udp_flow()));
}

// RFC 4475 section 3.2.1.
TEST(ServerKey, ACookieAloneIsNoIdentifier) {
  const RequestText one{.branch = "z9hG4bK"};
  Request other_call = one.request();
  other_call.set(HeaderName::CallId, "another");
  EXPECT_NE(server_key(other_call, udp_flow()), server_key(one.request(), udp_flow()));
}

TEST(ClientKey, IsTheBranchAndTheMethodOfCSeq) {
  const auto key = client_key(ok_with_vias("Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx\r\n"));
  ASSERT_TRUE(key);
  EXPECT_EQ(*key, client_key("z9hG4bKx", "BYE"));
  EXPECT_NE(*key, client_key("z9hG4bKx", "INVITE"));
}

TEST(ClientKey, ResponseWithTwoViasIsNotForUs) {
  EXPECT_FALSE(client_key(ok_with_vias("Via: SIP/2.0/UDP a;branch=z9hG4bKx, SIP/2.0/UDP b;branch=z9hG4bKy\r\n")));
  EXPECT_FALSE(client_key(ok_with_vias("")));
}

}  // namespace
}  // namespace webcalling::sip
