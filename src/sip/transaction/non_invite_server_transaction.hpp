#pragma once

#include <string>

#include "sip/message/message.hpp"
#include "sip/transaction/top_via.hpp"
#include "sip/transaction/transaction_context.hpp"

namespace webcalling::sip {

/// RFC 3261 section 17.2.2 (figure 8). A request that its user leaves unanswered is forgotten when its client has given
/// up (timer F there): an answer would come too late (RFC 4320 section 4.2).
class NonInviteServerTransaction {
 public:
  enum class State { Trying, Proceeding, Completed, Terminated };

  NonInviteServerTransaction(TransactionContext& context, ServerTransactionId id, ReplyPath path);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] ReplyPath& path() { return path_; }

  void receive_retransmission();
  void respond(const Response& response);
  void fail_transport();

 private:
  void terminate();
  void send() { context_.sender.send(path_.flow, response_); }

  TransactionContext& context_;
  ServerTransactionId id_;
  ReplyPath path_;
  State state_ = State::Trying;
  std::string response_;
  /// J, and before the final response the client's F.
  Timer deadline_;
};

}  // namespace webcalling::sip
