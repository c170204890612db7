#pragma once

#include <memory>
#include <optional>
#include <string>

#include "call/leg/leg.hpp"
#include "call/leg/reliable_provisionals.hpp"

namespace webcalling::call {

/// The leg of a caller: the UAS side of an INVITE. Its provisional responses are reliable towards callers that support
/// that (RFC 3262); an INVITE without offer gets one in the 200, or in the first reliable response if it requires such.
///
///   Offered --ring()/progress()--> Early --answer()--> Answered --ACK--> Confirmed --BYE--> Ended
///      |                             |  +--answer()--> AnswerWaits --PRACK--> Answered
///      +--- reject, CANCEL ----------+--> Ended           +--hang_up()--> EndingUnacknowledged --ACK--> Ended
class IncomingLeg final : public Leg {
 public:
  enum class State {
    Offered,      ///< INVITE seen, 100 sent
    Early,        ///< 18x sent
    AnswerWaits,  ///< to be answered as soon as the provisional response with our SDP is acknowledged
    Answered,     ///< 200 sent, ACK awaited
    Confirmed,
    EndingUnacknowledged,  ///< to be hung up, but a callee must not say BYE before the ACK (RFC 3261 section 15)
    Ended,
  };

  /// Takes an authenticated INVITE of this party: makes its transaction. On failure (no common codec, malformed offer,
  /// too short a session) the INVITE has been answered and there is no leg.
  static std::shared_ptr<IncomingLeg> accept(Surroundings& surroundings, LegListener& listener, CallId call,
                                             const Party& caller, const sip::Request& invite, const sip::Flow& flow);

  /// Tells the caller that the far end rings. A browser gets 183 with SDP, so that its media path is up before the
  /// answer, and hears our ringback tone; a phone gets 180 and makes its own.
  void ring() override;
  /// The far end sends audio before the answer: the caller gets 183 with SDP and is to hear it.
  void progress(std::optional<sdp::Codec> preferred) override;
  /// 200 with SDP. False if no media could be set up: the leg is then ended.
  [[nodiscard]] bool answer(std::optional<sdp::Codec> preferred) override;
  /// Before the answer it will be said with it; later as for every leg.
  void connect_with(const Party& other) override;

  void hang_up(const Ending& ending) override;
  [[nodiscard]] bool ended() const override { return state_ == State::Ended; }
  [[nodiscard]] bool confirmed() const override;
  [[nodiscard]] Standing standing() const override;
  void receive_cancel(const Ending& ending) override;
  void on_server_failure(sip::ServerTransactionId transaction) override;
  /// Before the answer a caller whose connection broke has no way to get it.
  void on_connection_lost(sip::ConnectionId connection) override;

  [[nodiscard]] State state() const { return state_; }
  /// What the caller dialled: the user part of the Request-URI.
  [[nodiscard]] const std::string& dialled() const { return dialled_; }

 private:
  IncomingLeg(Surroundings& surroundings, LegListener& listener, Setup setup, const sip::Request& invite,
              const sip::Flow& flow);

  void on_ack(const sip::Request& ack) override;
  [[nodiscard]] bool on_prack(const sip::Request& prack, const sip::RAck& rack) override;
  void after_prack() override;
  void enter_ended() override;

  [[nodiscard]] bool open_dialog();
  /// Reads what the INVITE says of media and session. The status that refuses it, or nothing if all is well.
  [[nodiscard]] std::optional<int> read_invite();
  /// Our side's description: the answer to the caller's offer, or an offer if the INVITE brought none. The first call
  /// decides.
  [[nodiscard]] Result<std::string> describe(std::optional<sdp::Codec> preferred);
  void send_session_progress(int status, std::optional<sdp::Codec> preferred);
  void send_provisional(int status, std::string_view sdp);
  void send_answer();
  void respond_with(int status, std::string_view sdp);
  [[nodiscard]] sip::Response response(int status, std::string_view sdp);
  /// The answer to our offer, from a PRACK or ACK; false if it cannot be used.
  [[nodiscard]] bool take_late_answer(std::string_view sdp);
  void confirm(const sip::Request& ack);
  void give_up_provisionals();
  void reject(int status, std::string_view reason = {});

  State state_ = State::Offered;
  sip::Request invite_;
  sip::Flow flow_;
  sip::ServerTransactionId transaction_;
  std::string local_tag_;
  std::string dialled_;
  /// The INVITE leaves the offer to us.
  bool offerless_ = false;
  ReliableProvisionals provisionals_;
  SessionTerms terms_;
  std::optional<Party> callee_;
  /// What we have said, or are about to say, of our media.
  std::string description_;
  /// A reliable response has said it, so that the 200 need not (RFC 3262 section 5).
  bool description_is_acknowledged_ = false;
  Ending pending_ending_ = Cause::HungUp;
};

}  // namespace webcalling::call
