#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <vector>

#include "media/codec/decoder.hpp"
#include "media/codec/encoder.hpp"
#include "media/srtp/srtp_session.hpp"

namespace webcalling::bench {
namespace {

using media::CodecId;
using media::srtp::Profile;
using media::srtp::SrtpSession;

constexpr std::size_t kHeader = 12;
/// 20 ms of G.711.
constexpr std::size_t kPayload = 160;

media::srtp::MasterKey key_of(Profile profile) {
  media::srtp::MasterKey key{.profile = profile};
  for (std::size_t i = 0; i < key.key.size(); ++i) key.key[i] = static_cast<std::uint8_t>(i * 7 + 1);
  for (std::size_t i = 0; i < salt_length(profile); ++i) key.salt[i] = static_cast<std::uint8_t>(i * 5 + 3);
  return key;
}

/// An RTP packet of stream 1, with the next number each time.
class Packet {
 public:
  MutableBytes next() {
    ++number_;
    bytes_.fill(0x5a);
    bytes_[0] = 0x80;
    bytes_[1] = 0;
    bytes_[2] = static_cast<std::uint8_t>(number_ >> 8);
    bytes_[3] = static_cast<std::uint8_t>(number_);
    bytes_[11] = 1;
    return bytes_;
  }
  static constexpr std::size_t kLength = kHeader + kPayload;

 private:
  std::uint32_t number_ = 0;
  alignas(8) std::array<std::uint8_t, kLength + SrtpSession::kMaxExpansion> bytes_{};
};

void srtp_protect(benchmark::State& state, Profile profile) {
  auto session = SrtpSession::create(key_of(profile), SrtpSession::Direction::Send);
  Packet packet;
  for (auto _ : state) benchmark::DoNotOptimize(session->protect(packet.next(), Packet::kLength));
}
BENCHMARK_CAPTURE(srtp_protect, AES_128_GCM, Profile::AeadAes128Gcm);
BENCHMARK_CAPTURE(srtp_protect, AES_128_CM_SHA1_80, Profile::Aes128CmSha1_80);

/// There and back, so that every packet is a new one.
void srtp_protect_unprotect(benchmark::State& state, Profile profile) {
  auto sender = SrtpSession::create(key_of(profile), SrtpSession::Direction::Send);
  auto receiver = SrtpSession::create(key_of(profile), SrtpSession::Direction::Receive);
  Packet packet;
  for (auto _ : state) {
    const auto bytes = packet.next();
    const auto length = sender->protect(bytes, Packet::kLength);
    const auto plain = receiver->unprotect(bytes, *length);
    if (!plain) state.SkipWithError("a packet was refused");
  }
}
BENCHMARK_CAPTURE(srtp_protect_unprotect, AES_128_GCM, Profile::AeadAes128Gcm);
BENCHMARK_CAPTURE(srtp_protect_unprotect, AES_128_CM_SHA1_80, Profile::Aes128CmSha1_80);

/// A second of something like a voice.
std::vector<std::int16_t> voice(std::uint32_t rate) {
  std::vector<std::int16_t> samples(rate);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / rate;
    const double loudness = 0.5 + 0.5 * std::sin(2 * 3.14159265 * 3 * t);
    const double sound =
        std::sin(2 * 3.14159265 * 180 * t) + 0.5 * std::sin(2 * 3.14159265 * 1210 * t + 3 * std::sin(40 * t));
    samples[i] = static_cast<std::int16_t>(8000 * loudness * sound);
  }
  return samples;
}

struct CodecCase {
  CodecId codec;
  std::uint32_t rate;
  media::EncoderSettings settings{};
};

/// Packets of 20 ms; the figure is for one.
void encode(benchmark::State& state, CodecCase which) {
  auto encoder = media::make_encoder(which.codec, which.rate, which.settings);
  const auto samples = voice(which.rate);
  const std::size_t frame = which.rate / 50;
  std::array<std::uint8_t, media::Encoder::kMaxPayload> out{};
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize((*encoder)->encode(std::span(samples).subspan(at, frame), out));
    at = (at + frame) % samples.size();
  }
}

void decode(benchmark::State& state, CodecCase which) {
  auto encoder = media::make_encoder(which.codec, which.rate);
  auto decoder = media::make_decoder(which.codec, which.rate);
  const auto samples = voice(which.rate);
  const std::size_t frame = which.rate / 50;
  std::vector<ByteVector> payloads;
  std::array<std::uint8_t, media::Encoder::kMaxPayload> buffer{};
  for (std::size_t at = 0; at < samples.size(); at += frame) {
    const auto size = (*encoder)->encode(std::span(samples).subspan(at, frame), buffer);
    payloads.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*size));
  }
  std::vector<std::int16_t> out(which.rate / 5);
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize((*decoder)->decode(payloads[at], out));
    at = (at + 1) % payloads.size();
  }
}

constexpr CodecCase kOpus48{CodecId::Opus, 48000};
constexpr CodecCase kOpus8{CodecId::Opus, 8000};
/// The lowest efforts of a busy loop.
constexpr CodecCase kOpus8Low{CodecId::Opus, 8000, {.complexity = 0}};
constexpr CodecCase kOpus8Celt{
    CodecId::Opus, 8000, {.forward_error_correction = false, .complexity = 0, .celt_alone = true}};
constexpr CodecCase kPcmu{CodecId::Pcmu, 8000};
constexpr CodecCase kG722{CodecId::G722, 16000};
BENCHMARK_CAPTURE(encode, Opus_48000, kOpus48);
BENCHMARK_CAPTURE(encode, Opus_8000, kOpus8);
BENCHMARK_CAPTURE(encode, Opus_8000_complexity_0, kOpus8Low);
BENCHMARK_CAPTURE(encode, Opus_8000_celt_alone, kOpus8Celt);
BENCHMARK_CAPTURE(encode, PCMU, kPcmu);
BENCHMARK_CAPTURE(encode, G722, kG722);
BENCHMARK_CAPTURE(decode, Opus_48000, kOpus48);
BENCHMARK_CAPTURE(decode, Opus_8000, kOpus8);
BENCHMARK_CAPTURE(decode, PCMU, kPcmu);
BENCHMARK_CAPTURE(decode, G722, kG722);

}  // namespace
}  // namespace webcalling::bench
