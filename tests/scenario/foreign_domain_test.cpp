#include <fmt/format.h>

#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::HeaderName;
using sip::TransportKind;
using testing::HasSubstr;

Pbx::Settings settings(std::vector<std::string> allowed) {
  Pbx::Settings settings;
  settings.foreign_domains = std::move(allowed);
  settings.names = {"pbx.example.org"};
  return settings;
}

/// Our people call those of example.com, which has two servers.
class ForeignDomain : public Story {
 protected:
  explicit ForeignDomain(std::vector<std::string> allowed = {"example.com"}) : Story(settings(std::move(allowed))) {
    net.dns().add_naptr("example.com", {10, 10, "s", "SIP+D2U", "_sip._udp.example.com"});
    serve("_sip._udp.example.com", 10, "first.example.com", first);
    serve("_sip._udp.example.com", 20, "second.example.com", second);
  }
  void serve(std::string_view service, std::uint16_t priority, const std::string& host, const SimPhone& server) {
    net.dns().add_srv(service, {priority, 0, server.address().port, host});
    net.dns().add_address(host, server.address().address.text());
  }
  int status_of_call_to(std::string_view address) {
    alice.dial(address);
    net.run_until_idle();
    return alice.call().final_status();
  }
  std::string reason() {
    return std::string(alice.call().responses().back().header(HeaderName::Reason).value_or(""));
  }
  bool rings(SimPhone& phone) {
    return eventually([&] { return phone.ringing(); });
  }
  bool talk(SimPhone& phone) {
    phone.answer();
    return eventually([&] { return alice.talking() && phone.talking(); });
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& first = net.new_phone("2001");
  SimPhone& second = net.new_phone("2002");
};
INSTANTIATE_TEST_SUITE_P(, ForeignDomain, any_weather(), weather_name);

TEST_P(ForeignDomain, IsCalledAtItsFirstServer) {
  alice.dial("bob@example.com");
  ASSERT_TRUE(rings(first));
  EXPECT_FALSE(second.has_been_called());
  const sip::Request& invite = first.call().invite();
  EXPECT_EQ(invite.uri().text(), "sip:bob@example.com");
  EXPECT_EQ(invite.get<sip::To>()->uri.text(), "sip:bob@example.com");
  EXPECT_EQ(invite.get<sip::From>()->uri.user, "1002");
  EXPECT_FALSE(invite.has(HeaderName::PAssertedIdentity)) << "RFC 3325: not beyond our own trust domain";
  ASSERT_TRUE(talk(first));
  EXPECT_EQ(net.heard_by(alice), first.extension());
  EXPECT_EQ(net.heard_by(first), "1002");
  first.hang_up();
  EXPECT_TRUE(eventually([&] { return !alice.in_call(); }));
}

// RFC 3263 section 4.3.
TEST_P(ForeignDomain, IsCalledAtTheNextServerWhenOneIsSilent) {
  first.vanish();
  alice.dial("bob@example.com");
  ASSERT_TRUE(rings(second));
  ASSERT_TRUE(talk(second));
  EXPECT_EQ(net.heard_by(alice), second.extension());
  alice.hang_up();
  ASSERT_TRUE(eventually([&] { return !second.in_call(); }));
  // And the next call goes there without waiting.
  const TimePoint begun = net.now();
  alice.dial("bob@example.com");
  ASSERT_TRUE(rings(second));
  EXPECT_LT(net.now() - begun, 4s);
  alice.hang_up();
}

TEST_P(ForeignDomain, IsCalledAtTheNextServerAfterA503) {
  first.habits().rings = false;
  first.refuse(503);
  alice.dial("bob@example.com");
  ASSERT_TRUE(rings(second));
  ASSERT_TRUE(talk(second));
  EXPECT_NE(first.call().invite().call_id(), second.call().invite().call_id());
  alice.hang_up();
}

TEST_P(ForeignDomain, ServerThatCannotBeConnectedToIsFollowedByTheNext) {
  net.dns().add_srv("_sip._tcp.both.example", {0, 0, 5060, "nobody.example"});
  net.dns().add_address("nobody.example", "10.0.9.9");
  net.dns().add_naptr("example.com", {1, 1, "s", "SIP+D2T", "_sip._tcp.both.example"});
  alice.dial("bob@example.com");
  ASSERT_TRUE(rings(first));
  alice.hang_up();
}

TEST_P(ForeignDomain, PersonsRefusalIsTheEnd) {
  first.refuse(486);
  EXPECT_EQ(status_of_call_to("bob@example.com"), 486);
  EXPECT_FALSE(second.has_been_called());
}

TEST_P(ForeignDomain, WithoutAnyServerThatAnswersIs480) {
  first.vanish();
  second.vanish();
  EXPECT_EQ(status_of_call_to("bob@example.com"), 480);
}

TEST_P(ForeignDomain, CallerMayGiveUpWhileItIsLookedUp) {
  net.dns().be_silent();
  alice.dial("bob@example.com");
  ASSERT_TRUE(eventually([&] { return !net.dns().asked.empty(); }));
  alice.hang_up();
  EXPECT_TRUE(eventually([&] { return alice.call().final_status() == 487; }));
  settle();
  EXPECT_FALSE(first.has_been_called());
}

TEST_P(ForeignDomain, ThatDnsDoesNotTellIs480WithASentence) {
  net.dns().be_silent();
  EXPECT_EQ(status_of_call_to("bob@example.com"), 480);
  EXPECT_THAT(reason(), HasSubstr("example.com could not be looked up: DNS does not answer"));
}

TEST_P(ForeignDomain, WithoutServerIs404WithASentence) {
  net.dns().remove({locating::RecordType::Naptr, "example.com"});
  net.dns().remove({locating::RecordType::Srv, "_sip._udp.example.com"});
  EXPECT_EQ(status_of_call_to("bob@example.com"), 404);
  EXPECT_THAT(reason(), HasSubstr("example.com does not exist, or has no server for calls"));
}

// ATTACKS S35.
TEST_P(ForeignDomain, ThatIsNotListedIsNotCalled) {
  EXPECT_EQ(status_of_call_to("bob@evil.example"), 404);
  EXPECT_EQ(status_of_call_to("bob@first.example.com"), 404) << "only the very domain";
  EXPECT_TRUE(net.dns().asked.empty());
}

TEST_P(ForeignDomain, DoesNotHideAnExtensionOfOurs) {
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  alice.hang_up();
}

TEST_P(ForeignDomain, IsReachedByForwarding) {
  auto& bob = net.phone("1001");
  bob.habits().refuses = {302, 0ms};
  bob.habits().forwards_to = "<sip:bob@example.com>";
  alice.dial("1001");
  ASSERT_TRUE(rings(first));
  ASSERT_TRUE(talk(first));
  alice.hang_up();
}

TEST_P(ForeignDomain, ForwardingToADomainThatDoesNotExistEndsTheCall) {
  net.dns().remove({locating::RecordType::Naptr, "example.com"});
  net.dns().remove({locating::RecordType::Srv, "_sip._udp.example.com"});
  auto& bob = net.phone("1001");
  bob.habits().refuses = {302, 0ms};
  bob.habits().forwards_to = "<sip:bob@example.com>";
  EXPECT_EQ(status_of_call_to("1001"), 404);
}

TEST_P(ForeignDomain, IsReachedByTransfer) {
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  bob.call().refer("<sip:bob@example.com>");
  ASSERT_TRUE(rings(first));
  first.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && first.talking() && !bob.in_call(); }));
  EXPECT_EQ(net.heard_by(first), "1002");
  alice.hang_up();
}

// ATTACKS S35: whom we have called there sends nobody anywhere.
TEST_P(ForeignDomain, PhoneThereMayNotForwardOrTransfer) {
  auto& carol = net.phone("1003");
  first.habits().refuses = {302, 0ms};
  first.habits().forwards_to = "<sip:1003@10.0.0.1>";
  second.habits() = first.habits();
  EXPECT_EQ(status_of_call_to("bob@example.com"), 480);
  first.habits().refuses.reset();
  alice.dial("bob@example.com");
  ASSERT_TRUE(rings(first));
  ASSERT_TRUE(talk(first));
  first.call().refer("<sip:1003@10.0.0.1>");
  ASSERT_TRUE(eventually([&] { return first.call().request_status() != 0; }));
  settle();
  EXPECT_FALSE(carol.has_been_called());
  EXPECT_TRUE(alice.talking());
  alice.hang_up();
}

class EveryDomain : public ForeignDomain {
 protected:
  EveryDomain() : ForeignDomain({"*"}) {}
};
INSTANTIATE_TEST_SUITE_P(, EveryDomain, fair_weather(), weather_name);

TEST_P(EveryDomain, IsCalledButForOurOwnNamesAndNumbers) {
  // The phones of this world have private addresses, which only a domain that is listed by its name may have.
  EXPECT_EQ(status_of_call_to("bob@example.com"), 480);
  EXPECT_THAT(reason(), HasSubstr("no address that we can reach"));
  auto& bob = net.phone("1001");
  for (const auto* ours : {"1001@pbx.example.org", "1001@10.0.0.1", "1001@192.168.1.77", "1001@phone.local"}) {
    alice.dial(ours);
    ASSERT_TRUE(rings(bob)) << ours;
    alice.hang_up();
    ASSERT_TRUE(eventually([&] { return !bob.in_call() && !alice.in_call(); }));
  }
}

}  // namespace
}  // namespace webcalling::sim
