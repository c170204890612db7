#pragma once

#include <memory>
#include <vector>

#include "call/application.hpp"
#include "call/call.hpp"
#include "call/leg/incoming_leg.hpp"
#include "call/record_keeper.hpp"

namespace webcalling::call {

/// A caller and the application that answers.
class ApplicationCall final : public Call, private LegListener, private ApplicationSession {
 public:
  ApplicationCall(Surroundings& surroundings, CallId id, std::unique_ptr<Application> application);

  /// Takes a caller's INVITE. The call may be finished afterwards.
  void start(const Party& caller, const sip::Request& invite, const sip::Flow& flow);
  /// Takes a leg that was in another call: a transfer, or a caller who was sent here by a phone.
  void start(const std::shared_ptr<Leg>& leg, const std::string& dialled);

  void hang_up(const Ending& ending) override;
  [[nodiscard]] bool replace(const Leg& leaving, const std::shared_ptr<Leg>& joining) override;
  void take_over(const Leg& leaving, const Party& caller, const sip::Request& invite, const sip::Flow& flow) override;
  void on_connection_lost(sip::ConnectionId connection) override;
  [[nodiscard]] bool has(const Leg& leg) const override { return &leg == caller_.get(); }
  [[nodiscard]] bool finished() const override;
  [[nodiscard]] const CallRecord& record() const override { return record_.record(); }

 private:
  bool answer() override;
  void play(const media::Source& source) override;
  void echo() override;
  void hang_up(Cause cause) override { hang_up(Ending(cause)); }

  void on_media_changed(Leg& leg) override;
  void on_digit(Leg& leg, const InfoDigit& digit, DigitPath path) override;
  void on_ended(Leg& leg, const Ending& ending) override;
  /// What the caller hears: what is played, or itself.
  void let_hear();

  Surroundings& house_;
  std::unique_ptr<Application> application_;
  std::shared_ptr<Leg> caller_;
  /// Hung up, but not done yet.
  std::vector<std::shared_ptr<Leg>> leaving_;
  /// Nothing: an echo.
  std::optional<media::Source> played_ = media::Silence{};
  RecordKeeper record_;
};

}  // namespace webcalling::call
