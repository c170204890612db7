#include "support/sim_subscription.hpp"

#include "sip/message/headers.hpp"
#include "support/sim_phone.hpp"

namespace webcalling::sim {

SimSubscription::SimSubscription(SimPhone& phone, std::string_view number, std::string_view event)
    : phone_(phone),
      digest_(phone.extension(), phone.password(), phone.random()),
      number_(number),
      event_(event),
      call_id_(phone.random().token(16)),
      tag_(phone.random().token(8)) {}

void SimSubscription::subscribe(std::chrono::seconds expires) {
  response_ = {};
  auto request = dialog_ ? dialog_->make_request(sip::Method::Subscribe) : first_request();
  request.add(sip::HeaderName::Event, event_);
  request.add(sip::Expires{expires});
  send(std::move(request));
}

sip::Request SimSubscription::first_request() {
  sip::Request request(sip::Method::Subscribe, phone_.uri_of(number_));
  sip::From from;
  from.uri = phone_.uri_of(phone_.extension());
  from.parameters.set("tag", tag_);
  sip::To to;
  to.uri = phone_.uri_of(number_);
  request.add(from);
  request.add(to);
  request.add(sip::HeaderName::CallId, call_id_);
  request.add(sip::CSeq{1, sip::Method::Subscribe, "SUBSCRIBE"});
  request.add(phone_.contact());
  return request;
}

void SimSubscription::send(sip::Request request) {
  phone_.transactions().send_request(request, phone_.flow(),
                                     [this, request](const sip::Response& response) { receive(request, response); });
}

void SimSubscription::receive(const sip::Request& request, const sip::Response& response) {
  if (response.is_provisional()) return;
  if (response.status() == 401 && !request.has(sip::HeaderName::Authorization)) {
    sip::Request again = request;
    digest_.answer(response, again);
    auto cseq = *again.get<sip::CSeq>();
    ++cseq.number;
    again.set(cseq);
    return send(std::move(again));
  }
  response_ = response;
  if (!response.is_success() || dialog_) return;
  auto dialog = sip::Dialog::from_response(request, response, phone_.flow());
  if (dialog) dialog_ = std::move(*dialog);
}

bool SimSubscription::owns(const sip::Request& request) const {
  return request.call_id() == call_id_ && request.to_tag() == tag_;
}

int SimSubscription::receive(const sip::Request& notify) {
  if (is_over()) return 481;
  const auto cseq = notify.get<sip::CSeq>().value_or(sip::CSeq{}).number;
  if (cseq <= last_cseq_) return 500;
  last_cseq_ = cseq;
  notifies_.push_back(notify);
  return 200;
}

std::string SimSubscription::body() const {
  return notifies_.empty() ? std::string{} : std::string(notifies_.back().body());
}

std::string SimSubscription::state() const {
  if (notifies_.empty()) return {};
  return std::string(notifies_.back().header(sip::HeaderName::SubscriptionState).value_or(""));
}

}  // namespace webcalling::sim
