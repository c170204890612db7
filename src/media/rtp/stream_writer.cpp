#include "media/rtp/stream_writer.hpp"

#include <algorithm>

namespace webcalling::media {
namespace {

/// What was sent last is still being played for about this long.
constexpr Duration kUsualFrame = 20ms;

}  // namespace

StreamWriter::StreamWriter(Ssrc ssrc, SequenceNumber first_sequence, RtpTimestamp timestamp, TimePoint now)
    : ssrc_(ssrc), next_sequence_(first_sequence), last_timestamp_(timestamp), last_sent_(now) {}

StreamWriter StreamWriter::start(Random& random, TimePoint now) {
  const Ssrc ssrc(random.u32());
  const SequenceNumber sequence(static_cast<std::uint16_t>(random.below(0x8000)));
  return StreamWriter(ssrc, sequence, RtpTimestamp(random.u32()), now);
}

std::optional<RtpHeader> StreamWriter::forward(const RtpHeader& received, StreamFormat format, TimePoint now) {
  const StreamSource source = received_source(received.ssrc);
  const bool switched = !forwards(received) || !continues(source, true, format.clock_rate);
  if (switched) {
    switch_to({.source = source, .forwarded = true, .clock_rate = format.clock_rate}, received.timestamp, now);
    sequence_map_ = {static_cast<std::uint16_t>(next_sequence_ - received.sequence), received.sequence,
                     received.sequence};
  }
  const auto sequence = map_sequence(received.sequence);
  if (!sequence) return std::nullopt;
  const RtpTimestamp timestamp = received.timestamp + current_->timestamp_offset;
  note_sent(timestamp, now);
  return RtpHeader{received.marker || switched, format.payload_type, *sequence, timestamp, ssrc_};
}

RtpHeader StreamWriter::append(StreamSource source, RtpTimestamp source_timestamp, StreamFormat format, TimePoint now) {
  // A source that began to count anew (a second transcoder for the same caller) is a switch too.
  const bool switched = !continues(source, false, format.clock_rate) ||
                        !(source_timestamp + current_->timestamp_offset).is_after(last_timestamp_);
  if (switched) switch_to({.source = source, .clock_rate = format.clock_rate}, source_timestamp, now);
  const RtpTimestamp timestamp = source_timestamp + current_->timestamp_offset;
  note_sent(timestamp, now);
  return insert(timestamp, switched, format.payload_type);
}

RtpHeader StreamWriter::insert(RtpTimestamp timestamp, bool marker, PayloadType payload_type) {
  const RtpHeader header{marker, payload_type, next_sequence_, timestamp, ssrc_};
  next_sequence_ += 1;
  // What is forwarded from now on moves up by one; what is late from before would meet numbers that are taken.
  sequence_map_.offset = static_cast<std::uint16_t>(sequence_map_.offset + 1);
  sequence_map_.first = sequence_map_.highest + 1;
  return header;
}

std::optional<RtpHeader> StreamWriter::replace(const RtpHeader& received, RtpTimestamp timestamp, bool marker,
                                               PayloadType payload_type) {
  // Some senders repeat the end of an event under one sequence number; SRTP would take our copies for a replay.
  const bool repeated = received.sequence == sequence_map_.highest;
  if (!forwards(received) || repeated) return insert(timestamp, marker, payload_type);
  const auto sequence = map_sequence(received.sequence);
  if (!sequence) return std::nullopt;
  return RtpHeader{marker, payload_type, *sequence, timestamp, ssrc_};
}

RtpTimestamp StreamWriter::timestamp_at(TimePoint now, std::uint32_t clock_rate) const {
  return last_timestamp_ + to_ticks(std::max(now - last_sent_, kUsualFrame), clock_rate);
}

bool StreamWriter::continues(StreamSource source, bool forwarded, std::uint32_t clock_rate) const {
  return current_ && current_->source == source && current_->forwarded == forwarded &&
         current_->clock_rate == clock_rate;
}

/// Whether `received` belongs to the sequence that is being forwarded.
bool StreamWriter::forwards(const RtpHeader& received) const {
  if (!current_ || !current_->forwarded || current_->source != received_source(received.ssrc)) return false;
  const int ahead = received.sequence - sequence_map_.highest;
  return ahead <= kMaxDropout && ahead >= -kMaxMisorder;
}

void StreamWriter::switch_to(const Current& next, RtpTimestamp source_timestamp, TimePoint now) {
  const RtpTimestamp start = timestamp_at(now, next.clock_rate);
  current_ = next;
  current_->timestamp_offset = start.value() - source_timestamp.value();
}

std::optional<SequenceNumber> StreamWriter::map_sequence(SequenceNumber received) {
  if (sequence_map_.first.is_after(received)) return std::nullopt;
  const SequenceNumber sequence = received + sequence_map_.offset;
  if (received.is_after(sequence_map_.highest)) sequence_map_.highest = received;
  // Kept near, or it would look ahead of us once half the circle has passed.
  if (sequence_map_.highest - sequence_map_.first > kMaxMisorder) {
    sequence_map_.first = sequence_map_.highest + static_cast<std::uint16_t>(-kMaxMisorder);
  }
  if (!next_sequence_.is_after(sequence)) next_sequence_ = sequence + 1;
  return sequence;
}

void StreamWriter::note_sent(RtpTimestamp timestamp, TimePoint now) {
  if (!timestamp.is_after(last_timestamp_)) return;
  last_timestamp_ = timestamp;
  last_sent_ = now;
}

}  // namespace webcalling::media
