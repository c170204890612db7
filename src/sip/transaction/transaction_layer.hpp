#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/timer_queue.hpp"
#include "sip/message/glance.hpp"
#include "sip/message/message.hpp"
#include "sip/transaction/transaction_id.hpp"
#include "sip/transaction/transaction_timers.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// The four transaction machines of RFC 3261 section 17 with RFC 6026, and the table that finds them. Retransmissions
/// stop here. Sans-IO: messages go out through MessageSender, time is the TimerQueue's.
///
/// A request that belongs to no transaction is only shown to the user (on_request): nothing is stored for a stranger
/// until the user accept()s it. Until then it may be answered by reply_statelessly().
class TransactionLayer {
 public:
  /// Who serves requests. Calls arrive when the layer is consistent: any method of the layer may be called from inside.
  class User {
   public:
    virtual ~User() = default;
    /// A validated request outside any transaction. Includes ACK to a 2xx, which never gets a response, and CANCEL: the
    /// layer has already answered a CANCEL that matches a server transaction and calls on_cancel() instead.
    virtual void on_request(const Request& request, const Flow& flow) = 0;
    /// The client gave up on this pending INVITE (RFC 3261 section 9.2): answer it with 487.
    virtual void on_cancel(ServerTransactionId invite, const Request& cancel) = 0;
    /// No ACK came for a non-2xx final response (timer H), or the transport failed. The transaction is gone.
    virtual void on_server_failure(ServerTransactionId transaction) = 0;
  };

  /// Provisional and final responses of one client transaction; for INVITE every 2xx, also later ones of other forks
  /// (RFC 6026). Exactly one final call comes at least: a response, or a locally made 408 (timers B and F) or 503
  /// (transport failure), see RFC 3261 section 8.1.3.1.
  using OnResponse = std::function<void(const Response&)>;

  TransactionLayer(TimerQueue& timers, Random& random, MessageSender& sender, TransactionTimers settings = {});
  ~TransactionLayer();
  TransactionLayer(const TransactionLayer&) = delete;
  TransactionLayer& operator=(const TransactionLayer&) = delete;

  /// Must be called once before receive().
  void set_user(User& user);

  /// Bytes of one whole message from the network. Malformed ones are answered with 400 where possible and otherwise
  /// dropped. The topmost Via of a request gets received and rport (RFC 3261 section 18.2.1, RFC 3581) before anybody
  /// sees it.
  void receive(std::string_view message, const Flow& flow);
  /// Whether a request repeats one that has been accepted.
  [[nodiscard]] bool knows(const Glance& request, const Flow& flow) const;
  /// What can be read of a message whose end nobody can tell (StreamFramer): answered likewise.
  void receive_malformed(std::string_view head, const Error& error, const Flow& flow);
  /// A send over this flow failed, or its connection closed: client transactions over it end with 503; server
  /// transactions keep living and answer over a new connection if they can (RFC 3261 section 18.2.2).
  void on_transport_failure(const Flow& flow);

  /// Makes a server transaction for a request just seen in on_request(). An INVITE is answered with 100 at once.
  ServerTransactionId accept(const Request& request, const Flow& flow);
  /// Sends a response through a transaction; retransmitted as the machine demands. Unknown ids are ignored (the
  /// transaction may have ended). A 2xx to INVITE is retransmitted here too until on_ack() (RFC 3261 section 13.3.1.4):
  /// doubling from T1 to T2, over every transport, ended after 64*T1 by User::on_server_failure().
  void respond(ServerTransactionId transaction, const Response& response);
  /// The ACK for a 2xx of this INVITE transaction has arrived: its retransmission ends.
  void on_ack(ServerTransactionId invite);
  /// Answers without storing anything. For challenges and refusals of strangers.
  void reply_statelessly(const Request& request, const Flow& flow, const Response& response);

  /// Sends a request in a new client transaction: a Via with a fresh branch is put on top, Max-Forwards added if
  /// missing. The flow's local endpoint goes into sent-by. Not for ACK.
  ClientTransactionId send_request(Request request, const Flow& flow, OnResponse on_response);
  /// Sends an ACK to a 2xx: outside transactions, with a branch of its own; the caller repeats it when the 2xx is
  /// repeated.
  void send_ack(Request ack, const Flow& flow);
  /// Cancels a pending INVITE (RFC 3261 section 9.1): the CANCEL goes out as soon as a provisional response is in; if
  /// no final response follows within 64*T1 after that, the transaction ends with a local 487. No effect after a final
  /// response.
  void cancel(ClientTransactionId invite, std::optional<std::string> reason = {});

  [[nodiscard]] std::size_t active() const;
  /// Our requests that wait for a final response.
  [[nodiscard]] std::size_t unanswered() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace webcalling::sip
