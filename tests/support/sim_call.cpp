#include "support/sim_call.hpp"

#include "sip/message/headers.hpp"
#include "support/sim_phone.hpp"

namespace webcalling::sim {
namespace {

std::uint32_t cseq_of(const sip::Message& message) { return message.get<sip::CSeq>().value_or(sip::CSeq{}).number; }

}  // namespace

SimCall::SimCall(SimPhone& phone, std::string_view number, const std::optional<Body>& body)
    : phone_(phone),
      media_(sip::is_web_socket(phone.transport()), phone.address().address, phone.random()),
      state_(State::Dialling),
      invite_(sip::Method::Invite, phone.uri_of(number)) {
  sip::From from;
  from.uri = phone.uri_of(phone.extension());
  from.parameters.set("tag", phone.random().token(8));
  sip::To to;
  to.uri = phone.uri_of(number);
  invite_.add(from);
  invite_.add(to);
  invite_.add(sip::HeaderName::CallId, phone.random().token(16));
  invite_.add(sip::CSeq{1, sip::Method::Invite, "INVITE"});
  invite_.add(phone.contact());
  phone.announce(invite_);
  if (phone.habits().encrypts) media_.insist_on_encryption();
  const Body content = body ? *body : Body{std::string(kSdp), media_.offer()};
  if (!content.text.empty()) invite_.set_body(content.type, content.text);
}

SimCall::SimCall(SimPhone& phone, const sip::Request& invite, const sip::Flow& flow)
    : phone_(phone),
      media_(sip::is_web_socket(phone.transport()), phone.address().address, phone.random()),
      state_(State::Ringing),
      invite_(invite),
      server_(phone.transactions().accept(invite, flow)) {
  dialog_ = sip::Dialog::from_request(invite, phone.random().token(8), flow, phone.contact()).value();
  if (phone.habits().encrypts) media_.insist_on_encryption();
}

void SimCall::start() { send_invite(); }

void SimCall::send_invite() {
  client_ = phone_.transactions().send_request(invite_, phone_.flow(),
                                               [this](const sip::Response& response) { receive(response); });
}

void SimCall::receive(const sip::Response& response) {
  if (response.status() == 100) return;
  if ((response.status() == 401 || response.status() == 407) && state_ == State::Dialling && !challenged_) {
    challenged_ = true;
    if (!phone_.call_digest().answer(response, invite_)) return;
    invite_.set(sip::CSeq{cseq_of(invite_) + 1, sip::Method::Invite, "INVITE"});
    return send_invite();
  }
  responses_.push_back(response);
  if (response.is_provisional()) {
    if (response.lists(sip::HeaderName::Require, "100rel")) return acknowledge_provisional(response);
    if (!response.body().empty()) media_.accept(response.body());
    return;
  }
  if (response.is_success()) return receive_success(response);
  state_ = State::Ended;
}

void SimCall::receive_success(const sip::Response& response) {
  const bool is_first = state_ == State::Dialling || state_ == State::Cancelling;
  if (!dialog_) dialog_ = sip::Dialog::from_response(invite_, response, phone_.flow()).value();
  acknowledge(response);
  switch (state_) {
    case State::Dialling:
      if (!response.body().empty()) media_.accept(response.body());
      state_ = State::Talking;
      return;
    case State::Cancelling:
      // It was answered before the CANCEL could do anything.
      if (is_first) send_bye();
      return;
    case State::Ringing:
    case State::Answered:
    case State::Talking:
    case State::Ended: return;
  }
}

void SimCall::acknowledge(const sip::Response& response) {
  if (!phone_.habits().acknowledges) return;
  auto ack = dialog_->make_ack(cseq_of(response));
  // RFC 3261 section 13.2.1: the offer came in the 2xx, or in the answer to a re-INVITE without one.
  const bool was_offerless = cseq_of(response) == reinvite_cseq_ ? reinvite_was_offerless_ : invite_.body().empty();
  if (was_offerless && !response.body().empty()) ack.set_body(kSdp, media_.answer(response.body()));
  phone_.transactions().send_ack(std::move(ack), phone_.flow());
}

void SimCall::ring(bool early_media) { early_media ? respond(183, media_.answer(invite_.body())) : respond(180); }

void SimCall::answer(const std::optional<std::string>& sdp) {
  if (state_ != State::Ringing) return;
  state_ = State::Answered;
  respond(200, sdp ? *sdp : media_.answer(invite_.body()));
}

void SimCall::refuse(int status, const std::string& contact) {
  if (state_ != State::Ringing) return;
  state_ = State::Ended;
  auto response = dialog_->make_response(invite_, status);
  if (!contact.empty()) response.set(sip::HeaderName::Contact, contact);
  phone_.transactions().respond(server_, response);
}

void SimCall::respond(int status, std::string_view sdp) {
  auto response = dialog_->make_response(invite_, status);
  phone_.announce(response);
  if (!sdp.empty()) response.set_body(kSdp, sdp);
  if (response.is_provisional() && phone_.habits().rings_reliably) return respond_reliably(std::move(response));
  phone_.transactions().respond(server_, response);
}

void SimCall::reinvite(std::string sdp) {
  // RFC 3261 section 14.1: one at a time.
  if (reinvite_) return;
  auto request = dialog_->make_request(sip::Method::Invite);
  phone_.announce(request);
  if (!sdp.empty()) request.set_body(kSdp, sdp);
  reinvite_was_offerless_ = sdp.empty();
  reinvite_status_ = 0;
  reinvite_cseq_ = cseq_of(request);
  reinvite_ = phone_.transactions().send_request(
      std::move(request), phone_.flow(),
      [this](const sip::Response& response) { receive_reinvite_response(response); });
}

void SimCall::receive_reinvite_response(const sip::Response& response) {
  if (response.is_provisional()) return;
  if (response.is_success()) acknowledge(response);
  // The repeated answer to an earlier one.
  if (cseq_of(response) != reinvite_cseq_ || reinvite_status_ != 0) return;
  reinvite_.reset();
  reinvite_status_ = response.status();
  if (response.is_success()) media_.accept(response.body());
}

void SimCall::hang_up() {
  switch (state_) {
    case State::Dialling: state_ = State::Cancelling; return phone_.transactions().cancel(client_);
    case State::Ringing: return refuse(480);
    case State::Answered: wants_to_end_ = true; return;
    case State::Talking: return send_bye();
    case State::Cancelling:
    case State::Ended: return;
  }
}

void SimCall::end() {
  state_ = State::Ended;
  // The answer to a request of a dialog that is over may never come.
  if (reinvite_) phone_.transactions().cancel(*reinvite_);
}

void SimCall::send_bye() {
  end();
  phone_.transactions().send_request(dialog_->make_request(sip::Method::Bye), phone_.flow(),
                                     [this](const sip::Response& response) { bye_status_ = response.status(); });
}

bool SimCall::owns(const sip::Request& request) const {
  return dialog_ &&
         dialog_->id() == sip::DialogId{std::string(request.call_id()), request.to_tag(), request.from_tag()};
}

void SimCall::receive(const sip::Request& request, const sip::Flow& flow) {
  if (request.method() == sip::Method::Ack) return receive_ack(request);
  const auto transaction = phone_.transactions().accept(request, flow);
  const auto respond_with = [&](int status) {
    phone_.transactions().respond(transaction, dialog_->make_response(request, status));
  };
  requests_.push_back(request);
  if (request.method() == sip::Method::Bye) ++byes_received_;
  if (state_ == State::Ended) return respond_with(481);
  if (request.method() != sip::Method::Bye) return serve(request, transaction);
  // A BYE acknowledges our answer as well.
  phone_.transactions().on_ack(server_);
  end();
  reason_ = request.header(sip::HeaderName::Reason).value_or("");
  respond_with(200);
}

void SimCall::receive_ack(const sip::Request& ack) {
  const auto reinvite = answered_reinvites_.find(cseq_of(ack));
  if (reinvite != answered_reinvites_.end()) return phone_.transactions().on_ack(reinvite->second);
  phone_.transactions().on_ack(server_);
  if (state_ != State::Answered) return;
  state_ = State::Talking;
  if (wants_to_end_) send_bye();
}

void SimCall::receive_cancel(const sip::Request& cancel) {
  if (state_ != State::Ringing) return;
  reason_ = cancel.header(sip::HeaderName::Reason).value_or("");
  refuse(487);
}

void SimCall::receive_failure() {
  if (state_ == State::Ringing) state_ = State::Ended;
  // RFC 3261 section 13.3.1.4
  if (state_ == State::Answered) send_bye();
}

int SimCall::final_status() const {
  for (const sip::Response& response : responses_) {
    if (response.is_final()) return response.status();
  }
  return 0;
}

std::string SimCall::shown_caller() const {
  const auto from = invite_.get<sip::From>();
  return from ? from->display_name + " <" + from->uri.user + ">" : "";
}

}  // namespace webcalling::sim
