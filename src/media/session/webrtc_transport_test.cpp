#include "media/session/webrtc_transport.hpp"

#include <gtest/gtest.h>

#include "media/session/browser_for_tests.hpp"

namespace webcalling::media {
namespace {

using Role = dtls::DtlsEndpoint::Role;

const Endpoint kLaptop{ip("203.0.113.30"), 50000};
const Endpoint kMobile{ip("203.0.113.99"), 51000};
const Endpoint kStranger{ip("198.51.100.66"), 6666};

/// One leg that echoes, and its browser; each test runs with the browser in one of the DTLS roles.
class WebRtcTransportTest : public ::testing::TestWithParam<Role> {
 protected:
  WebRtcTransportTest() { world_.shard.listen(leg(), OtherLeg{leg()}); }

  [[nodiscard]] static LegId leg() { return LegId(1); }
  [[nodiscard]] std::vector<std::string> lost() const {
    std::vector<std::string> reasons;
    for (const MediaLost& event : world_.events_of<MediaLost>(leg())) reasons.push_back(event.reason);
    return reasons;
  }
  void expect_echo() {
    browser_.voice.forget();
    browser_.talk();
    world_.run(1s);
    EXPECT_GT(browser_.voice.share_of(1300), 0.9);
    EXPECT_EQ(browser_.unreadable, 0);
  }

  World world_;
  LocalLeg local_ = world_.open_webrtc(1);
  Browser browser_{world_, local_, kLaptop, GetParam()};
};

TEST_P(WebRtcTransportTest, ConnectsAndCarriesAudio) {
  browser_.answer_and_connect();
  ASSERT_TRUE(browser_.connected());
  expect_echo();
  EXPECT_EQ(world_.events_of<MediaConnected>(leg()).size(), 1U);
}

TEST_P(WebRtcTransportTest, ConnectsWithinAFewRoundTrips) {
  world_.latency = 10ms;
  browser_.answer();
  browser_.connect();
  world_.run(100ms);
  EXPECT_TRUE(browser_.connected());
}

TEST_P(WebRtcTransportTest, ConnectsOverALossyPath) {
  world_.loss_percent = 20;
  browser_.answer();
  browser_.connect();
  world_.run(10s);
  EXPECT_TRUE(browser_.connected());
  world_.loss_percent = 0;
  expect_echo();
}

// The checks and the ClientHello of a browser overtake the answer of the signalling.
TEST_P(WebRtcTransportTest, PathIsReadyBeforeTheDescription) {
  browser_.connect();
  world_.run(100ms);
  EXPECT_GT(browser_.checks_answered(), 0);
  EXPECT_TRUE(lost().empty());
  browser_.answer();
  world_.run(200ms);
  EXPECT_TRUE(browser_.connected());
  expect_echo();
}

TEST_P(WebRtcTransportTest, NothingIsLostHoweverLongTheDescriptionTakes) {
  browser_.connect();
  world_.run(10min);
  EXPECT_TRUE(lost().empty());
  browser_.answer();
  world_.run(2s);
  EXPECT_TRUE(browser_.connected());
}

TEST_P(WebRtcTransportTest, BrowserThatNeverChecksIsToldOfEveryThirtySeconds) {
  browser_.answer();
  world_.run(29s);
  EXPECT_TRUE(lost().empty());
  world_.run(1s);
  ASSERT_EQ(lost().size(), 1U);
  EXPECT_NE(lost()[0].find("UDP"), std::string::npos);
  world_.run(30s);
  EXPECT_EQ(lost().size(), 2U);
  browser_.connect();
  world_.run(200ms);
  EXPECT_TRUE(browser_.connected());
  world_.run(5min);
  EXPECT_EQ(lost().size(), 2U);
}

TEST_P(WebRtcTransportTest, SameDescriptionAgainGivesNewPatience) {
  browser_.answer();
  world_.run(29s);
  browser_.answer();
  world_.run(29s);
  EXPECT_TRUE(lost().empty());
  world_.run(1s);
  EXPECT_EQ(lost().size(), 1U);
}

TEST_P(WebRtcTransportTest, HandshakeThatDoesNotFinishIsLost) {
  browser_.answer();
  // The checks arrive; nothing that would begin or answer a handshake does.
  world_.add_host(kLaptop, [](const Endpoint&, Bytes) {});
  for (int i = 0; i < 12; ++i) {
    browser_.check();
    world_.run(2500ms);
  }
  ASSERT_EQ(lost().size(), 1U);
  EXPECT_NE(lost()[0].find("DTLS"), std::string::npos) << lost()[0];
}

TEST_P(WebRtcTransportTest, PeerThatNoLongerConsentsGetsNoHandshakeEither) {
  browser_.answer();
  std::size_t received = 0;
  world_.add_host(kLaptop, [&](const Endpoint&, Bytes) { ++received; });
  browser_.check();
  world_.run(31s);
  EXPECT_GT(received, 0U);
  received = 0;
  world_.run(30s);
  EXPECT_EQ(received, 0U);
}

TEST_P(WebRtcTransportTest, WrongCertificateNeverGetsMedia) {
  LegSettings settings = browser_.settings();
  std::get<RemoteWebRtc>(settings.remote).fingerprints = {World::server_context().fingerprint()};
  world_.shard.configure(leg(), settings);
  world_.shard.listen(leg(), Ringback{});
  browser_.connect();
  world_.run(31s);
  EXPECT_TRUE(browser_.voice.headers.empty());
  EXPECT_EQ(browser_.unreadable, 0) << "not even encrypted";
  ASSERT_EQ(lost().size(), 1U);
  EXPECT_NE(lost()[0].find("certificate"), std::string::npos) << lost()[0];
}

TEST_P(WebRtcTransportTest, SilentNetworkIsLostAfterThirtySecondsAndGetsNothingMore) {
  browser_.answer_and_connect();
  world_.shard.listen(leg(), MusicOnHold{});
  world_.run(10s);
  browser_.vanish();
  std::size_t received = 0;
  world_.add_host(kLaptop, [&](const Endpoint&, Bytes) { ++received; });
  world_.run(27s);
  EXPECT_TRUE(lost().empty());
  EXPECT_GT(received, 1000U);
  world_.run(4s);
  ASSERT_EQ(lost().size(), 1U);
  EXPECT_NE(lost()[0].find("network"), std::string::npos);
  received = 0;
  world_.run(20s);
  EXPECT_EQ(received, 0U);
}

TEST_P(WebRtcTransportTest, NetworkThatComesBackGetsAudioAgain) {
  browser_.answer_and_connect();
  expect_echo();
  world_.loss_percent = 100;
  world_.run(40s);
  EXPECT_EQ(lost().size(), 1U);
  world_.loss_percent = 0;
  world_.run(3s);
  expect_echo();
}

TEST_P(WebRtcTransportTest, ClosedPageIsToldAtOnce) {
  browser_.answer_and_connect();
  expect_echo();
  browser_.close();
  world_.run(10ms);
  ASSERT_EQ(lost().size(), 1U);
  EXPECT_NE(lost()[0].find("closed"), std::string::npos);
}

TEST_P(WebRtcTransportTest, CloseSaysGoodbyeTwice) {
  browser_.answer_and_connect();
  expect_echo();
  world_.shard.close(leg());
  world_.run(10ms);
  ASSERT_FALSE(browser_.reports.empty());
  EXPECT_TRUE(std::holds_alternative<Goodbye>(browser_.reports.back().back()));
  EXPECT_TRUE(browser_.closed_by_server());
}

TEST_P(WebRtcTransportTest, RoamingBrowserKeepsItsKeys) {
  browser_.answer_and_connect();
  expect_echo();
  browser_.move_to(kMobile);
  world_.run(10ms);
  world_.add_host(kLaptop, [](const Endpoint&, Bytes) { FAIL() << "sent to where the browser was"; });
  expect_echo();
}

TEST_P(WebRtcTransportTest, IceRestartKeepsMediaAndMovesToTheNewPath) {
  browser_.answer_and_connect();
  expect_echo();
  const auto fresh = ice::Credentials::generate(world_.random);
  world_.shard.restart_ice(leg(), fresh);
  browser_.answer();
  expect_echo();
  browser_.use_server_credentials(fresh);
  browser_.move_to(kMobile);
  world_.run(50ms);
  expect_echo();
  world_.run(2min);
  EXPECT_TRUE(lost().empty());
}

TEST_P(WebRtcTransportTest, HoldIsNoNewHandshake) {
  browser_.answer_and_connect();
  expect_echo();
  LegSettings settings = browser_.settings();
  settings.may_send = false;
  world_.shard.configure(leg(), settings);
  browser_.fall_silent();
  world_.run(5s);
  browser_.answer();
  expect_echo();
}

TEST_P(WebRtcTransportTest, OtherFingerprintsBeginANewAssociation) {
  browser_.answer_and_connect();
  expect_echo();
  browser_.vanish();
  Browser reloaded(world_, local_, kMobile, GetParam());
  reloaded.answer_and_connect();
  ASSERT_TRUE(reloaded.connected());
  reloaded.talk();
  world_.run(1s);
  EXPECT_GT(reloaded.voice.share_of(1300), 0.9);
}

// ATTACKS S6, S9.
TEST_P(WebRtcTransportTest, StrangerWithoutACheckIsNotHeard) {
  browser_.answer();
  Browser stranger(world_, local_, kStranger, Role::Client);
  std::size_t answered = 0;
  world_.add_host(kStranger, [&](const Endpoint&, Bytes) { ++answered; });
  dtls::DtlsEndpoint hello(World::server_context(), Role::Client);
  hello.start(world_.timers.now());
  while (const auto datagram = hello.poll_datagram()) stranger.send_datagram(*datagram);
  stranger.send_datagram(stranger.voice.hum());
  stranger.use_server_credentials({std::get<LocalWebRtc>(local_.transport).ice.ufrag, "guess"});
  world_.run(10ms);
  EXPECT_EQ(answered, 0U);
  EXPECT_EQ(world_.shard.counters().strangers, 2U);
  // ATTACKS S7: a check that guesses the password is refused, and moves nothing.
  stranger.check();
  world_.run(10ms);
  EXPECT_EQ(answered, 1U);
  stranger.send_datagram(stranger.voice.hum());
  browser_.connect();
  world_.run(200ms);
  EXPECT_TRUE(browser_.connected());
  expect_echo();
  EXPECT_EQ(answered, 1U);
}

// ATTACKS S6: even from behind the browser's own address.
TEST_P(WebRtcTransportTest, ForeignClientHelloDoesNotHarmTheBrowsersHandshake) {
  browser_.check();
  world_.run(10ms);
  dtls::DtlsEndpoint attacker(World::server_context(), Role::Client);
  attacker.start(world_.timers.now());
  while (const auto datagram = attacker.poll_datagram()) browser_.send_datagram(*datagram);
  world_.run(10ms);
  browser_.answer_and_connect();
  world_.run(1s);
  ASSERT_TRUE(browser_.connected());
  expect_echo();
}

TEST_P(WebRtcTransportTest, GarbageOfEveryLayerIsPassedOver) {
  browser_.answer_and_connect();
  for (int first = 0; first < 256; ++first) {
    for (const std::size_t length : {1U, 2U, 3U, 12U, 28U, 200U}) {
      ByteVector garbage(length);
      world_.random.fill(garbage);
      garbage[0] = static_cast<std::uint8_t>(first);
      browser_.send_datagram(garbage);
    }
  }
  browser_.send_datagram({});
  world_.run(100ms);
  expect_echo();
  EXPECT_TRUE(lost().empty());
}

/// The transport alone, without the shard that brings it what is its own.
class LoneWebRtcTransportTest : public ::testing::Test, private DatagramSender {
 protected:
  TimerQueue timers_{TimePoint{1000s}};
  std::size_t sent_ = 0;
  WebRtcTransport transport_{{"ours", "password"},         World::server_context(),  timers_, *this,
                             [](const Endpoint&, bool) {}, [](const std::string&) {}};

 private:
  void send_shared(const IpAddress&, const Endpoint&, Bytes) override { ++sent_; }
  void send_plain(LegId, PlainPort, const Endpoint&, Bytes) override {}
};

TEST_F(LoneWebRtcTransportTest, TakesNothingFromAnAddressWithoutACheck) {
  dtls::DtlsEndpoint stranger(World::server_context(), Role::Client);
  stranger.start(timers_.now());
  for (auto hello = stranger.poll_datagram(); hello; hello = stranger.poll_datagram()) {
    EXPECT_EQ(transport_.receive(*hello, kStranger, World::kServer).kind, ReceivedPacket::Kind::Refused);
  }
  EXPECT_EQ(sent_, 0U);
}

TEST_F(LoneWebRtcTransportTest, SendsNothingBeforeThereAreKeys) {
  EXPECT_FALSE(transport_.ready());
  ByteVector packet(100);
  EXPECT_FALSE(transport_.send_rtp(packet, 50));
  EXPECT_FALSE(transport_.send_rtcp(packet, 50));
  transport_.close();
  EXPECT_EQ(sent_, 0U);
}

INSTANTIATE_TEST_SUITE_P(BrowserIs, WebRtcTransportTest, ::testing::Values(Role::Client, Role::Server),
                         [](const auto& info) { return info.param == Role::Client ? "Client" : "Server"; });

}  // namespace
}  // namespace webcalling::media
