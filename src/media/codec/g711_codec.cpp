#include "media/codec/g711_codec.hpp"

#include <algorithm>
#include <array>

#include "media/codec/g711.hpp"
#include "media/codec/loss_concealer.hpp"

namespace webcalling::media {
namespace {

constexpr std::uint32_t kRate = 8000;
constexpr std::size_t kMaxSamples = kRate / 1000 * Decoder::kMaxPayloadMilliseconds;

using DecodeTable = std::array<std::int16_t, 256>;

template <typename Law>
constexpr DecodeTable tabulate(Law law) {
  DecodeTable table{};
  for (std::size_t code = 0; code < table.size(); ++code) table[code] = law(static_cast<std::uint8_t>(code));
  return table;
}

constexpr DecodeTable kFromMuLaw = tabulate(g711::from_mu_law);
constexpr DecodeTable kFromALaw = tabulate(g711::from_a_law);

class G711Decoder final : public Decoder {
 public:
  explicit G711Decoder(const DecodeTable& table) : table_(table) {}

  std::uint32_t sample_rate() const override { return kRate; }

  Result<std::size_t> samples_in(Bytes payload) const override {
    if (payload.empty() || payload.size() > kMaxSamples) {
      return malformed("G.711 payload: {} bytes are not between 1 and {}", payload.size(), kMaxSamples);
    }
    return payload.size();
  }

  Result<std::size_t> decode(Bytes payload, std::span<std::int16_t> out) override {
    const auto samples = samples_in(payload);
    if (!samples) return samples;
    if (*samples > out.size()) return refused("decoding G.711: {} samples into room for {}", *samples, out.size());
    std::transform(payload.begin(), payload.end(), out.begin(), [&](std::uint8_t code) { return table_[code]; });
    concealer_.hear(out.first(*samples));
    return samples;
  }

  void conceal(std::span<std::int16_t> out, Bytes) override { concealer_.conceal(out); }

 private:
  const DecodeTable& table_;
  LossConcealer concealer_{kRate};
};

template <std::uint8_t (*kLaw)(std::int16_t)>
class G711Encoder final : public Encoder {
 public:
  std::uint32_t sample_rate() const override { return kRate; }

  Result<std::size_t> encode(std::span<const std::int16_t> pcm, MutableBytes out) override {
    if (pcm.empty() || pcm.size() > out.size()) {
      return refused("encoding G.711: {} samples into {} bytes", pcm.size(), out.size());
    }
    std::transform(pcm.begin(), pcm.end(), out.begin(), kLaw);
    return pcm.size();
  }
};

}  // namespace

std::unique_ptr<Decoder> make_g711_decoder(CodecId codec) {
  return std::make_unique<G711Decoder>(codec == CodecId::Pcmu ? kFromMuLaw : kFromALaw);
}

std::unique_ptr<Encoder> make_g711_encoder(CodecId codec) {
  if (codec == CodecId::Pcmu) return std::make_unique<G711Encoder<g711::to_mu_law>>();
  return std::make_unique<G711Encoder<g711::to_a_law>>();
}

}  // namespace webcalling::media
