#include "sip/transaction/hop_request.hpp"

#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::sip {
namespace {

Request invite() {
  Request request = RequestText{}.request();
  request.add(HeaderName::Route, "<sip:p1.example;lr>, <sip:p2.example;lr>");
  request.add(HeaderName::Route, "<sip:p3.example;lr>");
  request.add(HeaderName::ProxyAuthorization, "Digest username=\"alice\"");
  request.set_body("application/sdp", "v=0\r\n");
  return request;
}

TEST(Cancel, RepeatsWhatIdentifiesTheInvite) {
  const Request cancel = make_cancel(invite(), std::nullopt);
  EXPECT_EQ(cancel.method(), Method::Cancel);
  EXPECT_EQ(cancel.uri(), invite().uri());
  for (const HeaderName name : {HeaderName::Via, HeaderName::From, HeaderName::To, HeaderName::CallId}) {
    EXPECT_EQ(cancel.header(name), invite().header(name)) << text(name);
  }
  EXPECT_EQ(cancel.header(HeaderName::CSeq), "314159 CANCEL");
  EXPECT_EQ(cancel.values(HeaderName::Route).size(), 3U);
  EXPECT_EQ(cancel.body(), "");
  EXPECT_FALSE(cancel.has(HeaderName::Reason));
  EXPECT_FALSE(validate(cancel));
}

TEST(Cancel, SaysWhyIfAsked) {
  const Request cancel = make_cancel(invite(), "SIP;cause=200;text=\"Call completed elsewhere\"");
  EXPECT_EQ(cancel.header(HeaderName::Reason), "SIP;cause=200;text=\"Call completed elsewhere\"");
}

TEST(FailureAck, TakesToFromTheResponseAndCarriesNoCredentials) {
  const Request ack = make_failure_ack(invite(), make_response(invite(), 486, "bobs"));
  EXPECT_EQ(ack.method(), Method::Ack);
  EXPECT_EQ(ack.to_tag(), "bobs");
  EXPECT_EQ(ack.header(HeaderName::CSeq), "314159 ACK");
  EXPECT_EQ(ack.values(HeaderName::Route).size(), 3U);
  EXPECT_FALSE(ack.has(HeaderName::ProxyAuthorization));
  EXPECT_FALSE(validate(ack));
}

TEST(FailureAck, HasOnlyTheTopmostViaOfTheInvite) {
  Request two_hops = invite();
  two_hops.add_first(HeaderName::Via, "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKours");
  const Request ack = make_failure_ack(two_hops, make_response(two_hops, 486, "bobs"));
  EXPECT_EQ(ack.values(HeaderName::Via).size(), 1U);
  EXPECT_EQ(ack.get<Via>().value().branch, "z9hG4bKours");
}

}  // namespace
}  // namespace webcalling::sip
