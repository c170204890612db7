#include "sip/message/uri.hpp"

#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

Uri uri(std::string_view text) {
  auto parsed = Uri::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text << ": " << (parsed ? "" : parsed.error().text);
  EXPECT_TRUE(Uri::check(text).has_value()) << text;
  return parsed.value_or(Uri{});
}

bool equivalent(std::string_view a, std::string_view b) {
  const bool forth = uri(a).equivalent(uri(b));
  EXPECT_EQ(forth, uri(b).equivalent(uri(a))) << "not symmetric: " << a << " and " << b;
  return forth;
}

TEST(Uri, ReadsEveryPart) {
  const Uri read = uri("sips:alice:secret@Atlanta.COM:5061;transport=TCP;lr?subject=project%20x&priority=urgent");
  EXPECT_EQ(read.scheme, Uri::Scheme::Sips);
  EXPECT_EQ(read.user, "alice");
  EXPECT_EQ(read.password, "secret");
  EXPECT_EQ(read.host, "atlanta.com");
  EXPECT_EQ(read.port, 5061);
  EXPECT_EQ(read.parameters.get("Transport"), "TCP");
  EXPECT_EQ(read.parameters.get("lr"), "");
  EXPECT_EQ(read.headers, "subject=project%20x&priority=urgent");
}

// RFC 3261 section 19.1.3.
TEST(Uri, WritesTheExamplesOfTheRfcAsTheyWere) {
  for (const std::string_view text :
       {"sip:alice@atlanta.com", "sip:alice:secretword@atlanta.com;transport=tcp",
        "sips:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:+1-212-555-1212:1234@gateway.com;user=phone",
        "sips:1212@gateway.com", "sip:alice@192.0.2.4", "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
        "sip:alice;day=tuesday@atlanta.com", "sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws;ob",
        "sip:alice@[2001:db8::10]:5070", "tel:+12015550123;phone-context=example.com"}) {
    EXPECT_EQ(uri(text).text(), text);
  }
}

TEST(Uri, TakesTheUserUpToTheAtSignEvenWithSemicolons) {
  const Uri read = uri("sip:alice;day=tuesday@atlanta.com");
  EXPECT_EQ(read.user, "alice;day=tuesday");
  EXPECT_TRUE(read.parameters.empty());
}

// The Request-URI of RFC 4475 section 3.1.1.2.
TEST(Uri, TakesTheWholeRangeOfUserCharacters) {
  const Uri read = uri(
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com");
  EXPECT_EQ(read.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
  EXPECT_EQ(read.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  EXPECT_EQ(read.host, "example.com");
}

TEST(Uri, UnescapesTheUserAndEscapesItAgain) {
  const Uri read = uri("sip:j%40s0n%20%c3%a9@example.com");
  EXPECT_EQ(read.user, "j@s0n \xc3\xa9");
  EXPECT_EQ(read.text(), "sip:j%40s0n%20%C3%A9@example.com");
}

// RFC 4475 section 3.1.1.4: the grammar allows it, and no C string ends there.
TEST(Uri, ControlCharactersOfAUserStayEscapedOnTheWire) {
  const Uri read = uri("sip:a%00b%0d%0aEvil%3a%201@host");
  EXPECT_EQ(read.user, std::string("a\0b\r\nEvil: 1", 12));
  EXPECT_EQ(read.text(), "sip:a%00b%0D%0AEvil%3A%201@host");
  EXPECT_FALSE(equivalent("sip:a@host", "sip:a%00@host"));
  EXPECT_FALSE(equivalent("sip:a%00@host", "sip:a%00%00@host"));
}

// RFC 4475 section 3.1.1.3.
TEST(Uri, ParametersLoseTheEscapesThatMeanNothing) {
  const Uri read = uri("sip:host;%6C%72;n%61me=v%61lue%25%34%31;plus=%2B");
  EXPECT_TRUE(read.parameters.has("lr"));
  EXPECT_EQ(read.parameters.get("name"), "value%2541");
  EXPECT_EQ(read.parameters.get("plus"), "%2B");
  EXPECT_EQ(read.text(), "sip:host;lr;name=value%2541;plus=%2B");
}

TEST(Uri, KeepsADialledHashAndEscapesIt) {
  EXPECT_EQ(uri("sip:*98#@pbx").user, "*98#");
  EXPECT_EQ(uri("sip:*98#@pbx").text(), "sip:*98%23@pbx");
}

TEST(Uri, ReadsIpv6HostsWithoutTheirBrackets) {
  EXPECT_EQ(uri("sip:[2001:DB8::1]").host, "2001:db8::1");
  EXPECT_EQ(uri("sip:[::1]:5060").port, 5060);
}

// RFC 5118 section 4.10.
TEST(Uri, ForgivesAThirdColonBeforeAnEmbeddedIpv4Address) {
  EXPECT_EQ(uri("sip:user@[2001:db8:::192.0.2.1]").text(), "sip:user@[2001:db8::192.0.2.1]");
  for (const std::string_view text :
       {"sip:[2001:db8:::1]", "sip:[:::]", "sip:[2001::::192.0.2.1]", "sip:[::1:::1.2.3.4]"}) {
    EXPECT_FALSE(Uri::parse(text).has_value()) << text;
  }
}

// RFC 5954 section 4.2.
TEST(Uri, Ipv6HostsAreComparedAsAddresses) {
  EXPECT_TRUE(equivalent("sip:bob@[::ffff:192.0.2.128]", "sip:bob@[::ffff:c000:280]"));
  EXPECT_TRUE(equivalent("sip:[2001:db8::9:1]", "sip:[2001:db8::9:01]"));
  EXPECT_FALSE(equivalent("sip:[2001:db8::9:1]", "sip:[2001:db8::9:10]"));
}

TEST(Uri, TelLosesItsVisualSeparators) {
  const Uri read = uri("tel:+1-(201)-555.0123;ext=7");
  EXPECT_EQ(read.scheme, Uri::Scheme::Tel);
  EXPECT_EQ(read.user, "+12015550123");
  EXPECT_EQ(read.host, "");
  EXPECT_EQ(read.parameters.get("ext"), "7");
  EXPECT_EQ(read.aor(), "+12015550123");
}

TEST(Uri, AorHasNeitherPortNorParameters) {
  EXPECT_EQ(uri("sip:1002@10.105.10.116:5060;transport=ws").aor(), "1002@10.105.10.116");
  EXPECT_EQ(uri("SIP:1002@PBX.Example.com").aor(), "1002@pbx.example.com");
  EXPECT_EQ(uri("sip:pbx.example.com").aor(), "pbx.example.com");
}

// RFC 3261 section 19.1.4.
TEST(Uri, EquivalentAsInTheRfc) {
  EXPECT_TRUE(equivalent("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp"));
  EXPECT_TRUE(equivalent("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
  EXPECT_TRUE(equivalent("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"));
  EXPECT_TRUE(equivalent("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                         "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"));
  EXPECT_TRUE(equivalent("sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                         "sip:alice@atlanta.com?priority=urgent&subject=project%20x"));
}

TEST(Uri, DifferentAsInTheRfc) {
  EXPECT_FALSE(equivalent("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"));
  EXPECT_FALSE(equivalent("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
  EXPECT_FALSE(equivalent("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"));
  EXPECT_FALSE(equivalent("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"));
  EXPECT_FALSE(equivalent("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"));
  EXPECT_FALSE(equivalent("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"));
  EXPECT_FALSE(equivalent("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
  EXPECT_FALSE(equivalent("sip:carol@chicago.com", "sips:carol@chicago.com"));
}

TEST(Uri, UnknownSchemesAreUnsupportedNotMalformed) {
  for (const std::string_view text :
       {"http://www.example.com", "isbn:2983792873", "nobodyKnowsThisScheme:totallyopaque", "urn:service:sos",
        "im:alice@atlanta.com"}) {
    const auto parsed = Uri::parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().kind, Error::Kind::Unsupported) << text;
  }
}

TEST(Uri, RefusesWhatIsNoUri) {
  for (const std::string_view text : {"",
                                      ":",
                                      "sip",
                                      "sip:",
                                      "sip:@",
                                      "sip:@host",
                                      "sip:alice@",
                                      "sip:alice@host:",
                                      "sip:alice@host:70000",
                                      "sip:alice@host:0",
                                      "sip:alice@host:-1",
                                      "sip:alice@host:+5",
                                      "sip:alice@host:5060x",
                                      "sip:a b@host",
                                      "sip:a@ho st",
                                      "sip:a@host ",
                                      " sip:a@host",
                                      "<sip:a@host>",
                                      "sip:a@b@c",
                                      "sip:%4@host",
                                      "sip:%zz@host",
                                      "sip:a@[::1",
                                      "sip:a@::1",
                                      "sip:a@[1.2.3.4]",
                                      "sip:a@[]",
                                      "sip:a@[zz::1]",
                                      "sip:a@host]",
                                      "sip:a@.host",
                                      "sip:a@-host",
                                      "sip:a@host;x=\"y\"",
                                      "sip:a@host;=x",
                                      "sip:a@host;x=%",
                                      "sip:a@host?",
                                      "sip:a@host?a<b",
                                      "sip:\xff@host",
                                      "tel:",
                                      "tel:+",
                                      "tel:alice",
                                      "tel:12+3",
                                      "1sip:a@host"}) {
    const auto parsed = Uri::parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().kind, Error::Kind::Malformed) << text;
    EXPECT_FALSE(Uri::check(text).has_value()) << text;
  }
}

TEST(Uri, NulAndHighBytesAreRefusedEverywhere) {
  for (std::string text : {"sip:alice@host;a=b?c=d"}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (const char bad : {'\0', '\x80', '\r'}) {
        std::string damaged = text;
        damaged[i] = bad;
        EXPECT_FALSE(Uri::parse(damaged).has_value()) << i;
      }
    }
  }
}

}  // namespace
}  // namespace webcalling::sip
