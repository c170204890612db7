#include "sip/token/flow_token.hpp"

#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

class FlowTokenTest : public testing::Test {
 protected:
  static Flow flow(TransportKind kind = TransportKind::Udp) {
    return {.kind = kind, .local = {IpAddress::v4(0x0a000001), 5060}, .remote = {IpAddress::v4(0x0a000002), 44539}};
  }
  static Flow flow6() {
    return {.kind = TransportKind::Tls,
            .local = {IpAddress::parse("2001:db8::1").value(), 5061},
            .remote = {IpAddress::parse("2001:db8::2").value(), 44539}};
  }

  SeededRandom random{5};
  Seal seal{Seal::draw_key(random)};
};

TEST_F(FlowTokenTest, NamesTheFlowItWasMadeFor) {
  for (const Flow& each : {flow(), flow(TransportKind::Tcp), flow(TransportKind::Wss), flow6()}) {
    EXPECT_EQ(read_flow_token(seal, write_flow_token(seal, each)), each) << text(each.kind);
  }
}

TEST_F(FlowTokenTest, ForgetsTheConnection) {
  Flow connected = flow(TransportKind::Tcp);
  connected.connection = ConnectionId{7};
  EXPECT_EQ(read_flow_token(seal, write_flow_token(seal, connected)), flow(TransportKind::Tcp));
}

TEST_F(FlowTokenTest, CannotBeForged) {
  const std::string token = write_flow_token(seal, flow());
  const Seal other(Seal::draw_key(random));
  EXPECT_FALSE(read_flow_token(other, token));
  EXPECT_FALSE(read_flow_token(seal, "flow-"));
  EXPECT_FALSE(read_flow_token(seal, "flow-" + std::string(60, '0')));
  EXPECT_FALSE(read_flow_token(seal, token.substr(5)));
}

TEST_F(FlowTokenTest, SaysNothingOfTheFlow) {
  const std::string token = write_flow_token(seal, flow());
  EXPECT_EQ(token.find("0a000001"), std::string::npos);
  EXPECT_NE(token, write_flow_token(seal, flow(TransportKind::Tcp)));
}

TEST_F(FlowTokenTest, NamesOfPeopleAreNoTokens) {
  EXPECT_TRUE(looks_like_flow_token(write_flow_token(seal, flow())));
  EXPECT_FALSE(looks_like_flow_token("1001"));
  EXPECT_FALSE(looks_like_flow_token(""));
}

}  // namespace
}  // namespace webcalling::sip
