#include "media/session/media_leg.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "media/session/voice_for_tests.hpp"

namespace webcalling::media {
namespace {

const WallTime kWall{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
constexpr Ssrc kOurs(0x0505);

class MediaLegTest : public ::testing::Test, private LegTransport {
 protected:
  explicit MediaLegTest(std::variant<LocalWebRtc, LocalPlain> transport = LocalPlain{})
      : local_{LegId(1), kOurs, "ours", std::move(transport)} {}

  void configure() {
    settings_.may_send = may_send_;
    settings_.may_receive = may_receive_;
    leg_.configure(settings_);
  }
  std::optional<HeardPacket> receive(const ByteVector& packet) {
    last_ = packet;
    return leg_.receive_rtp(last_);
  }
  void run(Duration time) { timers_.advance(timers_.now() + time); }

  template <typename What>
  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(
        events_.begin(), events_.end(), [](const auto& event) { return std::holds_alternative<What>(event); }));
  }
  [[nodiscard]] std::string digits() const {
    std::string all;
    for (const LegEvent& event : events_) {
      if (const auto* digit = std::get_if<DigitReceived>(&event)) all += digit->digit;
    }
    return all;
  }
  template <typename What>
  [[nodiscard]] const What& in_last_report() const {
    for (const RtcpPacket& packet : reports_.back()) {
      if (const auto* what = std::get_if<What>(&packet)) return *what;
    }
    throw std::logic_error("not in the report");
  }

  TimerQueue timers_{TimePoint{1000s}};
  SeededRandom random_{1};
  std::vector<LegEvent> events_;
  std::vector<ByteVector> sent_;
  std::vector<std::vector<RtcpPacket>> reports_;
  bool ready_ = true;
  bool packets_leave_ = true;
  std::string obstacle_;
  bool may_send_ = true;
  bool may_receive_ = true;
  Voice peer_{kPcmuWords, Ssrc(7)};
  LegSettings settings_ = settings_for(kPcmuWords, RemotePlain{});
  LocalLeg local_;
  ShardServices services_{timers_, random_, [] { return kWall; },
                          [this](LegId, const LegEvent& event) { events_.push_back(event); }};
  MediaLeg leg_{local_, services_, *this};

 private:
  bool send_rtp(MutableBytes buffer, std::size_t length) override {
    EXPECT_GE(buffer.size(), length + kMaxExpansion);
    if (packets_leave_) sent_.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(length));
    return packets_leave_;
  }
  bool send_rtcp(MutableBytes buffer, std::size_t length) override {
    EXPECT_GE(buffer.size(), length + kMaxExpansion);
    reports_.push_back(parse_rtcp(buffer.first(length)).value());
    return true;
  }
  bool ready() const override { return ready_; }
  std::string obstacle() const override { return obstacle_; }
  void close() override {}

  ByteVector last_;
};

TEST_F(MediaLegTest, HearsNothingBeforeItIsConfigured) {
  EXPECT_FALSE(receive(peer_.hum()));
  leg_.receive_rtcp(ByteVector{0x80, 201, 0, 1, 0, 0, 0, 7});
  run(10min);
  EXPECT_TRUE(events_.empty());
  EXPECT_TRUE(reports_.empty());
}

TEST_F(MediaLegTest, TellsTheFirstAudioOnce) {
  configure();
  EXPECT_EQ(count<MediaConnected>(), 0U);
  for (int i = 0; i < 5; ++i) {
    const auto heard = receive(peer_.hum());
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->kind, HeardPacket::Kind::Audio);
    EXPECT_EQ(heard->codec, CodecId::Pcmu);
    EXPECT_EQ(heard->payload.size(), 160U);
  }
  EXPECT_EQ(count<MediaConnected>(), 1U);
}

TEST_F(MediaLegTest, KeepAliveAndUnknownPayloadTypesAreNoAudio) {
  configure();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(receive(peer_.packet(PayloadType(0), {}))->kind, HeardPacket::Kind::Other);
    EXPECT_EQ(receive(peer_.packet(PayloadType(13), ByteVector{1}))->kind, HeardPacket::Kind::Other);
  }
  EXPECT_EQ(count<MediaConnected>(), 0U);
}

TEST_F(MediaLegTest, EveryPayloadTypeOfTheAgreementIsUnderstood) {
  settings_.receive = {kOpusWords.audio, kPcmuWords.audio};
  settings_.receive_events = {kOpusWords.events, kPcmuWords.events};
  configure();
  EXPECT_EQ(receive(peer_.packet(PayloadType(111), ByteVector{8, 1, 2}))->codec, CodecId::Opus);
  EXPECT_EQ(receive(peer_.hum())->codec, CodecId::Pcmu);
  const TelephoneEvent event{.event = 1, .duration = 160};
  EXPECT_EQ(receive(peer_.packet(PayloadType(110), event.write()))->clock_rate, 48000U);
  EXPECT_EQ(receive(peer_.packet(PayloadType(101), event.write()))->clock_rate, 8000U);
}

TEST_F(MediaLegTest, PacketThatComesTwiceIsHeardOnce) {
  configure();
  receive(peer_.hum());
  receive(peer_.hum());
  const ByteVector packet = peer_.hum();
  EXPECT_TRUE(receive(packet));
  EXPECT_FALSE(receive(packet));
}

TEST_F(MediaLegTest, LatePacketIsHeard) {
  configure();
  for (int i = 0; i < 3; ++i) receive(peer_.hum());
  const ByteVector late = peer_.hum();
  EXPECT_TRUE(receive(peer_.hum()));
  EXPECT_TRUE(receive(late));
}

// ATTACKS S10.
TEST_F(MediaLegTest, SinglePacketsOfAnotherSourceAreNotHeard) {
  configure();
  for (int i = 0; i < 3; ++i) receive(peer_.hum());
  for (std::uint32_t i = 0; i < 100; ++i) {
    Voice injected(kPcmuWords, Ssrc(0x10000 + i));
    EXPECT_FALSE(receive(injected.hum()));
    EXPECT_TRUE(receive(peer_.hum()));
  }
}

TEST_F(MediaLegTest, PeerThatChangesItsSsrcIsHeardFromTheSecondPacketOn) {
  configure();
  for (int i = 0; i < 3; ++i) receive(peer_.hum());
  peer_.change_ssrc(Ssrc(99));
  EXPECT_FALSE(receive(peer_.hum()));
  EXPECT_TRUE(receive(peer_.hum()));
}

TEST_F(MediaLegTest, TellsEachKeyOnce) {
  configure();
  for (int i = 0; i < 3; ++i) receive(peer_.hum());
  for (const char key : std::string("12*#")) {
    for (const ByteVector& packet : peer_.press(key)) EXPECT_TRUE(receive(packet));
  }
  EXPECT_EQ(digits(), "12*#");
}

TEST_F(MediaLegTest, WhatAPeerSendsThatAnnouncedToSendNothingIsDropped) {
  may_receive_ = false;
  configure();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(receive(peer_.hum()));
  for (const ByteVector& packet : peer_.press('1')) EXPECT_FALSE(receive(packet));
  EXPECT_TRUE(events_.empty());
}

TEST_F(MediaLegTest, ReportsEveryFewSecondsWhatItSentAndReceived) {
  configure();
  leg_.listen(MusicOnHold{});
  for (int i = 0; i < 3000; ++i) {
    if (i % 10 != 0 || i < 10) {
      receive(peer_.hum());
    } else {
      (void)peer_.hum();
    }
    run(20ms);
  }
  EXPECT_GE(reports_.size(), 8U);
  EXPECT_LE(reports_.size(), 24U);
  const auto& report = in_last_report<SenderReport>();
  EXPECT_EQ(report.sender, kOurs);
  EXPECT_LE(report.packet_count, sent_.size());
  EXPECT_GE(report.packet_count, sent_.size() - 8 * 50);
  EXPECT_EQ(report.octet_count, report.packet_count * 160);
  ASSERT_EQ(report.blocks.size(), 1U);
  EXPECT_EQ(report.blocks[0].source, peer_.ssrc());
  EXPECT_NEAR(report.blocks[0].fraction_lost, 25.6, 2);
  EXPECT_EQ(in_last_report<SourceDescription>().cname, "ours");
}

TEST_F(MediaLegTest, CountsOnlyWhatLeft) {
  configure();
  leg_.listen(MusicOnHold{});
  packets_leave_ = false;
  run(10s);
  ASSERT_FALSE(reports_.empty());
  EXPECT_EQ(in_last_report<ReceiverReport>().sender, kOurs);
  packets_leave_ = true;
  run(20s);
  const auto& report = in_last_report<SenderReport>();
  EXPECT_LE(report.packet_count, sent_.size());
  EXPECT_GT(report.packet_count, 0U);
}

TEST_F(MediaLegTest, SaysGoodbyeWithItsLastReport) {
  configure();
  leg_.listen(MusicOnHold{});
  run(1s);
  leg_.say_goodbye();
  EXPECT_EQ(in_last_report<SenderReport>().packet_count, 51U);
  EXPECT_EQ(in_last_report<Goodbye>().sources, std::vector{kOurs});
}

TEST_F(MediaLegTest, LeavesWithoutAWordIfNothingWasAgreedOrThereIsNoWay) {
  leg_.say_goodbye();
  ready_ = false;
  configure();
  leg_.say_goodbye();
  run(1min);
  EXPECT_TRUE(reports_.empty());
}

TEST_F(MediaLegTest, BrokenRtcpIsPassedOver) {
  configure();
  for (const ByteVector& broken : {ByteVector{}, ByteVector{0x80, 200}, ByteVector{0x80, 200, 0, 0},
                                   ByteVector{0x81, 205, 0xff, 0xff, 0, 0, 0, 1}}) {
    leg_.receive_rtcp(broken);
  }
  EXPECT_TRUE(events_.empty());
}

TEST_F(MediaLegTest, PayloadTooLongForADatagramIsNotSent) {
  configure();
  leg_.listen(OtherLeg{LegId(2)});
  const ByteVector payload(1461);
  HeardPacket heard{{}, Bytes(payload).first(1460), HeardPacket::Kind::Audio, CodecId::Pcmu, 8000};
  leg_.hear(heard);
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].size(), 1472U);
  heard.payload = payload;
  heard.header.sequence += 1;
  leg_.hear(heard);
  EXPECT_EQ(sent_.size(), 1U);
}

TEST_F(MediaLegTest, SilentPhoneIsLostForTheReasonThatTheTransportKnows) {
  obstacle_ = "the keys do not fit";
  configure();
  run(120s);
  ASSERT_EQ(count<MediaLost>(), 1U);
  EXPECT_EQ(std::get<MediaLost>(events_.back()).reason, "the keys do not fit");
}

TEST_F(MediaLegTest, PhoneThatFallsSilentIsLostAndToldAgain) {
  configure();
  receive(peer_.hum());
  run(119s);
  EXPECT_EQ(count<MediaLost>(), 0U);
  run(1s);
  EXPECT_EQ(count<MediaLost>(), 1U);
  run(120s);
  EXPECT_EQ(count<MediaLost>(), 2U);
}

TEST_F(MediaLegTest, PhoneThatSendsRtcpOnlyIsNotLost) {
  configure();
  for (int i = 0; i < 100; ++i) {
    run(5s);
    leg_.receive_rtcp(ByteVector{0x80, 201, 0, 1, 0, 0, 0, 7});
  }
  EXPECT_EQ(count<MediaLost>(), 0U);
}

TEST_F(MediaLegTest, PhoneOnHoldOwesNothingUntilItIsBack) {
  for (const bool sends : {false, true}) {
    may_send_ = sends;
    may_receive_ = !sends;
    configure();
    run(1h);
    EXPECT_EQ(count<MediaLost>(), 0U);
  }
  may_send_ = may_receive_ = true;
  configure();
  run(119s);
  EXPECT_EQ(count<MediaLost>(), 0U);
  run(1s);
  EXPECT_EQ(count<MediaLost>(), 1U);
}

class WebRtcMediaLegTest : public MediaLegTest {
 protected:
  WebRtcMediaLegTest() : MediaLegTest(LocalWebRtc{{"u", "p"}, {dtls::Fingerprint::Hash::Sha256, ByteVector(32)}, {}}) {}
};

TEST_F(WebRtcMediaLegTest, BrowserThatStopsSendingPausesAndResumes) {
  const auto talk = [&] {
    for (int packet = 0; packet < 100; ++packet) {
      EXPECT_TRUE(receive(peer_.hum()));
      run(20ms);
    }
  };
  configure();
  run(10s);
  EXPECT_EQ(count<MediaPaused>(), 0U) << "it has not begun";
  talk();
  EXPECT_EQ(count<MediaPaused>(), 0U);
  run(1500ms);
  EXPECT_EQ(count<MediaPaused>(), 1U);
  run(10s);
  EXPECT_EQ(count<MediaPaused>(), 1U);
  EXPECT_EQ(count<MediaResumed>(), 0U);
  talk();
  EXPECT_EQ(count<MediaResumed>(), 1U);
  may_receive_ = false;
  configure();
  run(10s);
  EXPECT_EQ(count<MediaPaused>(), 1U) << "it owes us nothing";
}

TEST_F(WebRtcMediaLegTest, SilentBrowserIsItsTransportsBusiness) {
  configure();
  run(1h);
  EXPECT_EQ(count<MediaLost>(), 0U);
}

}  // namespace
}  // namespace webcalling::media
