#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "media/codec/decoder.hpp"
#include "media/codec/encoder.hpp"
#include "media/dsp/measure.hpp"
#include "media/dsp/tone_generator.hpp"
#include "media/rtp/packet.hpp"
#include "media/rtp/telephone_event.hpp"
#include "media/session/leg_settings.hpp"

namespace webcalling::media {

/// Somebody at the far end of an RTP stream: hums one tone in one codec, 20 ms a packet, and listens.
class Voice {
 public:
  struct Words {
    PayloadMapping audio;
    TelephoneEventMapping events;
    double frequency;
  };
  struct HeardEvent {
    RtpHeader header;
    TelephoneEvent event;
  };

  static constexpr Duration kPacket = 20ms;

  Voice(const Words& words, Ssrc ssrc)
      : words_(words),
        rate_(std::min<std::uint32_t>(traits_of(words.audio.codec).audio_rate, 16000)),
        encoder_(make_encoder(words.audio.codec, rate_).value()),
        decoder_(make_decoder(words.audio.codec, rate_).value()),
        tone_(tones::continuous(words.frequency, -15), rate_),
        ssrc_(ssrc),
        sequence_(static_cast<std::uint16_t>(ssrc.value() * 7919)),
        timestamp_(ssrc.value() * 104729) {}

  /// The next 20 ms.
  ByteVector hum() {
    std::vector<std::int16_t> pcm(rate_ / 50);
    tone_.generate(pcm);
    std::array<std::uint8_t, Encoder::kMaxPayload> payload{};
    const auto size = encoder_->encode(pcm, payload).value();
    return packet(words_.audio.payload_type, Bytes(payload).first(size));
  }
  /// A key held for `length`, while the voice is silent: growing durations, then the end three times.
  std::vector<ByteVector> press(char key, Duration length = 100ms) {
    std::vector<ByteVector> packets;
    const std::uint32_t ticks = to_ticks(kPacket, words_.events.clock_rate);
    const auto parts = static_cast<std::uint32_t>(length / kPacket);
    const RtpTimestamp start = timestamp_;
    for (std::uint32_t i = 1; i <= parts + 2; ++i) {
      const auto duration = static_cast<std::uint16_t>(ticks * std::min(i, parts));
      const TelephoneEvent event{.event = *event_of(key), .end = i >= parts, .duration = duration};
      const RtpHeader header{i == 1, words_.events.payload_type, sequence_, start, ssrc_};
      packets.push_back(write(header, event.write()));
      sequence_ += 1;
      timestamp_ += ticks_per_packet();
    }
    return packets;
  }
  /// `payload` under any payload type, in the place of 20 ms of audio.
  ByteVector packet(PayloadType type, Bytes payload) {
    ByteVector out = write({false, type, sequence_, timestamp_, ssrc_}, payload);
    sequence_ += 1;
    timestamp_ += ticks_per_packet();
    return out;
  }
  /// Time passes without a packet.
  void pause(int packets) {
    for (int i = 0; i < packets; ++i) timestamp_ += ticks_per_packet();
  }
  /// Another SSRC, with numbers of its own.
  void change_ssrc(Ssrc ssrc) {
    ssrc_ = ssrc;
    sequence_ = SequenceNumber(static_cast<std::uint16_t>(ssrc.value() * 31));
    timestamp_ = RtpTimestamp(ssrc.value() * 1009);
  }

  void receive(Bytes datagram) {
    const auto packet = RtpPacket::parse(datagram);
    if (!packet) {
      ++malformed;
      return;
    }
    const RtpHeader& header = packet->header();
    headers.push_back(header);
    if (header.payload_type == words_.audio.payload_type) {
      listen(packet->payload());
    } else if (header.payload_type == words_.events.payload_type) {
      events.push_back({header, TelephoneEvent::parse(packet->payload()).value()});
    } else {
      ++malformed;
    }
  }

  /// 1 if the last `length` of what was heard is that tone alone.
  [[nodiscard]] double share_of(double frequency, Duration length = 400ms) const {
    return goertzel(last(length), rate_, frequency);
  }
  [[nodiscard]] double level(Duration length = 400ms) const { return level_dbov(last(length)); }
  /// What was heard so far is forgotten.
  void forget() {
    headers.clear();
    events.clear();
    pcm_.clear();
  }

  [[nodiscard]] const Words& words() const { return words_; }
  [[nodiscard]] Ssrc ssrc() const { return ssrc_; }
  [[nodiscard]] SequenceNumber next_sequence() const { return sequence_; }

  std::vector<RtpHeader> headers;
  std::vector<HeardEvent> events;
  int malformed = 0;

 private:
  static ByteVector write(const RtpHeader& header, Bytes payload) {
    ByteVector out(RtpHeader::kSize);
    write_header(out, header);
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
  }
  void listen(Bytes payload) {
    std::vector<std::int16_t> pcm(rate_ / 1000 * Decoder::kMaxPayloadMilliseconds);
    const auto samples = decoder_->decode(payload, pcm);
    if (!samples) {
      ++malformed;
      return;
    }
    pcm_.insert(pcm_.end(), pcm.begin(), pcm.begin() + static_cast<std::ptrdiff_t>(*samples));
  }
  [[nodiscard]] std::span<const std::int16_t> last(Duration length) const {
    const std::size_t samples = std::min<std::size_t>(pcm_.size(), to_ticks(length, rate_));
    return std::span(pcm_).last(samples);
  }
  [[nodiscard]] std::uint32_t ticks_per_packet() const {
    return to_ticks(kPacket, traits_of(words_.audio.codec).clock_rate);
  }

  Words words_;
  std::uint32_t rate_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;
  ToneGenerator tone_;
  Ssrc ssrc_;
  SequenceNumber sequence_;
  RtpTimestamp timestamp_;
  std::vector<std::int16_t> pcm_;
};

// How the usual parties speak; each has a tone of its own.
inline const Voice::Words kPcmuWords{{PayloadType(0), CodecId::Pcmu}, {PayloadType(101), 8000}, 700};
inline const Voice::Words kPcmaWords{{PayloadType(8), CodecId::Pcma}, {PayloadType(97), 8000}, 900};
inline const Voice::Words kG722Words{{PayloadType(9), CodecId::G722}, {PayloadType(101), 8000}, 1100};
inline const Voice::Words kOpusWords{{PayloadType(111), CodecId::Opus}, {PayloadType(110), 48000}, 1300};

/// What offer and answer with somebody who speaks so agree on.
inline LegSettings settings_for(const Voice::Words& words, std::variant<RemoteWebRtc, RemotePlain> remote) {
  LegSettings settings;
  settings.receive = {words.audio};
  settings.send = words.audio;
  settings.receive_events = {words.events};
  settings.send_events = words.events;
  settings.remote = std::move(remote);
  return settings;
}

}  // namespace webcalling::media
