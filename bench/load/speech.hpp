#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "load/delays.hpp"
#include "media/codec/codec_id.hpp"
#include "media/codec/decoder.hpp"
#include "media/rtp/packet.hpp"

namespace webcalling::load {

inline constexpr Duration kPacketTime = 20ms;
/// So many packets with one tone, then as many with the other.
inline constexpr std::size_t kPacketsPerTone = 25;

/// What a caller or a called one hums, in Hz, by turns. All of them fall on a line of a Fourier transform of 20 ms.
struct Tones {
  double first = 0;
  double second = 0;
};
inline constexpr Tones kTonesOfCaller{500, 1500};
inline constexpr Tones kTonesOfCalled{700, 1900};

/// A second of two tones in one codec, made beforehand: a packet of a call costs the load no encoder.
using Hum = std::array<ByteVector, 2 * kPacketsPerTone>;
/// Made once for each, and kept.
[[nodiscard]] const Hum& hum_of(media::CodecId codec, const Tones& tones);

/// What one end of a call says. If the other end gets it byte by byte (one codec on both legs), each packet carries who
/// said it, its number and the time; otherwise it is a tone, and the time is that of the change from tone to tone.
class Speech {
 public:
  /// Stamped packets; `number` is that of the call and of its end.
  explicit Speech(std::uint32_t number) : number_(number) {}
  Speech(std::uint32_t number, const Hum& hum) : number_(number), hum_(&hum) {}

  /// The payload of the next 20 ms, valid until the next call.
  [[nodiscard]] Bytes next(TimePoint now);

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] bool is_stamped() const { return hum_ == nullptr; }
  [[nodiscard]] std::uint64_t said() const { return said_; }
  /// When the first packet of the present tone was said.
  [[nodiscard]] TimePoint last_change() const { return last_change_; }

 private:
  std::uint32_t number_;
  const Hum* hum_ = nullptr;
  std::uint32_t said_ = 0;
  TimePoint last_change_;
};

/// What all ends have heard since the last forget().
struct Heard {
  std::uint64_t packets = 0;
  /// Not what was said by the other end of this call.
  std::uint64_t wrong = 0;
  /// Twice the same packet.
  std::uint64_t repeated = 0;
  Delays delays;

  void forget() {
    packets = wrong = repeated = 0;
    delays.forget();
  }
};

/// Listens to the other end's speech.
class Ear {
 public:
  /// `codec` is what arrives, `tones` what the other end hums.
  Ear(Heard& heard, media::CodecId codec, const Tones& tones);

  /// Whose speech it must be. Until then nothing is counted.
  void expect(std::shared_ptr<const Speech> speech) { speech_ = std::move(speech); }
  void hear(const media::RtpPacket& packet, TimePoint now);

  /// From now on it is counted what is missing.
  void mark();
  /// Of what the other end has said since mark(). The last packets may still be on their way: up to two do not count.
  [[nodiscard]] std::uint64_t missing() const;
  /// Nothing came since `when`.
  [[nodiscard]] bool is_silent_since(TimePoint when) const { return last_heard_ < when; }
  [[nodiscard]] bool has_heard_anything() const { return last_heard_ != TimePoint{}; }

 private:
  void hear_stamp(Bytes payload, TimePoint now);
  void hear_tone(Bytes payload, TimePoint now);

  Heard& heard_;
  media::CodecId codec_;
  Tones tones_;
  std::shared_ptr<const Speech> speech_;
  std::unique_ptr<media::Decoder> decoder_;
  std::optional<bool> hears_second_;
  std::optional<media::SequenceNumber> last_;
  std::uint64_t packets_ = 0;
  std::uint64_t since_mark_ = 0;
  std::uint64_t said_at_mark_ = 0;
  TimePoint last_heard_;
};

}  // namespace webcalling::load
