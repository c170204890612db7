#pragma once

#include <cstddef>
#include <variant>

#include "sip/transaction/invite_server_transaction.hpp"
#include "sip/transaction/non_invite_server_transaction.hpp"
#include "sip/transaction/transaction_context.hpp"
#include "sip/transaction/transaction_table.hpp"

namespace webcalling::sip {

/// All server transactions of a layer: decides to which one a request belongs, and what an ACK or a CANCEL means.
class ServerTransactions {
 public:
  explicit ServerTransactions(TransactionContext& context) : context_(context) {}

  /// `request` is valid and its topmost Via stamped. What belongs to no transaction becomes an event.
  void receive(Request request, const Flow& flow);
  [[nodiscard]] bool knows(const Glance& request, const Flow& flow) const;
  ServerTransactionId accept(const Request& request, const Flow& flow);
  void respond(ServerTransactionId id, const Response& response);
  void on_ack(ServerTransactionId invite);
  void on_transport_failure(const Flow& failed);
  void reply_statelessly(const Request& request, const Flow& flow, const Response& response);

  void erase(ServerTransactionId id) { table_.erase(id); }
  [[nodiscard]] std::size_t size() const { return table_.size(); }

 private:
  using Transaction = std::variant<InviteServerTransaction, NonInviteServerTransaction>;

  void receive_ack(const Request& ack, const Flow& flow);
  void receive_cancel(const Request& cancel, const Flow& flow);
  void receive_matched_cancel(ServerTransactionId id, const Request& cancel, const Flow& flow);
  /// True if it was one.
  bool receive_retransmission(const Request& request, const Flow& flow);
  [[nodiscard]] InviteServerTransaction* find_invite(ServerTransactionId id);

  TransactionContext& context_;
  TransactionTable<ServerTransactionId, Transaction> table_;
};

}  // namespace webcalling::sip
