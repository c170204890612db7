#include "media/session/outgoing_audio.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "media/session/voice_for_tests.hpp"

namespace webcalling::media {
namespace {

constexpr Ssrc kOurs(0x0505);
const OtherLeg kTalker{LegId(2)};

/// What leaves is decoded by a listener who speaks as the leg was told to.
class OutgoingAudioTest : public ::testing::Test, private PacketSink {
 protected:
  struct Sent {
    RtpHeader header;
    std::uint32_t clock_rate;
    ByteVector payload;
  };

  void configure(const Voice::Words& words) {
    settings_ = settings_for(words, RemotePlain{});
    audio_.configure(settings_);
  }
  void hold(bool held) {
    settings_.may_send = !held;
    audio_.configure(settings_);
  }
  void run(Duration time) { timers_.advance(timers_.now() + time); }

  /// A packet of the talker, and the 20 ms that it lasts.
  void hear(const ByteVector& datagram, const Voice::Words& words) {
    hear_now(datagram, words);
    run(20ms);
  }
  void hear_now(const ByteVector& datagram, const Voice::Words& words) {
    const auto packet = RtpPacket::parse(datagram).value();
    HeardPacket heard{packet.header(), packet.payload(), HeardPacket::Kind::Other, words.audio.codec,
                      traits_of(words.audio.codec).clock_rate};
    if (heard.header.payload_type == words.audio.payload_type) heard.kind = HeardPacket::Kind::Audio;
    if (heard.header.payload_type == words.events.payload_type) {
      heard.kind = HeardPacket::Kind::TelephoneEvent;
      heard.clock_rate = words.events.clock_rate;
    }
    audio_.hear(heard);
  }
  void hear(Voice& talker, int packets) {
    for (int i = 0; i < packets; ++i) hear(talker.hum(), talker.words());
  }

  /// Every packet since `first`: the next sequence number, and audio 20 ms after audio.
  void expect_steady(std::size_t first, int ticks) {
    for (std::size_t i = std::max<std::size_t>(first, 1); i < sent_.size(); ++i) {
      EXPECT_EQ(sent_[i].header.sequence - sent_[i - 1].header.sequence, 1) << i;
      EXPECT_EQ(sent_[i].header.timestamp - sent_[i - 1].header.timestamp, ticks) << i;
      EXPECT_EQ(sent_[i].header.ssrc, kOurs);
    }
  }
  /// Packet `index` begins something new, `elapsed` after the one before it.
  void expect_new_start(std::size_t index, int ticks_later) {
    ASSERT_GT(sent_.size(), index);
    EXPECT_TRUE(sent_[index].header.marker);
    EXPECT_EQ(sent_[index].header.sequence - sent_[index - 1].header.sequence, 1);
    EXPECT_EQ(sent_[index].header.timestamp - sent_[index - 1].header.timestamp, ticks_later);
  }
  [[nodiscard]] std::vector<Sent> events() const {
    std::vector<Sent> found;
    for (const Sent& sent : sent_) {
      if (sent.header.payload_type == settings_.send_events->payload_type) found.push_back(sent);
    }
    return found;
  }

  TimerQueue timers_{TimePoint{1000s}};
  SeededRandom random_{1};
  bool ready_ = true;
  LegSettings settings_;
  std::vector<Sent> sent_;
  EncodingEffort effort_;
  Transcoder::Bench bench_;
  OutgoingAudio audio_{kOurs, timers_, random_, effort_, bench_, *this};
  Voice opus_{kOpusWords, Ssrc(1)};
  Voice pcmu_{kPcmuWords, Ssrc(2)};

 private:
  bool ready() const override { return ready_; }
  void send(const RtpHeader& header, std::uint32_t clock_rate, Bytes payload) override {
    sent_.push_back({header, clock_rate, {payload.begin(), payload.end()}});
  }
};

TEST_F(OutgoingAudioTest, SaysNothingBeforeItKnowsHowAndAtSilence) {
  audio_.listen(Ringback{});
  hear(pcmu_, 3);
  run(1s);
  EXPECT_TRUE(sent_.empty());
  audio_.listen(Silence{});
  configure(kPcmuWords);
  run(1s);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(OutgoingAudioTest, WhatWeMakeComesInPacketsOfTheAgreedLength) {
  for (const int milliseconds : {10, 30, 60}) {
    SCOPED_TRACE(milliseconds);
    configure(kPcmuWords);
    settings_.ptime = std::chrono::milliseconds(milliseconds);
    audio_.configure(settings_);
    audio_.listen(Ringback{});
    sent_.clear();
    run(899ms);
    EXPECT_EQ(sent_.size(), static_cast<std::size_t>((899 + milliseconds - 1) / milliseconds));
    expect_steady(0, 8 * milliseconds);
    EXPECT_EQ(sent_.back().payload.size(), static_cast<std::size_t>(8 * milliseconds));

    audio_.listen(kTalker);
    sent_.clear();
    hear(opus_, 45);
    EXPECT_EQ(sent_.size(), static_cast<std::size_t>(900 / milliseconds)) << "transcoded";
    expect_steady(0, 8 * milliseconds);

    sent_.clear();
    hear(pcmu_, 10);
    ASSERT_EQ(sent_.size(), 10U) << "forwarded as it came";
    EXPECT_EQ(sent_.back().payload.size(), 160U);
    audio_.listen(Silence{});
  }
}

TEST_F(OutgoingAudioTest, OtherPacketTimeMayBeAgreedOnWhileMusicPlays) {
  configure(kPcmuWords);
  audio_.listen(MusicOnHold{});
  run(199ms);
  settings_.ptime = std::chrono::milliseconds(40);
  audio_.configure(settings_);
  sent_.clear();
  run(400ms);
  EXPECT_NEAR(static_cast<double>(sent_.size()), 10, 1);
  EXPECT_EQ(sent_.back().payload.size(), 320U);
}

TEST_F(OutgoingAudioTest, SoundOfOurOwnComesEvery20Milliseconds) {
  configure(kOpusWords);
  audio_.listen(Ringback{});
  run(999ms);
  ASSERT_EQ(sent_.size(), 50U);
  EXPECT_TRUE(sent_[0].header.marker);
  EXPECT_EQ(sent_[0].header.payload_type, PayloadType(111));
  EXPECT_EQ(sent_[0].clock_rate, 48000U);
  expect_steady(1, 960);
}

TEST_F(OutgoingAudioTest, ForwardedVoiceFollowsRingbackAtOnce) {
  configure(kPcmuWords);
  audio_.listen(Ringback{});
  run(990ms);
  const std::size_t rung = sent_.size();
  audio_.listen(kTalker);
  hear_now(pcmu_.hum(), kPcmuWords);
  ASSERT_EQ(sent_.size(), rung + 1);
  expect_new_start(rung, 160);
  run(20ms);
  hear(pcmu_, 50);
  expect_steady(rung + 1, 160);
}

TEST_F(OutgoingAudioTest, TranscodedVoiceFollowsRingbackAtOnce) {
  configure(kOpusWords);
  audio_.listen(Ringback{});
  run(990ms);
  const std::size_t rung = sent_.size();
  audio_.listen(kTalker);
  hear_now(pcmu_.hum(), kPcmuWords);
  ASSERT_EQ(sent_.size(), rung + 1);
  expect_new_start(rung, 960);
  run(20ms);
  hear(pcmu_, 50);
  expect_steady(rung + 1, 960);
}

TEST_F(OutgoingAudioTest, MusicFollowsTheTalkerAndTheTalkerTheMusic) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 10);
  audio_.listen(MusicOnHold{});
  run(190ms);
  expect_new_start(10, 160);
  audio_.listen(kTalker);
  const std::size_t before = sent_.size();
  hear(opus_, 10);
  ASSERT_EQ(sent_.size(), before + 10);
  expect_new_start(before, 160);
}

TEST_F(OutgoingAudioTest, ListeningToTheSameAgainChangesNothing) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 10);
  audio_.listen(kTalker);
  configure(kPcmuWords);
  hear(opus_, 10);
  EXPECT_EQ(sent_.size(), 20U);
  expect_steady(1, 160);
  EXPECT_FALSE(sent_[10].header.marker);
}

// Under SRTP a number that was used up for nothing is not lost, but the peer's first packet should be our first.
TEST_F(OutgoingAudioTest, UsesUpNoSequenceNumberWhileThereIsNoWay) {
  ready_ = false;
  configure(kPcmuWords);
  audio_.listen(Ringback{});
  run(60s);
  audio_.listen(kTalker);
  hear(opus_, 50);
  EXPECT_TRUE(sent_.empty());
  ready_ = true;
  hear(opus_, 2);
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(sent_[0].header.sequence, SequenceNumber(static_cast<std::uint16_t>(SeededRandom(1).below(0x8000))));
  EXPECT_TRUE(sent_[0].header.marker);
}

TEST_F(OutgoingAudioTest, RingbackBeginsWhenTheWayOpens) {
  ready_ = false;
  configure(kPcmuWords);
  audio_.listen(Ringback{});
  run(3s);  // in the pause of its cadence, had it begun
  ready_ = true;
  run(1s);
  Voice listener(kPcmuWords, Ssrc(3));
  for (const Sent& sent : sent_) {
    ByteVector packet(RtpHeader::kSize);
    write_header(packet, sent.header);
    packet.insert(packet.end(), sent.payload.begin(), sent.payload.end());
    listener.receive(packet);
  }
  EXPECT_GT(listener.share_of(440) + listener.share_of(480), 0.9);
}

TEST_F(OutgoingAudioTest, MusicStopsForAHoldAndGoesOnLaterByItsLength) {
  configure(kPcmuWords);
  audio_.listen(MusicOnHold{});
  run(990ms);
  hold(true);
  run(60s);
  EXPECT_EQ(sent_.size(), 50U);
  hold(false);
  run(10ms);
  ASSERT_EQ(sent_.size(), 51U);
  expect_new_start(50, 8000 * 60 + 80);
  run(1s);
  expect_steady(51, 160);
}

TEST_F(OutgoingAudioTest, ForwardedVoiceGoesOnAfterAHoldWithoutAGap) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(pcmu_, 50);
  hold(true);
  hear(pcmu_, 3000);
  EXPECT_EQ(sent_.size(), 50U);
  hold(false);
  hear(pcmu_, 50);
  ASSERT_EQ(sent_.size(), 100U);
  expect_new_start(50, 8000 * 60 + 160);
  expect_steady(51, 160);
}

TEST_F(OutgoingAudioTest, TranscodedVoiceGoesOnAfterAHoldWithoutAGap) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 50);
  hold(true);
  hear(opus_, 200);
  hold(false);
  hear(opus_, 50);
  ASSERT_EQ(sent_.size(), 100U);
  expect_new_start(50, 8000 * 4 + 160);
  expect_steady(51, 160);
}

TEST_F(OutgoingAudioTest, WhatWasSaidDuringAShortHoldIsNotConcealedAfterIt) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 50);
  hold(true);
  hear(opus_, 3);
  hold(false);
  hear(opus_, 50);
  EXPECT_EQ(sent_.size(), 100U);
  expect_new_start(50, 160 * 4);
}

TEST_F(OutgoingAudioTest, TalkerWithAnotherSsrcIsHeardInTheSameStream) {
  for (Voice* talker : {&pcmu_, &opus_}) {
    sent_.clear();
    configure(kPcmuWords);
    audio_.listen(Silence{});
    audio_.listen(kTalker);
    hear(*talker, 50);
    run(2s);
    talker->change_ssrc(Ssrc(0xabcdef));
    hear(*talker, 50);
    ASSERT_EQ(sent_.size(), 100U);
    expect_new_start(50, 8000 * 2 + 160);
    expect_steady(51, 160);
  }
}

TEST_F(OutgoingAudioTest, TalkerMayChangeItsCodecAndBack) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 50);
  hear(pcmu_, 50);
  expect_new_start(50, 160);
  hear(opus_, 50);
  ASSERT_EQ(sent_.size(), 150U);
  expect_new_start(100, 160);
  expect_steady(1, 160);
}

TEST_F(OutgoingAudioTest, TalkerMayChangeItsCodecUnderOneSsrc) {
  Voice pcma(kPcmaWords, Ssrc(9));
  Voice pcmu(kPcmuWords, Ssrc(9));
  configure(kOpusWords);
  audio_.listen(kTalker);
  hear(pcma, 50);
  hear(pcmu, 50);
  hear(pcma, 50);
  ASSERT_EQ(sent_.size(), 150U);
  expect_steady(1, 960);
}

TEST_F(OutgoingAudioTest, WhatCameInAnotherCodecIsNotConcealedInThisOne) {
  Voice opus(kOpusWords, Ssrc(9));
  Voice pcmu(kPcmuWords, Ssrc(9));
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus, 50);
  hear(pcmu, 3);
  for (int i = 0; i < 3; ++i) (void)opus.hum();
  hear(opus, 50);
  EXPECT_EQ(sent_.size(), 103U);
}

TEST_F(OutgoingAudioTest, AgreeingOnAnotherCodecChangesItInTheMiddle) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 50);
  configure(kOpusWords);
  hear(opus_, 50);
  configure(kG722Words);
  hear(opus_, 50);
  ASSERT_EQ(sent_.size(), 150U);
  expect_new_start(50, 960);
  expect_new_start(100, 160);
  EXPECT_EQ(sent_[49].header.payload_type, PayloadType(0));
  EXPECT_EQ(sent_[50].header.payload_type, PayloadType(111));
  EXPECT_EQ(sent_[100].header.payload_type, PayloadType(9));
}

TEST_F(OutgoingAudioTest, LossOfForwardedVoiceStaysVisible) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(pcmu_, 10);
  for (int i = 0; i < 3; ++i) (void)pcmu_.hum();
  hear(pcmu_, 1);
  ASSERT_EQ(sent_.size(), 11U);
  EXPECT_EQ(sent_[10].header.sequence - sent_[9].header.sequence, 4);
  EXPECT_EQ(sent_[10].header.timestamp - sent_[9].header.timestamp, 640);
}

TEST_F(OutgoingAudioTest, LossOfTranscodedVoiceIsConcealed) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 10);
  for (int i = 0; i < 3; ++i) (void)opus_.hum();
  hear(opus_, 1);
  EXPECT_EQ(sent_.size(), 14U);
  expect_steady(1, 160);
}

TEST_F(OutgoingAudioTest, ComfortNoiseIsNoLoss) {
  configure(kOpusWords);
  audio_.listen(kTalker);
  hear(pcmu_, 10);
  hear(pcmu_.packet(PayloadType(13), ByteVector{70}), kPcmuWords);
  pcmu_.pause(2);
  hear(pcmu_, 10);
  EXPECT_EQ(sent_.size(), 20U) << "the pause is not filled";
  EXPECT_EQ(sent_[10].header.timestamp - sent_[9].header.timestamp, 4 * 960);
}

TEST_F(OutgoingAudioTest, KeyBesideForwardedVoiceKeepsItsPlace) {
  Voice phone({{PayloadType(0), CodecId::Pcmu}, {PayloadType(96), 8000}, 700}, Ssrc(4));
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(phone, 10);
  run(7ms);  // late on its way
  for (const ByteVector& packet : phone.press('5')) hear(packet, phone.words());
  hear(phone, 10);
  const auto key = events();
  ASSERT_EQ(key.size(), 7U);
  for (const Sent& part : key) {
    EXPECT_EQ(part.header.timestamp - sent_[9].header.timestamp, 160);
    EXPECT_EQ(TelephoneEvent::parse(part.payload)->event, 5);
  }
  EXPECT_TRUE(key[0].header.marker);
  EXPECT_TRUE(TelephoneEvent::parse(key[6].payload)->end);
  EXPECT_EQ(TelephoneEvent::parse(key[6].payload)->duration, 800);
  EXPECT_EQ(sent_.back().header.sequence - sent_.front().header.sequence, 26);
  EXPECT_EQ(sent_.back().header.timestamp - sent_.front().header.timestamp, 26 * 160);
}

TEST_F(OutgoingAudioTest, KeyOfAnOpusPartyIsCountedInTheClockOfThePhone) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 10);
  for (const ByteVector& packet : opus_.press('#')) hear(packet, kOpusWords);
  hear(opus_, 10);
  const auto key = events();
  ASSERT_EQ(key.size(), 7U);
  for (std::size_t i = 0; i < key.size(); ++i) {
    EXPECT_EQ(key[i].clock_rate, 8000U);
    EXPECT_EQ(key[i].header.timestamp, key[0].header.timestamp);
    EXPECT_EQ(key[i].header.sequence - key[0].header.sequence, static_cast<int>(i));
    EXPECT_EQ(TelephoneEvent::parse(key[i].payload)->duration, std::min<std::size_t>(160 * (i + 1), 800));
  }
  EXPECT_EQ(key[0].header.timestamp - sent_[9].header.timestamp, 160);
  EXPECT_EQ(sent_.size(), 27U) << "the voice is neither concealed nor lost beside the key";
  EXPECT_EQ(sent_[17].header.timestamp - sent_[9].header.timestamp, 8 * 160);
}

TEST_F(OutgoingAudioTest, KeyOfAPhoneIsCountedInTheClockOfTheOpusParty) {
  configure(kOpusWords);
  audio_.listen(kTalker);
  hear(pcmu_, 10);
  for (const ByteVector& packet : pcmu_.press('0')) hear(packet, kPcmuWords);
  const auto key = events();
  ASSERT_EQ(key.size(), 7U);
  EXPECT_EQ(key[0].header.payload_type, PayloadType(110));
  EXPECT_EQ(TelephoneEvent::parse(key[6].payload)->duration, 4800);
}

TEST_F(OutgoingAudioTest, KeyThatIsHeldDuringARenegotiationStaysOneKey) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(opus_, 10);
  const auto packets = opus_.press('1', 200ms);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (i == 5) configure(kPcmuWords);
    hear(packets[i], kOpusWords);
  }
  const auto key = events();
  ASSERT_EQ(key.size(), 12U);
  for (std::size_t i = 0; i < key.size(); ++i) {
    EXPECT_EQ(key[i].header.timestamp, key[0].header.timestamp);
    EXPECT_EQ(key[i].header.marker, i == 0);
  }
}

TEST_F(OutgoingAudioTest, PartyThatTakesNoKeysGetsNone) {
  configure(kPcmuWords);
  settings_.send_events.reset();
  audio_.configure(settings_);
  audio_.listen(kTalker);
  hear(pcmu_, 1);
  for (const ByteVector& packet : pcmu_.press('0')) hear(packet, kPcmuWords);
  EXPECT_EQ(sent_.size(), 1U);
}

TEST_F(OutgoingAudioTest, BrokenKeyGoesNoFurther) {
  audio_.listen(kTalker);
  for (const auto& words : {kPcmuWords, kOpusWords}) {
    configure(words);
    hear(pcmu_.packet(kPcmuWords.events.payload_type, ByteVector{1, 2}), kPcmuWords);
    EXPECT_TRUE(sent_.empty());
  }
}

TEST_F(OutgoingAudioTest, WhatIsNoKeyOfATelephoneGoesNoFurther) {
  configure(kPcmuWords);
  audio_.listen(kTalker);
  hear(pcmu_, 1);
  for (const std::uint8_t flash_or_worse : std::array<std::uint8_t, 4>{16, 17, 36, 255}) {
    const TelephoneEvent event{.event = flash_or_worse, .duration = 160};
    const auto payload = event.write();
    hear(pcmu_.packet(kPcmuWords.events.payload_type, payload), kPcmuWords);
  }
  EXPECT_TRUE(events().empty());
}

class OwnDigitTest : public OutgoingAudioTest {
 protected:
  /// Packets [first, first + count) are one key, in an order and a form that RFC 4733 section 2.5 knows.
  void expect_key(std::size_t first, std::size_t count, std::uint8_t event, std::uint32_t ticks, std::uint32_t total) {
    const auto sent = events();
    ASSERT_GE(sent.size(), first + count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto packet = TelephoneEvent::parse(sent[first + i].payload).value();
      SCOPED_TRACE(i);
      EXPECT_EQ(packet.event, event);
      EXPECT_EQ(sent[first + i].header.marker, i == 0);
      EXPECT_EQ(sent[first + i].header.timestamp, sent[first].header.timestamp) << "one for all of the key";
      EXPECT_EQ(packet.duration, std::min<std::uint64_t>((i + 1) * ticks, total));
      EXPECT_EQ(packet.end, i + 3 >= count) << "the end three times";
      EXPECT_EQ(sent[first + i].clock_rate, ticks * 50);
    }
  }
  void expect_one_sequence() {
    for (std::size_t i = 1; i < sent_.size(); ++i) {
      EXPECT_EQ(sent_[i].header.sequence - sent_[i - 1].header.sequence, 1) << i;
    }
  }
};

TEST_F(OwnDigitTest, IsAnEventOfTheClockOfTheAudio) {
  for (const auto& words : {kPcmuWords, kOpusWords}) {
    configure(words);
    sent_.clear();
    audio_.send_digit('#', 100ms);
    run(1s);
    const std::uint32_t ticks = words.events.clock_rate / 50;
    ASSERT_EQ(events().size(), 7U);
    expect_key(0, 7, 11, ticks, 5 * ticks);
    expect_one_sequence();
  }
}

TEST_F(OwnDigitTest, ComesOneAfterTheOtherWithAPause) {
  configure(kPcmuWords);
  run(1s);
  for (const char digit : std::string("11A")) audio_.send_digit(digit, 60ms);
  run(2s);
  ASSERT_EQ(events().size(), 15U);
  expect_key(0, 5, 1, 160, 480);
  expect_key(5, 5, 1, 160, 480);
  expect_key(10, 5, 12, 160, 480);
  // 60 ms of key, two more packets, and the pause.
  EXPECT_EQ(events()[5].header.timestamp - events()[0].header.timestamp, 140 * 8);
  expect_one_sequence();
}

TEST_F(OwnDigitTest, LeavesTheAudioAsItIs) {
  for (Voice* talker : {&pcmu_, &opus_}) {
    configure(kPcmuWords);
    audio_.listen(kTalker);
    hear(*talker, 10);
    sent_.clear();
    audio_.send_digit('5', 100ms);
    hear(*talker, 50);
    ASSERT_EQ(events().size(), 7U);
    expect_key(0, 7, 5, 160, 800);
    expect_one_sequence();
    std::vector<RtpTimestamp> audio;
    for (const Sent& sent : sent_) {
      if (sent.header.payload_type == kPcmuWords.audio.payload_type) audio.push_back(sent.header.timestamp);
    }
    EXPECT_EQ(audio.size(), 50U);
    for (std::size_t i = 1; i < audio.size(); ++i) EXPECT_EQ(audio[i] - audio[i - 1], 160);
  }
}

TEST_F(OwnDigitTest, IsAsLongAsTheClockCanCountAndLongEnoughToBeHeard) {
  configure(kOpusWords);
  audio_.send_digit('1', 5s);
  run(2s);
  EXPECT_EQ(TelephoneEvent::parse(events().back().payload)->duration, 65520);
  sent_.clear();
  audio_.send_digit('2', 0ms);
  run(1s);
  expect_key(0, 4, 2, 960, 1920);
}

TEST_F(OwnDigitTest, IsDroppedWhereNoneIsTaken) {
  audio_.send_digit('1', 100ms);
  configure(kPcmuWords);
  audio_.send_digit('x', 100ms);
  ready_ = false;
  audio_.send_digit('1', 100ms);
  ready_ = true;
  hold(true);
  audio_.send_digit('1', 100ms);
  run(1s);
  hold(false);
  settings_.send_events.reset();
  audio_.configure(settings_);
  audio_.send_digit('1', 100ms);
  run(1s);
  EXPECT_TRUE(sent_.empty());
  EXPECT_EQ(timers_.size(), 0U);
}

TEST_F(OwnDigitTest, EndsWithTheAgreementThatItWasPartOf) {
  configure(kPcmuWords);
  audio_.send_digit('1', 1s);
  audio_.send_digit('2', 1s);
  run(100ms);
  hold(true);
  sent_.clear();
  run(3s);
  EXPECT_TRUE(sent_.empty());
  hold(false);
  run(3s);
  EXPECT_TRUE(sent_.empty()) << "nobody waits for it any more";
}

TEST_F(OwnDigitTest, ManyThatNobodyTypesAreBounded) {
  configure(kPcmuWords);
  for (int i = 0; i < 10'000; ++i) audio_.send_digit('1', 40ms);
  run(1min);
  EXPECT_EQ(events().size(), 33U * 4);
}

}  // namespace
}  // namespace webcalling::media
