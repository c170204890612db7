#include "sip/transaction/client_transactions.hpp"

#include <memory>
#include <utility>

#include "sip/message/headers.hpp"
#include "sip/transaction/top_via.hpp"

namespace webcalling::sip {

ClientTransactionId ClientTransactions::send_request(Request request, const Flow& flow, OnResponse on_response) {
  const std::string branch = put_via(request, flow, context_.random);
  return add(branch, std::move(request), flow, std::move(on_response));
}

void ClientTransactions::send_cancel(Request cancel, const Flow& flow) {
  const auto via = cancel.get<Via>();
  if (via) add(std::string(via->branch()), std::move(cancel), flow, {});
}

ClientTransactionId ClientTransactions::add(std::string_view branch, Request request, const Flow& flow,
                                            OnResponse on_response) {
  return table_.add(client_key(branch, request.method_text()), [&](ClientTransactionId id) {
    const auto make = [&](auto machine) {
      return std::make_unique<Transaction>(std::move(on_response), machine, context_, id, std::move(request), flow);
    };
    return request.method() == Method::Invite ? make(std::in_place_type<InviteClientTransaction>)
                                              : make(std::in_place_type<NonInviteClientTransaction>);
  });
}

void ClientTransactions::cancel(ClientTransactionId invite, const std::optional<std::string>& reason) {
  Transaction* transaction = table_.find(invite);
  if (transaction == nullptr) return;
  if (auto* machine = std::get_if<InviteClientTransaction>(&transaction->machine)) machine->cancel(reason);
}

void ClientTransactions::receive(Response response) {
  const auto key = client_key(response);
  Transaction* transaction = key ? table_.find(table_.find_id(*key)) : nullptr;
  if (transaction == nullptr) return;
  std::visit([&](auto& machine) { machine.receive(std::move(response)); }, transaction->machine);
}

void ClientTransactions::on_transport_failure(const Flow& failed) {
  table_.for_each([&](Transaction& transaction) {
    std::visit(
        [&](auto& machine) {
          if (is_affected(machine.flow(), failed)) machine.fail_transport();
        },
        transaction.machine);
  });
}

std::size_t ClientTransactions::unanswered() const {
  return table_.count_if([](const Transaction& transaction) {
    return std::visit([](const auto& machine) { return machine.awaits_final_response(); }, transaction.machine);
  });
}

void ClientTransactions::deliver(ClientTransactionId id, const Response& response) {
  Transaction* transaction = table_.find(id);
  if (transaction != nullptr && transaction->on_response) transaction->on_response(response);
}

}  // namespace webcalling::sip
