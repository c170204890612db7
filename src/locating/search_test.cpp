#include "locating/search.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "locating/resolver_for_tests.hpp"

namespace webcalling::locating {
namespace {

using sip::TransportKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SearchTest : public testing::Test {
 protected:
  /// The zone of RFC 3263 section 4.
  void serve_example_com() {
    dns.add_naptr("example.com", {50, 50, "s", "SIPS+D2T", "_sips._tcp.example.com"});
    dns.add_naptr("example.com", {90, 50, "s", "SIP+D2T", "_sip._tcp.example.com"});
    dns.add_naptr("example.com", {100, 50, "s", "SIP+D2U", "_sip._udp.example.com"});
    dns.add_srv("_sip._tcp.example.com", {0, 1, 5060, "server1.example.com"});
    dns.add_srv("_sip._tcp.example.com", {1, 2, 5062, "server2.example.com"});
    dns.add_srv("_sip._udp.example.com", {0, 1, 5060, "server1.example.com"});
    dns.add_srv("_sips._tcp.example.com", {0, 1, 5061, "server1.example.com"});
    dns.add_address("server1.example.com", "192.0.2.1");
    dns.add_address("server2.example.com", "192.0.2.2");
  }
  std::shared_ptr<Search> start(std::string_view text) {
    return Search::start({.timers = timers, .random = random, .resolver = dns, .abilities = abilities},
                         sip::Uri::parse(text).value(), [this](const auto& told) {
                           ++told_;
                           result = told;
                         });
  }
  /// "UDP 192.0.2.1:5060", or the kind of error as its only element.
  std::vector<std::string> find(std::string_view text) {
    result.reset();
    const auto search = start(text);
    EXPECT_FALSE(result) << "told from inside start()";
    timers.advance(timers.now() + 20s);
    if (!result) return {"nothing"};
    if (!*result) return {result->error().text};
    std::vector<std::string> out;
    for (const Target& target : **result) {
      out.push_back(fmt::format("{} {}{}{}", sip::text(target.kind), target.remote.text(),
                                target.server_name.empty() ? "" : " ", target.server_name));
    }
    return out;
  }
  Error::Kind kind() { return result->error().kind; }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{5};
  ResolverForTests dns{timers};
  Abilities abilities;
  std::optional<Result<std::vector<Target>>> result;
  int told_ = 0;
};

TEST_F(SearchTest, FollowsNaptrThenSrvThenAddresses) {
  serve_example_com();
  EXPECT_THAT(find("sip:bob@example.com"), ElementsAre("TLS 192.0.2.1:5061 example.com", "TCP 192.0.2.1:5060",
                                                       "TCP 192.0.2.2:5062", "UDP 192.0.2.1:5060"));
  EXPECT_EQ(told_, 1);
}

TEST_F(SearchTest, LeavesOutTransportsThatWeDoNotHave) {
  serve_example_com();
  abilities.transports = {TransportKind::Udp, TransportKind::Tcp};
  EXPECT_THAT(find("sip:bob@example.com"),
              ElementsAre("TCP 192.0.2.1:5060", "TCP 192.0.2.2:5062", "UDP 192.0.2.1:5060"));
}

TEST_F(SearchTest, SipsGoesOverTlsAlone) {
  serve_example_com();
  EXPECT_THAT(find("sips:bob@example.com"), ElementsAre("TLS 192.0.2.1:5061 example.com"));
}

TEST_F(SearchTest, AsksForServicesWhereThereIsNoNaptr) {
  dns.add_srv("_sip._tcp.example.com", {0, 0, 5070, "tcp.example.com"});
  dns.add_srv("_sip._udp.example.com", {0, 0, 5080, "udp.example.com"});
  dns.add_address("tcp.example.com", "192.0.2.3");
  dns.add_address("udp.example.com", "192.0.2.4");
  EXPECT_THAT(find("sip:example.com"), ElementsAre("UDP 192.0.2.4:5080", "TCP 192.0.2.3:5070"));
}

TEST_F(SearchTest, TakesTheDomainItselfWhereThereIsNothingElse) {
  dns.add_address("example.com", "192.0.2.5");
  EXPECT_THAT(find("sip:example.com"), ElementsAre("UDP 192.0.2.5:5060"));
  EXPECT_THAT(find("sips:example.com"), ElementsAre("TLS 192.0.2.5:5061 example.com"));
  EXPECT_THAT(find("sip:example.com;transport=tcp"), ElementsAre("TCP 192.0.2.5:5060"));
}

TEST_F(SearchTest, PortLeavesOnlyTheAddressToBeAsked) {
  dns.add_address("example.com", "192.0.2.5");
  EXPECT_THAT(find("sip:example.com:5099"), ElementsAre("UDP 192.0.2.5:5099"));
  EXPECT_THAT(dns.asked, SizeIs(2));
}

TEST_F(SearchTest, NumericHostNeedsNoDns) {
  EXPECT_THAT(find("sip:192.0.2.6"), ElementsAre("UDP 192.0.2.6:5060"));
  EXPECT_THAT(find("sips:[2001:db8::6]"), ElementsAre("TLS [2001:db8::6]:5061 2001:db8::6"));
  EXPECT_THAT(dns.asked, IsEmpty());
}

// RFC 7984.
TEST_F(SearchTest, AsksForBothFamiliesAndPrefersIpv6) {
  dns.add_address("example.com", "192.0.2.5");
  dns.add_address("example.com", "2001:db8::5");
  EXPECT_THAT(find("sip:example.com"), ElementsAre("UDP [2001:db8::5]:5060", "UDP 192.0.2.5:5060"));
  abilities.has_ipv6 = false;
  EXPECT_THAT(find("sip:example.com"), ElementsAre("UDP 192.0.2.5:5060"));
}

TEST_F(SearchTest, SaysWhyThereIsNobody) {
  EXPECT_THAT(find("sip:nowhere.example"), ElementsAre(HasSubstr("nowhere.example does not exist")));
  EXPECT_EQ(kind(), Error::Kind::Missing);
  dns.add_srv("_sip._udp.mail.example", {0, 0, 0, "."});
  EXPECT_THAT(find("sip:mail.example"), ElementsAre("mail.example takes no calls"));
  EXPECT_EQ(kind(), Error::Kind::Missing);
  abilities.has_ipv6 = false;
  EXPECT_THAT(find("sip:[2001:db8::6]"), ElementsAre(HasSubstr("no address that we can reach")));
  EXPECT_EQ(kind(), Error::Kind::Unsupported);
  EXPECT_THAT(find("sip:example.com;transport=ws"), ElementsAre(HasSubstr("over ws")));
}

TEST_F(SearchTest, TellsThatDnsFailedFromThatADomainDoesNotExist) {
  dns.fail({RecordType::Naptr, "example.com"});
  EXPECT_THAT(find("sip:example.com"), ElementsAre(HasSubstr("could not be looked up")));
  EXPECT_EQ(kind(), Error::Kind::Failed);
}

// Old servers do not know the type: what matters is whether they answer at all.
TEST_F(SearchTest, GoesOnWhereNaptrIsRefused) {
  dns.fail({RecordType::Naptr, "example.com"}, Error::Kind::Refused);
  dns.add_address("example.com", "192.0.2.5");
  EXPECT_THAT(find("sip:example.com"), ElementsAre("UDP 192.0.2.5:5060"));
}

TEST_F(SearchTest, RefusedAddressIsNoMissingDomain) {
  dns.fail({RecordType::A, "example.com"}, Error::Kind::Refused);
  EXPECT_THAT(find("sip:example.com"), ElementsAre(HasSubstr("could not be looked up")));
}

TEST_F(SearchTest, TakesWhatItKnowsWhenOneOfSeveralIsNotAnswered) {
  serve_example_com();
  dns.fail({RecordType::Srv, "_sips._tcp.example.com"});
  dns.fail({RecordType::A, "server2.example.com"});
  EXPECT_THAT(find("sip:example.com"), ElementsAre("TCP 192.0.2.1:5060", "UDP 192.0.2.1:5060"));
}

TEST_F(SearchTest, GivesUpWhenDnsIsSilent) {
  dns.be_silent();
  EXPECT_THAT(find("sip:example.com"), ElementsAre(HasSubstr("DNS does not answer")));
  EXPECT_EQ(kind(), Error::Kind::Failed);
}

TEST_F(SearchTest, DroppedOneTellsNothing) {
  serve_example_com();
  for (const auto after : {0ms, 15ms, 25ms, 35ms}) {
    auto search = start("sip:example.com");
    timers.advance(timers.now() + after);
    const int told = told_;
    search.reset();
    timers.advance(timers.now() + 20s);
    EXPECT_EQ(told_, told);
  }
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(SearchTest, MayBeDroppedByWhomItTells) {
  std::shared_ptr<Search> search;
  bool is_told = false;
  search = Search::start({.timers = timers, .random = random, .resolver = dns},
                         sip::Uri::parse("sip:192.0.2.1").value(), [&](const auto&) {
                           is_told = true;
                           search.reset();
                         });
  timers.advance(timers.now() + 1s);
  EXPECT_TRUE(is_told);
}

// ATTACKS S38: whoever owns the domain decides what stands in it.
TEST_F(SearchTest, HugeZoneIsCutShort) {
  for (std::uint16_t i = 0; i < 500; ++i) {
    dns.add_naptr("example.com", {i, 0, "s", "SIP+D2U", fmt::format("_sip._udp.n{}.example.com", i)});
    for (std::uint16_t j = 0; j < 20; ++j) {
      dns.add_srv(fmt::format("_sip._udp.n{}.example.com", i), {j, 0, 5060, fmt::format("h{}.example.com", j)});
    }
    dns.add_address(fmt::format("h{}.example.com", i % 20), fmt::format("192.0.{}.{}", i / 256, i % 256));
  }
  EXPECT_THAT(find("sip:example.com"), SizeIs(Search::kMostTargets));
  EXPECT_LE(dns.asked.size(), 1 + Search::kMostServices + 2 * Search::kMostHosts);
}

TEST_F(SearchTest, SrvTargetsThatAreNoNamesAreLeftOut) {
  dns.add_srv("_sip._udp.example.com", {0, 0, 5060, "not a name"});
  dns.add_srv("_sip._udp.example.com", {0, 0, 0, "portless.example.com"});
  dns.add_srv("_sip._udp.example.com", {1, 0, 5060, "good.example.com."});
  dns.add_address("good.example.com", "192.0.2.8");
  EXPECT_THAT(find("sip:example.com;transport=udp"), ElementsAre("UDP 192.0.2.8:5060"));
}

TEST_F(SearchTest, SendsToNobodysGroup) {
  dns.add_address("example.com", "224.0.1.75");
  dns.add_address("example.com", "255.255.255.255");
  dns.add_address("example.com", "0.0.0.0");
  dns.add_address("example.com", "ff02::1");
  EXPECT_THAT(find("sip:example.com"), ElementsAre(HasSubstr("no address that we can reach")));
}

}  // namespace
}  // namespace webcalling::locating
