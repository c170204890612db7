#include "sip/transaction/transaction_layer.hpp"

#include <utility>
#include <variant>

#include "sip/message/parser.hpp"
#include "sip/message/tag.hpp"
#include "sip/transaction/client_transactions.hpp"
#include "sip/transaction/outbox.hpp"
#include "sip/transaction/server_transactions.hpp"
#include "sip/transaction/top_via.hpp"
#include "sip/transaction/transaction_context.hpp"

namespace webcalling::sip {
class TransactionLayer::Impl {
 public:
  Impl(TimerQueue& timers, Random& random, MessageSender& sender, TransactionTimers settings)
      : outbox_(timers, [this](TransactionEvent event) { std::visit(*this, std::move(event)); }),
        context_{timers, random, sender, outbox_, settings},
        server_(context_),
        client_(context_) {}

  void receive(std::string_view message, const Flow& flow) {
    auto parsed = parse(message);
    if (!parsed) return reject_malformed(message, rejection_for(parsed.error()), flow);
    if (auto* response = std::get_if<Response>(&*parsed)) {
      if (is_valid(*response)) client_.receive(std::move(*response));
      return;
    }
    receive_request(message, std::get<Request>(*parsed), flow);
  }

  void reject_malformed(std::string_view message, const Rejection& rejection, const Flow& flow) {
    auto response = response_to_malformed(message, rejection);
    if (!response) return;
    stamp_source(*response, flow);
    context_.sender.send(reply_path(*response, flow).flow, response->write());
  }

  // Each event as it comes out of the outbox.
  void operator()(const RequestArrived& event) { user_->on_request(event.request, event.flow); }
  void operator()(const InviteCancelled& event) { user_->on_cancel(event.invite, event.cancel); }
  void operator()(const ServerTransactionEnded& event) { server_.erase(event.id); }
  void operator()(const ServerTransactionFailed& event) { user_->on_server_failure(event.id); }
  void operator()(const ResponseArrived& event) { client_.deliver(event.id, event.response); }
  void operator()(CancelDue event) { client_.send_cancel(std::move(event.cancel), event.flow); }
  void operator()(const ClientTransactionEnded& event) { client_.erase(event.id); }

  User* user_ = nullptr;
  Outbox outbox_;
  TransactionContext context_;
  ServerTransactions server_;
  ClientTransactions client_;

 private:
  void receive_request(std::string_view message, Request& request, const Flow& flow) {
    stamp_source(request, flow);
    const auto rejection = validate(request);
    if (!rejection) return server_.receive(std::move(request), flow);
    if (rejection->status == 400) return reject_malformed(message, *rejection, flow);
    const std::string tag = context_.random.token(kTagLength);
    server_.reply_statelessly(request, flow, make_response(request, rejection->status, tag, rejection->reason));
  }
};

TransactionLayer::TransactionLayer(TimerQueue& timers, Random& random, MessageSender& sender,
                                   TransactionTimers settings)
    : impl_(std::make_unique<Impl>(timers, random, sender, settings)) {}

TransactionLayer::~TransactionLayer() = default;

void TransactionLayer::set_user(User& user) { impl_->user_ = &user; }

void TransactionLayer::receive(std::string_view message, const Flow& flow) {
  impl_->outbox_.hold();
  impl_->receive(message, flow);
  impl_->outbox_.deliver();
}

bool TransactionLayer::knows(const Glance& request, const Flow& flow) const {
  return impl_->server_.knows(request, flow);
}

void TransactionLayer::receive_malformed(std::string_view head, const Error& error, const Flow& flow) {
  impl_->reject_malformed(head, rejection_for(error), flow);
}

void TransactionLayer::on_transport_failure(const Flow& flow) {
  impl_->client_.on_transport_failure(flow);
  impl_->server_.on_transport_failure(flow);
  impl_->outbox_.deliver();
}

// The entry points below are called by the user and never call back.

ServerTransactionId TransactionLayer::accept(const Request& request, const Flow& flow) {
  return impl_->server_.accept(request, flow);
}

void TransactionLayer::respond(ServerTransactionId transaction, const Response& response) {
  impl_->server_.respond(transaction, response);
  impl_->outbox_.tidy();
}

void TransactionLayer::on_ack(ServerTransactionId invite) { impl_->server_.on_ack(invite); }

void TransactionLayer::reply_statelessly(const Request& request, const Flow& flow, const Response& response) {
  impl_->server_.reply_statelessly(request, flow, response);
}

ClientTransactionId TransactionLayer::send_request(Request request, const Flow& flow, OnResponse on_response) {
  return impl_->client_.send_request(std::move(request), flow, std::move(on_response));
}

void TransactionLayer::send_ack(Request ack, const Flow& flow) {
  put_via(ack, flow, impl_->context_.random);
  impl_->context_.sender.send(flow, ack.write());
}

void TransactionLayer::cancel(ClientTransactionId invite, std::optional<std::string> reason) {
  impl_->client_.cancel(invite, reason);
  impl_->outbox_.tidy();
}

std::size_t TransactionLayer::active() const { return impl_->server_.size() + impl_->client_.size(); }
std::size_t TransactionLayer::unanswered() const { return impl_->client_.unanswered(); }

}  // namespace webcalling::sip
