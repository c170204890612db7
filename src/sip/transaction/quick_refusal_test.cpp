#include "sip/transaction/quick_refusal.hpp"

#include <gtest/gtest.h>

#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {
namespace {

const Flow kFlow{.kind = TransportKind::Udp,
                 .local = {IpAddress::v4(0xc0000201), 5060},
                 .remote = {IpAddress::v4(0xcb007107), 40001}};

std::string request(const std::string& via = "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport") {
  return "INVITE sip:1001@pbx SIP/2.0\r\n" + via +
         "\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK0\r\nMax-Forwards: 70\r\nf: \"A\" <sip:1002@pbx>;tag=a\r\n"
         "To: <sip:1001@pbx>\r\ni: call@10.0.0.1\r\nCSeq: 7 INVITE\r\nContent-Length: 2\r\n\r\nTo";
}

TEST(QuickRefusal, IsTheResponseThatReadingWouldHaveMade) {
  const auto refusal = QuickRefusal::make(request(), kFlow, 7);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->to, kFlow.remote);
  const auto parsed = parse(refusal->text);
  ASSERT_TRUE(parsed) << parsed.error().text;
  const auto& response = std::get<Response>(*parsed);
  EXPECT_TRUE(is_valid(response));
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(response.header(HeaderName::RetryAfter), "7");
  const auto vias = response.get_all<Via>().value();
  ASSERT_EQ(vias.size(), 2U);
  EXPECT_EQ(vias[0].branch, "z9hG4bK1");
  EXPECT_EQ(vias[0].parameters.get("rport"), "40001");
  EXPECT_EQ(vias[0].parameters.get("received"), "203.0.113.7");
  EXPECT_EQ(vias[1].branch, "z9hG4bK0");
  EXPECT_EQ(response.from_tag(), "a");
  EXPECT_FALSE(response.to_tag().empty());
  EXPECT_EQ(response.call_id(), "call@10.0.0.1");
  EXPECT_EQ(response.get<CSeq>()->number, 7U);
}

TEST(QuickRefusal, ACopyGetsTheSameTag) {
  EXPECT_EQ(QuickRefusal::make(request(), kFlow, 5)->text, QuickRefusal::make(request(), kFlow, 5)->text);
}

TEST(QuickRefusal, RportMayStandAnywhere) {
  const auto refusal = QuickRefusal::make(request("v: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1"), kFlow, 5);
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->text.find("Via: SIP/2.0/UDP 10.0.0.1;rport=40001;received=203.0.113.7;branch=z9hG4bK1\r\n"),
            std::string::npos);
}

TEST(QuickRefusal, WithoutRportItGoesToThePortOfSentBy) {
  const auto port_after = [](const std::string& sent_by) {
    const auto refusal = QuickRefusal::make(request("Via: SIP/2.0/UDP " + sent_by + ";branch=z9hG4bK1"), kFlow, 5);
    if (!refusal) return 0;
    EXPECT_EQ(refusal->to.address, kFlow.remote.address);
    EXPECT_NE(refusal->text.find(sent_by + ";branch=z9hG4bK1;received=203.0.113.7\r\n"), std::string::npos);
    return int{refusal->to.port};
  };
  EXPECT_EQ(port_after("10.0.0.1:5070"), 5070);
  EXPECT_EQ(port_after("phone.invalid"), 5060);
  EXPECT_EQ(port_after("[2001:db8::1]"), 5060);
  EXPECT_EQ(port_after("[2001:db8::1]:5072"), 5072);
  EXPECT_EQ(port_after("10.0.0.1:x"), 0);
}

TEST(QuickRefusal, NothingForWhatHasToBeReadWithCare) {
  EXPECT_FALSE(QuickRefusal::make(request("Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;rport=5"), kFlow, 5));
  EXPECT_FALSE(QuickRefusal::make(request("Via: SIP/2.0/UDP 10.0.0.1;rport;received=192.0.2.9"), kFlow, 5));
  EXPECT_FALSE(QuickRefusal::make(request("Via: SIP/2.0/UDP 10.0.0.1;rport\r\n ;branch=1"), kFlow, 5));
  EXPECT_FALSE(QuickRefusal::make("INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h;rport\r\n\r\n", kFlow, 5));
  EXPECT_FALSE(QuickRefusal::make("", kFlow, 5));
}

TEST(QuickRefusal, NoLineCanBeSmuggledIntoIt) {
  std::string tricky = request();
  tricky.replace(tricky.find("<sip:1001@pbx>\r\ni"), 1, "\rX: y\r<");
  EXPECT_FALSE(QuickRefusal::make(tricky, kFlow, 5));
}

}  // namespace
}  // namespace webcalling::sip
