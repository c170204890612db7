#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "base/timer_queue.hpp"
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
  void replay() override;
  void wait(Duration time) override { wait_.start(time); }
  void hang_up(Cause cause) override { hang_up(Ending(cause)); }

  void on_media_changed(Leg& leg) override;
  void on_digit(Leg& leg, const InfoDigit& digit, DigitPath path) override;
  void on_ended(Leg& leg, const Ending& ending) override;
  struct Itself {};
  struct ItselfLater {};
  using Heard = std::variant<media::Source, Itself, ItselfLater>;

  void let_hear(const Heard& heard);
  void let_hear();

  Surroundings& house_;
  std::unique_ptr<Application> application_;
  std::shared_ptr<Leg> caller_;
  /// Hung up, but not done yet.
  std::vector<std::shared_ptr<Leg>> leaving_;
  Heard heard_ = media::Source(media::Silence{});
  Timer wait_;
  RecordKeeper record_;
};

}  // namespace webcalling::call
