#include "call/application_call.hpp"

namespace webcalling::call {

ApplicationCall::ApplicationCall(Surroundings& surroundings, CallId id, CallerIdentity caller,
                                 std::unique_ptr<Application> application)
    : house_(surroundings),
      caller_identity_(std::move(caller)),
      application_(std::move(application)),
      record_(id, caller_identity_.extension, {}, surroundings.timers.now()) {}

void ApplicationCall::start(const sip::Request& invite, const sip::Flow& flow) {
  record_ = RecordKeeper(record_.record().id, caller_identity_.extension, invite.uri().user, house_.timers.now());
  caller_ = IncomingLeg::accept(house_, *this, record_.record().id, invite, flow);
  if (!caller_) return record_.ended(Cause::NoCommonCodec, house_.timers.now());
  application_->start(*this);
}

bool ApplicationCall::answer() {
  if (!caller_->answer(std::nullopt)) {
    record_.ended(Cause::Failed, house_.timers.now());
    return false;
  }
  record_.answered(house_.timers.now());
  return true;
}

void ApplicationCall::play(const media::Source& source) { caller_->media().listen(source); }

void ApplicationCall::echo() {
  if (const auto own = caller_->media().id()) play(media::OtherLeg{*own});
}

void ApplicationCall::hang_up(Cause cause) {
  if (!caller_) return;
  record_.ended(cause, house_.timers.now());
  caller_->hang_up(cause);
}

void ApplicationCall::on_digit(Leg& /*leg*/, char digit) { application_->on_digit(*this, digit); }

void ApplicationCall::on_ended(Leg& /*leg*/, Cause cause) { record_.ended(cause, house_.timers.now()); }

void ApplicationCall::on_connection_lost(sip::ConnectionId connection) {
  if (caller_) caller_->on_connection_lost(connection);
}

}  // namespace webcalling::call
