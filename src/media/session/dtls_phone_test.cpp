// Phones with DTLS-SRTP and without ICE (RFC 5763, RFC 5764).
#include <gtest/gtest.h>

#include "media/session/phone_for_tests.hpp"
#include "media/session/secure_phone_for_tests.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::media {
namespace {

using Role = dtls::DtlsEndpoint::Role;

const Endpoint kDesk{ip("198.51.100.20"), 5004};
const Endpoint kHall{ip("198.51.100.21"), 5006};
const Endpoint kNat{ip("203.0.113.9"), 61000};
const Endpoint kElsewhere{ip("203.0.113.77"), 62000};
const Endpoint kStranger{ip("198.51.100.66"), 6666};

/// The phone's DTLS role, and whether it multiplexes RTCP.
class DtlsPhoneTest : public ::testing::TestWithParam<std::tuple<Role, bool>> {
 protected:
  DtlsPhoneTest() {
    plain_.answer();
    world_.shard.listen(secure_.leg(), OtherLeg{plain_.leg()});
    world_.shard.listen(plain_.leg(), OtherLeg{secure_.leg()});
  }
  static Role role() { return std::get<0>(GetParam()); }
  static bool rtcp_mux() { return std::get<1>(GetParam()); }
  void expect_conversation() {
    secure_.voice.forget();
    plain_.voice.forget();
    secure_.talk();
    plain_.talk();
    world_.run(1s);
    EXPECT_GT(secure_.voice.share_of(900), 0.9);
    EXPECT_GT(plain_.voice.share_of(700), 0.9);
    EXPECT_GT(plain_.voice.level(), -25);
  }
  /// Somebody who speaks DTLS to the phone's leg from an address of his own.
  SecurePhone stranger(Role role) { return {world_, leg_, kStranger, role, {.rtcp_mux = rtcp_mux()}}; }

  World world_;
  LocalLeg leg_ = world_.open_plain(1);
  SecurePhone secure_{world_, leg_, kDesk, role(), {.rtcp_mux = rtcp_mux()}};
  Phone plain_{world_, world_.open_plain(2), kHall, kPcmaWords};
};

INSTANTIATE_TEST_SUITE_P(Phones, DtlsPhoneTest,
                         ::testing::Combine(::testing::Values(Role::Client, Role::Server), ::testing::Bool()),
                         [](const auto& info) {
                           const std::string role = std::get<0>(info.param) == Role::Client ? "Client" : "Server";
                           return role + (std::get<1>(info.param) ? "WithRtcpMux" : "WithTwoPorts");
                         });

TEST_P(DtlsPhoneTest, TalksWithAPlainPhone) {
  secure_.answer_and_connect();
  ASSERT_TRUE(secure_.connected());
  EXPECT_EQ(secure_.handshakes, rtcp_mux() ? 1 : 2) << "an association for each port";
  expect_conversation();
  EXPECT_EQ(secure_.unreadable, 0);
  EXPECT_EQ(world_.shard.counters().refused, 0U);
}

TEST_P(DtlsPhoneTest, ReportsTravelUnderTheKeysOfTheirPort) {
  secure_.answer_and_connect();
  expect_conversation();
  secure_.report();
  world_.run(30s);
  EXPECT_GE(secure_.reports.size(), 4U);
  EXPECT_EQ(world_.shard.counters().refused, 0U);
}

TEST_P(DtlsPhoneTest, ConnectsOverALossyPath) {
  world_.loss_percent = 20;
  secure_.answer();
  secure_.shake_hands();
  world_.run(15s);
  EXPECT_TRUE(secure_.connected());
  world_.loss_percent = 0;
  expect_conversation();
}

// The ClientHello of a phone that answers may overtake its answer on the way through the signalling.
TEST_P(DtlsPhoneTest, HandshakeThatOvertakesTheDescriptionIsNotLost) {
  secure_.shake_hands();
  world_.run(10ms);
  secure_.answer();
  world_.run(30ms);
  EXPECT_TRUE(secure_.connected()) << "without waiting for a retransmission";
}

TEST_P(DtlsPhoneTest, HoldAndResumeKeepTheAssociation) {
  secure_.answer_and_connect();
  expect_conversation();
  LegSettings held = secure_.settings();
  held.may_send = false;
  std::get<RemotePlain>(held.remote).rtp = {ip("0.0.0.0"), 0};
  std::get<RemotePlain>(held.remote).rtcp = {};
  world_.shard.configure(secure_.leg(), held);
  world_.run(1s);
  secure_.answer();
  world_.run(200ms);
  expect_conversation();
  EXPECT_EQ(secure_.handshakes, rtcp_mux() ? 1 : 2);
  EXPECT_EQ(secure_.unreadable, 0);
}

// RFC 8842 section 4.
TEST_P(DtlsPhoneTest, NewCertificateIsANewAssociation) {
  secure_.answer_and_connect();
  expect_conversation();
  secure_.fall_silent();
  secure_.begin_dtls(role());
  secure_.answer();
  world_.run(100ms);
  secure_.unreadable = 0;
  secure_.shake_hands();
  world_.run(300ms);
  ASSERT_TRUE(secure_.connected());
  expect_conversation();
  EXPECT_EQ(secure_.unreadable, 0) << "nothing under the keys of before";
}

TEST_P(DtlsPhoneTest, WrongCertificateNeverGetsMedia) {
  LegSettings settings = secure_.settings();
  std::get<RemoteDtls>(std::get<RemotePlain>(settings.remote).protection).fingerprints = {
      World::server_context().fingerprint()};
  world_.shard.configure(secure_.leg(), settings);
  secure_.shake_hands();
  plain_.talk();
  world_.run(121s);
  EXPECT_TRUE(secure_.voice.headers.empty());
  EXPECT_EQ(secure_.unreadable, 0);
  const auto lost = world_.events_of<MediaLost>(secure_.leg());
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_NE(lost[0].reason.find("certificate"), std::string::npos) << lost[0].reason;
}

// ATTACKS S6.
TEST_P(DtlsPhoneTest, StrangerWhoIsQuickerGetsNothingAndDisturbsNothing) {
  secure_.answer();
  SecurePhone first = stranger(Role::Client);
  first.shake_hands();
  world_.run(500ms);
  first.talk();
  secure_.shake_hands();
  world_.run(300ms);
  ASSERT_TRUE(secure_.connected());
  expect_conversation();
  EXPECT_TRUE(first.voice.headers.empty());
  EXPECT_EQ(first.unreadable, 0);
  EXPECT_EQ(secure_.unreadable, 0);
}

TEST_P(DtlsPhoneTest, StrangerWhoComesLaterIsNotEvenAnswered) {
  secure_.answer_and_connect();
  expect_conversation();
  SecurePhone later = stranger(Role::Client);
  std::size_t answers = 0;
  world_.add_host(kStranger, [&](const Endpoint&, Bytes) { ++answers; });
  later.shake_hands();
  world_.run(2s);
  EXPECT_EQ(answers, 0U);
  expect_conversation();
}

TEST_P(DtlsPhoneTest, HopelessClientHellosFromEverywhereEndNothing) {
  secure_.answer();
  const auto hello = [](std::uint32_t number) {
    // A ClientHello that offers TLS_NULL_WITH_NULL_NULL alone.
    ByteVector bytes;
    ByteWriter out(bytes);
    out.u8(22).u16(0xFEFF).u16(0).u32(0).u16(number).u16(12 + 42);
    out.u8(1).u24(42).u16(0).u24(0).u24(42);
    out.u16(0xFEFD).u32(number).u64(0).u64(0).u64(0).u32(0).u8(0).u8(0).u16(2).u16(0).u8(1).u8(0);
    return bytes;
  };
  for (std::uint32_t i = 0; i < 500; ++i) {
    const Endpoint from{kStranger.address, static_cast<std::uint16_t>(1000 + i)};
    world_.send(from, secure_.server().rtp, hello(i));
    world_.send(from, secure_.server().rtcp, hello(i));
    if (i == 250) secure_.shake_hands();
    world_.run(1ms);
  }
  world_.run(300ms);
  EXPECT_TRUE(secure_.connected());
  EXPECT_LT(world_.sent_nowhere, 20U) << "they are not our business";
  expect_conversation();
}

TEST_P(DtlsPhoneTest, SayingGoodbyeTellsThePhone) {
  secure_.answer_and_connect();
  expect_conversation();
  world_.shard.close(secure_.leg());
  world_.run(10ms);
  EXPECT_TRUE(secure_.closed_by_server());
}

TEST_P(DtlsPhoneTest, PhoneThatMovedMayBeginAnewOrGoOn) {
  secure_.answer_and_connect();
  expect_conversation();
  // It goes on with its keys, from another place.
  secure_.appear_at(kElsewhere);
  RemotePlain moved = secure_.description();
  moved.rtp = kElsewhere;
  moved.rtcp = {kElsewhere.address, static_cast<std::uint16_t>(kElsewhere.port + 1)};
  world_.shard.configure(secure_.leg(), settings_for(kPcmuWords, moved));
  world_.run(200ms);
  expect_conversation();
}

TEST_P(DtlsPhoneTest, NothingIsLeftOfAClosedLeg) {
  const std::size_t before = world_.timers.size();
  for (std::uint64_t id = 10; id < 13; ++id) {
    const LocalLeg leg = world_.open_plain(id);
    SecurePhone phone(world_, leg, {kDesk.address, static_cast<std::uint16_t>(6000 + 2 * id)}, role(),
                      {.rtcp_mux = rtcp_mux()});
    phone.answer();
    if (id != 10) phone.shake_hands();
    world_.run(id == 11 ? 2ms : 1s);
    world_.shard.close(leg.id);
  }
  world_.run(100ms);
  EXPECT_EQ(world_.timers.size(), before);
}

/// A phone that lets us wait for its handshake, as phones behind a NAT do.
class DtlsClientPhoneTest : public ::testing::Test {
 protected:
  [[nodiscard]] bool hears_itself() {
    world_.shard.listen(phone_.leg(), OtherLeg{phone_.leg()});
    phone_.talk();
    world_.run(1s);
    return phone_.voice.share_of(700) > 0.9;
  }

  World world_;
  LocalLeg leg_ = world_.open_plain(1);
  SecurePhone phone_{world_, leg_, kDesk, Role::Client, {.rtcp_mux = true}};
};

TEST_F(DtlsClientPhoneTest, GetsNothingAndIsNotBelievedBeforeThereAreKeys) {
  phone_.answer();
  Phone plain(world_, world_.open_plain(2), kHall, kPcmaWords);
  plain.answer();
  world_.shard.listen(phone_.leg(), OtherLeg{plain.leg()});
  world_.shard.listen(plain.leg(), OtherLeg{phone_.leg()});
  plain.talk();
  Voice early(kPcmuWords, Ssrc(5));
  for (int i = 0; i < 20; ++i) {
    phone_.send_raw(early.hum());
    world_.run(20ms);
  }
  EXPECT_TRUE(phone_.voice.headers.empty());
  EXPECT_EQ(phone_.unreadable, 0) << "not even encrypted";
  EXPECT_TRUE(plain.voice.headers.empty());
}

// Whichever handshake is done first, the other does not undo what it found.
TEST(DtlsTwoPorts, AreFoundBehindTheirNat) {
  World world;
  const LocalLeg leg = world.open_plain(1);
  SecurePhone phone(world, leg, kDesk, Role::Client, {});
  phone.appear_at(kNat);
  phone.answer();
  world.jitter = 5ms;
  phone.shake_hands();
  world.run(500ms);
  ASSERT_TRUE(phone.connected());
  world.sent_nowhere = 0;
  world.run(30s);
  EXPECT_GE(phone.reports.size(), 4U);
  EXPECT_EQ(world.sent_nowhere, 0U);
}

TEST_F(DtlsClientPhoneTest, IsFoundBehindItsNat) {
  phone_.appear_at(kNat);
  phone_.answer_and_connect();
  ASSERT_TRUE(phone_.connected());
  EXPECT_TRUE(hears_itself());
}

// Many strangers, each of whom can receive what is sent to him: the described address keeps its place.
TEST_F(DtlsClientPhoneTest, IsFoundAmongPersistentStrangers) {
  phone_.answer();
  std::vector<std::unique_ptr<SecurePhone>> strangers;
  for (std::uint16_t i = 0; i < 20; ++i) {
    const Endpoint at{kStranger.address, static_cast<std::uint16_t>(7000 + 2 * i)};
    strangers.push_back(
        std::make_unique<SecurePhone>(world_, leg_, at, Role::Client, SecurePhone::Habits{.rtcp_mux = true}));
    strangers.back()->shake_hands();
  }
  world_.run(1s);
  phone_.shake_hands();
  world_.run(200ms);
  ASSERT_TRUE(phone_.connected());
  EXPECT_TRUE(hears_itself());
}

// RFC 6347 section 4.2.1: the address of a stranger may be that of a victim.
TEST_F(DtlsClientPhoneTest, VictimOfAForgedAddressGetsLessThanWasSent) {
  phone_.answer();
  SecurePhone forger(world_, leg_, kStranger, Role::Client, {.rtcp_mux = true});
  std::size_t received = 0;
  world_.add_host(kStranger, [&](const Endpoint&, Bytes datagram) { received += datagram.size(); });
  forger.shake_hands();
  world_.run(20ms);
  EXPECT_GT(received, 0U);
  EXPECT_LT(received, 100U);
}

// RFC 5763 section 6.7.2: the passive side opens the path for the ClientHello.
TEST_F(DtlsClientPhoneTest, IsAskedOnceByStunAndMayAskUntilThereAreKeys) {
  phone_.answer();
  world_.run(100ms);
  EXPECT_EQ(phone_.stun_requests, 1);
  std::size_t answers = 0;
  world_.add_host(kNat, [&](const Endpoint&, Bytes datagram) {
    const auto response = stun::Message::parse(datagram);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->xor_mapped_address, kNat);
    ++answers;
  });
  const auto ask = [&] {
    const auto request = stun::Writer(stun::MessageClass::Request, stun::kBindingMethod, {1}).fingerprint().take();
    world_.send(kNat, phone_.server().rtp, request);
    world_.run(10ms);
  };
  ask();
  EXPECT_EQ(answers, 1U);
  phone_.shake_hands();
  world_.run(200ms);
  ASSERT_TRUE(phone_.connected());
  ask();
  EXPECT_EQ(answers, 1U);
  phone_.answer();
  world_.run(100ms);
  EXPECT_EQ(phone_.stun_requests, 1) << "the same description again opens nothing";
}

// A server behind a NAT is found by the check by which it opens that NAT.
TEST(DtlsServerPhone, IsFoundBehindItsNatByItsCheck) {
  World world;
  const LocalLeg leg = world.open_plain(1);
  SecurePhone phone(world, leg, kDesk, Role::Server, {.rtcp_mux = true});
  phone.appear_at(kNat);
  phone.answer();
  phone.shake_hands();
  phone.send_raw(stun::Writer(stun::MessageClass::Request, stun::kBindingMethod, {1}).fingerprint().take());
  world.run(300ms);
  EXPECT_TRUE(phone.connected());
}

}  // namespace
}  // namespace webcalling::media
