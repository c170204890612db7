#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "sip/transaction/invite_client_transaction.hpp"
#include "sip/transaction/non_invite_client_transaction.hpp"
#include "sip/transaction/transaction_context.hpp"
#include "sip/transaction/transaction_layer.hpp"
#include "sip/transaction/transaction_table.hpp"

namespace webcalling::sip {

/// All client transactions of a layer: decides to which one a response belongs, and holds what its user wants called.
class ClientTransactions {
 public:
  using OnResponse = TransactionLayer::OnResponse;

  explicit ClientTransactions(TransactionContext& context) : context_(context) {}

  ClientTransactionId send_request(Request request, const Flow& flow, OnResponse on_response);
  /// In the hop of its INVITE, whose branch it bears; nobody waits for its response.
  void send_cancel(Request cancel, const Flow& flow);
  void cancel(ClientTransactionId invite, const std::optional<std::string>& reason);
  /// A response that matches no transaction is dropped.
  void receive(Response response);
  void on_transport_failure(const Flow& failed);

  /// Hands a response to the user of the transaction.
  void deliver(ClientTransactionId id, const Response& response);
  void erase(ClientTransactionId id) { table_.erase(id); }
  [[nodiscard]] std::size_t size() const { return table_.size(); }
  [[nodiscard]] std::size_t unanswered() const;

 private:
  struct Transaction {
    template <typename Machine, typename... Args>
    Transaction(OnResponse callback, std::in_place_type_t<Machine> type, Args&&... args)
        : on_response(std::move(callback)), machine(type, std::forward<Args>(args)...) {}

    OnResponse on_response;
    std::variant<InviteClientTransaction, NonInviteClientTransaction> machine;
  };

  ClientTransactionId add(std::string_view branch, Request request, const Flow& flow, OnResponse on_response);

  TransactionContext& context_;
  TransactionTable<ClientTransactionId, Transaction> table_;
};

}  // namespace webcalling::sip
