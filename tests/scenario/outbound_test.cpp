#include "support/outbound_device.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::HeaderName;
using sip::TransportKind;

/// Somebody whose phone has two flows, and somebody who calls.
class Outbound : public Story {
 protected:
  bool rings(SimPhone& flow) {
    return eventually([&] { return flow.ringing(); });
  }
  bool talk(SimPhone& flow) {
    flow.answer();
    return eventually([&] { return alice.talking() && flow.talking(); });
  }

  SimPhone& alice = net.phone("1002");
  OutboundDevice bob{net, "1001"};
};
INSTANTIATE_TEST_SUITE_P(, Outbound, any_weather(), weather_name);

TEST_P(Outbound, RegistrationIsConfirmedForEachFlow) {
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Ws);
  EXPECT_EQ(first.register_response().header(HeaderName::Require), "outbound");
  EXPECT_EQ(second.register_response().values(HeaderName::Contact).size(), 2u);
  EXPECT_EQ(net.pbx().registrar().find_devices("1001").size(), 1u);
}

TEST_P(Outbound, CallRingsOnceOverTheNewestFlow) {
  bob.add_flow(TransportKind::Udp);
  auto& newest = bob.add_flow(TransportKind::Tcp);
  alice.dial("1001");
  ASSERT_TRUE(rings(newest));
  settle();
  EXPECT_EQ(bob.ringing(), 1u);
  ASSERT_TRUE(talk(newest));
  EXPECT_FALSE(bob.flow(0).has_been_called());
  alice.hang_up();
}

TEST_P(Outbound, RefreshMakesAFlowTheNewest) {
  auto& first = bob.add_flow(TransportKind::Udp);
  bob.add_flow(TransportKind::Ws);
  net.run_for(1s);
  first.sign_in();
  net.run_until_idle();
  ASSERT_TRUE(ring(alice, first));
  EXPECT_EQ(bob.ringing(), 1u);
  alice.hang_up();
}

TEST_P(Outbound, FlowThatIsLostLeavesTheOther) {
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Ws);
  second.drop_connection();
  net.run_for(1s);
  EXPECT_EQ(net.pbx().registrar().find("1001").size(), 1u);
  ASSERT_TRUE(connect(alice, first));
  alice.hang_up();
}

TEST_P(Outbound, FlowThatDiesWhileItRingsIsFollowedByTheNext) {
  for (const TransportKind kind : {TransportKind::Tcp, TransportKind::Ws}) {
    SCOPED_TRACE(sip::text(kind));
    OutboundDevice carol(net, sip::is_web_socket(kind) ? "1003" : "1004");
    auto& first = carol.add_flow(TransportKind::Udp);
    auto& second = carol.add_flow(kind);
    alice.dial(first.extension());
    ASSERT_TRUE(rings(second));
    second.drop_connection();
    ASSERT_TRUE(rings(first));
    ASSERT_TRUE(talk(first));
    EXPECT_EQ(net.heard_by(alice), first.extension());
    second.vanish();
    alice.hang_up();
    net.run_until_idle();
    ASSERT_EQ(net.media().open_legs(), 0u);
  }
}

TEST_P(Outbound, AllFlowsAreTriedOneAfterTheOther) {
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Ws);
  auto& third = bob.add_flow(TransportKind::Udp);
  third.refuse(430);
  second.habits().rings = false;
  second.refuse(503);
  alice.dial("1001");
  ASSERT_TRUE(rings(first));
  EXPECT_EQ(bob.ringing(), 1u);
  ASSERT_TRUE(talk(first));
  alice.hang_up();
}

TEST_P(Outbound, SilentFlowIsPassedOverSoon) {
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Udp);
  second.vanish();
  alice.dial("1001");
  net.run_for(10s);
  EXPECT_TRUE(first.ringing()) << "nobody waits half a minute for a dead flow";
  ASSERT_TRUE(talk(first));
  alice.hang_up();
}

TEST_P(Outbound, WhatThePersonSaysIsNoReasonToRingAgain) {
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Udp);
  second.refuse(486);
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return alice.call().final_status() == 486; }));
  EXPECT_FALSE(first.has_been_called());
}

TEST_P(Outbound, DeviceWhoseFlowsAllFailIsUnreachable) {
  auto& first = bob.add_flow(TransportKind::Tcp);
  auto& second = bob.add_flow(TransportKind::Ws);
  alice.dial("1001");
  ASSERT_TRUE(rings(second));
  second.drop_connection();
  ASSERT_TRUE(rings(first));
  first.drop_connection();
  EXPECT_TRUE(eventually([&] { return alice.call().final_status() == 480; }));
  first.vanish();
  second.vanish();
}

TEST_P(Outbound, OtherDeviceRingsOnWhileTheFlowsAreTried) {
  auto& desk = net.phone("1001");
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Ws);
  alice.dial("1001");
  ASSERT_TRUE(rings(second) && rings(desk));
  second.drop_connection();
  ASSERT_TRUE(rings(first));
  EXPECT_TRUE(desk.ringing());
  ASSERT_TRUE(talk(desk));
  ASSERT_TRUE(eventually([&] { return first.idle(); }));
  alice.hang_up();
}

TEST_P(Outbound, CallerWhoGivesUpWhileAFlowIsPassedOverLeavesNothingRinging) {
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Udp);
  for (Duration moment = 4s; moment < 6s; moment += 100ms) {
    // The newest flow is alive but slow to say so.
    second.sign_in();
    net.run_until_idle();
    second.habits().rings = false;
    alice.dial("1001");
    alice.later(moment, [&] { alice.hang_up(); });
    net.run_for(moment + 5s);
    net.run_until_idle();
    ASSERT_TRUE(first.idle() && second.idle() && alice.idle()) << moment.count();
  }
}

TEST_P(Outbound, CallToTheOwnExtensionDoesNotComeBackOverAnotherFlow) {
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Tcp);
  first.dial("1001");
  ASSERT_TRUE(eventually([&] { return first.call().final_status() == 480; }));
  EXPECT_FALSE(second.has_been_called());
}

class Restart : public Outbound {};
INSTANTIATE_TEST_SUITE_P(, Restart, any_weather(), weather_name);

TEST_P(Restart, PhoneOnUdpIsCalledAsIfNothingHadHappened) {
  auto& desk = net.phone("1001");
  net.restart_pbx();
  EXPECT_EQ(net.pbx().bindings(), 2u);
  ASSERT_TRUE(connect(alice, desk));
  EXPECT_EQ(net.heard_by(alice), "1001");
  desk.hang_up();
}

TEST_P(Restart, DeviceIsCalledOverTheFlowThatIsLeft) {
  auto& first = bob.add_flow(TransportKind::Udp);
  auto& second = bob.add_flow(TransportKind::Ws);
  net.restart_pbx();
  ASSERT_TRUE(connect(alice, first));
  alice.hang_up();
  net.run_until_idle();
  second.reconnect();
  second.sign_in();
  net.run_until_idle();
  ASSERT_TRUE(connect(alice, second));
  alice.hang_up();
}

TEST_P(Restart, BrowserIsRememberedAsLostUntilItComesBack) {
  auto& browser = net.phone("1001", TransportKind::Ws);
  net.restart_pbx();
  EXPECT_TRUE(net.pbx().registrar().recently_lost("1001", 10s));
  browser.reconnect();
  browser.sign_in();
  net.run_until_idle();
  EXPECT_FALSE(net.pbx().registrar().recently_lost("1001", 10s));
  ASSERT_TRUE(connect(alice, browser));
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
