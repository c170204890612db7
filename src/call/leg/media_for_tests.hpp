#pragma once

// Media for the tests of this room and for the scenario tests.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/random.hpp"
#include "call/leg/media_control.hpp"
#include "sdp/session.hpp"

namespace webcalling::call {

/// Media that carries nothing but remembers what it was told: which legs are open, what each sends, and what its peer
/// hears. A command that no real media loop could make sense of is counted as misuse.
class RecordedMedia final : public MediaControl {
 public:
  struct Leg {
    CallId call;
    media::LocalLeg local;
    std::optional<media::LegSettings> settings;
    /// What the peer of this leg hears.
    media::Source heard = media::Silence{};
    std::size_t ice_restarts = 0;
    /// Keys that were pressed at the peer.
    std::string digits;
  };

  explicit RecordedMedia(Random& random) : random_(random) {}

  Result<media::LocalLeg> open_webrtc(CallId call, const IpAddress& local) override {
    return open(call, media::LocalWebRtc{.ice = media::ice::Credentials::generate(random_),
                                         .fingerprint = kFingerprint,
                                         .candidates = {{local, kSharedPort}}});
  }

  Result<media::LocalLeg> open_plain(CallId call, const IpAddress& local) override {
    const auto port = static_cast<std::uint16_t>(kFirstPlainPort + 2 * last_id_);
    return open(call, media::LocalPlain{.rtp = {local, port},
                                        .rtcp = {local, static_cast<std::uint16_t>(port + 1)},
                                        .fingerprint = kFingerprint});
  }

  media::ice::Credentials restart_ice(media::LegId leg) override {
    auto credentials = media::ice::Credentials::generate(random_);
    if (Leg* known = get(leg)) {
      ++known->ice_restarts;
      std::get<media::LocalWebRtc>(known->local.transport).ice = credentials;
    }
    return credentials;
  }

  void configure(media::LegId leg, const media::LegSettings& settings) override {
    if (Leg* known = get(leg)) known->settings = settings;
  }

  void listen(media::LegId leg, const media::Source& source) override {
    Leg* known = get(leg);
    if (known == nullptr) return;
    if (const auto* other = std::get_if<media::OtherLeg>(&source)) {
      if (find(other->leg) == nullptr) ++misuses_;
    }
    known->heard = source;
  }

  void send_digit(media::LegId leg, char digit, Duration /*length*/) override {
    Leg* known = get(leg);
    if (known == nullptr) return;
    if (!known->settings || !known->settings->send_events) ++misuses_;
    known->digits += digit;
  }

  void close(media::LegId leg) override {
    if (get(leg) != nullptr) legs_.erase(leg);
  }

  /// Ports are used up: nothing can be opened any more.
  void run_out_of_ports() { has_ports_ = false; }

  /// The leg that described itself so: the one whose port or ICE user name stands in `description`.
  [[nodiscard]] const Leg* find(const sdp::Session& description) const {
    for (const auto& [id, leg] : legs_) {
      for (const sdp::Media& media : description.media) {
        if (is_described_by(leg, description, media)) return &leg;
      }
    }
    return nullptr;
  }

  [[nodiscard]] const Leg* find(media::LegId leg) const {
    const auto found = legs_.find(leg);
    return found == legs_.end() ? nullptr : &found->second;
  }

  [[nodiscard]] std::size_t open_legs() const { return legs_.size(); }
  [[nodiscard]] std::size_t misuses() const { return misuses_; }

 private:
  static inline const media::dtls::Fingerprint kFingerprint{media::dtls::Fingerprint::Hash::Sha256,
                                                            ByteVector(32, 0xAB)};
  static constexpr std::uint16_t kFirstPlainPort = 16384;
  static constexpr std::uint16_t kSharedPort = 40000;

  static bool is_described_by(const Leg& leg, const sdp::Session& session, const sdp::Media& media) {
    if (const auto* plain = std::get_if<media::LocalPlain>(&leg.local.transport)) return plain->rtp.port == media.port;
    const auto ice = sdp::effective_ice(session, media);
    return ice && ice->ufrag == std::get<media::LocalWebRtc>(leg.local.transport).ice.ufrag;
  }

  Result<media::LocalLeg> open(CallId call, std::variant<media::LocalWebRtc, media::LocalPlain> transport) {
    if (!has_ports_) return failed("there is no port left");
    const media::LegId id(++last_id_);
    Leg leg{.call = call,
            .local = {.id = id,
                      .ssrc = media::Ssrc(random_.u32()),
                      .cname = random_.token(12),
                      .transport = std::move(transport)},
            .settings = {}};
    return legs_.emplace(id, std::move(leg)).first->second.local;
  }

  Leg* get(media::LegId leg) {
    const auto found = legs_.find(leg);
    if (found != legs_.end()) return &found->second;
    ++misuses_;
    return nullptr;
  }

  Random& random_;
  bool has_ports_ = true;
  std::uint64_t last_id_ = 0;
  std::size_t misuses_ = 0;
  std::map<media::LegId, Leg> legs_;
};

}  // namespace webcalling::call
