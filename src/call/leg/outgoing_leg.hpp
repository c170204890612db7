#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "call/leg/early_dialogs.hpp"
#include "call/leg/identity_headers.hpp"
#include "call/leg/leg.hpp"

namespace webcalling::call {

/// Where an outgoing leg calls.
struct Destination {
  /// Request-URI: the contact of the binding.
  sip::Uri contact;
  sip::Flow flow;
  /// Who is called there; To.
  Party party;
  /// The proxies in between, nearest first (RFC 3327).
  std::vector<sip::NameAddress> route{};
  /// Other ways to the same phone, to be taken in this order if this one fails (RFC 5626 section 7).
  std::vector<Destination> alternatives{};
};

/// What an outgoing leg says when it calls.
struct Invitation {
  Party caller;
  /// To offer, best first.
  std::vector<sdp::Codec> codecs;
  /// The way on which the call came here.
  std::vector<Forwarding> forwardings{};
  /// Who has transferred the call here (RFC 3892).
  std::optional<Party> referred_by{};
};

/// The leg to a phone that we call: the UAC side of an INVITE. Never answers a challenge (ATTACKS S4). Acknowledges
/// reliable provisional responses (RFC 3262), of every fork that there may be behind the phone's address.
///
///   Calling --18x--> Early --2xx--> Confirmed --BYE--> Ended
///      |               |
///      +--hang_up()----+--> Cancelling --final response--> Ended
class OutgoingLeg final : public Leg {
 public:
  enum class State {
    Calling,
    Early,
    Confirmed,
    Cancelling,  ///< CANCEL is on its way, the phone may still answer
    Ended,
  };

  /// Sends the INVITE. Nothing if no media could be opened.
  static std::shared_ptr<OutgoingLeg> call(Surroundings& surroundings, LegListener& listener, CallId call,
                                           const Destination& destination, const Invitation& invitation);

  void hang_up(const Ending& ending) override;
  [[nodiscard]] bool ended() const override { return state_ == State::Ended; }
  [[nodiscard]] bool confirmed() const override { return state_ == State::Confirmed; }
  [[nodiscard]] Standing standing() const override;
  void receive_cancel(const Ending& /*ending*/) override {}
  void on_server_failure(sip::ServerTransactionId transaction) override;

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const Destination& destination() const { return destination_; }

 private:
  OutgoingLeg(Surroundings& surroundings, LegListener& listener, CallId call, const Destination& destination,
              std::vector<sdp::Codec> codecs);

  void on_ack(const sip::Request& /*ack*/) override {}
  void enter_ended() override { state_ = State::Ended; }
  [[nodiscard]] sip::Dialog* find_dialog(const std::string& remote_tag) override;

  void invite(const Invitation& invitation, std::string_view sdp);
  void send_invite();
  /// The same call asked once more, with the next CSeq (RFC 3261 section 8.1.3.5).
  void invite_again();
  /// True if the INVITE goes out again with another kind of offer, which the phone may take instead of what it refused.
  [[nodiscard]] bool offers_otherwise(const sip::Response& refusal);
  void receive(const sip::Response& response);
  void receive_provisional(const sip::Response& response);
  /// False if it is a repeated one, or one out of order, which counts for nothing (RFC 3262 section 4).
  [[nodiscard]] bool acknowledge_provisional(const sip::Response& response, EarlyDialog* early);
  void receive_success(const sip::Response& response);
  void receive_failure(const sip::Response& response);
  void receive_redirection(const sip::Response& response);
  /// True if the INVITE goes out again because the session that it asks for was too short (RFC 4028 section 7.3).
  [[nodiscard]] bool asks_for_longer_session(const sip::Response& response);
  void confirm(const sip::Response& response);
  /// The dialog that a 2xx makes: the early one with its counters, or a new one.
  [[nodiscard]] Result<sip::Dialog> dialog_of(const sip::Response& response);
  /// ACK and BYE for an answer that we do not want: it crossed our CANCEL, or it comes from another fork.
  void refuse_answer(const sip::Response& response);
  [[nodiscard]] bool has_answered(const sip::Response& response) const;
  [[nodiscard]] std::uint32_t invite_cseq() const;

  State state_ = State::Calling;
  Destination destination_;
  std::vector<sdp::Codec> codecs_;
  sdp::OfferKind offered_;
  sip::Request invite_;
  sip::ClientTransactionId transaction_;
  EarlyDialogs early_;
  bool longer_session_asked_ = false;
  std::string early_sdp_;
  /// What is said to a phone whose answer we do not want.
  Ending refusal_ = Cause::AnsweredElsewhere;
  /// To tags of the answers that were refused.
  std::set<std::string> refused_;
};

}  // namespace webcalling::call
