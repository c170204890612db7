#include "call/leg/referral.hpp"

#include <utility>

#include "sip/message/headers.hpp"

namespace webcalling::call {

std::optional<Refer> Referral::receive(const sip::Request& request, sip::ServerTransactionId transaction) {
  const auto refuse_with = [&](int status) {
    transactions_.respond(transaction, dialog_.make_response(request, status));
    return std::nullopt;
  };
  if (state_ != State::Idle) return refuse_with(491);
  auto refer = read_refer(request);
  if (!refer) return refuse_with(refer.error().kind == Error::Kind::Malformed ? 400 : 603);
  state_ = State::Asked;
  transaction_ = transaction;
  request_ = request;
  wants_progress_ = refer->wants_progress;
  ++count_;
  return std::move(*refer);
}

void Referral::accept() {
  if (state_ != State::Asked) return;
  state_ = State::Accepted;
  auto accepted = dialog_.make_response(request_, 202);
  // RFC 4488 section 4: the wish to hear nothing is granted by repeating it.
  if (!wants_progress_) accepted.add(sip::HeaderName::ReferSub, "false");
  transactions_.respond(transaction_, accepted);
  if (!wants_progress_) return;
  const auto cseq = request_.get<sip::CSeq>().value_or(sip::CSeq{});
  const auto id = count_ > 1 ? std::optional(cseq.number) : std::nullopt;
  progress_ = std::make_shared<ReferProgress>(dialog_, id, [this] { finish(); });
  progress_->tell(100);
}

void Referral::refuse(int status) {
  if (state_ != State::Asked) return;
  state_ = State::Idle;
  transactions_.respond(transaction_, dialog_.make_response(request_, status));
}

void Referral::tell(int status) {
  if (state_ != State::Accepted) return;
  if (progress_ && !progress_->is_over()) return progress_->tell(status);
  if (status >= 200) finish();
}

void Referral::finish() {
  if (state_ != State::Accepted) return;
  state_ = State::Idle;
  on_told_();
}

sip::Response Referral::receive_subscribe(const sip::Request& subscribe) {
  const auto named = subscribe.get<sip::Event>();
  if (!named || named->token != "refer") return dialog_.make_response(subscribe, 489);
  if (!progress_ || !progress_->is_named_by(subscribe)) return dialog_.make_response(subscribe, 481);
  const auto wanted = subscribe.get<sip::Expires>();
  auto response = dialog_.make_response(subscribe, 200);
  response.add(sip::Expires{progress_->refresh(wanted ? wanted->value : std::chrono::seconds{60})});
  return response;
}

void Referral::forget() {
  refuse(481);
  state_ = State::Idle;
  progress_.reset();
}

}  // namespace webcalling::call
