#include "guard/forwarded_for.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace webcalling::guard {
namespace {

class ForwardedFor : public testing::Test {
 protected:
  std::string client(std::string_view peer, std::string_view forwarded_for) {
    return find_client(IpAddress::parse(peer).value(), forwarded_for, proxies).text();
  }
  std::vector<Network> proxies{Network::parse("10.0.0.0/24").value(), Network::parse("2001:db8:f::/48").value()};
};

TEST_F(ForwardedFor, TrustedProxyNamesItsClient) {
  EXPECT_EQ(client("10.0.0.1", "192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client("2001:db8:f::1", "2001:db8::7"), "2001:db8::7");
}

TEST_F(ForwardedFor, StrangersAreWhoTheyAreWhateverTheySay) {
  EXPECT_EQ(client("198.51.100.1", "192.0.2.7"), "198.51.100.1");
  EXPECT_EQ(client("198.51.100.1", "127.0.0.1"), "198.51.100.1");
}

TEST_F(ForwardedFor, WhatTheClientInventedStandsLeftAndIsNotBelieved) {
  EXPECT_EQ(client("10.0.0.1", "127.0.0.1, 192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client("10.0.0.1", "10.0.0.9, 192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client("10.0.0.1", "nonsense,,, 192.0.2.7"), "192.0.2.7");
}

TEST_F(ForwardedFor, GoesThroughAChainOfTrustedProxies) {
  EXPECT_EQ(client("10.0.0.1", "203.0.113.9, 192.0.2.7, 10.0.0.2,10.0.0.3"), "192.0.2.7");
}

TEST_F(ForwardedFor, ProxyAnswersForWhomItHides) {
  EXPECT_EQ(client("10.0.0.1", ""), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", "unknown"), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", "192.0.2.7,"), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", "192.0.2.7, unknown, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.1", "10.0.0.4, 10.0.0.2"), "10.0.0.4");
}

TEST_F(ForwardedFor, ReadsPortsAndBrackets) {
  EXPECT_EQ(client("10.0.0.1", "192.0.2.7:4711"), "192.0.2.7");
  EXPECT_EQ(client("10.0.0.1", "[2001:db8::7]:4711"), "2001:db8::7");
  EXPECT_EQ(client("10.0.0.1", "[2001:db8::7]"), "2001:db8::7");
  EXPECT_EQ(client("10.0.0.1", "[2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(client("10.0.0.1", "["), "10.0.0.1");
}

}  // namespace
}  // namespace webcalling::guard
