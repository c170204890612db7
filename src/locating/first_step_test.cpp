#include "locating/first_step.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace webcalling::locating {
namespace {

using sip::TransportKind;

sip::Uri uri(std::string_view text) { return sip::Uri::parse(text).value(); }

Result<FirstStep> step(std::string_view text, const Abilities& abilities = {}) {
  return first_step(uri(text), abilities);
}

struct Row {
  const char* uri;
  FirstStep step;
};

// RFC 3263 sections 4.1 and 4.2.
TEST(FirstStep, FollowsTheTableOfTheRfc) {
  const std::vector<Row> table{
      // Numeric: nothing to ask.
      {"sip:192.0.2.1", Host{TransportKind::Udp, "192.0.2.1", 5060}},
      {"sips:192.0.2.1", Host{TransportKind::Tls, "192.0.2.1", 5061}},
      {"sip:[2001:db8::1]:5070", Host{TransportKind::Udp, "2001:db8::1", 5070}},
      {"sip:192.0.2.1;transport=tcp", Host{TransportKind::Tcp, "192.0.2.1", 5060}},
      {"sip:192.0.2.1;transport=tls", Host{TransportKind::Tls, "192.0.2.1", 5061}},
      // A port: only the address.
      {"sip:bob@example.com:5070", Host{TransportKind::Udp, "example.com", 5070}},
      {"sips:bob@example.com:5070", Host{TransportKind::Tls, "example.com", 5070}},
      {"sip:example.com:5070;transport=TCP", Host{TransportKind::Tcp, "example.com", 5070}},
      // A transport: its service.
      {"sip:example.com;transport=udp", AskServices{{{TransportKind::Udp, "_sip._udp.example.com"}}}},
      {"sip:example.com;transport=tcp", AskServices{{{TransportKind::Tcp, "_sip._tcp.example.com"}}}},
      {"sip:example.com;transport=tls", AskServices{{{TransportKind::Tls, "_sips._tcp.example.com"}}}},
      {"sips:example.com;transport=tcp", AskServices{{{TransportKind::Tls, "_sips._tcp.example.com"}}}},
      // Neither.
      {"sip:bob@Example.COM", AskNaptr{"example.com"}},
      {"sips:bob@example.com", AskNaptr{"example.com"}},
      // maddr is who is really meant.
      {"sip:bob@example.com;maddr=192.0.2.9", Host{TransportKind::Udp, "192.0.2.9", 5060}},
      {"sip:bob@example.com;maddr=edge.example.net", AskNaptr{"edge.example.net"}},
  };
  for (const Row& row : table) {
    const auto found = step(row.uri);
    ASSERT_TRUE(found) << row.uri << ": " << found.error().text;
    EXPECT_EQ(*found, row.step) << row.uri;
  }
}

TEST(FirstStep, RefusesWhatWeDoNotSendOver) {
  EXPECT_EQ(step("sip:example.com;transport=sctp").error().kind, Error::Kind::Unsupported);
  EXPECT_EQ(step("sip:example.com;transport=ws").error().kind, Error::Kind::Unsupported);
  EXPECT_EQ(step("sips:example.com;transport=udp").error().kind, Error::Kind::Unsupported);
  EXPECT_EQ(step("sip:example.com;transport=tcp", {.transports = {TransportKind::Udp}}).error().kind,
            Error::Kind::Unsupported);
  EXPECT_EQ(step("tel:+15551234").error().kind, Error::Kind::Unsupported);
}

TEST(FirstStep, KnowsANameOfDnsFromOtherText) {
  EXPECT_TRUE(is_domain_name("example.com"));
  EXPECT_TRUE(is_domain_name("_sip._udp.example.com"));
  EXPECT_TRUE(is_domain_name("pbx"));
  EXPECT_FALSE(is_domain_name(""));
  EXPECT_FALSE(is_domain_name("."));
  EXPECT_FALSE(is_domain_name("a..b"));
  EXPECT_FALSE(is_domain_name("example.com."));
  EXPECT_FALSE(is_domain_name("exam ple.com"));
  EXPECT_FALSE(is_domain_name(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_domain_name(std::string(64, 'a') + ".com"));
  std::string longest;
  while (longest.size() < 254) longest += "abcdefg.";
  EXPECT_FALSE(is_domain_name(longest + "com"));
}

TEST(FirstStep, LastResortIsTheDomainAtItsDefaultPort) {
  EXPECT_EQ(last_resort(uri("sip:example.com"), {}), (Host{TransportKind::Udp, "example.com", 5060}));
  EXPECT_EQ(last_resort(uri("sips:example.com"), {}), (Host{TransportKind::Tls, "example.com", 5061}));
  EXPECT_EQ(last_resort(uri("sip:example.com;transport=tcp"), {}), (Host{TransportKind::Tcp, "example.com", 5060}));
}

}  // namespace
}  // namespace webcalling::locating
