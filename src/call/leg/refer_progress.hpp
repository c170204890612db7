#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "call/leg/dialog_requests.hpp"
#include "sip/message/message.hpp"

namespace webcalling::call {

/// The implicit subscription of one REFER (RFC 3515 section 2.4.4): tells the referrer by NOTIFY, inside the dialog of
/// its call, how the transfer goes. One NOTIFY at a time, and then the newest state.
///
///   Idle --tell()--> Telling --answered--> Idle
///                       +--final status told, unsubscribed, or the referrer knows nothing of it--> Over
class ReferProgress : public std::enable_shared_from_this<ReferProgress> {
 public:
  /// The referrer has been told how it ended, or can no longer be told. Called at most once, as the last thing.
  using OnOver = std::function<void()>;

  /// `id` tells several REFERs of one dialog apart: the CSeq number of all but the first.
  ReferProgress(DialogRequests& dialog, std::optional<std::uint32_t> id, OnOver on_over);

  /// A status above 199 is the last.
  void tell(int status);
  /// A SUBSCRIBE of the referrer to this subscription; zero ends it. Gives what is granted.
  [[nodiscard]] std::chrono::seconds refresh(std::chrono::seconds expires);
  /// True if a SUBSCRIBE with this Event is about this subscription.
  [[nodiscard]] bool is_named_by(const sip::Message& message) const;
  [[nodiscard]] bool is_over() const { return state_ == State::Over; }

 private:
  enum class State { Idle, Telling, Over };

  void send();
  void receive(const sip::Response& response);

  DialogRequests& dialog_;
  std::optional<std::uint32_t> id_;
  OnOver on_over_;
  State state_ = State::Idle;
  int status_ = 100;
  /// What is to be told once the NOTIFY that is on its way has been answered.
  std::optional<int> next_;
};

}  // namespace webcalling::call
