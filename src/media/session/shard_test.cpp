#include "media/session/shard.hpp"

#include <gtest/gtest.h>

#include "media/session/browser_for_tests.hpp"
#include "media/session/phone_for_tests.hpp"

namespace webcalling::media {
namespace {

using Role = dtls::DtlsEndpoint::Role;

const Endpoint kDesk{ip("198.51.100.20"), 5004};
const Endpoint kHall{ip("198.51.100.21"), 5006};
const Endpoint kLaptop{ip("203.0.113.30"), 50000};
const Endpoint kTablet{ip("203.0.113.31"), 50002};
const Endpoint kStranger{ip("198.51.100.66"), 6666};

class ShardTest : public ::testing::Test {
 protected:
  Phone& phone(const Endpoint& at, const Voice::Words& words) {
    phones_.push_back(std::make_unique<Phone>(world_, world_.open_plain(++last_), at, words));
    phones_.back()->answer();
    return *phones_.back();
  }
  Browser& browser(const Endpoint& at, Role role = Role::Client, const Voice::Words& words = kOpusWords) {
    browsers_.push_back(std::make_unique<Browser>(world_, world_.open_webrtc(++last_), at, role, words));
    browsers_.back()->answer_and_connect();
    EXPECT_TRUE(browsers_.back()->connected());
    return *browsers_.back();
  }
  template <typename A, typename B>
  void bridge(A& a, B& b) {
    world_.shard.listen(a.leg(), OtherLeg{b.leg()});
    world_.shard.listen(b.leg(), OtherLeg{a.leg()});
  }
  /// Both talk, and each hears the other's tone and nothing else.
  template <typename A, typename B>
  void expect_conversation(A& a, B& b) {
    a.talk();
    b.talk();
    world_.run(1s);
    EXPECT_GT(a.voice.share_of(b.voice.words().frequency), 0.9);
    EXPECT_GT(b.voice.share_of(a.voice.words().frequency), 0.9);
    EXPECT_GT(a.voice.level(), -25);
    EXPECT_GT(b.voice.level(), -25);
    EXPECT_EQ(a.voice.malformed + b.voice.malformed, 0);
  }
  static void expect_steady(const Voice& voice, std::size_t packets) {
    EXPECT_GE(voice.headers.size(), packets);
    for (std::size_t i = 1; i < voice.headers.size(); ++i) {
      EXPECT_EQ(voice.headers[i].sequence - voice.headers[i - 1].sequence, 1) << i;
      EXPECT_TRUE(voice.headers[i].timestamp.is_after(voice.headers[i - 1].timestamp)) << i;
      EXPECT_EQ(voice.headers[i].ssrc, voice.headers[0].ssrc);
    }
  }

  World world_;
  std::uint64_t last_ = 0;
  std::vector<std::unique_ptr<Phone>> phones_;
  std::vector<std::unique_ptr<Browser>> browsers_;
};

TEST_F(ShardTest, TwoPhonesOfOneCodecAreRelayed) {
  Phone& a = phone(kDesk, kPcmuWords);
  Phone& b = phone(kHall, kPcmuWords);
  bridge(a, b);
  a.talk();
  world_.run(1s);
  expect_steady(b.voice, 49);
  EXPECT_EQ(b.voice.headers[0].ssrc, Ssrc(0x5002)) << "our own, not the talker's";
  EXPECT_TRUE(b.voice.headers[0].marker);
  EXPECT_GT(b.voice.share_of(700), 0.95);
  EXPECT_TRUE(a.voice.headers.empty());
}

TEST_F(ShardTest, CallOfAnHourHasNoGap) {
  Phone& a = phone(kDesk, kPcmuWords);
  Phone& b = phone(kHall, kPcmuWords);
  bridge(a, b);
  a.talk();
  world_.run(1h);
  expect_steady(b.voice, 179'999);
}

struct Pairing {
  const char* name;
  Voice::Words a;
  Voice::Words b;
};

class TranscodingTest : public ShardTest, public ::testing::WithParamInterface<Pairing> {};

TEST_P(TranscodingTest, EachHearsTheOthersTone) {
  Phone& a = phone(kDesk, GetParam().a);
  Phone& b = phone(kHall, GetParam().b);
  bridge(a, b);
  expect_conversation(a, b);
  expect_steady(a.voice, 49);
  expect_steady(b.voice, 49);
}

TEST_P(TranscodingTest, KeysPassWithTheirClockAndPayloadType) {
  Phone& a = phone(kDesk, GetParam().a);
  Phone& b = phone(kHall, GetParam().b);
  bridge(a, b);
  a.talk();
  world_.run(200ms);
  a.fall_silent();
  for (const char key : std::string("19")) a.send_in_time(a.voice.press(key));
  world_.run(100ms);
  EXPECT_EQ(world_.digits_of(a.leg()), "19");
  ASSERT_EQ(b.voice.events.size(), 14U);
  const auto& last = b.voice.events.back();
  EXPECT_EQ(last.event.event, 9);
  EXPECT_TRUE(last.event.end);
  EXPECT_EQ(last.event.duration, GetParam().b.events.clock_rate / 10);
  EXPECT_NE(last.header.timestamp, b.voice.events.front().header.timestamp);
}

INSTANTIATE_TEST_SUITE_P(Pairings, TranscodingTest,
                         ::testing::Values(Pairing{"PcmuPcma", kPcmuWords, kPcmaWords},
                                           Pairing{"OpusPcmu", kOpusWords, kPcmuWords},
                                           Pairing{"PcmaOpus", kPcmaWords, kOpusWords},
                                           Pairing{"G722Opus", kG722Words, kOpusWords},
                                           Pairing{"PcmuG722", kPcmuWords, kG722Words}),
                         [](const auto& info) { return info.param.name; });

class BridgeToPhoneTest : public ShardTest, public ::testing::WithParamInterface<Role> {};

TEST_P(BridgeToPhoneTest, BrowserAndPhoneTalk) {
  Browser& caller = browser(kLaptop, GetParam());
  Phone& callee = phone(kDesk, kPcmuWords);
  bridge(caller, callee);
  expect_conversation(caller, callee);
  EXPECT_EQ(caller.unreadable, 0);
  EXPECT_EQ(world_.shard.counters().refused, 0U);
}

TEST_P(BridgeToPhoneTest, TwoBrowsersTalk) {
  Browser& a = browser(kLaptop, GetParam());
  Browser& b = browser(kTablet, Role::Client, {kOpusWords.audio, kOpusWords.events, 1700});
  bridge(a, b);
  expect_conversation(a, b);
  expect_steady(a.voice, 49);
}

INSTANTIATE_TEST_SUITE_P(DtlsRoles, BridgeToPhoneTest, ::testing::Values(Role::Client, Role::Server),
                         [](const auto& info) {
                           return info.param == Role::Client ? "BrowserIsClient" : "BrowserIsServer";
                         });

// ATTACKS S41: both directions count past 65536.
TEST_F(ShardTest, EncryptedCallOutlivesItsSequenceNumbers) {
  Browser& a = browser(kLaptop, Role::Client, kPcmuWords);
  world_.shard.listen(a.leg(), OtherLeg{a.leg()});
  a.talk();
  world_.run(25min);
  expect_steady(a.voice, 74'999);
  EXPECT_EQ(a.unreadable, 0);
  EXPECT_EQ(world_.shard.counters().refused, 0U);
}

TEST_F(ShardTest, EchoComesBack) {
  Browser& caller = browser(kLaptop);
  world_.shard.listen(caller.leg(), OtherLeg{caller.leg()});
  caller.talk();
  world_.run(1s);
  EXPECT_GT(caller.voice.share_of(1300), 0.9);
  expect_steady(caller.voice, 49);
}

TEST_F(ShardTest, ReplayComesBackAfterFourSecondsWithSilenceBefore) {
  for (const Voice::Words& words : {kOpusWords, kPcmuWords}) {
    Phone& caller = phone(kDesk, words);
    world_.shard.listen(caller.leg(), Replay{caller.leg()});
    caller.talk();
    world_.run(3900ms);
    EXPECT_LT(caller.voice.share_of(words.frequency), 0.1);
    world_.run(4s);
    EXPECT_GT(caller.voice.share_of(words.frequency), 0.9);
    expect_steady(caller.voice, 390);
    world_.run(2s);
    EXPECT_LT(caller.voice.share_of(words.frequency), 0.1) << "once is enough";
    world_.shard.close(caller.leg());
  }
}

TEST_F(ShardTest, CallerHearsRingbackAndThenAtOnceTheCallee) {
  Browser& caller = browser(kLaptop);
  world_.shard.listen(caller.leg(), Ringback{});
  world_.run(1s);
  EXPECT_GT(caller.voice.share_of(440) + caller.voice.share_of(480), 0.9);

  Phone& callee = phone(kDesk, kPcmuWords);
  callee.talk();
  world_.run(50ms);
  bridge(caller, callee);
  const std::size_t rung = caller.voice.headers.size();
  world_.run(22ms);
  ASSERT_GT(caller.voice.headers.size(), rung) << "with the callee's next packet";
  EXPECT_TRUE(caller.voice.headers[rung].marker);
  world_.run(1s);
  EXPECT_GT(caller.voice.share_of(700), 0.9);
  expect_steady(caller.voice, 90);
}

TEST_F(ShardTest, HeldPartyHearsMusicAndNotTheHolder) {
  Browser& holder = browser(kLaptop);
  Phone& held = phone(kDesk, kPcmuWords);
  bridge(holder, held);
  expect_conversation(holder, held);

  LegSettings on_hold = holder.settings();
  on_hold.may_send = false;
  world_.shard.configure(holder.leg(), on_hold);
  world_.shard.listen(held.leg(), MusicOnHold{});
  world_.run(100ms);
  holder.voice.forget();
  held.voice.forget();
  world_.run(2s);
  EXPECT_TRUE(holder.voice.headers.empty());
  EXPECT_LT(held.voice.share_of(1300, 2s), 0.05);
  EXPECT_GT(held.voice.level(2s), -45) << "audible";
  expect_steady(held.voice, 99);

  world_.shard.configure(holder.leg(), holder.settings());
  bridge(holder, held);
  world_.run(1s);
  EXPECT_GT(holder.voice.share_of(700), 0.9);
  EXPECT_GT(held.voice.share_of(1300), 0.9);
  expect_steady(held.voice, 149);
  expect_steady(holder.voice, 49);
}

// ATTACKS S41: more packets than a sequence number counts go by while nothing is sent to the holder.
TEST_F(ShardTest, HoldLongerThanTheSequenceNumbersEndsWithAudio) {
  Browser& holder = browser(kLaptop);
  Phone& held = phone(kDesk, kPcmuWords);
  bridge(holder, held);
  expect_conversation(holder, held);
  holder.fall_silent();
  LegSettings on_hold = holder.settings();
  on_hold.may_send = false;
  world_.shard.configure(holder.leg(), on_hold);
  world_.run(23min);
  world_.shard.configure(holder.leg(), holder.settings());
  holder.voice.forget();
  expect_conversation(holder, held);
  EXPECT_EQ(holder.unreadable, 0);
  EXPECT_TRUE(world_.events_of<MediaLost>(holder.leg()).empty());
}

TEST_F(ShardTest, AudioSurvivesLossAndReordering) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    world_.random = SeededRandom(seed);
    Browser& a = browser({kLaptop.address, static_cast<std::uint16_t>(50100 + seed)});
    Phone& b = phone({kDesk.address, static_cast<std::uint16_t>(5100 + 2 * seed)}, kPcmuWords);
    bridge(a, b);
    world_.loss_percent = 5;
    world_.jitter = 30ms;
    a.talk();
    b.talk();
    world_.run(4s);
    EXPECT_GT(a.voice.share_of(700, 2s), 0.5);
    EXPECT_GT(b.voice.share_of(1300, 2s), 0.5);
    EXPECT_EQ(a.unreadable, 0) << "no sequence number given twice";
    world_.loss_percent = 0;
    world_.jitter = 0ms;
    world_.run(1s);
    EXPECT_GT(a.voice.share_of(700), 0.9);
    EXPECT_GT(b.voice.share_of(1300), 0.9);
  }
}

// ATTACKS S9.
TEST_F(ShardTest, SprayedPortsGetNoAudio) {
  Phone& a = phone(kDesk, kPcmuWords);
  Phone& b = phone(kHall, kPcmuWords);
  bridge(a, b);
  Voice sprayer(kPcmuWords, Ssrc(66));
  for (int i = 0; i < 2; ++i) {
    const ByteVector packet = sprayer.hum();
    world_.send(kStranger, a.server().rtp, packet);
    world_.send(kStranger, a.server().rtcp, packet);
    world_.send(kStranger, World::kShared, packet);
  }
  world_.run(1s);
  EXPECT_TRUE(b.voice.headers.empty());
  expect_conversation(a, b);
  EXPECT_EQ(world_.sent_nowhere, 0U);
  EXPECT_EQ(world_.shard.counters().strangers, 2U);
  EXPECT_EQ(world_.shard.counters().refused, 4U);
}

// ATTACKS S10.
TEST_F(ShardTest, InjectedVoiceIsNotHeard) {
  Phone& a = phone(kDesk, kPcmuWords);
  Phone& b = phone(kHall, kPcmuWords);
  bridge(a, b);
  a.talk();
  world_.run(100ms);
  b.voice.forget();
  // The attacker knows the talker's numbers, and hums another tone.
  Voice attacker({kPcmuWords.audio, kPcmuWords.events, 2000}, a.voice.ssrc());
  for (int i = 0; i < 50; ++i) {
    world_.send(kStranger, a.server().rtp, attacker.hum());
    world_.run(20ms);
  }
  EXPECT_EQ(b.voice.headers.size(), 50U);
  EXPECT_LT(b.voice.share_of(2000), 0.01);
  EXPECT_GT(b.voice.share_of(700), 0.95);
}

// ATTACKS S5, S11.
TEST_F(ShardTest, ForgedPacketsNeverEndACall) {
  Browser& a = browser(kLaptop);
  Phone& b = phone(kDesk, kPcmuWords);
  bridge(a, b);
  a.talk();
  world_.run(200ms);
  const ByteVector true_packet = a.protect(a.voice.hum());
  a.send_datagram(true_packet);
  for (int i = 0; i < 500; ++i) {
    ByteVector forged = true_packet;
    forged[20] ^= 1;
    a.send_datagram(forged);
    a.send_datagram(true_packet);
    a.send_datagram(ByteVector{0x80, 0x00, 0x70, 0x28});
    a.send_datagram(ByteVector{0x80, 200, 0, 0});
    b.send_rtcp(ByteVector{0x80, 200, 0, 0});
    b.send_rtcp(ByteVector{0x81, 205, 0xff, 0xff, 0, 0, 0, 1});
  }
  world_.run(100ms);
  EXPECT_EQ(world_.shard.counters().refused, 2000U);
  expect_conversation(a, b);
  EXPECT_TRUE(world_.events_of<MediaLost>(a.leg()).empty());
}

TEST_F(ShardTest, LegMayBeListenedToBeforeItOpensAndAfterItClosed) {
  Phone& listener = phone(kDesk, kPcmuWords);
  world_.shard.listen(listener.leg(), OtherLeg{LegId(2)});
  Phone& talker = phone(kHall, kPcmuWords);
  ASSERT_EQ(talker.leg(), LegId(2));
  talker.talk();
  world_.run(200ms);
  EXPECT_GT(listener.voice.share_of(700), 0.9);

  world_.shard.close(talker.leg());
  listener.voice.forget();
  world_.run(200ms);
  EXPECT_LE(listener.voice.headers.size(), 1U);
  world_.shard.listen(listener.leg(), MusicOnHold{});
  world_.run(200ms);
  EXPECT_GT(listener.voice.headers.size(), 9U);
}

TEST_F(ShardTest, ListenerThatHearsSomebodyElseHearsTheFirstNoMore) {
  Phone& listener = phone(kDesk, kPcmuWords);
  Phone& first = phone(kHall, kPcmaWords);
  Browser& second = browser(kLaptop);
  first.talk();
  second.talk();
  world_.shard.listen(listener.leg(), OtherLeg{first.leg()});
  world_.run(500ms);
  EXPECT_GT(listener.voice.share_of(900), 0.9);
  world_.shard.listen(listener.leg(), OtherLeg{second.leg()});
  world_.run(500ms);
  EXPECT_GT(listener.voice.share_of(1300), 0.9);
  expect_steady(listener.voice, 49);
  world_.shard.listen(listener.leg(), Silence{});
  world_.run(50ms);
  listener.voice.forget();
  world_.run(500ms);
  EXPECT_TRUE(listener.voice.headers.empty());
}

TEST_F(ShardTest, BothSidesGetReportsAndAGoodbye) {
  Browser& a = browser(kLaptop);
  Phone& b = phone(kDesk, kPcmuWords);
  bridge(a, b);
  a.talk();
  b.talk();
  world_.run(30s);
  EXPECT_GE(a.reports.size(), 4U);
  EXPECT_GE(b.reports.size(), 4U);
  for (const auto& reports : {a.reports, b.reports}) {
    EXPECT_TRUE(std::holds_alternative<SenderReport>(reports.back()[0]));
    EXPECT_EQ(std::get<SenderReport>(reports.back()[0]).blocks.size(), 1U);
  }
  world_.shard.close(a.leg());
  world_.shard.close(b.leg());
  world_.run(100ms);
  EXPECT_EQ(std::get<Goodbye>(a.reports.back().back()).sources, std::vector{Ssrc(0x5001)});
  EXPECT_EQ(std::get<Goodbye>(b.reports.back().back()).sources, std::vector{Ssrc(0x5002)});
  EXPECT_TRUE(a.closed_by_server());
}

TEST_F(ShardTest, NothingIsLeftOfClosedLegs) {
  const std::size_t timers_before = world_.timers.size();
  for (std::uint64_t id = 1; id <= 3; ++id) {
    const LocalLeg leg = world_.open_webrtc(id);
    Browser caller(world_, leg, {kLaptop.address, static_cast<std::uint16_t>(50000 + id)}, Role::Client);
    caller.answer_and_connect();
    world_.shard.listen(leg.id, OtherLeg{LegId(100 + id)});
    const LocalLeg other = world_.open_plain(100 + id);
    Phone callee(world_, other, {kDesk.address, static_cast<std::uint16_t>(5000 + 2 * id)}, kPcmuWords);
    callee.answer();
    world_.shard.listen(other.id, MusicOnHold{});
    world_.shard.restart_ice(leg.id, ice::Credentials::generate(world_.random));
    callee.talk();
    world_.run(1s);
    world_.shard.close(leg.id);
    world_.shard.close(other.id);
    callee.fall_silent();
    caller.vanish();
    world_.run(100ms);
  }
  EXPECT_EQ(world_.shard.legs(), 0U);
  EXPECT_EQ(world_.shard.paths(), 0U);
  EXPECT_EQ(world_.timers.size(), timers_before);
}

TEST_F(ShardTest, CommandsForALegThatIsNotThereDoNothing) {
  const LegId nobody(77);
  world_.shard.configure(nobody, settings_for(kPcmuWords, RemotePlain{}));
  world_.shard.restart_ice(nobody, ice::Credentials::generate(world_.random));
  world_.shard.listen(nobody, Ringback{});
  world_.shard.close(nobody);
  ByteVector datagram{0x80, 0};
  world_.shard.receive_plain(nobody, PlainPort::Rtp, datagram, kStranger);
  EXPECT_EQ(world_.shard.legs(), 0U);
  EXPECT_EQ(world_.shard.paths(), 0U);
}

TEST_F(ShardTest, LegThatIsOpenIsNotOpenedAgain) {
  Browser& a = browser(kLaptop);
  world_.open_webrtc(1);
  EXPECT_EQ(world_.shard.legs(), 1U);
  EXPECT_EQ(world_.shard.paths(), 2U) << "its ufrag and its address";
  world_.shard.listen(a.leg(), OtherLeg{a.leg()});
  a.talk();
  world_.run(1s);
  EXPECT_GT(a.voice.share_of(1300), 0.9);
}

TEST_F(ShardTest, SettingsOfAnotherTransportDoNotDisturbALeg) {
  Phone& a = phone(kDesk, kPcmuWords);
  Browser& b = browser(kLaptop);
  world_.shard.configure(a.leg(), settings_for(kPcmuWords, b.description()));
  world_.shard.configure(b.leg(), settings_for(kOpusWords, a.description()));
  world_.shard.restart_ice(a.leg(), ice::Credentials::generate(world_.random));
  bridge(a, b);
  expect_conversation(a, b);
}

// A browser that crashed said nothing; its next call may come from the same port.
TEST_F(ShardTest, PortOfACallThatEndedWithoutAWordBelongsToTheNextOne) {
  Browser& crashed = browser(kLaptop);
  crashed.vanish();
  Browser& next = browser(kLaptop);
  world_.shard.listen(next.leg(), OtherLeg{next.leg()});
  next.talk();
  world_.run(1s);
  EXPECT_GT(next.voice.share_of(1300), 0.9);
  world_.shard.close(crashed.leg());
  next.voice.forget();
  world_.run(1s);
  EXPECT_GT(next.voice.share_of(1300), 0.9);
}

TEST_F(ShardTest, AddressThatSomebodyClaimedComesBackWithTheNextCheck) {
  Browser& victim = browser(kLaptop);
  world_.shard.listen(victim.leg(), OtherLeg{victim.leg()});
  // Another user, who can forge source addresses, checks its own leg from the victim's.
  const LocalLeg own = world_.open_webrtc(2);
  Browser attacker(world_, own, kTablet, Role::Client);
  stun::Writer forged(stun::MessageClass::Request, stun::kBindingMethod, {});
  const auto& ice = std::get<LocalWebRtc>(own.transport).ice;
  world_.send(kLaptop, World::kShared, forged.username(ice.ufrag + ":x").integrity(ice.pwd).fingerprint().take());
  world_.run(3s);
  victim.talk();
  world_.run(1s);
  EXPECT_GT(victim.voice.share_of(1300), 0.9);
}

/// Two media loops: a second shard with a network of its own, and a way for packets from the first to the second that
/// can be blocked.
class LendingTest : public ShardTest {
 protected:
  LendingTest() {
    // Legs of different loops have different numbers.
    talker_ = &phone(kDesk, kOpusWords);
    listener_ = std::make_unique<Phone>(abroad_, abroad_.open_plain(900), kHall, kPcmuWords);
    listener_->answer();
  }

  void lend() {
    world_.shard.lend(talker_->leg(), listener_->leg(), [this](const LentPacket& packet) {
      if (!is_open_) return false;
      abroad_.shard.hear(packet);
      return true;
    });
  }
  void listen() {
    abroad_.shard.listen(listener_->leg(), OtherLeg{talker_->leg()});
    lend();
  }
  void run(Duration time) {
    for (Duration gone = 0ms; gone < time; gone += 10ms) {
      world_.run(10ms);
      abroad_.run(10ms);
    }
  }
  [[nodiscard]] std::size_t heard() const { return listener_->voice.headers.size(); }

  World abroad_;
  Phone* talker_ = nullptr;
  std::unique_ptr<Phone> listener_;
  bool is_open_ = true;
};

TEST_F(LendingTest, LegOfAnotherShardIsHeardAndItsCodecTranslated) {
  listen();
  talker_->talk();
  run(1s);
  expect_steady(listener_->voice, 48);
  EXPECT_EQ(listener_->voice.headers[0].ssrc, Ssrc(0x5000 + 900)) << "its own, not the talker's";
  EXPECT_GT(listener_->voice.share_of(kOpusWords.frequency), 0.9);
  EXPECT_EQ(world_.shard.counters().unlent, 0U);
}

TEST_F(LendingTest, DigitsPassToo) {
  listen();
  talker_->talk();
  run(200ms);
  talker_->fall_silent();
  for (const ByteVector& packet : talker_->voice.press('7')) {
    talker_->send(packet);
    run(20ms);
  }
  ASSERT_EQ(listener_->voice.events.size(), 7U);
  EXPECT_EQ(listener_->voice.events.back().event.event, 7);
  EXPECT_EQ(listener_->voice.events.back().event.duration, 800);
  EXPECT_EQ(world_.digits_of(talker_->leg()), "7");
  EXPECT_EQ(abroad_.digits_of(listener_->leg()), "") << "it did not press the key";
}

TEST_F(LendingTest, ListenersAtHomeAndAbroadHearTheSame) {
  Phone& home = phone(kHall, kPcmaWords);
  world_.shard.listen(home.leg(), OtherLeg{talker_->leg()});
  listen();
  talker_->talk();
  run(1s);
  EXPECT_GT(home.voice.share_of(kOpusWords.frequency), 0.9);
  EXPECT_GT(listener_->voice.share_of(kOpusWords.frequency), 0.9);
}

TEST_F(LendingTest, ListenerThatTurnedToSomethingElseHearsNothingThatIsStillOnItsWay) {
  listen();
  talker_->talk();
  run(200ms);
  abroad_.shard.listen(listener_->leg(), Silence{});
  const std::size_t before = heard();
  run(200ms);
  EXPECT_LE(heard(), before + 1);
  EXPECT_EQ(world_.shard.borrowers(), 1U) << "the other shard has not been told yet";
}

TEST_F(LendingTest, NothingIsLentAfterItWasStopped) {
  listen();
  lend();
  EXPECT_EQ(world_.shard.borrowers(), 1U) << "once, however often it is asked for";
  talker_->talk();
  run(200ms);
  world_.shard.stop_lending(talker_->leg(), listener_->leg());
  EXPECT_EQ(world_.shard.borrowers(), 0U);
  const std::size_t before = heard();
  run(200ms);
  EXPECT_LE(heard(), before + 1);
}

TEST_F(LendingTest, ClosedTalkerLeavesNoBorrowerBehind) {
  listen();
  world_.shard.close(talker_->leg());
  EXPECT_EQ(world_.shard.borrowers(), 0U);
  lend();
  EXPECT_EQ(world_.shard.borrowers(), 0U) << "nothing of a leg that is not there is lent";
}

TEST_F(LendingTest, PacketForAClosedListenerIsDropped) {
  listen();
  talker_->talk();
  run(200ms);
  abroad_.shard.close(listener_->leg());
  const std::size_t before = heard();
  run(200ms);
  EXPECT_LE(heard(), before + 1);
  EXPECT_EQ(abroad_.shard.legs(), 0U);
}

TEST_F(LendingTest, LoopThatDoesNotKeepUpMissesPacketsWhichAreCounted) {
  listen();
  talker_->talk();
  run(200ms);
  is_open_ = false;
  run(200ms);
  EXPECT_NEAR(static_cast<double>(world_.shard.counters().unlent), 10, 1);
  is_open_ = true;
  run(1s);
  EXPECT_GT(listener_->voice.share_of(kOpusWords.frequency), 0.9);
}

TEST(LentPacket, KeepsItsOwnCopyOfThePayloadThroughCopies) {
  ByteVector payload = {1, 2, 3};
  const LentPacket lent(LegId(1), LegId(2), {.header = {}, .payload = payload, .kind = HeardPacket::Kind::Audio});
  LentPacket copy(LegId(3), LegId(4), {});
  copy = lent;
  payload.assign(3, 9);
  EXPECT_EQ(copy.talker(), LegId(1));
  EXPECT_EQ(copy.listener(), LegId(2));
  const HeardPacket packet = copy.packet();
  EXPECT_EQ(ByteVector(packet.payload.begin(), packet.payload.end()), (ByteVector{1, 2, 3}));
}

}  // namespace
}  // namespace webcalling::media
