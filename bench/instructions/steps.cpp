// One step, so many times: for callgrind, which counts its instructions (scripts/count-instructions).
//   steps NAME TIMES
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "../micro/messages.hpp"
#include "media/dtls/certificate.hpp"
#include "media/session/shard.hpp"
#include "sdp/parser.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::bench {
namespace {

using Step = std::function<void(int times)>;

Step read_and_check(std::string_view text) {
  return [text](int times) {
    for (int i = 0; i < times; ++i) {
      const auto message = sip::parse(text);
      if (sip::validate(std::get<sip::Request>(*message))) std::abort();
    }
  };
}

Step write(std::string_view text) {
  return [request = std::get<sip::Request>(*sip::parse(text))](int times) {
    for (int i = 0; i < times; ++i) {
      if (request.write().empty()) std::abort();
    }
  };
}

void read_description(int times) {
  for (int i = 0; i < times; ++i) {
    if (!sdp::parse(body_of(kInvite))) std::abort();
  }
}

class Counter final : public media::DatagramSender {
 public:
  void send_shared(const IpAddress& /*from*/, const Endpoint& /*to*/, Bytes /*datagram*/) override { ++sent; }
  void send_plain(media::LegId /*leg*/, media::PlainPort /*port*/, const Endpoint& /*to*/,
                  Bytes /*datagram*/) override {
    ++sent;
  }
  int sent = 0;
};

Endpoint phone(std::uint16_t port) { return {IpAddress::v4(0x0a000001), port}; }

/// A packet of 20 ms of PCMU from one plain leg to another, from the socket's callback to the queue of what leaves.
void relay_packet(int times) {
  TimerQueue timers(TimePoint{1000s});
  SeededRandom random(1);
  Counter sender;
  const auto context =
      media::dtls::Context::create(media::dtls::Certificate::generate(WallTime{std::chrono::hours(1)}).value()).value();
  media::Shard shard({timers, random, [] { return WallTime{}; }, [](media::LegId, const media::LegEvent&) {}}, context,
                     sender);
  constexpr media::PayloadMapping kPcmu{media::PayloadType(0), media::CodecId::Pcmu};
  for (const std::uint16_t number : {std::uint16_t{1}, std::uint16_t{2}}) {
    const media::LegId leg(number);
    shard.open({leg, media::Ssrc(number), "leg", media::LocalPlain{}});
    media::LegSettings settings;
    settings.receive = {kPcmu};
    settings.send = kPcmu;
    settings.remote = media::RemotePlain{.rtp = phone(number), .rtcp = phone(number)};
    shard.configure(leg, settings);
    shard.listen(leg, media::OtherLeg{media::LegId(number == 1 ? 2 : 1)});
  }
  std::array<std::uint8_t, media::RtpHeader::kSize + 160> packet{};
  for (int i = 0; i < times; ++i) {
    const auto ticks = static_cast<std::uint32_t>(i);
    media::write_header(packet, {.payload_type = kPcmu.payload_type,
                                 .sequence = media::SequenceNumber(static_cast<std::uint16_t>(i)),
                                 .timestamp = media::RtpTimestamp(160 * ticks),
                                 .ssrc = media::Ssrc(7)});
    shard.receive_plain(media::LegId(1), media::PlainPort::Rtp, packet, phone(1));
  }
  if (sender.sent < times - 1) std::abort();
}

const std::map<std::string, Step>& steps() {
  static const std::map<std::string, Step> all{
      {"read and check REGISTER", read_and_check(kRegister)},
      {"read and check INVITE", read_and_check(kInvite)},
      {"write REGISTER", write(kRegister)},
      {"write INVITE", write(kInvite)},
      {"read session description", read_description},
      {"relay packet", relay_packet},
  };
  return all;
}

}  // namespace
}  // namespace webcalling::bench

int main(int count, char** words) {
  const auto& steps = webcalling::bench::steps();
  if (count != 3) {
    for (const auto& [name, step] : steps) std::puts(name.c_str());
    return 0;
  }
  const auto step = steps.find(words[1]);
  if (step == steps.end()) {
    std::fprintf(stderr, "steps: there is no step \"%s\"\n", words[1]);
    return 2;
  }
  step->second(std::atoi(words[2]));
  return 0;
}
