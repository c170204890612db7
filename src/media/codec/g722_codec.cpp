#include "media/codec/g722_codec.hpp"

#include <spandsp/telephony.h>
// The order matters: spandsp's headers do not include what they need.
#include <spandsp/g722.h>

#include "media/codec/loss_concealer.hpp"

namespace webcalling::media {
namespace {

constexpr int kBitRate = 64000;
constexpr std::size_t kBytesPerMillisecond = 8;
constexpr std::size_t kMaxBytes = kBytesPerMillisecond * Decoder::kMaxPayloadMilliseconds;

int options_for(std::uint32_t sample_rate) { return sample_rate == 8000 ? G722_SAMPLE_RATE_8000 : 0; }
/// A byte holds two samples of 16000 Hz, or one of 8000 Hz.
std::size_t samples_per_byte(std::uint32_t sample_rate) { return sample_rate / 8000; }

struct FreeG722Decoder {
  void operator()(g722_decode_state_t* state) const { g722_decode_free(state); }
};
struct FreeG722Encoder {
  void operator()(g722_encode_state_t* state) const { g722_encode_free(state); }
};
using G722DecodeState = std::unique_ptr<g722_decode_state_t, FreeG722Decoder>;
using G722EncodeState = std::unique_ptr<g722_encode_state_t, FreeG722Encoder>;

class G722Decoder final : public Decoder {
 public:
  G722Decoder(G722DecodeState state, std::uint32_t sample_rate)
      : state_(std::move(state)), sample_rate_(sample_rate), concealer_(sample_rate) {}

  std::uint32_t sample_rate() const override { return sample_rate_; }

  Result<std::size_t> samples_in(Bytes payload) const override {
    if (payload.empty() || payload.size() > kMaxBytes) {
      return malformed("G.722 payload: {} bytes are not between 1 and {}", payload.size(), kMaxBytes);
    }
    return payload.size() * samples_per_byte(sample_rate_);
  }

  Result<std::size_t> decode(Bytes payload, std::span<std::int16_t> out) override {
    const auto samples = samples_in(payload);
    if (!samples) return samples;
    if (*samples > out.size()) return refused("decoding G.722: {} samples into room for {}", *samples, out.size());
    g722_decode(state_.get(), out.data(), payload.data(), static_cast<int>(payload.size()));
    concealer_.hear(out.first(*samples));
    return samples;
  }

  void conceal(std::span<std::int16_t> out, Bytes) override { concealer_.conceal(out); }

 private:
  G722DecodeState state_;
  std::uint32_t sample_rate_;
  LossConcealer concealer_;
};

class G722Encoder final : public Encoder {
 public:
  G722Encoder(G722EncodeState state, std::uint32_t sample_rate) : state_(std::move(state)), sample_rate_(sample_rate) {}

  std::uint32_t sample_rate() const override { return sample_rate_; }

  Result<std::size_t> encode(std::span<const std::int16_t> pcm, MutableBytes out) override {
    const std::size_t size = pcm.size() / samples_per_byte(sample_rate_);
    if (pcm.empty() || pcm.size() % samples_per_byte(sample_rate_) != 0 || size > out.size()) {
      return refused("encoding G.722: {} samples into {} bytes", pcm.size(), out.size());
    }
    return static_cast<std::size_t>(g722_encode(state_.get(), out.data(), pcm.data(), static_cast<int>(pcm.size())));
  }

 private:
  G722EncodeState state_;
  std::uint32_t sample_rate_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> make_g722_decoder(std::uint32_t sample_rate) {
  G722DecodeState state(g722_decode_init(nullptr, kBitRate, options_for(sample_rate)));
  if (state == nullptr) return failed("G.722: no memory for a decoder");
  return std::make_unique<G722Decoder>(std::move(state), sample_rate);
}

Result<std::unique_ptr<Encoder>> make_g722_encoder(std::uint32_t sample_rate) {
  G722EncodeState state(g722_encode_init(nullptr, kBitRate, options_for(sample_rate)));
  if (state == nullptr) return failed("G.722: no memory for an encoder");
  return std::make_unique<G722Encoder>(std::move(state), sample_rate);
}

}  // namespace webcalling::media
