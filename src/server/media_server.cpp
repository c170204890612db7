#include "server/media_server.hpp"

#include <algorithm>
#include <thread>

#include "io/local_addresses.hpp"

namespace webcalling::server {
namespace {

/// All browsers of a loop share one port: its buffers must hold what comes while the thread is busy.
constexpr std::size_t kSharedBufferBytes = 4 * 1024 * 1024;
constexpr int kPortAttempts = 64;

std::size_t loop_count(const config::Settings& settings) {
  if (settings.media.loops != 0) return settings.media.loops;
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Result<std::unique_ptr<MediaServer>> MediaServer::start(io::Loop& signalling, Random& random,
                                                        const config::Settings& settings,
                                                        media::dtls::Certificate certificate) {
  auto context = media::dtls::Context::create(std::move(certificate));
  if (!context) return in_context("Preparing DTLS", context.error());
  std::unique_ptr<MediaServer> server(new MediaServer(signalling, random, settings, std::move(*context)));
  for (std::size_t i = 0; i < loop_count(settings); ++i) {
    const auto port = static_cast<std::uint16_t>(settings.media.webrtc_port + i);
    auto shared = io::BoundUdp::bind({settings.sip.listen_address, port}, {.buffer_bytes = kSharedBufferBytes});
    if (!shared) return in_context("WebRTC media", shared.error());
    server->loops_.push_back(
        std::make_unique<MediaLoop>(server->context_, std::move(*shared), server->events_.sender()));
  }
  return server;
}

MediaServer::MediaServer(io::Loop& signalling, Random& random, const config::Settings& settings,
                         media::dtls::Context context)
    : random_(random),
      settings_(settings),
      context_(std::move(context)),
      events_(signalling, [this](const MediaLoop::Event& event) { on_event_(event.leg, event.what); }) {}

Result<media::LocalLeg> MediaServer::open_webrtc(call::CallId call, const IpAddress& local) {
  media::LocalLeg leg = describe(next_leg(call));
  auto addresses = candidates(local, loop_of(leg.id).shared_port().port);
  if (!addresses) return Failure(std::move(addresses.error()));
  leg.transport = media::LocalWebRtc{.ice = media::ice::Credentials::generate(random_),
                                     .fingerprint = context_.fingerprint(),
                                     .candidates = std::move(*addresses)};
  loop_of(leg.id).send(MediaLoop::Open{leg, std::nullopt});
  return leg;
}

Result<media::LocalLeg> MediaServer::open_plain(call::CallId call, const IpAddress& local) {
  auto ports = take_ports(local);
  if (!ports) return Failure(std::move(ports.error()));
  media::LocalLeg leg = describe(next_leg(call));
  leg.transport = media::LocalPlain{.rtp = ports->rtp.local(), .rtcp = ports->rtcp.local()};
  loop_of(leg.id).send(MediaLoop::Open{leg, std::move(*ports)});
  return leg;
}

media::LegId MediaServer::next_leg(call::CallId call) {
  // The number says which loop the leg lives on; all legs of a call live on one.
  return media::LegId(++last_leg_ * loops_.size() + call.value() % loops_.size());
}

media::LocalLeg MediaServer::describe(media::LegId leg) {
  return {.id = leg, .ssrc = media::Ssrc(random_.u32()), .cname = random_.token(16), .transport = media::LocalPlain{}};
}

Result<std::vector<Endpoint>> MediaServer::candidates(const IpAddress& local, std::uint16_t port) const {
  // The address by which the browser has reached us is the likeliest to work; then every other one of this machine.
  std::vector<Endpoint> found{{local, port}};
  const auto add = [&](const IpAddress& address) {
    const Endpoint endpoint{address, port};
    if (std::find(found.begin(), found.end(), endpoint) == found.end()) found.push_back(endpoint);
  };
  if (settings_.server.public_address) add(*settings_.server.public_address);
  if (!settings_.sip.listen_address.is_unspecified()) return found;
  const auto addresses = io::local_addresses();
  if (!addresses) return Failure(addresses.error());
  for (const io::LocalAddress& address : *addresses) {
    if (address.address.is_v4() && !address.is_loopback) add(address.address);
  }
  return found;
}

Result<MediaLoop::PortPair> MediaServer::take_ports(const IpAddress& local) {
  const std::uint32_t pairs = (settings_.media.rtp_port_max - settings_.media.rtp_port_min + 1U) / 2;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    // Random, so that nobody can guess where the next call listens (ATTACKS S9); RTP on the even port (RFC 3550 section
    // 11).
    const auto even =
        (settings_.media.rtp_port_min + 1U) / 2 * 2 + 2 * static_cast<std::uint32_t>(random_.below(pairs));
    if (even + 1 > settings_.media.rtp_port_max) continue;
    auto rtp = io::BoundUdp::bind({local, static_cast<std::uint16_t>(even)});
    if (!rtp) continue;
    auto rtcp = io::BoundUdp::bind({local, static_cast<std::uint16_t>(even + 1)});
    if (rtcp) return MediaLoop::PortPair{std::move(*rtp), std::move(*rtcp)};
  }
  return failed("no free pair of ports on {} between {} and {}: raise media.rtp_port_max, or the limit of open files",
                local.text(), settings_.media.rtp_port_min, settings_.media.rtp_port_max);
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
  loop_of(leg).send(MediaLoop::Listen{leg, source});
}

void MediaServer::close(media::LegId leg) { loop_of(leg).send(MediaLoop::Close{leg}); }

}  // namespace webcalling::server
