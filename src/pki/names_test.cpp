#include "pki/names.hpp"

#include <gtest/gtest.h>

namespace webcalling::pki {
namespace {

const IpAddress kAddress = *IpAddress::parse("192.0.2.1");

TEST(Names, IdentifyAHostInAnyCaseAndAnAddressHoweverItIsWritten) {
  const Names names{.hosts = {"pbx.example.com"}, .addresses = {kAddress, *IpAddress::parse("2001:db8::1")}};
  for (const char* peer : {"pbx.example.com", "PBX.Example.com", "pbx.example.com.", "192.0.2.1", "2001:DB8:0::1"}) {
    EXPECT_TRUE(names.identify(peer)) << peer;
  }
  for (const char* peer : {"", ".", "example.com", "a.pbx.example.com", "192.0.2.2", "::1"}) {
    EXPECT_FALSE(names.identify(peer)) << peer;
  }
}

TEST(Names, WildcardStandsForNoOtherName) {
  const Names names{.hosts = {"*.example.com"}, .addresses = {}};
  EXPECT_FALSE(names.identify("pbx.example.com"));
}

TEST(Names, IncludeThoseThatAreAllAmongThem) {
  const Names names{.hosts = {"a", "b"}, .addresses = {kAddress}};
  EXPECT_TRUE(names.include({}));
  EXPECT_TRUE(names.include({.hosts = {"b"}, .addresses = {kAddress}}));
  EXPECT_FALSE(names.include({.hosts = {"b", "c"}, .addresses = {}}));
  EXPECT_FALSE(names.include({.hosts = {}, .addresses = {IpAddress()}}));
}

TEST(Names, AreShownToPeople) {
  EXPECT_EQ((Names{.hosts = {"a", "b"}, .addresses = {kAddress}}.text()), "a, b, 192.0.2.1");
}

}  // namespace
}  // namespace webcalling::pki
