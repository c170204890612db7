#pragma once

#include <memory>

#include "call/application.hpp"
#include "call/call.hpp"
#include "call/incoming_leg.hpp"
#include "call/outgoing_leg.hpp"
#include "call/record_keeper.hpp"

namespace webcalling::call {

/// A caller and the application that answers.
class ApplicationCall final : public Call, private LegListener, private ApplicationSession {
 public:
  ApplicationCall(Surroundings& surroundings, CallId id, CallerIdentity caller,
                  std::unique_ptr<Application> application);

  void start(const sip::Request& invite, const sip::Flow& flow);

  void hang_up(Cause cause) override;
  void on_connection_lost(sip::ConnectionId connection) override;
  [[nodiscard]] bool finished() const override { return !caller_ || caller_->ended(); }
  [[nodiscard]] const CallRecord& record() const override { return record_.record(); }

 private:
  bool answer() override;
  void play(const media::Source& source) override;
  void echo() override;

  void on_ringing(Leg& /*leg*/, bool /*early_media*/) override {}
  void on_answered(Leg& /*leg*/) override {}
  void on_media_changed(Leg& /*leg*/) override {}
  void on_digit(Leg& leg, char digit) override;
  void on_ended(Leg& leg, Cause cause) override;

  Surroundings& house_;
  CallerIdentity caller_identity_;
  std::unique_ptr<Application> application_;
  std::shared_ptr<IncomingLeg> caller_;
  RecordKeeper record_;
};

}  // namespace webcalling::call
