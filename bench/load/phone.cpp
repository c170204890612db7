#include "load/phone.hpp"

#include <fmt/format.h>

#include <utility>

#include "io/clock.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::load {
namespace {

constexpr std::string_view kSdp = "application/sdp";
constexpr std::chrono::seconds kExpires{3600};

}  // namespace

void CallEnd::hang_up() {
  if (state_ != State::Talking && state_ != State::Answered) return;
  state_ = State::Ended;
  phone_.line_->transactions().send_request(dialog_->make_request(sip::Method::Bye), phone_.line_->flow(),
                                            [](const sip::Response& /*response*/) {});
  phone_.forget(*this);
}

void CallEnd::vanish() {
  state_ = State::Ended;
  if (dialog_) phone_.vanished_.insert(dialog_->id().call_id);
  phone_.forget(*this);
}

Phone::Phone(TimerQueue& timers, Random& random, Account account, const Endpoint& server, Handlers handlers)
    : random_(random),
      account_(std::move(account)),
      server_(server),
      handlers_(std::move(handlers)),
      digest_(account_.user, account_.password, random),
      refresh_timer_(timers, [this] {
        was_challenged_ = false;
        send_register();
      }) {}

Result<std::unique_ptr<Phone>> Phone::open(io::Loop& loop, Random& random, const SipServer& server,
                                           const IpAddress& local, Account account, Handlers handlers) {
  std::unique_ptr<Phone> phone(new Phone(loop.timers(), random, std::move(account), server.at, std::move(handlers)));
  sip::TransactionLayer::User& user = *phone;
  auto line = SipLine::open(loop, random, server, local, user,
                            {[phone = phone.get()] { phone->sign_in(); },
                             [phone = phone.get()](const std::string& reason) {
                               phone->handlers_.on_registered(failed("reaching {}: {}", phone->server_.text(), reason));
                             }});
  if (!line) return Failure(std::move(line.error()));
  phone->line_ = std::move(*line);
  return phone;
}

sip::Uri Phone::uri_of(std::string_view user) const {
  sip::Uri uri;
  uri.user = user;
  uri.host = server_.address.text();
  return uri;
}

sip::NameAddress Phone::contact() const {
  sip::NameAddress contact;
  contact.uri = line_->contact(account_.user);
  return contact;
}

void Phone::sign_in() {
  register_ = sip::Request(sip::Method::Register, uri_of(""));
  sip::From from;
  from.uri = uri_of(account_.user);
  from.parameters.set("tag", random_.token(8));
  sip::To to;
  to.uri = uri_of(account_.user);
  register_.add(from);
  register_.add(to);
  register_.add(sip::HeaderName::CallId, random_.token(16));
  std::string contact_text;
  contact().write(contact_text);
  register_.add(sip::HeaderName::Contact, contact_text);
  register_.add(sip::Expires{kExpires});
  send_register();
}

void Phone::sign_out() {
  register_.set(sip::Expires{0s});
  was_challenged_ = false;
  send_register();
}

void Phone::send_register() {
  register_.set(sip::CSeq{++register_cseq_, sip::Method::Register, "REGISTER"});
  line_->transactions().send_request(register_, line_->flow(), [this](const sip::Response& response) {
    if (response.is_provisional()) return;
    const bool challenged = response.status() == 401 && !std::exchange(was_challenged_, true);
    if (challenged && digest_.answer(response, register_)) return send_register();
    if (response.is_success() && register_.get<sip::Expires>()->value == 0s) {
      refresh_timer_.stop();
      is_registered_ = false;
      return;
    }
    if (response.is_success()) {
      refresh_timer_.start(kExpires / 2);
      if (!std::exchange(is_registered_, true)) handlers_.on_registered({});
      return;
    }
    handlers_.on_registered(refused("registering {}: {} {}", account_.user, response.status(), response.reason()));
  });
}

std::shared_ptr<CallEnd> Phone::call(const std::string& number, std::unique_ptr<MediaEnd> media) {
  auto end = std::make_shared<CallEnd>(*this, std::move(media));
  sip::Request& invite = end->invite_;
  invite = sip::Request(sip::Method::Invite, uri_of(number));
  sip::From from;
  from.uri = uri_of(account_.user);
  from.parameters.set("tag", random_.token(8));
  sip::To to;
  to.uri = uri_of(number);
  invite.add(from);
  invite.add(to);
  invite.add(sip::HeaderName::CallId, random_.token(16));
  invite.add(sip::CSeq{1, sip::Method::Invite, "INVITE"});
  std::string contact_text;
  contact().write(contact_text);
  invite.add(sip::HeaderName::Contact, contact_text);
  invite.set_body(kSdp, make_offer(end->media().own()));
  send_invite(end);
  return end;
}

void Phone::send_invite(const std::shared_ptr<CallEnd>& end) {
  end->began_ = io::MonotonicClock::now();
  line_->transactions().send_request(end->invite_, line_->flow(),
                                     [this, end](const sip::Response& response) { receive_answer(end, response); });
}

void Phone::receive_answer(const std::shared_ptr<CallEnd>& end, const sip::Response& response) {
  if (response.is_provisional()) return;
  if (response.is_success()) {
    receive_success(*end, response);
    if (end->state_ == CallEnd::State::Talking) calls_.insert_or_assign(end->dialog_->id().call_id, end);
    return;
  }
  const bool challenged = response.status() == 401 || response.status() == 407;
  if (challenged && !std::exchange(end->was_challenged_, true) && digest_.answer(response, end->invite_)) {
    end->invite_.set(sip::CSeq{2, sip::Method::Invite, "INVITE"});
    return send_invite(end);
  }
  this->end(*end, response.status());
}

void Phone::receive_success(CallEnd& end, const sip::Response& response) {
  if (!end.dialog_) {
    auto dialog = sip::Dialog::from_response(end.invite_, response, line_->flow());
    if (!dialog) return this->end(end, 500);
    end.dialog_ = std::move(*dialog);
  }
  line_->transactions().send_ack(end.dialog_->make_ack(response.get<sip::CSeq>().value_or(sip::CSeq{}).number),
                                 line_->flow());
  if (end.state_ != CallEnd::State::Calling) return;
  end.answered_ = io::MonotonicClock::now();
  const auto server = read(response.body(), end.media().kind(), end.media().own().codec);
  end.state_ = CallEnd::State::Talking;
  if (!server) {
    end.hang_up();
    return this->end(end, 488);
  }
  end.media().connect(*server);
  handlers_.on_talking(end);
}

void Phone::on_request(const sip::Request& request, const sip::Flow& flow) {
  const std::string call_id(request.call_id());
  const auto found = calls_.find(call_id);
  if (found != calls_.end()) {
    const auto end = found->second;
    return receive_in_call(*end, request, flow);
  }
  if (request.method() == sip::Method::Ack || vanished_.contains(call_id)) return;
  if (request.method() == sip::Method::Invite && request.to_tag().empty()) return receive_invite(request, flow);
  answer(request, flow, request.to_tag().empty() ? 200 : 481);
}

void Phone::receive_invite(const sip::Request& invite, const sip::Flow& flow) {
  const TimePoint now = io::MonotonicClock::now();
  const auto transaction = line_->transactions().accept(invite, flow);
  const auto refuse = [&](int status) {
    line_->transactions().respond(transaction, sip::make_response(invite, status, random_.token(8)));
  };
  auto media = handlers_.on_invite(invite);
  if (!media) return refuse(486);
  const auto server = read(invite.body(), media->kind(), media->own().codec);
  if (!server) return refuse(488);
  auto dialog = sip::Dialog::from_request(invite, random_.token(8), flow, contact());
  if (!dialog) return refuse(400);
  const auto end = std::make_shared<CallEnd>(*this, std::move(media));
  end->began_ = now;
  end->dialog_ = std::move(*dialog);
  end->state_ = CallEnd::State::Answered;
  calls_.insert_or_assign(end->dialog_->id().call_id, end);
  handlers_.on_called(invite, end);
  line_->transactions().respond(transaction, end->dialog_->make_response(invite, 180));
  auto response = end->dialog_->make_response(invite, 200);
  response.set_body(kSdp, make_answer(end->media().own(), *server));
  end->answered_ = io::MonotonicClock::now();
  end->invite_transaction_ = transaction;
  line_->transactions().respond(transaction, response);
  end->media().connect(*server);
}

void Phone::receive_in_call(CallEnd& end, const sip::Request& request, const sip::Flow& flow) {
  if (request.method() == sip::Method::Ack) {
    line_->transactions().on_ack(end.invite_transaction_);
    if (end.state_ != CallEnd::State::Answered) return;
    end.state_ = CallEnd::State::Talking;
    return handlers_.on_talking(end);
  }
  if (request.method() == sip::Method::Invite || request.method() == sip::Method::Update) {
    // A refresh: nothing changes.
    auto response = end.dialog_->make_response(request, 200);
    const auto server = read(request.body(), end.media().kind(), end.media().own().codec);
    if (server) response.set_body(kSdp, make_answer(end.media().own(), *server));
    end.invite_transaction_ = line_->transactions().accept(request, flow);
    return line_->transactions().respond(end.invite_transaction_, response);
  }
  answer(request, flow, 200);
  if (request.method() == sip::Method::Bye) this->end(end, 0);
}

void Phone::end(CallEnd& end, int refusal) {
  end.refusal_ = refusal;
  end.state_ = CallEnd::State::Ended;
  handlers_.on_ended(end);
  forget(end);
}

void Phone::forget(const CallEnd& end) {
  if (end.dialog_) calls_.erase(end.dialog_->id().call_id);
}

void Phone::answer(const sip::Request& request, const sip::Flow& flow, int status) {
  const auto transaction = line_->transactions().accept(request, flow);
  line_->transactions().respond(transaction, sip::make_response(request, status, random_.token(8)));
}

// Only if the 200 was lost on its way: that is repeated until the ACK, or until the end.
void Phone::on_cancel(sip::ServerTransactionId /*invite*/, const sip::Request& /*cancel*/) {}

void Phone::on_server_failure(sip::ServerTransactionId transaction) {
  for (const auto& [call_id, end] : calls_) {
    if (end->invite_transaction_ != transaction || end->state_ != CallEnd::State::Answered) continue;
    const auto failed = end;
    return this->end(*failed, 408);
  }
}

}  // namespace webcalling::load
