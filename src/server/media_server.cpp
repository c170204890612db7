#include "server/media_server.hpp"

#include <algorithm>
#include <thread>

#include "io/local_addresses.hpp"

namespace webcalling::server {
namespace {

/// All browsers of a loop share one port: its buffers must hold what comes while the thread is busy.
constexpr std::size_t kSharedBufferBytes = 4 * 1024 * 1024;
/// Some 160 packets, three seconds of one call: a phone whose Wi-Fi comes back sends at once what has waited, but a
/// loop that is later than that shall not play what is older.
constexpr std::size_t kCallBufferBytes = 64 * 1024;
constexpr std::uint32_t kRandomPorts = 64;
constexpr std::size_t kLastPort = 65535;

std::size_t loop_count(const config::Settings& settings) {
  if (settings.media.loops != 0) return settings.media.loops;
  return std::max(1U, std::thread::hardware_concurrency());
}

Result<MediaLoop::PortPair> bind_pair(const IpAddress& local, std::uint16_t even) {
  const io::UdpOptions options{.buffer_bytes = kCallBufferBytes, .use = io::UdpUse::OneFlow, .never_fragments = true};
  auto rtp = io::BoundUdp::bind({local, even}, options);
  if (!rtp) return Failure(std::move(rtp.error()));
  auto rtcp = io::BoundUdp::bind({local, static_cast<std::uint16_t>(even + 1)}, options);
  if (!rtcp) return Failure(std::move(rtcp.error()));
  return MediaLoop::PortPair{std::move(*rtp), std::move(*rtcp)};
}

}  // namespace

Result<std::vector<Endpoint>> webrtc_ports(const config::Settings& settings) {
  const std::size_t count = loop_count(settings);
  const std::size_t first = settings.media.webrtc_port;
  if (first + count - 1 > kLastPort) {
    return refused("media.webrtc_port: {} media loops need as many ports from {} on, but {} is the last: lower it",
                   count, first, kLastPort);
  }
  std::vector<Endpoint> ports;
  for (std::size_t i = 0; i < count; ++i) {
    ports.push_back({settings.sip.listen_address, static_cast<std::uint16_t>(first + i)});
  }
  return ports;
}

Result<std::unique_ptr<MediaServer>> MediaServer::start(io::Loop& signalling, Random& random,
                                                        const config::Settings& settings,
                                                        media::dtls::Certificate certificate) {
  auto context = media::dtls::Context::create(std::move(certificate));
  if (!context) return in_context("Preparing DTLS", context.error());
  const auto ports = webrtc_ports(settings);
  if (!ports) return Failure(ports.error());
  std::unique_ptr<MediaServer> server(new MediaServer(signalling, random, settings, std::move(*context)));
  for (const Endpoint& port : *ports) {
    auto shared = io::BoundUdp::bind(port, {.buffer_bytes = kSharedBufferBytes, .never_fragments = true});
    if (!shared) return in_context("WebRTC media", shared.error());
    server->loops_.push_back(std::make_unique<MediaLoop>(server->context_, std::move(*shared),
                                                         MediaLoop::Listeners{.number = server->loops_.size(),
                                                                              .events = server->events_.sender(),
                                                                              .dropped = server->dropped_.sender()}));
  }
  return server;
}

MediaServer::MediaServer(io::Loop& signalling, Random& random, const config::Settings& settings,
                         media::dtls::Context context)
    : random_(random),
      settings_(settings),
      context_(std::move(context)),
      events_(signalling, [this](const MediaLoop::Event& event) { on_event_(event.leg, event.what); }),
      dropped_(signalling, [this](const MediaLoop::Dropped& told) { dropped_by_[told.loop] = told.counters; }),
      dropped_by_(loop_count(settings)) {}

Result<media::LocalLeg> MediaServer::open_webrtc(call::CallId call, const IpAddress& local) {
  media::LocalLeg leg = describe(next_leg(call));
  auto addresses = candidates(local, loop_of(leg.id).shared_port().port);
  if (!addresses) return Failure(std::move(addresses.error()));
  leg.transport = media::LocalWebRtc{.ice = media::ice::Credentials::generate(random_),
                                     .fingerprint = context_.fingerprint(),
                                     .candidates = std::move(*addresses)};
  open(leg, std::nullopt);
  return leg;
}

Result<media::LocalLeg> MediaServer::open_plain(call::CallId call, const IpAddress& local) {
  auto ports = take_ports(local);
  if (!ports) return Failure(std::move(ports.error()));
  media::LocalLeg leg = describe(next_leg(call));
  leg.transport =
      media::LocalPlain{.rtp = ports->rtp.local(), .rtcp = ports->rtcp.local(), .fingerprint = context_.fingerprint()};
  open(leg, std::move(*ports));
  return leg;
}

void MediaServer::open(const media::LocalLeg& leg, std::optional<MediaLoop::PortPair> ports) {
  borrowed_.emplace(leg.id, std::nullopt);
  loop_of(leg.id).send(MediaLoop::Open{leg, std::move(ports)});
}

media::LegId MediaServer::next_leg(call::CallId call) {
  // The number says which loop the leg lives on. All legs of a call live on one, so that only a transfer makes legs of
  // two loops hear each other.
  return media::LegId(++last_leg_ * loops_.size() + call.value() % loops_.size());
}

media::LocalLeg MediaServer::describe(media::LegId leg) {
  return {.id = leg, .ssrc = media::Ssrc(random_.u32()), .cname = random_.token(16), .transport = media::LocalPlain{}};
}

Result<std::vector<Endpoint>> MediaServer::candidates(const IpAddress& local, std::uint16_t port) const {
  const IpAddress& listen = settings_.sip.listen_address;
  std::vector<Endpoint> found;
  const auto add = [&](const IpAddress& address) {
    const Endpoint endpoint{address, port};
    if (std::find(found.begin(), found.end(), endpoint) == found.end()) found.push_back(endpoint);
  };
  // The address by which the browser has reached us is the likeliest to work; then every other one of this machine.
  // But the page may be served at addresses at which media is not.
  if (!listen.is_unspecified()) {
    add(listen);
  } else if (local.is_v4() || listen.is_v6()) {
    add(local);
  }
  if (settings_.server.public_address) add(*settings_.server.public_address);
  if (!listen.is_unspecified()) return found;
  const auto addresses = io::local_addresses();
  if (!addresses) return Failure(addresses.error());
  for (const io::LocalAddress& address : *addresses) {
    const bool is_heard = address.address.is_v4() || listen.is_v6();
    if (is_heard && address.is_lasting && !address.is_loopback) add(address.address);
  }
  return found;
}

Result<MediaLoop::PortPair> MediaServer::take_ports(const IpAddress& local) {
  // RTP on the even port, RTCP above it (RFC 3550 section 11).
  const std::uint32_t first = (settings_.media.rtp_port_min + 1U) / 2 * 2;
  const std::uint32_t end = settings_.media.rtp_port_max + 1U;
  const std::uint32_t pairs = end > first ? (end - first) / 2 : 0;
  std::string reason = "the range holds no even port and its neighbour";
  // At random, so that nobody can guess where the next call listens (ATTACKS S9); when that finds none, one by one.
  for (std::uint32_t attempt = 0; pairs > 0 && attempt < kRandomPorts + pairs; ++attempt) {
    const auto pair = attempt < kRandomPorts ? random_.below(pairs) : attempt - kRandomPorts;
    const auto even = static_cast<std::uint16_t>(first + 2 * pair);
    auto ports = bind_pair(local, even);
    if (ports) return ports;
    reason = ports.error().text;
  }
  return failed("no free pair of ports from media.rtp_port_min {} to media.rtp_port_max {}; the last attempt: {}",
                settings_.media.rtp_port_min, settings_.media.rtp_port_max, reason);
}

media::ice::Credentials MediaServer::restart_ice(media::LegId leg) {
  auto credentials = media::ice::Credentials::generate(random_);
  loop_of(leg).send(MediaLoop::RestartIce{leg, credentials});
  return credentials;
}

void MediaServer::configure(media::LegId leg, const media::LegSettings& settings) {
  loop_of(leg).send(MediaLoop::Configure{leg, settings});
}

void MediaServer::listen(media::LegId leg, const media::Source& source) {
  if (!borrowed_.contains(leg)) return;
  loop_of(leg).send(MediaLoop::Listen{leg, source});
  borrow(leg, source);
}

void MediaServer::borrow(media::LegId leg, const media::Source& source) {
  std::optional<media::LegId>& borrowed = borrowed_.at(leg);
  auto talker = media::talker_of(source);
  if (talker && &loop_of(*talker) == &loop_of(leg)) talker.reset();
  if (borrowed == talker) return;
  if (borrowed) loop_of(*borrowed).send(MediaLoop::StopLending{*borrowed, leg});
  if (talker) loop_of(*talker).send(MediaLoop::Lend{*talker, leg, loop_of(leg).ear()});
  borrowed = talker;
}

void MediaServer::send_digit(media::LegId leg, char digit, Duration length) {
  loop_of(leg).send(MediaLoop::SendDigit{leg, digit, length});
}

media::Shard::Counters MediaServer::dropped() const {
  media::Shard::Counters sum;
  for (const media::Shard::Counters& counters : dropped_by_) {
    sum.strangers += counters.strangers;
    sum.refused += counters.refused;
    sum.unlent += counters.unlent;
  }
  return sum;
}

void MediaServer::close(media::LegId leg) {
  if (!borrowed_.contains(leg)) return;
  borrow(leg, media::Silence{});
  borrowed_.erase(leg);
  loop_of(leg).send(MediaLoop::Close{leg});
}

}  // namespace webcalling::server
