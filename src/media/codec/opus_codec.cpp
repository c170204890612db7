#include "media/codec/opus_codec.hpp"

#include <opus/opus.h>

#include <algorithm>
#include <iterator>

namespace webcalling::media {
namespace {

constexpr int kMono = 1;

struct FreeOpusDecoder {
  void operator()(OpusDecoder* state) const { opus_decoder_destroy(state); }
};
struct FreeOpusEncoder {
  void operator()(OpusEncoder* state) const { opus_encoder_destroy(state); }
};
using OpusDecodeState = std::unique_ptr<OpusDecoder, FreeOpusDecoder>;
using OpusEncodeState = std::unique_ptr<OpusEncoder, FreeOpusEncoder>;

class LibopusDecoder final : public Decoder {
 public:
  LibopusDecoder(OpusDecodeState state, std::uint32_t sample_rate)
      : state_(std::move(state)), sample_rate_(sample_rate) {}

  std::uint32_t sample_rate() const override { return sample_rate_; }

  Result<std::size_t> samples_in(Bytes payload) const override {
    const int samples = payload.empty() ? OPUS_INVALID_PACKET
                                        : opus_packet_get_nb_samples(payload.data(), size_of(payload),
                                                                     static_cast<opus_int32>(sample_rate_));
    if (samples <= 0) return malformed("Opus payload of {} bytes: {}", payload.size(), opus_strerror(samples));
    return static_cast<std::size_t>(samples);
  }

  Result<std::size_t> decode(Bytes payload, std::span<std::int16_t> out) override {
    const auto expected = samples_in(payload);
    if (!expected) return expected;
    if (*expected > out.size()) return refused("decoding Opus: {} samples into room for {}", *expected, out.size());
    const int samples =
        opus_decode(state_.get(), payload.data(), size_of(payload), out.data(), static_cast<int>(out.size()), 0);
    if (samples <= 0) return malformed("Opus payload of {} bytes: {}", payload.size(), opus_strerror(samples));
    return static_cast<std::size_t>(samples);
  }

  void conceal(std::span<std::int16_t> out, Bytes next) override {
    // libopus makes up multiples of 2.5 ms only.
    const std::size_t length = out.size() - out.size() % (sample_rate_ / 400);
    std::size_t done = 0;
    if (!next.empty()) done = make_up(out.first(length), next);
    if (done == 0) done = make_up(out.first(length), {});
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(done), out.end(), std::int16_t{0});
  }

 private:
  static opus_int32 size_of(Bytes payload) { return static_cast<opus_int32>(payload.size()); }

  /// With a next packet libopus takes its copy of the last frame, if there is one, and guesses what was before.
  std::size_t make_up(std::span<std::int16_t> out, Bytes next) {
    const int samples = opus_decode(state_.get(), next.empty() ? nullptr : next.data(), size_of(next), out.data(),
                                    static_cast<int>(out.size()), next.empty() ? 0 : 1);
    return static_cast<std::size_t>(std::max(samples, 0));
  }

  OpusDecodeState state_;
  std::uint32_t sample_rate_;
};

int bandwidth_of(std::uint32_t sample_rate) {
  switch (sample_rate) {
    case 8000: return OPUS_BANDWIDTH_NARROWBAND;
    case 12000: return OPUS_BANDWIDTH_MEDIUMBAND;
    case 16000: return OPUS_BANDWIDTH_WIDEBAND;
    case 24000: return OPUS_BANDWIDTH_SUPERWIDEBAND;
    default: return OPUS_BANDWIDTH_FULLBAND;
  }
}

/// Which of its two codecs libopus takes nobody can tell it, but for music it is CELT from some 22 kbit/s on, less what
/// it keeps for complexity; it goes over from one to the other with a packet that has both. Another application
/// (restricted low delay) would be CELT at any rate, but wants a new encoder, whose first packet is a poor one.
constexpr std::uint32_t kLeastForCelt = 26000;

std::uint32_t bit_rate_of(const EncoderSettings& settings, std::uint32_t sample_rate) {
  const std::uint32_t usual = sample_rate == 8000 ? 24000 : 32000;
  const std::uint32_t wanted = settings.bit_rate != 0 ? settings.bit_rate : usual;
  return settings.celt_alone ? std::max(wanted, kLeastForCelt) : wanted;
}

bool apply(OpusEncoder* state, const EncoderSettings& settings, std::uint32_t sample_rate) {
  const auto number = [](std::uint32_t value) { return static_cast<opus_int32>(value); };
  const bool corrects = settings.forward_error_correction && !settings.celt_alone;
  const int results[] = {
      opus_encoder_ctl(state, OPUS_SET_BITRATE(number(bit_rate_of(settings, sample_rate)))),
      opus_encoder_ctl(state, OPUS_SET_VBR(1)),
      opus_encoder_ctl(state, OPUS_SET_MAX_BANDWIDTH(bandwidth_of(sample_rate))),
      opus_encoder_ctl(state, OPUS_SET_SIGNAL(settings.celt_alone ? OPUS_SIGNAL_MUSIC : OPUS_SIGNAL_VOICE)),
      opus_encoder_ctl(state, OPUS_SET_COMPLEXITY(number(settings.complexity))),
      opus_encoder_ctl(state, OPUS_SET_INBAND_FEC(corrects ? 1 : 0)),
      opus_encoder_ctl(state, OPUS_SET_PACKET_LOSS_PERC(number(corrects ? settings.expected_loss_percent : 0))),
  };
  return std::all_of(std::begin(results), std::end(results), [](int result) { return result == OPUS_OK; });
}

class LibopusEncoder final : public Encoder {
 public:
  LibopusEncoder(OpusEncodeState state, std::uint32_t sample_rate)
      : state_(std::move(state)), sample_rate_(sample_rate) {}

  std::uint32_t sample_rate() const override { return sample_rate_; }

  Result<std::size_t> encode(std::span<const std::int16_t> pcm, MutableBytes out) override {
    const opus_int32 size = opus_encode(state_.get(), pcm.data(), static_cast<int>(pcm.size()), out.data(),
                                        static_cast<opus_int32>(out.size()));
    if (size <= 0) {
      return refused("encoding Opus: {} samples at {} Hz into {} bytes: {}", pcm.size(), sample_rate_, out.size(),
                     opus_strerror(size));
    }
    return static_cast<std::size_t>(size);
  }

  void adapt(const EncoderSettings& settings) override { (void)apply(state_.get(), settings, sample_rate_); }

 private:
  OpusEncodeState state_;
  std::uint32_t sample_rate_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_opus_decoder(std::uint32_t sample_rate) {
  int error = OPUS_OK;
  OpusDecodeState state(opus_decoder_create(static_cast<opus_int32>(sample_rate), kMono, &error));
  if (state == nullptr) return unsupported("Opus decoder at {} Hz: {}", sample_rate, opus_strerror(error));
  return std::make_unique<LibopusDecoder>(std::move(state), sample_rate);
}

Result<std::unique_ptr<Encoder>> make_opus_encoder(std::uint32_t sample_rate, const EncoderSettings& settings) {
  int error = OPUS_OK;
  OpusEncodeState state(
      opus_encoder_create(static_cast<opus_int32>(sample_rate), kMono, OPUS_APPLICATION_VOIP, &error));
  if (state == nullptr) return unsupported("Opus encoder at {} Hz: {}", sample_rate, opus_strerror(error));
  if (!apply(state.get(), settings, sample_rate)) {
    return refused("Opus encoder: bit rate {}, complexity {} or expected loss {} % is out of range", settings.bit_rate,
                   settings.complexity, settings.expected_loss_percent);
  }
  return std::make_unique<LibopusEncoder>(std::move(state), sample_rate);
}

}  // namespace webcalling::media
