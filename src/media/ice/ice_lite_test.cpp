#include "media/ice/ice_lite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/stun/message.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::media::ice {
namespace {

using stun::Message;
using stun::MessageClass;
using stun::Writer;
using ::testing::ElementsAre;

const TimePoint kStart{100s};
const Credentials kOurs{"oursoursours", "passwordpasswordpassword"};
const Credentials kNew{"newnewnewnew", "secretsecretsecretsecret"};
const IpAddress kLocal = *IpAddress::parse("192.0.2.1");
const Endpoint kWifi{*IpAddress::parse("198.51.100.7"), 50000};
const Endpoint kMobile{*IpAddress::parse("2001:db8::7"), 50001};
constexpr stun::TransactionId kTransaction{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

struct Check {
  Credentials credentials = kOurs;
  bool use_candidate = false;
};

Writer request() { return Writer(MessageClass::Request, stun::kBindingMethod, kTransaction); }

ByteVector check(const Check& what = {}) {
  Writer writer = request();
  writer.username(what.credentials.ufrag + ":peer").priority(0x6E0001FF).ice_controlling(42);
  if (what.use_candidate) writer.use_candidate();
  return writer.integrity(what.credentials.pwd).fingerprint().take();
}

std::uint16_t error_code(const ByteVector& response) {
  const auto message = Message::parse(response);
  return message && message->message_class == MessageClass::Error && message->error ? message->error->code
                                                                                    : std::uint16_t{0};
}

class IceLiteTest : public ::testing::Test {
 protected:
  IceLite::Outcome receive(const ByteVector& datagram, const Endpoint& from = kWifi, Duration after = 0s) {
    return ice_.receive(datagram, from, kLocal, kStart + after);
  }
  void expect_untouched() const {
    EXPECT_EQ(ice_.selected(), std::nullopt);
    EXPECT_EQ(ice_.last_check(), std::nullopt);
    EXPECT_FALSE(ice_.is_valid(kWifi));
  }

  IceLite ice_{kOurs};
};

TEST_F(IceLiteTest, AnswersACheckWithTheAddressItCameFrom) {
  const auto outcome = receive(check(), kMobile);
  const auto response = Message::parse(outcome.response);
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->message_class, MessageClass::Success);
  EXPECT_EQ(response->transaction_id, kTransaction);
  EXPECT_EQ(response->xor_mapped_address, kMobile);
  EXPECT_TRUE(response->check_integrity(kOurs.pwd));
  EXPECT_TRUE(response->has_fingerprint);
}

/// Taken from Chromium 156 as it checked an ICE-lite agent with these credentials.
TEST(IceLite, AnswersChromiumsCheck) {
  constexpr std::string_view kHex =
      "000100542112a442756334574844383572537551000600117756463336644a764f5759443a58516973000000c0570004000003e7802a0008"
      "5e504759e7631810002400046e001eff000800147854546ad11178791fa93d5d7ef5c4bb4f486a21802800049bed12d3";
  ByteVector datagram;
  for (std::size_t i = 0; i < kHex.size(); i += 2) {
    datagram.push_back(static_cast<std::uint8_t>(std::stoi(std::string(kHex.substr(i, 2)), nullptr, 16)));
  }
  IceLite ice({"wVF36dJvOWYD", "sSSQbvCu9IatmSkpCIM5jvEW"});
  EXPECT_EQ(stun::receiver_ufrag(datagram), "wVF36dJvOWYD");
  const auto outcome = ice.receive(datagram, kWifi, kLocal, kStart);
  EXPECT_EQ(outcome.selected, (Pair{kWifi, kLocal}));
  EXPECT_EQ(Message::parse(outcome.response)->xor_mapped_address, kWifi);
}

TEST_F(IceLiteTest, FirstValidPairIsUsableBeforeAnyNomination) {
  const auto outcome = receive(check());
  EXPECT_EQ(outcome.validated, (Pair{kWifi, kLocal}));
  EXPECT_EQ(outcome.selected, (Pair{kWifi, kLocal}));
  EXPECT_FALSE(ice_.is_nominated());

  const auto second = receive(check(), kMobile);
  EXPECT_EQ(second.validated, (Pair{kMobile, kLocal}));
  EXPECT_EQ(second.selected, std::nullopt);
  EXPECT_EQ(ice_.selected()->remote, kWifi);
}

TEST_F(IceLiteTest, TellsOfEveryValidCheckAndOfNoOther) {
  EXPECT_TRUE(receive(check()).accepted);
  EXPECT_TRUE(receive(check()).accepted) << "over a known pair as well";
  EXPECT_FALSE(receive(check({.credentials = {kOurs.ufrag, "guess"}})).accepted);
}

TEST_F(IceLiteTest, LastNominationWins) {
  receive(check());
  EXPECT_EQ(receive(check({.use_candidate = true}), kMobile).selected, (Pair{kMobile, kLocal}));
  EXPECT_TRUE(ice_.is_nominated());
  EXPECT_EQ(receive(check()).selected, std::nullopt) << "a plain check moves nothing";
  EXPECT_EQ(receive(check({.use_candidate = true})).selected, (Pair{kWifi, kLocal}));
  EXPECT_EQ(receive(check({.use_candidate = true})).selected, std::nullopt) << "told once";
}

TEST_F(IceLiteTest, NominationWithTheWrongPasswordMovesNothing) {
  receive(check());
  const auto outcome = receive(check({.credentials = {kOurs.ufrag, "guess"}, .use_candidate = true}), kMobile);
  EXPECT_EQ(error_code(outcome.response), 401);
  EXPECT_FALSE(Message::parse(outcome.response)->has_integrity());
  EXPECT_EQ(outcome.validated, std::nullopt);
  EXPECT_EQ(ice_.selected()->remote, kWifi);
  EXPECT_FALSE(ice_.is_nominated());
  EXPECT_FALSE(ice_.is_valid(kMobile));
}

TEST_F(IceLiteTest, NominationWithoutIntegrityMovesNothing) {
  const auto bytes = request().username(kOurs.ufrag + ":peer").use_candidate().fingerprint().take();
  EXPECT_EQ(error_code(receive(bytes).response), 400);
  EXPECT_EQ(error_code(receive(request().use_candidate().integrity(kOurs.pwd).take()).response), 400);
  expect_untouched();
}

TEST_F(IceLiteTest, UseCandidateSmuggledBehindTheIntegrityIsNoNomination) {
  receive(check());
  const auto bytes =
      request().username(kOurs.ufrag + ":peer").integrity(kOurs.pwd).use_candidate().fingerprint().take();
  EXPECT_EQ(receive(bytes, kMobile).selected, std::nullopt);
  EXPECT_FALSE(ice_.is_nominated());
}

TEST_F(IceLiteTest, ForeignUfragIsRefused) {
  EXPECT_EQ(error_code(receive(check({.credentials = {"other", kOurs.pwd}})).response), 401);
  EXPECT_EQ(error_code(receive(request().username(kOurs.ufrag).integrity(kOurs.pwd).take()).response), 401);
  expect_untouched();
}

TEST_F(IceLiteTest, UnknownRequiredAttributeIsAnswered420) {
  const auto bytes =
      request().username(kOurs.ufrag + ":peer").attribute(0x7ABC, {}).use_candidate().integrity(kOurs.pwd).take();
  const auto outcome = receive(bytes);
  EXPECT_EQ(error_code(outcome.response), 420);
  EXPECT_THAT(Message::parse(outcome.response)->unknown_reported, ElementsAre(0x7ABC));
  EXPECT_TRUE(Message::parse(outcome.response)->check_integrity(kOurs.pwd));
  expect_untouched();
}

TEST_F(IceLiteTest, PeerThatThinksItIsControlledIsToldOtherwise) {
  const auto bytes = request().username(kOurs.ufrag + ":peer").ice_controlled(7).integrity(kOurs.pwd).take();
  const auto outcome = receive(bytes);
  EXPECT_EQ(error_code(outcome.response), 487);
  EXPECT_TRUE(Message::parse(outcome.response)->check_integrity(kOurs.pwd));
  expect_untouched();
}

TEST_F(IceLiteTest, ResponsesIndicationsAndNoiseAreIgnored) {
  for (const auto message_class : {MessageClass::Indication, MessageClass::Success, MessageClass::Error}) {
    Writer writer(message_class, stun::kBindingMethod, kTransaction);
    EXPECT_TRUE(receive(writer.username(kOurs.ufrag + ":p").integrity(kOurs.pwd).take()).response.empty());
  }
  Writer allocate(MessageClass::Request, 0x003, kTransaction);
  EXPECT_TRUE(receive(allocate.username(kOurs.ufrag + ":p").integrity(kOurs.pwd).take()).response.empty());
  EXPECT_TRUE(receive(ByteVector(30, 0)).response.empty());
  expect_untouched();
}

TEST_F(IceLiteTest, ConsentLastsThirtySecondsFromTheLastValidCheck) {
  EXPECT_EQ(ice_.consent_deadline(), std::nullopt);
  receive(check());
  receive(check(), kWifi, 5s);
  receive(check({.credentials = {kOurs.ufrag, "guess"}}), kWifi, 9s);
  EXPECT_EQ(ice_.last_check(), kStart + 5s);
  EXPECT_EQ(ice_.consent_deadline(), kStart + 35s);
}

TEST_F(IceLiteTest, RestartHonoursTheOldCredentialsUntilTheNewOnesAreSeen) {
  receive(check({.use_candidate = true}));
  ice_.restart(kNew);
  EXPECT_EQ(ice_.local(), kNew);
  EXPECT_TRUE(ice_.answers_to(kOurs.ufrag));
  EXPECT_TRUE(ice_.answers_to(kNew.ufrag));
  EXPECT_FALSE(receive(check()).restart_completed);
  EXPECT_EQ(ice_.selected()->remote, kWifi) << "media keeps its path";

  const auto outcome = receive(check({.credentials = kNew}), kMobile);
  EXPECT_TRUE(outcome.restart_completed);
  EXPECT_EQ(outcome.selected, (Pair{kMobile, kLocal}));
  EXPECT_TRUE(Message::parse(outcome.response)->check_integrity(kNew.pwd));
  EXPECT_FALSE(ice_.is_nominated());
  EXPECT_FALSE(ice_.answers_to(kOurs.ufrag));
  EXPECT_EQ(error_code(receive(check()).response), 401);
  EXPECT_FALSE(receive(check({.credentials = kNew}), kMobile).restart_completed);
}

TEST_F(IceLiteTest, GuessedCheckDoesNotCompleteARestart) {
  receive(check());
  ice_.restart(kNew);
  receive(check({.credentials = {kNew.ufrag, kOurs.pwd}}));
  EXPECT_TRUE(ice_.answers_to(kOurs.ufrag));
}

TEST_F(IceLiteTest, SecondRestartBeforeTheFirstTookEffectKeepsTheMediaPath) {
  receive(check());
  ice_.restart({"lost", "lost"});
  ice_.restart(kNew);
  EXPECT_TRUE(ice_.answers_to(kOurs.ufrag));
  EXPECT_FALSE(ice_.answers_to("lost"));
  EXPECT_TRUE(receive(check({.credentials = kNew})).restart_completed);
}

TEST_F(IceLiteTest, OnlyChangedRemoteCredentialsAskForARestart) {
  EXPECT_FALSE(ice_.set_remote({"peer", "a"}));
  EXPECT_FALSE(ice_.set_remote({"peer", "a"})) << "hold repeats the credentials";
  EXPECT_TRUE(ice_.set_remote({"reep", "b"}));
  EXPECT_EQ(ice_.remote()->ufrag, "reep");
}

TEST_F(IceLiteTest, RoamingPeerDoesNotFillTheMemoryAndKeepsItsSelectedPair) {
  receive(check({.use_candidate = true}));
  for (std::uint16_t i = 1; i < IceLite::kMaxPairs; ++i) {
    EXPECT_EQ(receive(check(), {kWifi.address, i}, i * 1s).forgotten, std::nullopt);
  }
  const Endpoint one_more{kWifi.address, 999};
  EXPECT_EQ(receive(check(), one_more, 99s).forgotten, (Pair{{kWifi.address, 1}, kLocal}));
  EXPECT_TRUE(ice_.is_valid(kWifi)) << "silent for longest, but selected";
  EXPECT_TRUE(ice_.is_valid(one_more));
  EXPECT_FALSE(ice_.is_valid({kWifi.address, 1}));
}

TEST(IceCredentials, AreLongEnoughAndDiffer) {
  SeededRandom random(3);
  const auto one = Credentials::generate(random);
  const auto two = Credentials::generate(random);
  EXPECT_GE(one.ufrag.size(), 8U);
  EXPECT_GE(one.pwd.size(), 24U);
  EXPECT_NE(one.ufrag, two.ufrag);
  EXPECT_NE(one.pwd, two.pwd);
}

}  // namespace
}  // namespace webcalling::media::ice
