#include "registrar/registrar_for_tests.hpp"

namespace webcalling::registrar {
namespace {

using sip::HeaderName;
using sip::Response;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(RegistrarTest, BrowserOfTheReferenceGetsWhatTheReferenceSent) {
  const Response response = handle({});
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.header(HeaderName::Contact), "<sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws>;expires=600");
  EXPECT_EQ(response.header(HeaderName::Date), "Sat, 09 Nov 2024 14:16:35 GMT");
  EXPECT_NE(response.to_tag(), "");
}

TEST_F(RegistrarTest, FindsABindingWithTheFlowItCameOver) {
  handle({});
  const auto found = registrar.find("1002");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].contact.text(), "sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws");
  EXPECT_EQ(found[0].flow, ws_flow());
  EXPECT_EQ(found[0].user_agent, "SIP.js/0.21.1");
  EXPECT_EQ(found[0].expires, timers.now() + 600s);
  EXPECT_THAT(registrar.find("1003"), IsEmpty());
}

TEST_F(RegistrarTest, PhoneBehindNatIsReachedAtItsSource) {
  handle({.headers = contact("bob")}, udp_flow(62000));
  EXPECT_EQ(registrar.find("1002").at(0).flow.remote.port, 62000);
}

TEST_F(RegistrarTest, PhoneThatListensOnAnotherPortOfItsSourceAddressIsReachedThere) {
  handle({.headers = "Contact: <sip:bob@10.0.0.2:5099>\r\n"}, udp_flow(62000));
  EXPECT_EQ(registrar.find("1002").at(0).flow.remote.port, 5099);
}

TEST_F(RegistrarTest, TellsOfANewDeviceOnceAndAfterTheResponse) {
  handle({});
  EXPECT_THAT(journal.lines, IsEmpty());
  handle({.cseq = 4});
  EXPECT_THAT(events(), ElementsAre("+1002 8bum4n4l"));
}

TEST_F(RegistrarTest, TellsAgainOfADeviceThatCameOverAnotherFlow) {
  handle({});
  handle({.cseq = 4}, ws_flow(10));
  EXPECT_THAT(events(), ElementsAre("+1002 8bum4n4l", "+1002 8bum4n4l"));
  EXPECT_EQ(registrar.find("1002").at(0).flow.connection, sip::ConnectionId{10});
  EXPECT_EQ(registrar.size(), 1U);
}

TEST_F(RegistrarTest, QueryListsAndChangesNothing) {
  handle({});
  advance(100s);
  const Response response = handle({.headers = "", .cseq = 4});
  EXPECT_EQ(response.header(HeaderName::Contact), "<sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws>;expires=500");
  EXPECT_EQ(registrar.find("1002").at(0).expires, timers.now() + 500s);
}

TEST_F(RegistrarTest, QueryOfNobodyLeavesNothingBehind) {
  EXPECT_FALSE(handle({.headers = ""}).has(HeaderName::Contact));
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(RegistrarTest, EveryDeviceIsListedLastRefreshedFirst) {
  handle({.headers = contact("desk"), .call_id = "a"}, udp_flow());
  handle({.headers = contact("soft"), .call_id = "b"}, udp_flow());
  handle({.headers = contact("desk"), .call_id = "a", .cseq = 4}, udp_flow());
  EXPECT_THAT(contacts(), ElementsAre("desk", "soft"));
  const Response response = handle({.headers = ""});
  EXPECT_THAT(response.values(HeaderName::Contact),
              ElementsAre("<sip:desk@192.0.2.7:5070>;expires=600", "<sip:soft@192.0.2.7:5070>;expires=600"));
  EXPECT_THAT(response.headers(),
              testing::Contains(testing::Field(&sip::Message::Header::name, HeaderName::Contact)).Times(2))
      << "each on a line of its own";
}

TEST_F(RegistrarTest, RefreshMovesTheExpiry) {
  handle({});
  advance(599s);
  handle({.cseq = 4});
  advance(599s);
  EXPECT_THAT(contacts(), SizeIs(1));
  advance(1s);
  EXPECT_THAT(contacts(), IsEmpty());
}

TEST_F(RegistrarTest, ExpiredBindingIsToldOfAndLeavesNothingBehind) {
  handle({});
  advance(600s);
  EXPECT_THAT(events(), ElementsAre("+1002 8bum4n4l", "-1002 8bum4n4l"));
  EXPECT_EQ(registrar.size(), 0U);
  EXPECT_EQ(timers.size(), 0U);
  EXPECT_FALSE(registrar.recently_lost("1002", 10s)) << "it was not lost, it went";
}

TEST_F(RegistrarTest, ZeroExpiresOfOneContactRemovesThatDeviceAlone) {
  handle({.headers = contact("desk"), .call_id = "a"}, udp_flow());
  handle({.headers = contact("soft"), .call_id = "b"}, udp_flow());
  const Response response = handle({.headers = contact("desk", ";expires=0"), .call_id = "a", .cseq = 4}, udp_flow());
  EXPECT_EQ(response.status(), 200);
  EXPECT_THAT(contacts(), ElementsAre("soft"));
  EXPECT_THAT(events(), ElementsAre("+1002 desk", "+1002 soft", "-1002 desk"));
}

TEST_F(RegistrarTest, RemovalOfAnUnknownDeviceIsNoFailure) {
  EXPECT_EQ(handle({.headers = contact("desk", ";expires=0")}).status(), 200);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(RegistrarTest, StarRemovesAllDevices) {
  handle({.headers = contact("desk"), .call_id = "a"}, udp_flow());
  handle({.headers = contact("soft"), .call_id = "b"}, udp_flow());
  const Response response = handle({.headers = "Contact: *\r\nExpires: 0\r\n", .call_id = "c"});
  EXPECT_EQ(response.status(), 200);
  EXPECT_FALSE(response.has(HeaderName::Contact));
  EXPECT_EQ(registrar.size(), 0U);
}

TEST_F(RegistrarTest, StarIsObeyedOnlyAloneAndWithExpiresZero) {
  handle({.headers = contact("desk")}, udp_flow());
  for (const auto* headers :
       {"Contact: *\r\n", "Contact: *\r\nExpires: 1\r\n", "Contact: *;expires=0\r\n",
        "Contact: *, <sip:a@b>\r\nExpires: 0\r\n", "Contact: *\r\nContact: *\r\nExpires: 0\r\n"}) {
    EXPECT_EQ(handle({.headers = headers, .call_id = "c"}).status(), 400) << headers;
  }
  EXPECT_THAT(contacts(), ElementsAre("desk"));
}

TEST_F(RegistrarTest, StarOfNobodyIsNoFailure) {
  EXPECT_EQ(handle({.headers = "Contact: *\r\nExpires: 0\r\n"}).status(), 200);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(RegistrarTest, OfTheSameContactTwiceInOneRequestTheLastCounts) {
  handle({.headers = contact("desk", ";expires=60") + contact("desk", ";expires=120")}, udp_flow());
  ASSERT_THAT(contacts(), ElementsAre("desk"));
  EXPECT_EQ(registrar.find("1002").at(0).expires, timers.now() + 120s);
  handle({.headers = contact("desk", ";expires=60") + contact("desk", ";expires=0"), .cseq = 4}, udp_flow());
  EXPECT_THAT(contacts(), IsEmpty());
  EXPECT_THAT(events(), ElementsAre("+1002 desk", "-1002 desk"));
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(RegistrarTest, ExpiryBeyondAllBoundsIsCutDown) {
  handle({.headers = contact("desk", ";expires=99999999999999999999")}, udp_flow());
  EXPECT_EQ(registrar.find("1002").at(0).expires, timers.now() + 3600s);
}

TEST_F(RegistrarTest, NumberOfATelephoneIsNoContact) {
  EXPECT_EQ(handle({.headers = "Contact: <tel:+15551234>\r\n"}).status(), 400);
}

TEST_F(RegistrarTest, TooShortAnExpiryIs423AndNothingOfTheRequestIsDone) {
  const Response response = handle({.headers = contact("desk") + contact("soft", ";expires=29")}, udp_flow());
  EXPECT_EQ(response.status(), 423);
  EXPECT_EQ(response.header(HeaderName::MinExpires), "30");
  EXPECT_EQ(registrar.size(), 0U);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(RegistrarTest, SomebodyElsesAddressIs403) {
  EXPECT_EQ(handle({.to = "sip:1001@10.105.10.116"}).status(), 403);
  EXPECT_EQ(registrar.size(), 0U);
}

TEST_F(RegistrarTest, LateRequestOfTheSameCallIsRefusedAndChangesNothing) {
  handle({.cseq = 5});
  EXPECT_EQ(handle({.headers = "Contact: *\r\nExpires: 0\r\n", .cseq = 4}).status(), 500);
  EXPECT_EQ(handle({.cseq = 4}, ws_flow(10)).status(), 500);
  EXPECT_EQ(registrar.find("1002").at(0).flow, ws_flow());
}

TEST_F(RegistrarTest, RepeatedRequestIsAnsweredAlikeAndANewCallMayBeginAnew) {
  handle({.cseq = 5});
  EXPECT_EQ(handle({.cseq = 5}).status(), 200);
  EXPECT_EQ(handle({.call_id = "after-reload", .cseq = 2}).status(), 200);
  EXPECT_EQ(registrar.size(), 1U);
}

TEST_F(RegistrarTest, DeviceWithAnInstanceReplacesItselfWhateverItsAddressIsNow) {
  const std::string instance = ";+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"";
  handle({.headers = contact("before", instance + ";reg-id=1"), .call_id = "a"}, udp_flow());
  handle({.headers = contact("after", instance + ";reg-id=1"), .call_id = "b"}, udp_flow(5071));
  EXPECT_THAT(contacts(), ElementsAre("after"));
  handle({.headers = contact("second", instance + ";reg-id=2"), .call_id = "c"}, udp_flow());
  EXPECT_THAT(contacts(), ElementsAre("second", "after"));
}

TEST_F(RegistrarTest, ParametersOfAContactAreEchoed) {
  const Response response = handle({.headers = contact("desk", ";q=0.5;+sip.instance=\"<urn:uuid:1>\";expires=60")});
  EXPECT_EQ(response.header(HeaderName::Contact),
            "<sip:desk@192.0.2.7:5070>;q=0.5;+sip.instance=\"<urn:uuid:1>\";expires=60");
}

TEST_F(RegistrarTest, OneDeviceTooManyDisplacesTheOneRefreshedLongestAgo) {
  for (int i = 0; i < 11; ++i) {
    handle({.headers = contact("d" + std::to_string(i)), .call_id = std::to_string(i)}, udp_flow());
  }
  EXPECT_EQ(registrar.size(), 10U);
  EXPECT_EQ(contacts().front(), "d10");
  EXPECT_EQ(contacts().back(), "d1");
  EXPECT_EQ(events().back(), "-1002 d0");
}

TEST_F(RegistrarTest, ClosedConnectionTakesItsBindingsAndIsRememberedAsLoss) {
  handle({.headers = contact("desk"), .call_id = "a"}, udp_flow());
  handle({});
  registrar.remove_connection(sip::ConnectionId{8});
  EXPECT_FALSE(registrar.recently_lost("1002", 10s));
  registrar.remove_connection(sip::ConnectionId{9});
  EXPECT_THAT(contacts(), ElementsAre("desk"));
  advance(9s);
  EXPECT_TRUE(registrar.recently_lost("1002", 10s));
  advance(1s);
  EXPECT_FALSE(registrar.recently_lost("1002", 10s));
  EXPECT_EQ(events().back(), "-1002 8bum4n4l");
}

TEST_F(RegistrarTest, LossIsForgottenWhenTheDeviceIsBackAndOtherwiseAfterAMinute) {
  handle({});
  registrar.remove_connection(sip::ConnectionId{9});
  handle({.call_id = "new"}, ws_flow(10));
  EXPECT_FALSE(registrar.recently_lost("1002", 10s));
  registrar.remove_connection(sip::ConnectionId{10});
  advance(60s);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(RegistrarTest, BindingThatMovedSurvivesItsOldConnection) {
  handle({});
  handle({.cseq = 4}, ws_flow(10));
  registrar.remove_connection(sip::ConnectionId{9});
  EXPECT_THAT(contacts(), SizeIs(1));
  EXPECT_FALSE(registrar.recently_lost("1002", 10s));
}

TEST_F(RegistrarTest, RemovedUserIsGoneAtOnce) {
  handle({});
  registrar.remove_user("1002");
  registrar.remove_user("nobody");
  EXPECT_THAT(events(), ElementsAre("+1002 8bum4n4l", "-1002 8bum4n4l"));
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(RegistrarTest, ListenerMayUseTheRegistrarFromInside) {
  struct Evicting final : Registrar::Listener {
    explicit Evicting(Registrar& r) : registrar(r) {}
    void on_registered(const std::string& user, const Binding&) override { registrar.remove_user(user); }
    void on_unregistered(const std::string&, const Binding&) override { ++gone; }
    Registrar& registrar;
    int gone = 0;
  } evicting(registrar);
  registrar.set_listener(evicting);
  handle({});
  advance(0s);
  EXPECT_EQ(evicting.gone, 1);
  EXPECT_EQ(registrar.size(), 0U);
}

}  // namespace
}  // namespace webcalling::registrar
