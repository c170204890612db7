#include "sip/transaction/client_transactions.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "sip/message/headers.hpp"
#include "sip/transaction/top_via.hpp"

namespace webcalling::sip {

ClientTransactionId ClientTransactions::send_request(Request request, const Flow& flow, OnResponse on_response) {
  const auto stream = large_requests_.stream_for(request, flow);
  if (!stream) {
    const std::string branch = put_via(request, flow, context_.random);
    return add(branch, std::move(request), flow, std::move(on_response));
  }
  Request over_stream = request;
  const std::string branch = put_via(over_stream, *stream, context_.random);
  const auto id = add(branch, std::move(over_stream), *stream, std::move(on_response));
  table_.find(id)->datagram = Datagram{std::move(request), flow};
  return id;
}

void ClientTransactions::send_cancel(Request cancel, const Flow& flow) {
  const auto via = cancel.get<Via>();
  if (!via) return;
  const std::string branch(via->branch);
  add(branch, std::move(cancel), flow, {});
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
  // What begins anew gets another row: not while we walk through them.
  std::vector<ClientTransactionId> to_send_as_datagrams;
  table_.for_each([&](ClientTransactionId id, Transaction& transaction) {
    std::visit(
        [&](auto& machine) {
          if (!is_affected(machine.flow(), failed)) return;
          if (transaction.datagram && machine.has_heard_nothing()) return to_send_as_datagrams.push_back(id);
          machine.fail_transport();
        },
        transaction.machine);
  });
  for (const ClientTransactionId id : to_send_as_datagrams) send_as_datagram(id);
}

// RFC 3261 section 18.1.1: "the element SHOULD retry the request, using UDP".
void ClientTransactions::send_as_datagram(ClientTransactionId id) {
  Transaction& transaction = *table_.find(id);
  Datagram datagram = *std::exchange(transaction.datagram, std::nullopt);
  large_requests_.note_refusal(datagram.flow.remote);
  const std::string branch = put_via(datagram.request, datagram.flow, context_.random);
  table_.rename(id, client_key(branch, datagram.request.method_text()));
  std::visit(
      [&]<typename Machine>(Machine&) {
        transaction.machine.emplace<Machine>(context_, id, std::move(datagram.request), datagram.flow);
      },
      transaction.machine);
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
