#include "support/sim_phone.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"
#include "support/sim_network.hpp"

namespace webcalling::sim {

SimPhone::SimPhone(SimNetwork& network, Settings settings)
    : network_(network),
      settings_(std::move(settings)),
      register_digest_(settings_.extension, settings_.password, network.random()),
      call_digest_(settings_.extension, settings_.password, network.random()),
      contact_user_(sip::is_web_socket(settings_.transport) ? random().token(8) : settings_.extension),
      contact_host_(sip::is_web_socket(settings_.transport) ? ascii::lower(random().token(12)) + ".invalid"
                                                            : settings_.address.address.text()),
      register_call_id_(random().token(16)) {
  start();
}

SimPhone::~SimPhone() = default;

void SimPhone::start() {
  sip::MessageSender& sender = *this;
  transactions_ = std::make_unique<sip::TransactionLayer>(network_.world(), random(), sender);
  transactions_->set_user(*this);
  connection_ = network_.connect(*this);
}

Random& SimPhone::random() { return network_.random(); }

sip::Flow SimPhone::flow() const {
  return {settings_.transport, settings_.address, SimNetwork::pbx_address(settings_.transport), connection_};
}

sip::Contact SimPhone::contact() const {
  sip::Contact contact;
  contact.uri.user = contact_user_;
  contact.uri.host = contact_host_;
  if (!sip::is_web_socket(settings_.transport)) contact.uri.port = settings_.address.port;
  if (settings_.transport != sip::TransportKind::Udp) {
    contact.uri.parameters.set("transport", ascii::lower(sip::text(settings_.transport)));
  }
  contact.parameters = sip::Parameters::parse(settings_.contact_parameters).value();
  return contact;
}

sip::Uri SimPhone::uri_of(std::string_view number) const {
  if (number.find('@') != std::string_view::npos) return sip::Uri::parse(fmt::format("sip:{}", number)).value();
  sip::Uri uri;
  uri.user = number;
  uri.host = SimNetwork::pbx_address(settings_.transport).address.text();
  return uri;
}

void SimPhone::sign_in(std::chrono::seconds expires) {
  sip::Request request(sip::Method::Register, uri_of(""));
  sip::From from;
  from.uri = uri_of(settings_.extension);
  from.parameters.set("tag", random().token(8));
  sip::To to;
  to.uri = uri_of(settings_.extension);
  request.add(from);
  request.add(to);
  request.add(sip::HeaderName::CallId, register_call_id_);
  request.add(contact());
  request.add(sip::Expires{expires});
  if (!settings_.supported.empty()) request.add(sip::HeaderName::Supported, settings_.supported);
  register_digest_.repeat(request);
  challenges_ = 0;
  send_register(std::move(request));
}

void SimPhone::send_register(sip::Request request) {
  request.set(sip::CSeq{++register_cseq_, sip::Method::Register, "REGISTER"});
  transactions_->send_request(request, flow(), [this, request](const sip::Response& response) {
    receive_register_response(request, response);
  });
}

void SimPhone::receive_register_response(const sip::Request& request, const sip::Response& response) {
  if (response.is_provisional()) return;
  register_response_ = response;
  if (response.status() != 401) {
    registered_ = response.is_success() && request.get<sip::Expires>()->value > std::chrono::seconds{0};
    return;
  }
  ++challenges_;
  sip::Request again = request;
  if (!register_digest_.answer(response, again)) return;
  // A second challenge that is not for a stale nonce means that the password is wrong.
  if (challenges_ < 2 || register_digest_.was_stale()) send_register(std::move(again));
}

void SimPhone::dial(std::string_view number) {
  calls_.push_back(std::make_shared<SimCall>(*this, number, std::nullopt));
  calls_.back()->start();
}

void SimPhone::dial(std::string_view number, std::string_view sdp) {
  dial_with(number, {std::string(kSdp), std::string(sdp)});
}

void SimPhone::dial_with(std::string_view number, const SimCall::Body& body) {
  calls_.push_back(std::make_shared<SimCall>(*this, number, body));
  calls_.back()->start();
}

void SimPhone::dial_anonymously(std::string_view number) {
  calls_.push_back(std::make_shared<SimCall>(*this, number, std::nullopt));
  calls_.back()->add_header(sip::HeaderName::Privacy, "id");
  calls_.back()->start();
}

void SimPhone::dial_replacing(std::string_view number, std::string_view replaces, std::optional<std::string> sdp) {
  const auto body = sdp ? std::optional(SimCall::Body{std::string(kSdp), *sdp}) : std::nullopt;
  calls_.push_back(std::make_shared<SimCall>(*this, number, body));
  calls_.back()->add_header(sip::HeaderName::Replaces, replaces);
  calls_.back()->start();
}

SimSubscription& SimPhone::watch(std::string_view number, std::string_view event) {
  subscriptions_.push_back(std::make_unique<SimSubscription>(*this, number, event));
  subscriptions_.back()->subscribe();
  return *subscriptions_.back();
}

void SimPhone::publish(std::string_view document, std::chrono::seconds expires) {
  publish_response_ = {};
  sip::Request request(sip::Method::Publish, uri_of(settings_.extension));
  sip::From from;
  from.uri = uri_of(settings_.extension);
  from.parameters.set("tag", random().token(8));
  sip::To to;
  to.uri = uri_of(settings_.extension);
  request.add(from);
  request.add(to);
  request.add(sip::HeaderName::CallId, random().token(16));
  request.add(sip::CSeq{1, sip::Method::Publish, "PUBLISH"});
  request.add(sip::HeaderName::Event, "presence");
  request.add(sip::Expires{expires});
  if (!publish_tag_.empty()) request.add("SIP-If-Match", publish_tag_);
  if (!document.empty()) request.set_body("application/pidf+xml", document);
  send_publish(std::move(request));
}

void SimPhone::send_publish(sip::Request request) {
  transactions_->send_request(request, flow(), [this, request](const sip::Response& response) {
    if (response.is_provisional()) return;
    sip::Request again = request;
    if (response.status() == 401 && !request.has(sip::HeaderName::Authorization)) {
      register_digest_.answer(response, again);
      again.set(sip::CSeq{2, sip::Method::Publish, "PUBLISH"});
      return send_publish(std::move(again));
    }
    publish_response_ = response;
    if (const auto tag = response.header("SIP-ETag")) publish_tag_ = *tag;
  });
}

void SimPhone::announce(sip::Message& message) const {
  if (!habits_.supports.empty()) message.set(sip::HeaderName::Supported, habits_.supports);
  if (!habits_.allows.empty()) message.set(sip::HeaderName::Allow, habits_.allows);
  if (!habits_.session_expires.empty()) message.set(sip::HeaderName::SessionExpires, habits_.session_expires);
  if (!habits_.asserts.empty()) message.set(sip::HeaderName::PAssertedIdentity, habits_.asserts);
}

void SimPhone::write(std::string_view number, std::string_view text) {
  sip::Request message(sip::Method::Message, uri_of(number));
  message.set_body("text/plain", text);
  write_message(std::move(message));
}

void SimPhone::write_message(sip::Request message) {
  if (!message.has(sip::HeaderName::From)) {
    sip::From from;
    from.uri = uri_of(settings_.extension);
    from.parameters.set("tag", random().token(8));
    message.add(from);
  }
  if (!message.has(sip::HeaderName::To)) {
    sip::To to;
    to.uri = message.uri();
    message.add(to);
  }
  message.add(sip::HeaderName::CallId, random().token(16));
  message.add(sip::CSeq{0, sip::Method::Message, "MESSAGE"});
  written_.push_back(std::make_shared<Written>(Written{std::move(message)}));
  send_message(written_.back());
}

void SimPhone::send_message(const std::shared_ptr<Written>& written) {
  const auto number = written->request.get<sip::CSeq>()->number + 1;
  written->request.set(sip::CSeq{number, sip::Method::Message, "MESSAGE"});
  transactions_->send_request(written->request, flow(), [this, written](const sip::Response& response) {
    if (response.is_provisional()) return;
    const bool is_first = !written->request.has(sip::HeaderName::Authorization);
    if (response.status() == 401 && is_first && call_digest_.answer(response, written->request)) {
      return send_message(written);
    }
    written->status = response.status();
  });
}

std::vector<std::string> SimPhone::texts() const {
  std::vector<std::string> texts;
  for (const sip::Request& message : messages_) texts.emplace_back(message.body());
  return texts;
}

std::vector<int> SimPhone::written_statuses() const {
  std::vector<int> statuses;
  for (const auto& written : written_) statuses.push_back(written->status);
  return statuses;
}

void SimPhone::receive_message(const sip::Request& message, const sip::Flow& flow) {
  messages_.push_back(message);
  const auto transaction = transactions_->accept(message, flow);
  if (!habits_.answers_messages_with) return;
  transactions_->respond(transaction, sip::make_response(message, *habits_.answers_messages_with, random().token(8)));
}

void SimPhone::answer() {
  if (SimCall* call = current_call()) call->answer(habits_.answer_sdp);
}

void SimPhone::hold() {
  if (SimCall* call = current_call()) call->reinvite(call->media().offer(sdp::Direction::SendOnly));
}

void SimPhone::resume() {
  if (SimCall* call = current_call()) call->reinvite(call->media().offer(sdp::Direction::SendRecv));
}

void SimPhone::restart_ice() {
  SimCall* call = current_call();
  if (call == nullptr) return;
  call->media().restart_ice();
  call->reinvite(call->media().offer());
}

void SimPhone::reinvite(std::string_view sdp) {
  if (SimCall* call = current_call()) call->reinvite(std::string(sdp));
}

void SimPhone::hang_up() {
  if (SimCall* call = current_call()) call->hang_up();
}

void SimPhone::hang_up_after(Duration delay) {
  later(delay, [this] { hang_up(); });
}

void SimPhone::vanish() {
  gone_ = true;
  registered_ = false;
  calls_.clear();
  subscriptions_.clear();
  transactions_.reset();
}

void SimPhone::drop_connection() {
  if (gone_) return;
  network_.disconnect(*this);
  transactions_->on_transport_failure(flow());
}

void SimPhone::reconnect() { connection_ = network_.connect(*this); }

void SimPhone::later(Duration delay, std::function<void()> action) {
  network_.after(delay, [this, action = std::move(action)] {
    if (!gone_) action();
  });
}

bool SimPhone::idle() const {
  if (gone_) return true;
  const auto is_over = [](const auto& call) { return call->state() == SimCall::State::Ended; };
  return std::all_of(calls_.begin(), calls_.end(), is_over) && transactions_->active() == 0;
}

bool SimPhone::was_hung_up_twice() const {
  return std::any_of(calls_.begin(), calls_.end(), [](const auto& call) { return call->byes_received() > 1; });
}

const sdp::Session* SimPhone::remote_description() const {
  if (calls_.empty()) return nullptr;
  const auto& remote = calls_.back()->media().remote();
  return remote ? &*remote : nullptr;
}

SimCall* SimPhone::current_call() {
  if (calls_.empty() || calls_.back()->state() == SimCall::State::Ended) return nullptr;
  return calls_.back().get();
}

void SimPhone::receive(std::string_view message) {
  if (!gone_) transactions_->receive(message, flow());
}

void SimPhone::send(const sip::Flow& flow, std::string_view message) { network_.carry_to_pbx(*this, flow, message); }

void SimPhone::on_request(const sip::Request& request, const sip::Flow& flow) {
  for (const auto& call : calls_) {
    if (call->owns(request)) return call->receive(request, flow);
  }
  switch (request.method()) {
    case sip::Method::Ack: return;
    case sip::Method::Invite: return receive_invite(request, flow);
    case sip::Method::Message: return receive_message(request, flow);
    case sip::Method::Notify: return receive_notify(request, flow);
    default: return respond(request, flow, request.to_tag().empty() ? 405 : 481);
  }
}

void SimPhone::receive_notify(const sip::Request& notify, const sip::Flow& flow) {
  for (const auto& subscription : subscriptions_) {
    if (subscription->owns(notify)) return respond(notify, flow, subscription->receive(notify));
  }
  if (!notify.to_tag().empty()) return respond(notify, flow, 481);
  message_waiting_.emplace_back(notify.body());
  respond(notify, flow, 200);
}

void SimPhone::receive_invite(const sip::Request& invite, const sip::Flow& flow) {
  if (!invite.to_tag().empty()) return respond(invite, flow, 481);
  if (current_call() != nullptr) return respond(invite, flow, 486);
  calls_.push_back(std::make_shared<SimCall>(*this, invite, flow));
  follow_habits(calls_.back());
}

void SimPhone::follow_habits(const std::shared_ptr<SimCall>& call) {
  if (habits_.encrypts && !call->can_answer()) return call->refuse(488);
  if (habits_.rings) call->ring(habits_.has_early_media);
  if (habits_.refuses) {
    later(habits_.refuses->after,
          [call, status = habits_.refuses->status, to = habits_.forwards_to] { call->refuse(status, to); });
  }
  if (habits_.answers_after) {
    later(*habits_.answers_after, [this, call] { call->answer(habits_.answer_sdp); });
  }
}

void SimPhone::respond(const sip::Request& request, const sip::Flow& flow, int status) {
  const auto transaction = transactions_->accept(request, flow);
  transactions_->respond(transaction, sip::make_response(request, status, random().token(8)));
}

void SimPhone::on_cancel(sip::ServerTransactionId invite, const sip::Request& cancel) {
  for (const auto& call : calls_) {
    if (call->owns(invite)) call->receive_cancel(cancel);
  }
}

void SimPhone::on_server_failure(sip::ServerTransactionId transaction) {
  for (const auto& call : calls_) {
    if (call->owns(transaction)) call->receive_failure();
  }
}

}  // namespace webcalling::sim
