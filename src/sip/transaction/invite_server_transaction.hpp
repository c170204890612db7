#pragma once

#include <string>

#include "sip/message/message.hpp"
#include "sip/transaction/top_via.hpp"
#include "sip/transaction/transaction_context.hpp"

namespace webcalling::sip {

/// RFC 3261 section 17.2.1 (figure 7) with the Accepted state of RFC 6026 (figure 4). The retransmission of a 2xx until
/// its ACK, which section 13.3.1.4 leaves to the user, happens here too. A ringing INVITE has no time limit here: its
/// user must answer in the end.
class InviteServerTransaction {
 public:
  enum class State {
    Proceeding,
    Accepted,
    Acknowledged,  ///< Accepted, and the ACK is in: nothing is sent any more
    Completed,
    Confirmed,
    Terminated,
  };

  /// Sends 100.
  InviteServerTransaction(TransactionContext& context, ServerTransactionId id, const Request& invite, ReplyPath path);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] ReplyPath& path() { return path_; }
  /// The To tag of the last response that had one.
  [[nodiscard]] const std::string& local_tag() const { return local_tag_; }

  void receive_retransmission();
  /// An ACK with the INVITE's own branch. True if it is the user's after all, because it answers a 2xx (RFC 6026
  /// section 7.1; peers of RFC 2543).
  [[nodiscard]] bool receive_ack();
  void respond(const Response& response);
  /// The user has seen the ACK to its 2xx.
  void acknowledge();
  void fail_transport();

 private:
  void respond_first(const Response& response);
  void retransmit();
  void expire();
  void fail();
  void terminate();
  void send() { context_.sender.send(path_.flow, response_); }

  TransactionContext& context_;
  ServerTransactionId id_;
  ReplyPath path_;
  State state_ = State::Proceeding;
  std::string response_;
  std::string local_tag_;
  Duration interval_;
  /// G, and for a 2xx the timer of section 13.3.1.4.
  Timer retransmission_;
  /// H, I or L.
  Timer deadline_;
};

}  // namespace webcalling::sip
