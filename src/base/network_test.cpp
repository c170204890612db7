#include "base/network.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace webcalling {
namespace {

Network network(std::string_view text) { return Network::parse(text).value(); }
IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(Network, ContainsWhatSharesItsPrefix) {
  EXPECT_TRUE(network("192.0.2.0/24").contains(address("192.0.2.255")));
  EXPECT_FALSE(network("192.0.2.0/24").contains(address("192.0.3.0")));
  EXPECT_TRUE(network("10.128.0.0/9").contains(address("10.129.1.1")));
  EXPECT_FALSE(network("10.128.0.0/9").contains(address("10.127.255.255")));
  EXPECT_TRUE(network("2001:db8::/33").contains(address("2001:db8:7fff::1")));
  EXPECT_FALSE(network("2001:db8::/33").contains(address("2001:db8:8000::1")));
}

TEST(Network, OneAddressIsANetworkToo) {
  EXPECT_TRUE(network("::1").contains(address("::1")));
  EXPECT_FALSE(network("::1").contains(address("::2")));
  EXPECT_TRUE(network("192.0.2.7").contains(address("192.0.2.7")));
  EXPECT_FALSE(network("192.0.2.7/32").contains(address("192.0.2.6")));
}

TEST(Network, EverythingOfOneFamilyIsNothingOfTheOther) {
  EXPECT_TRUE(network("0.0.0.0/0").contains(address("203.0.113.1")));
  EXPECT_FALSE(network("0.0.0.0/0").contains(address("2001:db8::1")));
  EXPECT_TRUE(network("::/0").contains(address("2001:db8::1")));
  EXPECT_FALSE(network("::/0").contains(address("203.0.113.1")));
}

// A dual-stack socket shows IPv4 peers as ::ffff:a.b.c.d.
TEST(Network, MappedAddressesAreThoseOfIpv4) {
  EXPECT_TRUE(network("127.0.0.0/8").contains(address("::ffff:127.0.0.1")));
}

TEST(Network, IsWrittenAsItIsRead) {
  for (const auto* text : {"192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1", "0.0.0.0/0"}) {
    EXPECT_EQ(network(text).text(), text);
  }
  EXPECT_EQ(network("10.1.2.3/8").text(), "10.0.0.0/8");
}

TEST(Network, RefusesWhatIsNone) {
  for (const auto* text : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "pbx.example",
                           "10.0.0.0/ 8", "10.0.0", "10.0.0.0/4294967304"}) {
    EXPECT_FALSE(Network::parse(text)) << text;
  }
}

TEST(Network, SiteIsAnIpv4AddressOrAnIpv6Subnet) {
  EXPECT_EQ(site_of(address("192.0.2.7")).text(), "192.0.2.7");
  EXPECT_EQ(site_of(address("2001:db8:1:2:3:4:5:6")).text(), "2001:db8:1:2::/64");
}

TEST(Network, ListContainsWhatOneOfThemContains) {
  const std::vector<Network> networks{network("127.0.0.0/8"), network("::1")};
  EXPECT_TRUE(contains(networks, address("127.0.0.2")));
  EXPECT_TRUE(contains(networks, address("::1")));
  EXPECT_FALSE(contains(networks, address("192.0.2.1")));
}

}  // namespace
}  // namespace webcalling
