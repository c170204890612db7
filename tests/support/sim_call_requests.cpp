// What a simulated phone says and answers inside a call, beside INVITE and BYE.

#include "sip/message/call_headers.hpp"
#include "support/sim_call.hpp"
#include "support/sim_phone.hpp"

namespace webcalling::sim {
namespace {

/// `Call-ID` and tags as they stand in a URI: everything but letters and digits escaped.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

void SimCall::send_in_dialog(sip::Request request) {
  request_status_ = 0;
  phone_.transactions().send_request(std::move(request), phone_.flow(), [this](const sip::Response& response) {
    if (response.is_provisional()) return;
    request_status_ = response.status();
    request_response_ = response;
    const auto cseq = response.get<sip::CSeq>();
    if (cseq->method == sip::Method::Update && response.is_success() && !response.body().empty()) {
      media_.accept(response.body());
    }
  });
}

void SimCall::update(const std::string& sdp) {
  auto request = dialog_->make_request(sip::Method::Update);
  phone_.announce(request);
  if (!sdp.empty()) request.set_body(kSdp, sdp);
  send_in_dialog(std::move(request));
}

void SimCall::send_info(std::string_view content_type, std::string_view body) {
  auto request = dialog_->make_request(sip::Method::Info);
  request.set_body(content_type, body);
  send_in_dialog(std::move(request));
}

void SimCall::refer(const std::string& refer_to, const std::string& refer_sub) {
  auto request = dialog_->make_request(sip::Method::Refer);
  request.add(sip::HeaderName::ReferTo, refer_to);
  if (!refer_sub.empty()) request.add(sip::HeaderName::ReferSub, refer_sub);
  send_in_dialog(std::move(request));
}

std::string SimCall::replaces_this() const {
  const auto& id = dialog_->id();
  return fmt::format("{};to-tag={};from-tag={}", id.call_id, id.remote_tag, id.local_tag);
}

std::string SimCall::replaces_early() const {
  return fmt::format("{};to-tag={};from-tag={}", invite_.call_id(), responses_.back().to_tag(), invite_.from_tag());
}

std::string SimCall::refer_to_early() const {
  return fmt::format("<{}?Replaces={}>", invite_.uri().text(), escaped(replaces_early()));
}

std::string SimCall::refer_to_this() const {
  return fmt::format("<{}?Replaces={}>", dialog_->remote_target().text(), escaped(replaces_this()));
}

std::size_t SimCall::count_requests(sip::Method method) const {
  std::size_t count = 0;
  for (const sip::Request& request : requests_) count += request.method() == method ? 1 : 0;
  return count;
}

void SimCall::serve(const sip::Request& request, sip::ServerTransactionId transaction) {
  using sip::Method;
  if (request.method() == Method::Prack) return receive_prack(request, transaction);
  const bool has_offer =
      request.method() == Method::Invite || (request.method() == Method::Update && !request.body().empty());
  // RFC 3261 section 14.2: both sides offer at the same moment.
  if (has_offer && reinvite_) {
    return phone_.transactions().respond(transaction, dialog_->make_response(request, 491));
  }
  const auto habit = phone_.habits().answers_with.find(request.method());
  auto response = dialog_->make_response(request, habit == phone_.habits().answers_with.end() ? 200 : habit->second);
  phone_.announce(response);
  // RFC 4028 section 9: who refreshes goes on to do so.
  response.remove(sip::HeaderName::SessionExpires);
  if (const auto terms = request.header(sip::HeaderName::SessionExpires)) {
    response.add(sip::HeaderName::SessionExpires, *terms);
  }
  if (!response.is_success()) return phone_.transactions().respond(transaction, response);
  if (has_offer && !request.body().empty()) response.set_body(kSdp, media_.answer(request.body()));
  if (request.method() == Method::Notify) {
    const auto line = request.body();
    transfer_progress_.emplace_back(line.substr(0, line.find("\r\n")));
  }
  phone_.transactions().respond(transaction, response);
  if (request.method() == Method::Invite) answered_reinvites_[request.get<sip::CSeq>()->number] = transaction;
}

void SimCall::acknowledge_provisional(const sip::Response& response) {
  const auto number = response.get<sip::RSeq>()->value;
  if (number == rseq_) return;
  rseq_ = number;
  if (!dialog_) dialog_ = sip::Dialog::from_response(invite_, response, phone_.flow()).value();
  auto prack = dialog_->make_request(sip::Method::Prack);
  prack.add(sip::RAck{number, *response.get<sip::CSeq>()});
  if (!response.body().empty()) {
    if (invite_.body().empty()) {
      prack.set_body(kSdp, media_.answer(response.body()));
    } else {
      media_.accept(response.body());
    }
  }
  send_in_dialog(std::move(prack));
}

void SimCall::respond_reliably(sip::Response response) {
  response.add(sip::HeaderName::Require, "100rel");
  response.add(sip::RSeq{++rseq_});
  unacknowledged_ = response.write();
  const auto repeat = [this, response, number = rseq_](const auto& self, Duration interval) -> void {
    if (unacknowledged_.empty() || rseq_ != number || state_ == State::Ended) return;
    phone_.transactions().respond(server_, response);
    phone_.later(interval, [self, interval] { self(self, 2 * interval); });
  };
  repeat(repeat, 500ms);
}

void SimCall::receive_prack(const sip::Request& prack, sip::ServerTransactionId transaction) {
  const auto rack = prack.get<sip::RAck>();
  const bool is_meant = rack && rack->rseq == rseq_;
  if (is_meant) unacknowledged_.clear();
  phone_.transactions().respond(transaction, dialog_->make_response(prack, is_meant ? 200 : 481));
}

}  // namespace webcalling::sim
