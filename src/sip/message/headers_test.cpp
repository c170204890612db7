#include "sip/message/headers.hpp"

#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

using namespace std::chrono_literals;

template <typename H>
std::string round_trip(std::string_view text) {
  const auto parsed = H::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text << ": " << (parsed ? "" : parsed.error().text);
  std::string out;
  if (parsed) parsed->write(out);
  return out;
}

TEST(Via, ReadsABrowsersVia) {
  const auto via =
      Via::parse("SIP/2.0/WS 7bhs9fl1c2ll.invalid;branch=z9hG4bK491249;received=10.105.10.116;rport=44539");
  ASSERT_TRUE(via.has_value());
  EXPECT_EQ(via->transport, "WS");
  EXPECT_EQ(via->host, "7bhs9fl1c2ll.invalid");
  EXPECT_EQ(via->port, std::nullopt);
  EXPECT_EQ(via->sent_by(), "7bhs9fl1c2ll.invalid");
  EXPECT_EQ(via->branch, "z9hG4bK491249");
  EXPECT_EQ(via->parameters.get("rport"), "44539");
}

// RFC 4475 section 3.1.1.1.
TEST(Via, AllowsBlanksAroundItsSeparators) {
  const auto wide = Via::parse("SIP  / 2.0  / tcp     spindle.example.com   ;   branch  =   z9hG4bK9ikj8  ");
  ASSERT_TRUE(wide.has_value());
  EXPECT_EQ(wide->transport, "tcp");
  EXPECT_EQ(wide->sent_by(), "spindle.example.com");
  EXPECT_EQ(wide->branch, "z9hG4bK9ikj8");
  const auto with_port = Via::parse("SIP/2.0/UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1");
  ASSERT_TRUE(with_port.has_value());
  EXPECT_EQ(with_port->sent_by(), "first.example.com:4000");
  EXPECT_EQ(with_port->parameters.get("ttl"), "16");
  EXPECT_EQ(with_port->parameters.get("maddr"), "224.2.0.1");
  EXPECT_EQ(with_port->branch, "");
}

TEST(Via, WritesIpv6InBrackets) {
  const auto via = Via::parse("SIP/2.0/UDP [2001:db8::9:1]:5061;received=2001:db8::9:255;branch=z9hG4bKas3");
  ASSERT_TRUE(via.has_value());
  EXPECT_EQ(via->host, "2001:db8::9:1");
  EXPECT_EQ(via->sent_by(), "[2001:db8::9:1]:5061");
  EXPECT_EQ(via->parameters.get("received"), "2001:db8::9:255");
}

TEST(Via, RefusesWhatIsNoVia) {
  for (const std::string_view text :
       {"", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0 host", "SIP/7.0/UDP host", "HTTP/1.1/TCP host", "SIP/2.0/U@P host",
        "SIP/2.0/UDP host:99999", "SIP/2.0/UDP host:", "SIP/2.0/UDP 2001:db8::1", "SIP/2.0/UDP host host2",
        "SIP/2.0/UDP host;branch=\"x", "SIP/2.0/UDP ;branch=x"}) {
    EXPECT_FALSE(Via::parse(text).has_value()) << text;
  }
}

// CVE-2018-8828: a branch of more than 300 characters.
TEST(Via, ALongBranchIsJustLong) {
  const std::string branch = "z9hG4bK" + std::string(4000, 'x');
  EXPECT_EQ(Via::parse("SIP/2.0/UDP host;branch=" + branch)->branch, branch);
}

TEST(NameAddress, ReadsEveryForm) {
  const auto quoted = NameAddress::parse(R"("A. G. \"Bell\", Inc." <sip:agb@bell-telephone.com> ;tag=a48s)");
  ASSERT_TRUE(quoted.has_value());
  EXPECT_EQ(quoted->display_name, R"(A. G. "Bell", Inc.)");
  EXPECT_EQ(quoted->uri.user, "agb");
  EXPECT_EQ(quoted->tag(), "a48s");

  EXPECT_EQ(NameAddress::parse("Mr. Watson <sip:watson@bell.com>;tag=1")->display_name, "Mr. Watson");
  EXPECT_EQ(NameAddress::parse("caller<sip:caller@example.com>")->display_name, "caller");
  EXPECT_EQ(NameAddress::parse("\"\" <sip:a@b>")->display_name, "");
  EXPECT_EQ(NameAddress::parse("Zo\xc3\xab <sip:zoe@b>")->display_name, "Zo\xc3\xab");
  EXPECT_EQ(NameAddress::parse("< sip:a@b >")->uri.user, "a");
  EXPECT_EQ(NameAddress::parse("<tel:+4930123>")->uri.user, "+4930123");
}

// RFC 3261 section 20.10.
TEST(NameAddress, WithoutBracketsParametersBelongToTheHeader) {
  const auto bare = NameAddress::parse("sip:+12125551212@server.phone2net.com;tag=887s");
  ASSERT_TRUE(bare.has_value());
  EXPECT_EQ(bare->tag(), "887s");
  EXPECT_TRUE(bare->uri.parameters.empty());

  const auto bracketed = NameAddress::parse("<sip:a@b;tag=uri>;tag=header");
  EXPECT_EQ(bracketed->tag(), "header");
  EXPECT_EQ(bracketed->uri.parameters.get("tag"), "uri");
}

TEST(NameAddress, AQuotedBracketDoesNotBeginAUri) {
  const auto bare = NameAddress::parse(R"(sip:a@b;+sip.instance="<urn:uuid:1>")");
  ASSERT_TRUE(bare.has_value());
  EXPECT_EQ(bare->uri.user, "a");
  EXPECT_EQ(NameAddress::parse(R"("<sip:evil@x>" <sip:a@b>)")->uri.user, "a");
}

TEST(NameAddress, WritesWhatReadsBackTheSame) {
  EXPECT_EQ(round_trip<NameAddress>(R"(sip:a@b;tag=1)"), "<sip:a@b>;tag=1");
  EXPECT_EQ(round_trip<NameAddress>(R"(Bob <sip:a@b;lr>)"), R"("Bob" <sip:a@b;lr>)");
  NameAddress hostile;
  hostile.display_name = "x\" <sip:evil@e>;a=\"";
  hostile.uri = *Uri::parse("sip:a@b");
  std::string out;
  hostile.write(out);
  EXPECT_EQ(NameAddress::parse(out)->display_name, hostile.display_name);
  EXPECT_EQ(NameAddress::parse(out)->uri.user, "a");
}

TEST(NameAddress, RefusesWhatIsNoAddress) {
  for (const std::string_view text :
       {"", "<>", "<sip:a@b", "sip:a@b>", "\"open <sip:a@b>", "\"a\" sip:a@b", "\"a\" \"b\" <sip:a@b>", "a,b <sip:a@b>",
        "<sip:a@b> junk", "<sip:a@b>, <sip:c@d>", "sip:a@b?Route=%3Csip:c%3E", "sip:a@b,sip:c@d", "*", "<<sip:a@b>>",
        "a;b <sip:c@d>"}) {
    EXPECT_FALSE(NameAddress::parse(text).has_value()) << text;
  }
}

TEST(NameAddress, ItsTagIsFoundWithoutReadingTheRest) {
  for (const auto* value :
       {"<sip:a@b>;tag=1", "sip:a@b;tag=1", "<sip:a@b>; x=y ;TAG = 1 ;tag=2", "\"A;tag=9 <B>\" <sip:a@b;tag=8>;tag=1",
        "A B <sip:a@b>;tag=1", "<sip:a@b>;x=\"a>b;tag=9\";tag=1", "<sip:a@b>;tag=\"1\"", "sip:a@b;x=\"y\";tag=1",
        "<sip:a@b;tag=9>", "<sip:a@b>", "sip:a@b", "<sip:a@b>;tag", "<sip:a@b>;tag=", "<sip:a@b>;;tag=1;",
        "tel:1;tag=1"}) {
    const auto whole = NameAddress::parse(value);
    ASSERT_TRUE(whole) << value << ": " << whole.error().text;
    EXPECT_EQ(tag_of(value), whole->tag()) << value;
  }
  EXPECT_EQ(tag_of(""), "");
}

TEST(Contact, StarStandsAlone) {
  EXPECT_TRUE(Contact::parse("*")->is_star);
  EXPECT_EQ(round_trip<Contact>("*"), "*");
  EXPECT_FALSE(Contact::parse("*;expires=0").has_value());
}

TEST(Contact, ReadsThePreferenceAndForgivesABadOne) {
  const auto q = [](const std::string& text) { return Contact::parse("<sip:a@b>;q=" + text)->q(); };
  EXPECT_EQ(q("1"), QValue(1000));
  EXPECT_EQ(q("1.000"), QValue(1000));
  EXPECT_EQ(q("0.5"), QValue(500));
  EXPECT_EQ(q("0.125"), QValue(125));
  EXPECT_EQ(q("0."), QValue(0));
  for (const auto* bad : {"2", "1.001", "0.1234", "0.x", ".5", "-0.5", "0.5.5", "high"}) {
    EXPECT_EQ(q(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(Contact::parse("<sip:a@b>")->q(), std::nullopt);
}

TEST(Contact, ReadsExpiresAndForgivesABadOne) {
  EXPECT_EQ(Contact::parse("<sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws>;expires=600")->expires(), 600s);
  EXPECT_EQ(Contact::parse("<sip:a@b>;expires=99999999999999999999")->expires(), std::chrono::seconds(0x7fffffff));
  EXPECT_EQ(Contact::parse("<sip:a@b>;expires=soon")->expires(), std::nullopt);
  EXPECT_EQ(Contact::parse("<sip:a@b>;expires=-1")->expires(), std::nullopt);
  EXPECT_EQ(Contact::parse("<sip:a@b>;expires")->expires(), std::nullopt);
}

TEST(CSeq, IsANumberBelowTwoToThe31AndAMethod) {
  const auto cseq = CSeq::parse("2147483647 INVITE");
  ASSERT_TRUE(cseq.has_value());
  EXPECT_EQ(cseq->number, 0x7fffffffu);
  EXPECT_EQ(cseq->method, Method::Invite);
  EXPECT_EQ(round_trip<CSeq>("0009 \t  NEWMETHOD"), "9 NEWMETHOD");
  for (const std::string_view text :
       {"2147483648 INVITE", "4294967297 INVITE", "36893488147419103232 INVITE", "-1 INVITE", "+1 INVITE", "1", "1 ",
        "INVITE", "1INVITE", "1 INV@TE", "1 INVITE x", ""}) {
    EXPECT_FALSE(CSeq::parse(text).has_value()) << text;
  }
}

// CVE-2017-9372.
TEST(CSeq, AMethodOf800CharactersIsMalformed) { EXPECT_FALSE(CSeq::parse("1 " + std::string(800, 'A')).has_value()); }

TEST(MaxForwards, IsAByte) {
  EXPECT_EQ(MaxForwards::parse("255")->value, 255);
  EXPECT_EQ(MaxForwards::parse("0")->value, 0);
  for (const std::string_view text : {"256", "-1", "", "7x", "300"}) EXPECT_FALSE(MaxForwards::parse(text).has_value());
}

TEST(Expires, IsClamped) {
  EXPECT_EQ(Expires::parse("3600")->value, 3600s);
  EXPECT_EQ(Expires::parse("4294967295")->value, std::chrono::seconds(0x7fffffff));
  EXPECT_EQ(Expires::parse("99999999999999999999999")->value, std::chrono::seconds(0x7fffffff));
  for (const std::string_view text : {"", "-5", "abc", "1 2"}) EXPECT_FALSE(Expires::parse(text).has_value());
}

TEST(TokenHeader, ReadsTokenAndParameters) {
  EXPECT_EQ(Event::parse("message-summary")->token, "message-summary");
  const auto state = SubscriptionState::parse("terminated;reason=noresource");
  EXPECT_EQ(state->token, "terminated");
  EXPECT_EQ(state->parameters.get("reason"), "noresource");
  EXPECT_EQ(ContentType::parse("multipart/mixed;boundary=\"a b\"")->parameters.get("boundary"), "a b");
  EXPECT_EQ(round_trip<Reason>(R"(SIP ;cause=200 ;text="Call completed elsewhere")"),
            R"(SIP;cause=200;text="Call completed elsewhere")");
}

TEST(TokenHeader, RefusesWhatIsNoToken) {
  for (const std::string_view text : {"", "application", "/sdp", "application/", "a/b/c", "a b/c"}) {
    EXPECT_FALSE(ContentType::parse(text).has_value()) << text;
  }
  EXPECT_FALSE(Event::parse("a/b").has_value());
  EXPECT_FALSE(Event::parse(";id=1").has_value());
}

TEST(HttpDate, IsWrittenAsTheRfcWants) {
  EXPECT_EQ(http_date(WallTime(1731161795000ms)), "Sat, 09 Nov 2024 14:16:35 GMT");
  EXPECT_EQ(http_date(WallTime(0ms)), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace webcalling::sip
