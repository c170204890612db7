#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "sdp/describe.hpp"
#include "sdp/negotiate.hpp"
#include "sdp/session.hpp"

namespace webcalling::sim {

/// How a simulated phone describes its audio in one call: plain RTP, SRTP with keys of SDES, or as a browser does.
class PhoneMedia {
 public:
  PhoneMedia(bool webrtc, const IpAddress& address, Random& random);

  /// From now on encrypted or not at all; browsers are that anyway.
  void insist_on_encryption();

  /// A new description of ours.
  [[nodiscard]] std::string offer(sdp::Direction direction = sdp::Direction::SendRecv);
  /// Our answer to an offer; empty if there is nothing in it for us.
  [[nodiscard]] std::string answer(std::string_view offer);
  /// Their answer to our offer.
  void accept(std::string_view answer);
  /// From the next offer on our side of ICE is a new one.
  void restart_ice();

  /// What the other side described last.
  [[nodiscard]] const std::optional<sdp::Session>& remote() const { return remote_; }
  /// The direction of the audio as the other side described it last.
  [[nodiscard]] std::optional<sdp::Direction> remote_direction() const;

 private:
  [[nodiscard]] sdp::OfferKind kind() const;
  [[nodiscard]] sdp::Capabilities capabilities() const;

  bool webrtc_;
  bool encrypts_ = false;
  /// What this side wants.
  sdp::Direction direction_ = sdp::Direction::SendRecv;
  Random& random_;
  sdp::LocalMedia local_;
  std::optional<sdp::Session> remote_;
};

}  // namespace webcalling::sim
