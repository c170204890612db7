#include "media/rtp/receive_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace webcalling::media {
namespace {

/// Differences above this are a pause or a restarted clock, not jitter.
constexpr double kMaxJitterSeconds = 5;

}  // namespace

ReceiveStatistics::Arrival ReceiveStatistics::receive(const RtpHeader& header, std::uint32_t clock_rate,
                                                      TimePoint now) {
  const bool known = source_ == header.ssrc;
  Arrival arrival = known ? place(header) : Arrival::Probation;
  if (arrival == Arrival::Probation || arrival == Arrival::Stray) {
    if (prove(header) != Arrival::InOrder) return arrival;
    arrival = Arrival::InOrder;
  }
  ++received_;
  if (arrival != Arrival::Duplicate) measure_jitter(header, clock_rate, now);
  last_arrival_ = now;
  return arrival;
}

std::optional<ReceiveStatistics::Report> ReceiveStatistics::take_report() {
  if (!source_) return std::nullopt;
  const std::int64_t expected_interval = expected() - expected_before_;
  const std::int64_t lost_interval = expected_interval - static_cast<std::int64_t>(received_ - received_before_);
  expected_before_ = expected();
  received_before_ = received_;

  Report report;
  report.source = *source_;
  if (expected_interval > 0 && lost_interval > 0) {
    report.fraction_lost =
        static_cast<std::uint8_t>(std::min<std::int64_t>(lost_interval * 256 / expected_interval, 255));
  }
  // RFC 3550, appendix A.3: "clamped at 0x7fffff for positive loss or 0x800000 for negative loss".
  report.cumulative_lost = static_cast<std::int32_t>(std::clamp<std::int64_t>(lost(), -0x800000, 0x7fffff));
  report.extended_highest_sequence = static_cast<std::uint32_t>(extended_highest());
  report.jitter = static_cast<std::uint32_t>(jitter_ticks_);
  return report;
}

std::int64_t ReceiveStatistics::lost() const { return expected() - static_cast<std::int64_t>(received_); }

Duration ReceiveStatistics::jitter() const {
  if (clock_rate_ == 0) return Duration{0};
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(jitter_ticks_ / clock_rate_));
}

std::int64_t ReceiveStatistics::expected() const {
  return source_ ? static_cast<std::int64_t>(extended_highest() - base_) + 1 : 0;
}

ReceiveStatistics::Arrival ReceiveStatistics::place(const RtpHeader& header) {
  const int ahead = header.sequence - highest_;
  if (ahead > kMaxDropout || ahead < -kMaxMisorder) return Arrival::Stray;
  if (ahead > 0) {
    advance(header.sequence);
    return Arrival::InOrder;
  }
  // Behind the window nobody can tell a duplicate from a late packet.
  if (ahead <= -64) return Arrival::Reordered;
  const std::uint64_t bit = std::uint64_t{1} << -ahead;
  const bool seen = (seen_ & bit) != 0;
  seen_ |= bit;
  return seen ? Arrival::Duplicate : Arrival::Reordered;
}

void ReceiveStatistics::advance(SequenceNumber sequence) {
  const int steps = sequence - highest_;
  seen_ = steps < 64 ? seen_ << steps | 1 : 1;
  if (sequence.value() < highest_.value()) cycles_ += 0x10000;
  highest_ = sequence;
  candidate_.reset();
}

ReceiveStatistics::Arrival ReceiveStatistics::prove(const RtpHeader& header) {
  const bool proved = candidate_ && candidate_->source == header.ssrc && candidate_->awaited == header.sequence;
  if (proved) {
    count_from(header);
    return Arrival::InOrder;
  }
  candidate_ = Candidate{header.ssrc, header.sequence + 1};
  return Arrival::Probation;
}

void ReceiveStatistics::count_from(const RtpHeader& header) {
  *this = ReceiveStatistics{};
  source_ = header.ssrc;
  highest_ = header.sequence;
  base_ = header.sequence.value();
  seen_ = 1;
}

// RFC 3550, appendix A.8, except that packets with one timestamp (the parts of a telephone-event) say nothing of
// jitter.
void ReceiveStatistics::measure_jitter(const RtpHeader& header, std::uint32_t clock_rate, TimePoint now) {
  if (last_arrival_ && clock_rate == clock_rate_ && header.timestamp == last_timestamp_) return;
  if (last_arrival_ && clock_rate == clock_rate_) {
    const double elapsed = std::chrono::duration<double>(now - *last_arrival_).count() * clock_rate;
    const double difference = std::abs(elapsed - (header.timestamp - last_timestamp_));
    if (difference < kMaxJitterSeconds * clock_rate) jitter_ticks_ += (difference - jitter_ticks_) / 16;
  } else if (clock_rate != clock_rate_) {
    jitter_ticks_ = 0;
  }
  clock_rate_ = clock_rate;
  last_timestamp_ = header.timestamp;
}

}  // namespace webcalling::media
