#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "call/leg/dialog_requests.hpp"
#include "call/leg/refer.hpp"
#include "call/leg/refer_progress.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling::call {

/// The REFERs of one leg, one at a time: from the request over its answer to the last NOTIFY.
///
///   Idle --REFER--> Asked --accept()--> Accepted --told to the end--> Idle
///                     +-----refuse()--> Idle
class Referral {
 public:
  enum class State { Idle, Asked, Accepted };
  /// The referrer has been told how it ended, or can no longer be told.
  using OnTold = std::function<void()>;

  Referral(sip::TransactionLayer& transactions, DialogRequests& dialog, OnTold on_told)
      : transactions_(transactions), dialog_(dialog), on_told_(std::move(on_told)) {}

  /// What a REFER asks for. Nothing if it has been refused here: it cannot be read (400), asks for no call (603, RFC
  /// 3515 section 2.4.2), or comes while another is under way (491).
  [[nodiscard]] std::optional<Refer> receive(const sip::Request& request, sip::ServerTransactionId transaction);
  /// 202; and 100 Trying to a referrer that wants to know (RFC 3515 section 2.4.4).
  void accept();
  void refuse(int status);
  /// A status above 199 is the last.
  void tell(int status);

  /// A SUBSCRIBE inside the dialog: the response to it.
  [[nodiscard]] sip::Response receive_subscribe(const sip::Request& subscribe);
  /// The dialog is over.
  void forget();
  [[nodiscard]] State state() const { return state_; }

 private:
  void finish();

  sip::TransactionLayer& transactions_;
  DialogRequests& dialog_;
  OnTold on_told_;
  State state_ = State::Idle;
  sip::ServerTransactionId transaction_;
  sip::Request request_;
  bool wants_progress_ = true;
  std::uint32_t count_ = 0;
  std::shared_ptr<ReferProgress> progress_;
};

}  // namespace webcalling::call
