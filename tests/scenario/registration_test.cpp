#include "sip/message/headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

class Registration : public Story {};
INSTANTIATE_TEST_SUITE_P(, Registration, any_weather(), weather_name);

TEST_P(Registration, IsChallengedOnceAndTellsAboutWaitingMessages) {
  for (const TransportKind kind : {TransportKind::Udp, TransportKind::Tcp, TransportKind::Ws}) {
    auto& alice = net.new_phone("1002", kind);
    alice.sign_in();
    net.run_until_idle();
    EXPECT_EQ(alice.register_status(), 200);
    EXPECT_EQ(alice.challenges(), 1u);
    ASSERT_EQ(alice.message_waiting().size(), 1u);
    EXPECT_THAT(alice.message_waiting().front(), HasSubstr("Messages-Waiting: no\r\n"));
  }
}

TEST_P(Registration, AnswersWithTheContactAsItWasGiven) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  const auto contact = alice.register_response().get<sip::Contact>();
  ASSERT_TRUE(contact);
  EXPECT_EQ(contact->uri, alice.contact().uri);
  EXPECT_EQ(contact->expires(), std::chrono::hours{1});
  EXPECT_TRUE(alice.register_response().has(sip::HeaderName::Date));
}

TEST_P(Registration, IsRefusedForAWrongPasswordTimeAndAgain) {
  auto& mallory = net.new_phone("1002", TransportKind::Udp, "guessed");
  for (int i = 0; i < 3; ++i) {
    mallory.sign_in();
    net.run_until_idle();
    EXPECT_EQ(mallory.register_status(), 401);
    EXPECT_GE(mallory.challenges(), 2u);
  }
  EXPECT_FALSE(mallory.register_digest().was_stale());
  EXPECT_EQ(net.pbx().bindings(), 0u);
}

TEST_P(Registration, WithOldCredentialsIsChallengedAsStaleAndThenAccepted) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  net.run_for(10min);
  alice.sign_in();
  net.run_until_idle();
  EXPECT_EQ(alice.challenges(), 1u);
  EXPECT_TRUE(alice.register_digest().was_stale());
  EXPECT_EQ(alice.register_status(), 200);
  EXPECT_EQ(net.pbx().bindings(), 1u);
  EXPECT_EQ(alice.message_waiting().size(), 1u) << "a refresh is no news";
}

TEST_P(Registration, EndsWhenThePhoneSaysSo) {
  auto& alice = net.phone("1002");
  EXPECT_EQ(net.pbx().bindings(), 1u);
  alice.sign_out();
  net.run_until_idle();
  EXPECT_EQ(alice.register_status(), 200);
  EXPECT_EQ(net.pbx().bindings(), 0u);
}

TEST_P(Registration, ExpiresWhenThePhoneSaysNothingMore) {
  auto& alice = net.new_phone("1002");
  alice.sign_in(60s);
  ASSERT_TRUE(eventually([&] { return alice.is_signed_in(); }));
  net.run_for(50s);
  EXPECT_EQ(net.pbx().bindings(), 1u);
  net.run_for(15s);
  EXPECT_EQ(net.pbx().bindings(), 0u);
  EXPECT_EQ(net.pbx_timers(), 0u);
}

TEST_P(Registration, IsKeptForSeveralPhonesOfOneExtension) {
  net.phone("1002");
  net.phone("1002", TransportKind::Ws);
  auto& third = net.phone("1002", TransportKind::Tcp);
  EXPECT_EQ(net.pbx().bindings(), 3u);
  EXPECT_EQ(third.register_response().values(sip::HeaderName::Contact).size(), 3u);
  third.sign_out();
  net.run_until_idle();
  EXPECT_EQ(net.pbx().bindings(), 2u);
}

TEST_P(Registration, EndsWithTheWebSocketAndComesBackOverANewOne) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  alice.drop_connection();
  net.run_for(1s);
  EXPECT_EQ(net.pbx().bindings(), 0u);
  alice.reconnect();
  alice.sign_in();
  net.run_until_idle();
  EXPECT_EQ(net.pbx().bindings(), 1u);
  EXPECT_EQ(alice.message_waiting().size(), 2u);
}

TEST_P(Registration, SurvivesThatTheWebSocketBreaksBeforeTheAnswer) {
  auto& alice = net.new_phone("1002", TransportKind::Ws);
  alice.sign_in();
  // The second REGISTER is under way when it breaks.
  net.run_for(2 * GetParam().latency + 1ms);
  alice.drop_connection();
  net.run_until_idle();
  EXPECT_EQ(net.pbx().bindings(), 0u);
}

TEST_P(Registration, IsTooShortBelowHalfAMinute) {
  auto& alice = net.new_phone("1002");
  alice.sign_in(5s);
  net.run_until_idle();
  EXPECT_EQ(alice.register_status(), 423);
  EXPECT_EQ(alice.register_response().header(sip::HeaderName::MinExpires), "30");
}

}  // namespace
}  // namespace webcalling::sim
