#pragma once

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "call/leg/call_id.hpp"
#include "media/session/leg_settings.hpp"

namespace webcalling::call {

/// What call control wants of the media loops. Implemented by server/, which carries the commands over to the leg's
/// loop, and by tests. Commands for one leg arrive in order; commands for a closed leg are ignored.
class MediaControl {
 public:
  virtual ~MediaControl() = default;

  /// Reserves what our SDP must name. The legs of one call will hear each other, hence share a media loop; after a
  /// transfer those of two calls may as well, wherever they live. `local` is the address by which the peer reaches us.
  /// Fails when ports or descriptors run out.
  virtual Result<media::LocalLeg> open_webrtc(CallId call, const IpAddress& local) = 0;
  virtual Result<media::LocalLeg> open_plain(CallId call, const IpAddress& local) = 0;
  /// New ICE credentials for a leg whose peer restarts ICE.
  virtual media::ice::Credentials restart_ice(media::LegId leg) = 0;

  virtual void configure(media::LegId leg, const media::LegSettings& settings) = 0;
  /// What the leg hears from now on.
  virtual void listen(media::LegId leg, const media::Source& source) = 0;
  /// A key pressed at the peer by RFC 4733, after those that are still being pressed. Nothing happens if the peer takes
  /// none, or nothing at all at the moment.
  virtual void send_digit(media::LegId leg, char digit, Duration length) = 0;
  virtual void close(media::LegId leg) = 0;
};

}  // namespace webcalling::call
