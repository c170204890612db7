#include "sip/transaction/server_transactions.hpp"

#include <memory>
#include <utility>

#include "sip/message/tag.hpp"
#include "sip/transaction/top_via.hpp"

namespace webcalling::sip {

void ServerTransactions::receive(Request request, const Flow& flow) {
  if (request.method() == Method::Ack) return receive_ack(request, flow);
  if (receive_retransmission(request, flow)) return;
  if (request.method() == Method::Cancel) return receive_cancel(request, flow);
  context_.outbox.push(RequestArrived{std::move(request), flow});
}

bool ServerTransactions::receive_retransmission(const Request& request, const Flow& flow) {
  Transaction* transaction = table_.find(table_.find_id(server_key(request, flow)));
  if (transaction == nullptr) return false;
  std::visit([](auto& machine) { machine.receive_retransmission(); }, *transaction);
  return true;
}

void ServerTransactions::receive_ack(const Request& ack, const Flow& flow) {
  InviteServerTransaction* invite = find_invite(table_.find_id(server_key(ack, flow)));
  if (invite == nullptr || invite->receive_ack()) context_.outbox.push(RequestArrived{ack, flow});
}

// RFC 3261 section 9.2.
void ServerTransactions::receive_cancel(const Request& cancel, const Flow& flow) {
  const ServerTransactionId id = table_.find_id(cancelled_key(cancel, flow));
  if (find_invite(id) != nullptr) return receive_matched_cancel(id, cancel, flow);
  reply_statelessly(cancel, flow, make_response(cancel, 481, context_.random.token(kTagLength)));
}

void ServerTransactions::receive_matched_cancel(ServerTransactionId id, const Request& cancel, const Flow& flow) {
  InviteServerTransaction* invite = find_invite(id);
  // "the To tag of the response to the CANCEL and the To tag in the response to the original request SHOULD be the
  // same"
  const std::string tag = invite->local_tag().empty() ? context_.random.token(kTagLength) : invite->local_tag();
  const bool is_pending = invite->state() == InviteServerTransaction::State::Proceeding;
  // A transaction of its own absorbs the retransmissions of the CANCEL.
  respond(accept(cancel, flow), make_response(cancel, 200, tag));
  if (is_pending) context_.outbox.push(InviteCancelled{id, cancel});
}

bool ServerTransactions::knows(const Glance& request, const Flow& flow) const {
  const auto key = server_key(request, flow);
  return key && table_.find_id(*key) != ServerTransactionId{0};
}

ServerTransactionId ServerTransactions::accept(const Request& request, const Flow& flow) {
  if (request.method() == Method::Ack) return {};
  const TransactionKey key = server_key(request, flow);
  if (const auto known = table_.find_id(key); known != ServerTransactionId{0}) return known;
  ReplyPath path = reply_path(request, flow);
  return table_.add(key, [&](ServerTransactionId id) {
    if (request.method() == Method::Invite) {
      return std::make_unique<Transaction>(std::in_place_type<InviteServerTransaction>, context_, id, request,
                                           std::move(path));
    }
    return std::make_unique<Transaction>(std::in_place_type<NonInviteServerTransaction>, context_, id, std::move(path));
  });
}

void ServerTransactions::respond(ServerTransactionId id, const Response& response) {
  Transaction* transaction = table_.find(id);
  if (transaction == nullptr) return;
  std::visit([&](auto& machine) { machine.respond(response); }, *transaction);
}

void ServerTransactions::on_ack(ServerTransactionId invite) {
  if (auto* machine = find_invite(invite)) machine->acknowledge();
}

void ServerTransactions::on_transport_failure(const Flow& failed) {
  table_.for_each([&](ServerTransactionId /*id*/, Transaction& transaction) {
    std::visit(
        [&](auto& machine) {
          ReplyPath& path = machine.path();
          if (!is_affected(path.flow, failed)) return;
          if (!path.fallback) return machine.fail_transport();
          path.flow.connection = ConnectionId{0};
          path.flow.remote = *std::exchange(path.fallback, std::nullopt);
        },
        transaction);
  });
}

void ServerTransactions::reply_statelessly(const Request& request, const Flow& flow, const Response& response) {
  if (request.method() == Method::Ack) return;
  context_.sender.send(reply_path(request, flow).flow, response.write());
}

InviteServerTransaction* ServerTransactions::find_invite(ServerTransactionId id) {
  Transaction* transaction = table_.find(id);
  return transaction == nullptr ? nullptr : std::get_if<InviteServerTransaction>(transaction);
}

}  // namespace webcalling::sip
