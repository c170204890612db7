#include "media/codec/transcoder.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::media {
namespace {

/// A pause may be as long as a hold; a timestamp further ahead than this was restarted by its sender.
constexpr Duration kLongestPause = std::chrono::hours(1);

/// `ticks` of a clock of `from` Hz, in those of one of `to` Hz.
std::uint32_t rescale(std::uint32_t ticks, std::uint32_t from, std::uint32_t to) {
  return static_cast<std::uint32_t>(std::uint64_t{ticks} * to / from);
}

}  // namespace

Result<Transcoder> Transcoder::make(Bench& bench, CodecId from, CodecId to, std::chrono::milliseconds frame,
                                    const EncoderSettings& settings) {
  const std::uint32_t rate = common_rate(from, to);
  auto decoder = make_decoder(from, rate);
  if (!decoder) return Failure(decoder.error());
  auto encoder = make_encoder(to, rate, settings);
  if (!encoder) return Failure(encoder.error());
  return Transcoder(bench, from, to, frame, std::move(*decoder), std::move(*encoder), settings);
}

Transcoder::Transcoder(Bench& bench, CodecId from, CodecId to, std::chrono::milliseconds frame,
                       std::unique_ptr<Decoder> decoder, std::unique_ptr<Encoder> encoder,
                       const EncoderSettings& settings)
    : bench_(&bench),
      from_(from),
      to_(to),
      decoder_(std::move(decoder)),
      encoder_(std::move(encoder)),
      settings_(settings),
      frame_samples_(to_ticks(frame, encoder_->sample_rate())),
      frame_ticks_(to_ticks(frame, traits_of(to).clock_rate)),
      frame_bytes_(static_cast<std::size_t>(frame.count()) * Encoder::kMaxBytesPerMillisecond) {}

std::span<const Transcoder::Frame> Transcoder::receive(SequenceNumber sequence, RtpTimestamp timestamp, Bytes payload) {
  frame_count_ = 0;
  if (is_late(sequence)) {
    ++counters_.late;
    return {};
  }
  if (!decoder_->samples_in(payload)) {
    ++counters_.malformed;
    return {};
  }
  if (position_) bridge_gap(sequence, timestamp, payload);
  const auto samples = decoder_->decode(payload, bench_->pcm_);
  if (samples) {
    ++counters_.decoded;
    produce(std::span(bench_->pcm_).first(*samples));
  } else {
    ++counters_.malformed;
  }
  // A payload that looked well and was not is a gap in front of the next one.
  const auto ticks = static_cast<std::uint32_t>(samples.value_or(0));
  const std::uint32_t input_ticks = rescale(ticks, decoder_->sample_rate(), traits_of(from_).clock_rate);
  const SequenceNumber done = samples ? sequence : sequence + static_cast<std::uint16_t>(-1);
  position_ = Position{.sequence = done, .next = timestamp + input_ticks, .highest_skipped = done};
  return std::span(bench_->frames_).first(frame_count_);
}

void Transcoder::skip(SequenceNumber sequence) {
  if (!position_ || !sequence.is_after(position_->highest_skipped)) return;
  position_->highest_skipped = sequence;
  ++position_->skipped;
}

void Transcoder::adapt(const EncoderSettings& settings) {
  if (settings == settings_) return;
  settings_ = settings;
  encoder_->adapt(settings);
}

void Transcoder::restart() {
  position_.reset();
  filled_ = 0;
}

bool Transcoder::is_late(SequenceNumber sequence) const {
  if (!position_) return false;
  const int ahead = sequence - position_->sequence;
  return ahead <= 0 && ahead >= -kMaxMisorder;
}

void Transcoder::bridge_gap(SequenceNumber sequence, RtpTimestamp timestamp, Bytes payload) {
  const int ahead = sequence - position_->sequence;
  if (ahead < 0 || ahead > kMaxDropout) return;  // restarted: what came before tells nothing
  const int lost = std::max(ahead - 1 - position_->skipped, 0);
  counters_.lost += static_cast<std::uint64_t>(lost);

  const std::uint32_t clock_rate = traits_of(from_).clock_rate;
  const auto gap = static_cast<std::uint32_t>(timestamp - position_->next);
  if (gap == 0 || gap > to_ticks(kLongestPause, clock_rate)) return;  // also one that overlaps what was before
  // Without a loss the sender paused on purpose (discontinuous transmission, a digit) and we pause with it.
  const Duration fillable = lost > 0 ? kLongestConcealment : kLongestHiccup;
  const std::size_t gap_samples = rescale(gap, clock_rate, decoder_->sample_rate());
  // A frame that was begun cannot end before the gap does.
  const bool ends_in_frame = filled_ > 0 && gap_samples < frame_samples_ - filled_;
  if (gap <= to_ticks(fillable, clock_rate) || ends_in_frame) {
    conceal(gap_samples, lost > 0 ? payload : Bytes{});
    ++counters_.concealed;
  } else {
    jump(gap);
    ++counters_.jumps;
  }
}

void Transcoder::conceal(std::size_t samples, Bytes next) {
  const auto made_up = std::span(bench_->pcm_).first(samples);
  decoder_->conceal(made_up, next);
  produce(made_up);
}

void Transcoder::jump(std::uint32_t input_ticks) {
  std::uint32_t output_ticks = rescale(input_ticks, traits_of(from_).clock_rate, traits_of(to_).clock_rate);
  if (filled_ > 0) {
    // The frame that was begun ends within the gap.
    const std::size_t missing = frame_samples_ - filled_;
    output_ticks -= rescale(static_cast<std::uint32_t>(missing), encoder_->sample_rate(), traits_of(to_).clock_rate);
    conceal(missing, {});
  }
  next_output_ += output_ticks;
}

void Transcoder::produce(std::span<const std::int16_t> pcm) {
  while (!pcm.empty()) {
    const std::size_t taken = std::min(pcm.size(), frame_samples_ - filled_);
    // The usual case: a packet is a frame.
    if (taken == frame_samples_) {
      encode(pcm.first(taken));
      pcm = pcm.subspan(taken);
      continue;
    }
    std::copy_n(pcm.begin(), taken, pending_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += taken;
    pcm = pcm.subspan(taken);
    if (filled_ == frame_samples_) encode(std::span(pending_).first(frame_samples_));
  }
}

void Transcoder::encode(std::span<const std::int16_t> frame) {
  const auto room = MutableBytes(bench_->payloads_).subspan(frame_count_ * frame_bytes_, frame_bytes_);
  // A frame of the right length always fits; were it otherwise, the frame would be missing and the time would go on.
  if (const auto size = encoder_->encode(frame, room)) {
    bench_->frames_[frame_count_++] = Frame{Bytes(room).first(*size), next_output_};
  }
  next_output_ += frame_ticks_;
  filled_ = 0;
}

}  // namespace webcalling::media
