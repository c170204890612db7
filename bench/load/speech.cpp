#include "load/speech.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <span>

#include "media/codec/encoder.hpp"
#include "media/dsp/measure.hpp"

namespace webcalling::load {
namespace {

constexpr std::uint32_t kRate = 8000;
constexpr std::size_t kSamples = kRate / 50;
/// A decoder's first packets, while it learns, and Opus's first ones.
constexpr std::uint64_t kPacketsToLearn = 5;
/// Less of a packet's power in both tones is something else than what was said.
constexpr double kShareOfTone = 0.7;

/// As long as 20 ms of G.711.
struct Stamp {
  std::int64_t nanoseconds;
  std::uint32_t number;
  std::uint32_t sequence;
};
constexpr std::size_t kStampedPayload = 160;
using StampedPayload = std::array<std::uint8_t, kStampedPayload>;

/// What stands behind the stamp: nothing that any other call has.
void write_pattern(StampedPayload& payload, std::uint32_t number) {
  std::uint32_t state = number * 2654435761U + 1;
  for (std::size_t at = sizeof(Stamp); at < payload.size(); at += 4) {
    state = state * 1664525U + 1013904223U;
    std::memcpy(&payload[at], &state, std::min<std::size_t>(4, payload.size() - at));
  }
}

std::vector<std::int16_t> samples_of(const Tones& tones) {
  std::vector<std::int16_t> samples;
  for (const double frequency : {tones.first, tones.second}) {
    for (std::size_t i = 0; i < kPacketsPerTone * kSamples; ++i) {
      const double phase = 2 * std::numbers::pi * frequency * static_cast<double>(i) / kRate;
      samples.push_back(static_cast<std::int16_t>(8000 * std::sin(phase)));
    }
  }
  return samples;
}

Hum make_hum(media::CodecId codec, const Tones& tones) {
  const auto encoder = media::make_encoder(codec, kRate).value();
  const auto samples = samples_of(tones);
  Hum hum;
  // Twice: the first time an encoder knows nothing of what was before.
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < hum.size(); ++i) {
      ByteVector payload(media::Encoder::kMaxPayload);
      payload.resize(encoder->encode(std::span(samples).subspan(i * kSamples, kSamples), payload).value());
      hum[i] = std::move(payload);
    }
  }
  return hum;
}

}  // namespace

const Hum& hum_of(media::CodecId codec, const Tones& tones) {
  static std::map<std::pair<media::CodecId, double>, Hum> made;
  const auto key = std::pair(codec, tones.first);
  const auto found = made.find(key);
  return found != made.end() ? found->second : made.emplace(key, make_hum(codec, tones)).first->second;
}

Bytes Speech::next(TimePoint now) {
  if (hum_ != nullptr) {
    const std::size_t place = said_++ % hum_->size();
    if (place % kPacketsPerTone == 0) last_change_ = now;
    return (*hum_)[place];
  }
  static thread_local StampedPayload payload;
  const Stamp stamp{now.time_since_epoch().count(), number_, said_++};
  std::memcpy(payload.data(), &stamp, sizeof stamp);
  write_pattern(payload, number_);
  return payload;
}

Ear::Ear(Heard& heard, media::CodecId codec, const Tones& tones) : heard_(heard), codec_(codec), tones_(tones) {}

void Ear::hear(const media::RtpPacket& packet, TimePoint now) {
  if (!speech_ || packet.payload().empty()) return;
  ++packets_;
  ++heard_.packets;
  const media::SequenceNumber sequence = packet.header().sequence;
  last_heard_ = now;
  if (last_ == sequence) ++heard_.repeated;
  if (!last_ || sequence.is_after(*last_)) last_ = sequence;
  ++since_mark_;
  if (speech_->is_stamped()) {
    hear_stamp(packet.payload(), now);
  } else {
    hear_tone(packet.payload(), now);
  }
}

void Ear::mark() {
  since_mark_ = 0;
  said_at_mark_ = speech_ ? speech_->said() : 0;
}

std::uint64_t Ear::missing() const {
  constexpr std::uint64_t kOnTheirWay = 2;
  const std::uint64_t said = speech_ ? speech_->said() - said_at_mark_ : 0;
  return said > since_mark_ + kOnTheirWay ? said - since_mark_ : 0;
}

void Ear::hear_stamp(Bytes payload, TimePoint now) {
  StampedPayload expected;
  Stamp stamp{};
  if (payload.size() != expected.size()) {
    ++heard_.wrong;
    return;
  }
  std::memcpy(&stamp, payload.data(), sizeof stamp);
  write_pattern(expected, speech_->number());
  const bool right = stamp.number == speech_->number() &&
                     std::equal(payload.begin() + sizeof stamp, payload.end(), expected.begin() + sizeof stamp);
  if (!right) {
    ++heard_.wrong;
    return;
  }
  heard_.delays.add(now.time_since_epoch() - Duration(stamp.nanoseconds));
}

void Ear::hear_tone(Bytes payload, TimePoint now) {
  if (!decoder_) decoder_ = media::make_decoder(codec_, kRate).value();
  std::array<std::int16_t, kRate / 1000 * media::Decoder::kMaxPayloadMilliseconds> samples{};
  const auto count = decoder_->decode(payload, samples);
  if (!count) {
    ++heard_.wrong;
    return;
  }
  const auto pcm = std::span(samples).first(*count);
  const double first = media::goertzel(pcm, kRate, tones_.first);
  const double second = media::goertzel(pcm, kRate, tones_.second);
  const bool hears_second = second > first;
  const bool changes = hears_second_.has_value() && hears_second_ != hears_second;
  if (changes && packets_ > kPacketsToLearn) heard_.delays.add(now - speech_->last_change());
  // A packet in which the tones change holds both, and what lies between.
  if (!changes && packets_ > kPacketsToLearn && first + second < kShareOfTone) ++heard_.wrong;
  hears_second_ = hears_second;
}

}  // namespace webcalling::load
