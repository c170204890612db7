#include "server/doorkeeper.hpp"

#include <gmock/gmock.h>

#include "pbx/pbx_for_tests.hpp"

namespace webcalling::server {
namespace {

using sip::Method;
using testing::IsEmpty;

/// A PBX whose door a real guard keeps.
class DoorkeeperTest : public testing::Test {
 protected:
  static guard::Settings settings() {
    guard::Settings settings;
    settings.calls_per_source = 2;
    settings.transactions_per_source = 20;
    settings.scanner_user_agents = {"friendly-scanner"};
    return settings;
  }
  int status_of_a_guess(const std::string& user = "1002") {
    sip::Request attempt = pbx.request(Method::Register, "");
    sip::DigestClient client(user, "guessed", pbx.random);
    client.answer(pbx.response_to(attempt), attempt);
    return pbx.response_to(attempt).status();
  }
  [[nodiscard]] bool is_banned() const { return guard.is_banned(PbxForTests::flow().remote.address); }

  TimerQueue guard_timers{TimePoint{1000s}};
  SeededRandom random{3};
  const Log log{Log::Level::Error, [](Log::Level, std::string_view) {}};
  guard::Guard guard{{.timers = guard_timers, .random = random, .wall_clock = [] { return WallTime{}; }, .log = log},
                     settings()};
  io::Loop loop;
  SipServer sip{loop, log};
  Doorkeeper doorkeeper{guard, sip};
  PbxForTests pbx{&doorkeeper};
};

TEST_F(DoorkeeperTest, GuessingPasswordsEndsInABanWhetherTheExtensionExistsOrNot) {
  for (int i = 0; i < 9; ++i) EXPECT_EQ(status_of_a_guess(i % 2 == 0 ? "1002" : "4711"), 401);
  EXPECT_FALSE(is_banned());
  EXPECT_EQ(status_of_a_guess(), 401);
  EXPECT_TRUE(is_banned());
}

TEST_F(DoorkeeperTest, ExtensionThatDoesNotExistIsAGuessEvenWithoutAPassword) {
  for (int i = 0; i < 10; ++i) {
    sip::Request attempt = pbx.request(Method::Register, "");
    attempt.set(sip::HeaderName::To, fmt::format("<sip:{}@10.0.0.1>", 4000 + i));
    EXPECT_EQ(pbx.response_to(attempt).status(), 401);
  }
  EXPECT_TRUE(is_banned());
}

TEST_F(DoorkeeperTest, OrdinaryPhonesAndAnonymousCallersOffendNobody) {
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(pbx.response_to(pbx.request(Method::Register, "")).status(), 401);
    sip::Request anonymous = pbx.request(Method::Invite, "1001");
    anonymous.set(sip::HeaderName::From, "<sip:anonymous@anonymous.invalid>;tag=theirs");
    EXPECT_EQ(pbx.response_to(anonymous).status(), 407);
  }
  EXPECT_FALSE(is_banned());
}

// Otherwise anybody could have anybody else banned.
TEST_F(DoorkeeperTest, NonceThatWasGivenToSomebodyElseProvesNothing) {
  guard.on_authenticated(PbxForTests::flow().remote.address);
  for (int i = 0; i < 200; ++i) {
    sip::Request attempt = pbx.request(Method::Register, "");
    auto challenge = pbx.response_to(attempt);
    sip::DigestClient client("1002", "guessed", pbx.random);
    auto fields = challenge.header(sip::HeaderName::WwwAuthenticate).value_or("");
    std::string forged(fields);
    forged.replace(forged.find("nonce=\"") + 7, 8, "00000000");
    challenge.set(sip::HeaderName::WwwAuthenticate, forged);
    client.answer(challenge, attempt);
    EXPECT_EQ(pbx.response_to(attempt).status(), 401);
  }
  EXPECT_FALSE(is_banned());
}

TEST_F(DoorkeeperTest, ScannerIsNotAnswered) {
  sip::Request options = pbx.request(Method::Options, "100");
  options.set(sip::HeaderName::UserAgent, "friendly-scanner");
  EXPECT_THAT(pbx.responses_to(options), IsEmpty());
  EXPECT_TRUE(is_banned());
}

TEST_F(DoorkeeperTest, SourceHasSoManyCallsAndThenA503) {
  const std::string sdp =
      "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n";
  const auto call = [&] {
    sip::Request invite = pbx.request(Method::Invite, "9196");
    invite.set_body("application/sdp", sdp);
    return pbx.responses_to_authorized(invite).back();
  };
  EXPECT_EQ(call().status(), 200);
  EXPECT_EQ(call().status(), 200);
  const auto refusal = call();
  EXPECT_EQ(refusal.status(), 503);
  EXPECT_EQ(refusal.header(sip::HeaderName::RetryAfter), "5");
  EXPECT_EQ(pbx.pbx.active_calls(), 2u);
  // Nobody acknowledges the answers: the calls end, and there is room again.
  pbx.timers.advance(pbx.timers.now() + 40s);
  pbx.timers.advance(pbx.timers.now() + 40s);
  EXPECT_EQ(pbx.pbx.active_calls(), 0u);
  EXPECT_EQ(call().status(), 200);
}

TEST_F(DoorkeeperTest, SourceHasSoManyTransactionsAndThenA503) {
  int refused = 0;
  for (int i = 0; i < 25; ++i) {
    refused += pbx.responses_to_authorized(pbx.request(Method::Register, "")).back().status() == 503 ? 1 : 0;
  }
  EXPECT_EQ(refused, 5);
  EXPECT_EQ(guard.denied(guard::Denial::Transactions), 5u);
}

TEST_F(DoorkeeperTest, DialingNumbersThatDoNotExistIsForgivenForALongTimeButNotForEver) {
  guard_timers.advance(guard_timers.now() + 1s);
  int calls = 0;
  while (!is_banned() && calls < 1000) {
    guard_timers.advance(guard_timers.now() + 2s);
    (void)pbx.responses_to_authorized(pbx.request(Method::Invite, "4711"));
    ++calls;
  }
  EXPECT_GT(calls, 90);
  EXPECT_LT(calls, 300);
}

}  // namespace
}  // namespace webcalling::server
