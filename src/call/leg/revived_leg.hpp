#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "call/leg/kept_leg.hpp"
#include "call/leg/leg.hpp"

namespace webcalling::call {

/// The leg of a call that has outlived a restart of ours. Its phone may not even have noticed: the dialog is as it was,
/// but there is no media yet. A phone is asked to agree on it anew, by a re-INVITE; a browser cannot be asked, since
/// its connection went with us: it comes by itself, and takes the leg's place by INVITE with Replaces (RFC 3891). Until
/// then the leg is absent, and is ended when nobody has come in time.
///
///   Confirmed --BYE--> Ended
class RevivedLeg final : public Leg {
 public:
  enum class State { Confirmed, Ended };

  /// Nothing, and a line in the log, if what was kept makes no dialog. Nothing is sent yet. `connected`: when the two
  /// began to talk, if that is known.
  static std::shared_ptr<RevivedLeg> revive(Surroundings& surroundings, LegListener& listener, CallId call,
                                            const KeptLeg& kept, std::optional<WallTime> connected);
  /// Asks the phone for its media, again and again until it has answered; nothing with a browser.
  void resume();
  /// A phone of its extension has registered: perhaps this one, over a new connection, since its old one went with us.
  void on_registered(const sip::Uri& contact, const sip::Flow& flow);

  void hang_up(const Ending& ending) override;
  [[nodiscard]] bool ended() const override { return state_ == State::Ended; }
  [[nodiscard]] bool confirmed() const override { return state_ == State::Confirmed; }
  [[nodiscard]] Standing standing() const override { return Standing::Confirmed; }
  [[nodiscard]] std::optional<WallTime> connected() const override { return connected_; }
  void receive_cancel(const Ending& /*ending*/) override {}
  void on_server_failure(sip::ServerTransactionId transaction) override;

  [[nodiscard]] State state() const { return state_; }

 private:
  RevivedLeg(Surroundings& surroundings, LegListener& listener, CallId call, const KeptLeg& kept,
             std::optional<WallTime> connected);

  void on_ack(const sip::Request& /*ack*/) override {}
  void enter_ended() override;
  void receive(const sip::Response& response);
  void receive_success(const sip::Response& response);

  State state_ = State::Confirmed;
  std::optional<WallTime> connected_;
  std::vector<sdp::Codec> codecs_;
  sdp::OfferKind offered_;
  Timer retry_;
};

}  // namespace webcalling::call
