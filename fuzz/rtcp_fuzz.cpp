// RTCP from anybody: parsed, learned from, and what we know of it written and parsed again.
#include <cstdlib>
#include <type_traits>

#include "media/rtcp/packet.hpp"
#include "media/rtcp/report_builder.hpp"

using namespace webcalling;
using namespace webcalling::media;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto packets = parse_rtcp(Bytes(data, size));
  if (!packets) return 0;
  ReportBuilder builder(Ssrc(1), "name");
  for (const RtcpPacket& packet : *packets) {
    builder.receive(packet, TimePoint{1s});
    ByteVector bytes;
    std::visit(
        [&](const auto& typed) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(typed)>, OtherRtcp>) write_rtcp(bytes, typed);
        },
        packet);
    if (bytes.empty()) continue;
    const auto again = parse_rtcp(bytes);
    if (!again || again->size() != 1 || again->front() != packet) std::abort();
  }
  return 0;
}
