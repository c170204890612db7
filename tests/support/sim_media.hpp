#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "base/random.hpp"
#include "call/media_control.hpp"
#include "sdp/session.hpp"

namespace webcalling::sim {

/// Media that carries nothing but remembers what it was told: which legs are open, what each sends, and what its peer
/// hears. A command that no real media loop could make sense of is counted as misuse.
class SimMedia final : public call::MediaControl {
 public:
  struct Leg {
    call::CallId call;
    media::LocalLeg local;
    std::optional<media::LegSettings> settings;
    /// What the peer of this leg hears.
    media::Source heard = media::Silence{};
    std::size_t ice_restarts = 0;
  };

  explicit SimMedia(Random& random) : random_(random) {}

  Result<media::LocalLeg> open_webrtc(call::CallId call, const IpAddress& local) override;
  Result<media::LocalLeg> open_plain(call::CallId call, const IpAddress& local) override;
  media::ice::Credentials restart_ice(media::LegId leg) override;
  void configure(media::LegId leg, const media::LegSettings& settings) override;
  void listen(media::LegId leg, const media::Source& source) override;
  void close(media::LegId leg) override;

  /// Ports are used up: nothing can be opened any more.
  void run_out_of_ports() { has_ports_ = false; }

  /// The leg that described itself so: the one whose port or ICE user name stands in `description`.
  [[nodiscard]] const Leg* find(const sdp::Session& description) const;
  [[nodiscard]] const Leg* find(media::LegId leg) const;
  [[nodiscard]] std::size_t open_legs() const { return legs_.size(); }
  [[nodiscard]] std::size_t misuses() const { return misuses_; }

 private:
  Result<media::LocalLeg> open(call::CallId call, std::variant<media::LocalWebRtc, media::LocalPlain> transport);
  Leg* get(media::LegId leg);

  Random& random_;
  bool has_ports_ = true;
  std::uint64_t last_id_ = 0;
  std::size_t misuses_ = 0;
  std::map<media::LegId, Leg> legs_;
};

}  // namespace webcalling::sim
