#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "call/leg.hpp"

namespace webcalling::call {

/// Where and as whom an outgoing leg calls.
struct Destination {
  /// Request-URI: the contact of the binding.
  sip::Uri contact;
  sip::Flow flow;
  /// The extension that is called; To.
  std::string extension;
  /// The proxies in between, nearest first (RFC 3327).
  std::vector<sip::NameAddress> route;
  /// Other ways to the same phone, to be taken in this order if this one fails (RFC 5626 section 7).
  std::vector<Destination> alternatives;
};
struct CallerIdentity {
  std::string extension;
  std::string display_name;
};

/// The leg to a phone that we call: the UAC side of an INVITE. Never answers a challenge (ATTACKS S4).
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

  /// Sends the INVITE, offering `codecs`, best first. Nothing if no media could be opened.
  static std::shared_ptr<OutgoingLeg> call(Surroundings& surroundings, LegListener& listener, CallId call,
                                           const Destination& destination, const CallerIdentity& caller,
                                           std::vector<sdp::Codec> codecs);

  void hang_up(Cause cause) override;
  [[nodiscard]] bool ended() const override { return state_ == State::Ended; }
  void receive_cancel() override {}
  void on_server_failure(sip::ServerTransactionId transaction) override;

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const Destination& destination() const { return destination_; }

 private:
  OutgoingLeg(Surroundings& surroundings, LegListener& listener, CallId call, const Destination& destination);

  [[nodiscard]] bool confirmed() const override { return state_ == State::Confirmed; }
  void on_ack(const sip::Request& /*ack*/) override {}
  void enter_ended() override { state_ = State::Ended; }

  void invite(const CallerIdentity& caller, std::string_view sdp);
  void receive(const sip::Response& response);
  void receive_provisional(const sip::Response& response);
  void receive_success(const sip::Response& response);
  void receive_failure(const sip::Response& response);
  void confirm(const sip::Response& response);
  /// ACK and BYE for an answer that we do not want: it crossed our CANCEL, or it comes from another fork.
  void refuse_answer(const sip::Response& response);
  [[nodiscard]] bool has_answered(const sip::Response& response) const;

  State state_ = State::Calling;
  Destination destination_;
  sip::Request invite_;
  sip::ClientTransactionId transaction_;
  std::string early_sdp_;
  /// What is said to a phone whose answer we do not want.
  Cause refusal_ = Cause::AnsweredElsewhere;
  /// To tags of the answers that were refused.
  std::set<std::string> refused_;
};

}  // namespace webcalling::call
