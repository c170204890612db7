#include <fmt/format.h>

#include "sip/message/headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Events : public Story {
 protected:
  [[nodiscard]] bool told(const SimSubscription& subscription, std::string_view what) {
    return eventually([&] { return subscription.body().find(what) != std::string::npos; });
  }
  [[nodiscard]] bool watches(const SimSubscription& subscription) {
    return eventually([&] { return subscription.status() == 200 && !subscription.notifies().empty(); });
  }
  void leave(SimSubscription& subscription) {
    subscription.unsubscribe();
    EXPECT_TRUE(eventually([&] { return subscription.is_over(); }));
  }
  /// The only dialog of the document, as Replaces names it.
  [[nodiscard]] static std::string named_in(const std::string& body) {
    const auto value_of = [&](std::string_view name) {
      const auto begin = body.find(fmt::format(" {}=\"", name)) + name.size() + 3;
      return body.substr(begin, body.find('"', begin) - begin);
    };
    return fmt::format("{};to-tag={};from-tag={}", value_of("call-id"), value_of("local-tag"), value_of("remote-tag"));
  }
  /// As a lamp of a desk phone shows it: the state of the only dialog.
  static constexpr std::string_view kEarly = "<state>early</state>";
  static constexpr std::string_view kConfirmed = "<state>confirmed</state>";
  static constexpr std::string_view kTerminated = "<state>terminated</state>";
};
INSTANTIATE_TEST_SUITE_P(, Events, any_weather(), weather_name);

TEST_P(Events, TellAtOnceHowItIs) {
  for (const TransportKind kind : {TransportKind::Udp, TransportKind::Tcp, TransportKind::Ws}) {
    auto& alice = net.phone("1002", kind);
    auto& presence = alice.watch("1002", "presence");
    auto& dialog = alice.watch("1002", "dialog");
    auto& registration = alice.watch("1002", "reg");
    auto& messages = alice.watch("1002", "message-summary");
    ASSERT_TRUE(watches(presence) && watches(dialog) && watches(registration) && watches(messages));
    EXPECT_EQ(presence.response().get<sip::Expires>()->value, 1h);
    EXPECT_THAT(presence.state(), HasSubstr("active;expires=3600"));
    EXPECT_THAT(presence.body(), HasSubstr("<basic>open</basic>"));
    EXPECT_THAT(dialog.body(), HasSubstr("state=\"full\" entity=\"sip:1002@10.0.0.1\""));
    EXPECT_THAT(registration.body(), HasSubstr(fmt::format("<uri>{}</uri>", alice.contact().uri.text())));
    EXPECT_THAT(messages.body(), HasSubstr("Messages-Waiting: no\r\n"));
    EXPECT_EQ(net.pbx().subscriptions(), 4u);
    for (auto* subscription : {&presence, &dialog, &registration, &messages}) leave(*subscription);
    EXPECT_EQ(net.pbx().subscriptions(), 0u);
    alice.sign_out();
    net.run_until_idle();
  }
}

TEST_P(Events, TellWhenSomebodyComesAndGoes) {
  auto& alice = net.phone("1002");
  auto& bob = net.new_phone("1001", TransportKind::Ws);
  auto& presence = alice.watch("1001", "presence");
  ASSERT_TRUE(told(presence, "<basic>closed</basic>"));
  bob.sign_in();
  ASSERT_TRUE(told(presence, "<basic>open</basic>"));
  bob.drop_connection();
  ASSERT_TRUE(told(presence, "<basic>closed</basic>"));
  leave(presence);
}

TEST_P(Events, TellOfACallWhatBothSidesDo) {
  auto& carol = net.phone("1003", TransportKind::Ws);
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  auto& callee = carol.watch("1001", "dialog");
  auto& caller = carol.watch("1002", "dialog");
  auto& presence = carol.watch("1001", "presence");
  ASSERT_TRUE(watches(callee) && watches(caller) && watches(presence));

  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(told(callee, "<dialog ") && told(caller, "<dialog "));
  // A lost 180 is not repeated.
  if (GetParam().loss == 0) {
    ASSERT_TRUE(told(callee, kEarly) && told(caller, kEarly));
  }
  EXPECT_THAT(callee.body(), AllOf(HasSubstr("direction=\"recipient\""),
                                   HasSubstr("<identity display=\"Phone 1002\">sip:1002@10.0.0.1</identity>")));
  // How the called one is named is known once it has rung.
  EXPECT_THAT(caller.body(), AllOf(HasSubstr("direction=\"initiator\""), HasSubstr(">sip:1001@10.0.0.1</identity>")));
  EXPECT_THAT(presence.body(), Not(HasSubstr("on-the-phone")));
  bob.answer();
  ASSERT_TRUE(told(callee, kConfirmed) && told(caller, kConfirmed));
  ASSERT_TRUE(told(presence, "<rpid:on-the-phone/>"));
  alice.hang_up();
  ASSERT_TRUE(told(callee, kTerminated) && told(caller, kTerminated));
  ASSERT_TRUE(eventually([&] { return presence.body().find("on-the-phone") == std::string::npos; }));
  for (auto* subscription : {&callee, &caller, &presence}) leave(*subscription);
}

TEST_P(Events, NeverNameACallerWhoDoesNotWantToBeKnown) {
  auto& carol = net.phone("1003");
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  auto& callee = carol.watch("1001", "dialog");
  ASSERT_TRUE(watches(callee));
  alice.dial_anonymously("1001");
  ASSERT_TRUE(told(callee, "<dialog ") && eventually([&] { return bob.ringing(); }));
  EXPECT_THAT(callee.body(), AllOf(HasSubstr("sip:anonymous@anonymous.invalid"), Not(HasSubstr("1002"))));
  bob.hang_up();
  ASSERT_TRUE(told(callee, kTerminated));
  leave(callee);
}

TEST_P(Events, TellOfACallThatNobodyAnswered) {
  auto& carol = net.phone("1003");
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  auto& callee = carol.watch("1001", "dialog");
  ASSERT_TRUE(watches(callee));
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(told(callee, "<dialog "));
  alice.hang_up();
  ASSERT_TRUE(told(callee, kTerminated));
  net.run_for(6s);
  // Asking anew: it is not there any more.
  callee.subscribe();
  ASSERT_TRUE(eventually([&] { return callee.body().find("<dialog ") == std::string::npos; }));
  leave(callee);
}

// The busy lamp as a key to take the call (RFC 3891 with what RFC 4235 tells).
TEST_P(Events, LetAnotherPhonePickUpWhatRings) {
  auto& carol = net.phone("1003");
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  auto& lamp = carol.watch("1001", "dialog");
  ASSERT_TRUE(watches(lamp));
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(told(lamp, "<dialog "));
  carol.dial_replacing("1001", named_in(lamp.body()));
  ASSERT_TRUE(eventually([&] { return carol.talking() && alice.talking() && bob.idle(); }));
  EXPECT_EQ(net.heard_by(alice), "1003");
  alice.hang_up();
  leave(lamp);
}

// What "Move here" does: the extension's other phone takes over a call that is talked on.
TEST_P(Events, LetAnotherPhoneOfTheExtensionTakeTheCallOver) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001", TransportKind::Ws);
  ASSERT_TRUE(connect(alice, bob));
  auto& other = net.phone("1001", TransportKind::Ws);
  auto& own = other.watch("1001", "dialog");
  auto& of_a_stranger = alice.watch("1001", "dialog");
  ASSERT_TRUE(told(own, kConfirmed) && told(of_a_stranger, kConfirmed));
  const std::string contact = fmt::format("<target uri=\"{}\"/>", bob.contact().uri.text());
  EXPECT_THAT(own.body(), HasSubstr(contact));
  EXPECT_THAT(of_a_stranger.body(), Not(HasSubstr(contact)));

  other.dial_replacing("1001", named_in(own.body()));
  ASSERT_TRUE(eventually([&] { return other.talking() && !bob.in_call(); }));
  EXPECT_EQ(net.heard_by(alice), "1001");
  EXPECT_EQ(net.heard_by(other), "1002");
  alice.hang_up();
  leave(own);
  leave(of_a_stranger);
}

// What is told is no way to speak for a phone (ATTACKS S2).
TEST_P(Events, GiveAwayNoNameByWhichACallCouldBeEnded) {
  auto& carol = net.phone("1003");
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  auto& lamp = carol.watch("1001", "dialog");
  ASSERT_TRUE(watches(lamp));
  ASSERT_TRUE(connect(alice, bob));
  ASSERT_TRUE(told(lamp, kConfirmed));
  const auto& dialog = bob.call().dialog()->id();
  for (const auto& secret : {dialog.call_id, dialog.local_tag, dialog.remote_tag}) {
    EXPECT_THAT(lamp.body(), Not(HasSubstr(secret)));
  }
  alice.hang_up();
  leave(lamp);
}

TEST_P(Events, EndWhenNotRefreshed) {
  auto& alice = net.phone("1002");
  auto& short_one = alice.watch("1002", "dialog");
  ASSERT_TRUE(watches(short_one));
  short_one.subscribe(60s);
  ASSERT_TRUE(eventually([&] { return short_one.status() == 200; }));
  net.run_for(50s);
  EXPECT_FALSE(short_one.is_over());
  net.run_for(30s);
  EXPECT_EQ(short_one.state(), "terminated;reason=timeout");
  EXPECT_EQ(net.pbx().subscriptions(), 0u);
}

TEST_P(Events, LastAsLongAsTheyAreRefreshed) {
  auto& alice = net.phone("1002");
  net.phone("1001");
  auto& presence = alice.watch("1001", "presence");
  ASSERT_TRUE(watches(presence));
  for (int i = 0; i < 4; ++i) {
    presence.subscribe(60s);
    net.run_for(45s);
    ASSERT_EQ(presence.status(), 200);
    ASSERT_FALSE(presence.is_over());
  }
  EXPECT_GE(presence.notifies().size(), 5u) << "each refresh is answered with the state";
  leave(presence);
}

// ATTACKS S31.
TEST_P(Events, MayBeEndedTwice) {
  auto& alice = net.phone("1002");
  auto& presence = alice.watch("1002", "presence");
  ASSERT_TRUE(watches(presence));
  presence.unsubscribe();
  presence.unsubscribe();
  net.run_until_idle();
  EXPECT_TRUE(presence.is_over());
  EXPECT_THAT(presence.status(), testing::AnyOf(200, 481));
  EXPECT_EQ(net.pbx().subscriptions(), 0u);
}

TEST_P(Events, MayBeAskedOnce) {
  auto& alice = net.phone("1002");
  auto& presence = alice.watch("1002", "presence");
  ASSERT_TRUE(watches(presence));
  leave(presence);
  auto& once = alice.watch("1002", "dialog");
  ASSERT_TRUE(watches(once));
  leave(once);
}

TEST_P(Events, AreOverForAPhoneThatHasVanished) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(watches(alice.watch("1001", "dialog")));
  ASSERT_TRUE(watches(alice.watch("1001", "presence")));
  alice.vanish();
  bob.dial("9196");
  ASSERT_TRUE(eventually([&] { return bob.talking(); }));
  net.run_for(40s);
  EXPECT_EQ(net.pbx().subscriptions(), 0u) << "nobody answered the NOTIFY";
  bob.hang_up();
}

TEST_P(Events, EndWithTheirConnection) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& presence = alice.watch("1002", "presence");
  ASSERT_TRUE(watches(presence));
  alice.drop_connection();
  net.run_for(1s);
  EXPECT_EQ(net.pbx().subscriptions(), 0u);
}

TEST_P(Events, FollowThePhoneToItsNewConnection) {
  auto& alice = net.phone("1002", TransportKind::Tcp);
  auto& bob = net.new_phone("1001");
  auto& presence = alice.watch("1001", "presence");
  ASSERT_TRUE(watches(presence));
  alice.reconnect();
  presence.subscribe();
  ASSERT_TRUE(eventually([&] { return presence.status() == 200; }));
  bob.sign_in();
  ASSERT_TRUE(told(presence, "<basic>open</basic>"));
  leave(presence);
}

TEST_P(Events, EndWithTheServer) {
  auto& alice = net.phone("1002");
  auto& presence = alice.watch("1002", "presence");
  ASSERT_TRUE(watches(presence));
  net.pbx().hang_up_all();
  ASSERT_TRUE(eventually([&] { return presence.is_over(); }));
  EXPECT_THAT(presence.state(), testing::StartsWith("terminated;reason=probation"));
  EXPECT_EQ(net.pbx().subscriptions(), 0u);
}

TEST_P(Events, EndWithTheAccount) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  auto& of_alice = alice.watch("1001", "presence");
  auto& of_bob = bob.watch("1002", "dialog");
  ASSERT_TRUE(watches(of_alice) && watches(of_bob));
  net.pbx().forget("1002", account::AccountChange::Removed);
  ASSERT_TRUE(eventually([&] { return of_alice.is_over() && of_bob.is_over(); }));
  EXPECT_EQ(of_alice.state(), "terminated;reason=rejected");
  EXPECT_EQ(of_bob.state(), "terminated;reason=noresource");
}

TEST_P(Events, AreNotForEverybody) {
  auto& alice = net.phone("1002");
  net.phone("1001");
  for (const auto* event : {"reg", "message-summary"}) {
    auto& spy = alice.watch("1001", event);
    ASSERT_TRUE(eventually([&] { return spy.status() != 0; }));
    EXPECT_EQ(spy.status(), 403) << event;
  }
  auto& unknown = alice.watch("4711", "presence");
  ASSERT_TRUE(eventually([&] { return unknown.status() != 0; }));
  EXPECT_EQ(unknown.status(), 404);
  EXPECT_EQ(net.pbx().subscriptions(), 0u);
}

constexpr std::string_view kAway =
    "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:1001@h\"><tuple "
    "id=\"a\"><status>"
    "<basic>closed</basic></status><note>At lunch &amp; back at &lt;two&gt;</note></tuple></presence>";

TEST_P(Events, TellWhatIsPublished) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  auto& presence = alice.watch("1001", "presence");
  ASSERT_TRUE(told(presence, "<basic>open</basic>"));
  bob.publish(kAway);
  ASSERT_TRUE(told(presence, "<basic>closed</basic>"));
  EXPECT_EQ(bob.publish_status(), 200);
  EXPECT_THAT(presence.body(), HasSubstr("<note>At lunch &amp; back at &lt;two&gt;</note>"));
  // A refresh changes nothing; withdrawn, the registration counts again.
  bob.publish("", 600s);
  ASSERT_TRUE(eventually([&] { return bob.publish_status() == 200; }));
  EXPECT_EQ(net.pbx().publications(), 1u);
  bob.publish("", 0s);
  ASSERT_TRUE(told(presence, "<basic>open</basic>"));
  EXPECT_EQ(net.pbx().publications(), 0u);
  bob.publish("", 600s);
  ASSERT_TRUE(eventually([&] { return bob.publish_status() == 412; }));
  leave(presence);
}

TEST_P(Events, ForgetWhatIsPublishedAfterAWhile) {
  auto& bob = net.phone("1001");
  bob.publish(kAway, 60s);
  ASSERT_TRUE(eventually([&] { return bob.publish_status() == 200; }));
  net.run_for(70s);
  EXPECT_EQ(net.pbx().publications(), 0u);
}

}  // namespace
}  // namespace webcalling::sim
