#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "sip/transaction/invite_client_transaction.hpp"
#include "sip/transaction/large_requests.hpp"
#include "sip/transaction/non_invite_client_transaction.hpp"
#include "sip/transaction/transaction_context.hpp"
#include "sip/transaction/transaction_layer.hpp"
#include "sip/transaction/transaction_table.hpp"

namespace webcalling::sip {

/// All client transactions of a layer: decides to which one a response belongs, and holds what its user wants called.
/// What is too large for a datagram goes over TCP, and comes back to UDP if the peer takes no connection.
class ClientTransactions {
 public:
  using OnResponse = TransactionLayer::OnResponse;

  explicit ClientTransactions(TransactionContext& context)
      : context_(context), large_requests_(context.timers, context.sender) {}

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
  /// A request that went over TCP for its size alone, as it goes over UDP.
  struct Datagram {
    Request request;
    Flow flow;
  };
  struct Transaction {
    template <typename Machine, typename... Args>
    Transaction(OnResponse callback, std::in_place_type_t<Machine> type, Args&&... args)
        : on_response(std::move(callback)), machine(type, std::forward<Args>(args)...) {}

    OnResponse on_response;
    std::variant<InviteClientTransaction, NonInviteClientTransaction> machine;
    std::optional<Datagram> datagram{};
  };

  ClientTransactionId add(std::string_view branch, Request request, const Flow& flow, OnResponse on_response);

  /// Begins anew, with another branch; its user notices nothing.
  void send_as_datagram(ClientTransactionId id);

  TransactionContext& context_;
  LargeRequests large_requests_;
  TransactionTable<ClientTransactionId, Transaction> table_;
};

}  // namespace webcalling::sip
