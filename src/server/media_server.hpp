#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "call/leg/media_control.hpp"
#include "config/settings.hpp"
#include "io/loop.hpp"
#include "io/mailbox.hpp"
#include "media/dtls/context.hpp"
#include "server/media_loop.hpp"

namespace webcalling::server {

/// The media loops as call control sees them. Lives on the signalling loop: ports are taken here, so that an SDP can be
/// written at once, and handed to the loop that serves the call.
class MediaServer final : public call::MediaControl {
 public:
  using OnEvent = std::function<void(media::LegId leg, const media::LegEvent& event)>;

  /// Opens the WebRTC ports and starts the threads.
  static Result<std::unique_ptr<MediaServer>> start(io::Loop& signalling, Random& random,
                                                    const config::Settings& settings,
                                                    media::dtls::Certificate certificate);

  /// Must be set before the signalling loop runs.
  void set_on_event(OnEvent on_event) { on_event_ = std::move(on_event); }

  Result<media::LocalLeg> open_webrtc(call::CallId call, const IpAddress& local) override;
  Result<media::LocalLeg> open_plain(call::CallId call, const IpAddress& local) override;
  media::ice::Credentials restart_ice(media::LegId leg) override;
  void configure(media::LegId leg, const media::LegSettings& settings) override;
  void listen(media::LegId leg, const media::Source& source) override;
  void send_digit(media::LegId leg, char digit, Duration length) override;
  void close(media::LegId leg) override;

  /// What all media loops have dropped since the start, as of a second ago.
  [[nodiscard]] media::Shard::Counters dropped() const;

 private:
  MediaServer(io::Loop& signalling, Random& random, const config::Settings& settings, media::dtls::Context context);

  [[nodiscard]] media::LegId next_leg(call::CallId call);
  [[nodiscard]] MediaLoop& loop_of(media::LegId leg) { return *loops_[leg.value() % loops_.size()]; }
  [[nodiscard]] media::LocalLeg describe(media::LegId leg);
  void open(const media::LocalLeg& leg, std::optional<MediaLoop::PortPair> ports);
  /// A leg of another loop that `leg` hears is told so, and the one that it heard before that it hears it no more.
  void borrow(media::LegId leg, const media::Source& source);
  [[nodiscard]] Result<std::vector<Endpoint>> candidates(const IpAddress& local, std::uint16_t port) const;
  [[nodiscard]] Result<MediaLoop::PortPair> take_ports(const IpAddress& local);

  Random& random_;
  config::Settings settings_;
  media::dtls::Context context_;
  OnEvent on_event_;
  io::Mailbox<MediaLoop::Event> events_;
  io::Mailbox<MediaLoop::Dropped> dropped_;
  /// By loop.
  std::vector<media::Shard::Counters> dropped_by_;
  std::uint64_t last_leg_ = 0;
  /// Every open leg, and which leg of another loop it hears.
  std::unordered_map<media::LegId, std::optional<media::LegId>> borrowed_;
  /// Last member: the threads end before anything they use.
  std::vector<std::unique_ptr<MediaLoop>> loops_;
};

/// Where browsers send their media: one port per media loop. Refused if the ports would go beyond the last there is.
[[nodiscard]] Result<std::vector<Endpoint>> webrtc_ports(const config::Settings& settings);

}  // namespace webcalling::server
