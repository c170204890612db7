// An RTP packet from anybody: parsed, counted, read as a telephone-event, rewritten and parsed again.
#include <algorithm>
#include <cstdlib>

#include "media/rtp/digit_detector.hpp"
#include "media/rtp/receive_statistics.hpp"
#include "media/rtp/stream_writer.hpp"
#include "media/rtp/telephone_event_relay.hpp"

using namespace webcalling;
using namespace webcalling::media;

namespace {

struct Leg {
  ReceiveStatistics statistics;
  StreamWriter writer{Ssrc(1), SequenceNumber(0xfff0), RtpTimestamp(0xfffffff0), TimePoint{}};
  TelephoneEventRelay relay{8000, 48000};
  DigitDetector digits;
};

void receive(Leg& leg, MutableBytes datagram, TimePoint now) {
  (void)is_rtcp(datagram);
  const auto packet = RtpPacket::parse(datagram);
  if (!packet) return;
  (void)leg.statistics.receive(packet->header(), 8000, now);
  (void)leg.digits.receive(packet->header(), packet->payload());
  if (const auto event = leg.relay.receive(packet->header(), packet->payload(), leg.writer.timestamp_at(now, 48000))) {
    (void)leg.writer.replace(packet->header(), event->timestamp, event->marker, PayloadType(101));
  }
  const std::size_t payload_size = packet->payload().size();
  const auto header = leg.writer.forward(packet->header(), {PayloadType(8), 8000}, now);
  if (!header) return;
  const auto again = RtpPacket::parse(rewrap(datagram, *packet, *header));
  if (!again || again->header() != *header || again->payload().size() != payload_size) std::abort();
}

}  // namespace

/// The input is a series of datagrams, each behind one byte that gives its length.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Leg leg;
  ByteReader in(Bytes(data, size));
  for (TimePoint now{}; in.remaining() > 0; now += 20ms) {
    const Bytes datagram = in.take(std::min<std::size_t>(in.u8(), in.remaining()));
    ByteVector copy(datagram.begin(), datagram.end());
    receive(leg, copy, now);
  }
  (void)leg.statistics.take_report();
  return 0;
}
