#pragma once

#include <memory>
#include <optional>
#include <string>

#include "call/leg.hpp"

namespace webcalling::call {

/// The leg of a caller: the UAS side of an INVITE.
///
///   Offered --ring()/progress()--> Early --answer()--> Answered --ACK--> Confirmed --BYE--> Ended
///      |                             |                    |
///      +--- reject, CANCEL ----------+--> Ended           +--hang_up()--> EndingUnacknowledged --ACK--> Ended
class IncomingLeg final : public Leg {
 public:
  enum class State {
    Offered,   ///< INVITE seen, 100 sent
    Early,     ///< 18x sent
    Answered,  ///< 200 sent, ACK awaited
    Confirmed,
    EndingUnacknowledged,  ///< to be hung up, but a callee must not say BYE before the ACK (RFC 3261 section 15)
    Ended,
  };

  /// Takes an authenticated INVITE: makes its transaction. On failure (no common codec, malformed offer) the INVITE has
  /// been answered and there is no leg.
  static std::shared_ptr<IncomingLeg> accept(Surroundings& surroundings, LegListener& listener, CallId call,
                                             const sip::Request& invite, const sip::Flow& flow);

  /// Tells the caller that the far end rings. A browser gets 183 with SDP, so that its media path is up before the
  /// answer, and hears our ringback tone; a phone gets 180 and makes its own.
  void ring();
  /// The far end sends audio before the answer: the caller gets 183 with SDP and is to hear it.
  void progress(std::optional<sdp::Codec> preferred);
  /// 200 with SDP. False if no media could be set up: the leg is then ended.
  bool answer(std::optional<sdp::Codec> preferred);

  void hang_up(Cause cause) override;
  [[nodiscard]] bool ended() const override { return state_ == State::Ended; }
  void receive_cancel() override;
  void on_server_failure(sip::ServerTransactionId transaction) override;
  /// Before the answer a caller whose connection broke has no way to get it.
  void on_connection_lost(sip::ConnectionId connection) override;

  [[nodiscard]] State state() const { return state_; }
  /// What the caller dialled: the user part of the Request-URI.
  [[nodiscard]] const std::string& dialled() const { return dialled_; }

 private:
  IncomingLeg(Surroundings& surroundings, LegListener& listener, CallId call, const sip::Request& invite,
              const sip::Flow& flow);

  [[nodiscard]] bool confirmed() const override;
  void on_ack(const sip::Request& ack) override;
  void enter_ended() override;

  [[nodiscard]] bool open_dialog();
  void send_session_progress(std::optional<sdp::Codec> preferred);
  void respond(int status, std::string_view sdp = {});
  void reject(int status);

  State state_ = State::Offered;
  sip::Request invite_;
  sip::Flow flow_;
  sip::ServerTransactionId transaction_;
  std::string local_tag_;
  std::string dialled_;
  Cause pending_cause_ = Cause::HungUp;
};

}  // namespace webcalling::call
