#include "call/leg/info_digit_sender.hpp"

#include <utility>

namespace webcalling::call {

bool InfoDigitSender::send(const InfoDigit& digit) {
  if (waiting_.size() >= kMostWaiting) return false;
  waiting_.push_back(digit);
  if (waiting_.size() == 1) send_next();
  return true;
}

void InfoDigitSender::stop() { waiting_.clear(); }

void InfoDigitSender::send_next() {
  auto info = dialog_.make_request(sip::Method::Info);
  info.set_body(kDtmfRelay, write_info_digit(waiting_.front()));
  dialog_.send(std::move(info), [this](const sip::Response& response) {
    if (response.is_provisional() || waiting_.empty()) return;
    waiting_.pop_front();
    if (!waiting_.empty()) send_next();
  });
}

}  // namespace webcalling::call
