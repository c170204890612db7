#include "base/endpoint.hpp"

#include <gtest/gtest.h>

namespace webcalling {
namespace {

TEST(IpAddress, KeepsItsTextThroughParsing) {
  for (const char* text : {"127.0.0.1", "255.255.255.255", "::1", "2001:db8::7"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(IpAddress, MappedAddressIsTheIpv4AddressItStandsFor) {
  EXPECT_EQ(*IpAddress::parse("::ffff:10.0.0.1"), *IpAddress::parse("10.0.0.1"));
}

TEST(IpAddress, RefusesNamesAndHalves) {
  for (const char* text : {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "[::1]", "1.2.3.4 "}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("10.0.0.1\0.evil", 14)));
}

TEST(IpAddress, KnowsLoopbackAndUnspecified) {
  EXPECT_TRUE(IpAddress::parse("127.8.0.1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("10.0.0.1")->is_loopback());
  EXPECT_TRUE(IpAddress().is_unspecified());
  EXPECT_TRUE(IpAddress::parse("::")->is_unspecified());
}

TEST(Endpoint, BracketsIpv6) {
  EXPECT_EQ((Endpoint{*IpAddress::parse("::1"), 5060}.text()), "[::1]:5060");
  EXPECT_EQ((Endpoint{*IpAddress::parse("10.0.0.1"), 5060}.text()), "10.0.0.1:5060");
}

}  // namespace
}  // namespace webcalling
