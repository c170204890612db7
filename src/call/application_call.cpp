#include "call/application_call.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::call {

ApplicationCall::ApplicationCall(Surroundings& surroundings, CallId id, std::unique_ptr<Application> application)
    : house_(surroundings),
      application_(std::move(application)),
      wait_(surroundings.timers, [this] { application_->on_waited(*this); }),
      record_(id, surroundings.timers.now()) {}

void ApplicationCall::start(const Party& caller, const sip::Request& invite, const sip::Flow& flow) {
  record_.begin(caller, invite.uri().user, std::string(invite.call_id()));
  caller_ = IncomingLeg::accept(house_, *this, record_.record().id, caller, invite, flow);
  if (!caller_) return record_.ended(Cause::NoCommonCodec, house_.timers.now());
  application_->start(*this);
}

void ApplicationCall::start(const std::shared_ptr<Leg>& leg, const std::string& dialled) {
  record_.begin(leg->party(), dialled, {});
  caller_ = leg;
  caller_->set_listener(*this);
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

void ApplicationCall::play(const media::Source& source) { let_hear(source); }

void ApplicationCall::echo() { let_hear(Itself{}); }

void ApplicationCall::replay() { let_hear(ItselfLater{}); }

void ApplicationCall::let_hear(const Heard& heard) {
  heard_ = heard;
  let_hear();
}

void ApplicationCall::let_hear() {
  if (const auto* source = std::get_if<media::Source>(&heard_)) return caller_->media().listen(*source);
  const auto own = caller_->media().id();
  if (!own) return;
  if (std::holds_alternative<Itself>(heard_)) return caller_->media().listen(media::OtherLeg{*own});
  caller_->media().listen(media::Replay{*own});
}

void ApplicationCall::hang_up(const Ending& ending) {
  wait_.stop();
  if (!caller_) return;
  record_.ended(ending.cause, house_.timers.now());
  caller_->hang_up(ending);
}

bool ApplicationCall::replace(const Leg& leaving, const std::shared_ptr<Leg>& joining) {
  if (&leaving != caller_.get() || caller_->ended()) return false;
  leaving_.push_back(std::exchange(caller_, joining));
  joining->set_listener(*this);
  leaving_.back()->hang_up(moved());
  let_hear();
  return true;
}

void ApplicationCall::take_over(const Leg& leaving, const Party& caller, const sip::Request& invite,
                                const sip::Flow& flow) {
  const auto joining = IncomingLeg::accept(house_, *this, record_.record().id, caller, invite, flow);
  if (!joining || !joining->answer(std::nullopt) || replace(leaving, joining)) return;
  leaving_.push_back(joining);
  joining->hang_up(Cause::Failed);
}

void ApplicationCall::on_media_changed(Leg& leg) {
  if (&leg == caller_.get()) let_hear();
}

void ApplicationCall::on_digit(Leg& /*leg*/, const InfoDigit& digit, DigitPath /*path*/) {
  application_->on_digit(*this, digit.digit);
}

void ApplicationCall::on_ended(Leg& leg, const Ending& ending) {
  if (&leg != caller_.get()) return;
  wait_.stop();
  record_.ended(ending.cause, house_.timers.now());
}

bool ApplicationCall::finished() const {
  const auto is_done = [](const auto& leg) { return !leg || leg->ended(); };
  return is_done(caller_) && std::all_of(leaving_.begin(), leaving_.end(), is_done);
}

void ApplicationCall::on_connection_lost(sip::ConnectionId connection) {
  if (caller_) caller_->on_connection_lost(connection);
}

}  // namespace webcalling::call
