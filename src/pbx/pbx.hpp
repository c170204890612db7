#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "account/account_change.hpp"
#include "account/account_directory.hpp"
#include "account/session_table.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "call/call_control.hpp"
#include "call/leg/leg_observers.hpp"
#include "dialplan/dialplan.hpp"
#include "locating/server_locator.hpp"
#include "messaging/messenger.hpp"
#include "pbx/call_watch.hpp"
#include "pbx/event_desk.hpp"
#include "pbx/foreign_domains.hpp"
#include "pbx/gate.hpp"
#include "pbx/message_waiting.hpp"
#include "pbx/own_routes.hpp"
#include "registrar/registrar.hpp"
#include "sip/auth/authenticator.hpp"
#include "sip/message/session_description.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling {

/// The whole signalling side as one sans-IO object: SIP messages, media events and time in; SIP messages and media
/// commands out. The server plugs sockets and media loops into it, tests a simulated network.
class Pbx final : private sip::TransactionLayer::User, private call::Locator, private registrar::Registrar::Listener {
 public:
  /// What the PBX borrows; all of it outlives the PBX.
  struct Outside {
    TimerQueue& timers;
    Random& random;
    sip::MessageSender& sender;
    call::MediaControl& media;
    account::AccountDirectory& accounts;
    const Log& log;
    std::function<WallTime()> wall_clock;
    /// Null lets everybody in.
    Gate* gate = nullptr;
    /// Without one nobody of another domain can be called.
    locating::Resolver* dns = nullptr;
    /// Without it nobody signs in but with the password of his account.
    account::SessionTable* sessions = nullptr;
    /// Who want to know what each phone in a call is doing,
    std::vector<call::LegObserver*> observers{};
    /// and of each call that is over.
    call::CallControl::OnRecord on_record = [](const call::CallRecord&) {};
    /// Null if no call shall outlive the server.
    call::CallKeeper* call_keeper = nullptr;
  };
  struct Settings {
    std::string realm = "webcalling";
    std::string product = "WebCalling";
    registrar::Settings registrar{};
    events::Settings events{};
    call::CallControl::Settings calls{};
    /// How long a browser may take to come back to its call; 0: it may not.
    Duration reconnect = 30s;
    call::SessionTimerSettings session{};
    messaging::Settings messages{};
    call::Encryption encryption = call::Encryption::Optional;
    /// Multipart bodies that may stand in one another; a request with more is refused with 513. At most kMaxBodyDepth.
    int body_depth = sip::kMaxBodyDepth;
    /// Seals what we hand out and recognise again: flow tokens, temporary GRUUs. Without one a new key is drawn, and
    /// what was handed out before a restart means nothing any more.
    std::optional<sip::Seal::Key> seal_key{};
    /// Hosts by which we are known, beside the addresses that requests reach.
    std::vector<std::string> names{};
    /// Domains that our people may call; "*" is every one (ATTACKS S35).
    std::vector<std::string> foreign_domains{};
  };

  Pbx(Outside outside, Settings settings);
  ~Pbx() override;

  void receive(std::string_view message, const sip::Flow& flow);
  /// Whether a request repeats one that is being served.
  [[nodiscard]] bool knows(const sip::Glance& request, const sip::Flow& flow) const {
    return transactions_.knows(request, flow);
  }
  /// What came of a message that broke its connection's framing.
  void receive_malformed(std::string_view head, const Error& error, const sip::Flow& flow);
  /// A send over this flow did not get through.
  void on_transport_failure(const sip::Flow& flow);
  void on_connection_closed(const sip::Flow& flow);
  void on_media_event(media::LegId leg, const media::LegEvent& event) { calls_.on_media_event(leg, event); }

  /// Goes on with a call that was connected before a restart.
  void revive(const call::KeptCall& call);

  /// The server stops: calls and subscriptions end.
  void hang_up_all();
  /// The account is gone or has a new password: what was done in its name ends.
  void forget(const std::string& extension, account::AccountChange change);
  [[nodiscard]] std::size_t active_calls() const { return calls_.active(); }
  /// Our requests, like BYE, that wait for their answer.
  [[nodiscard]] std::size_t unanswered_requests() const { return transactions_.unanswered(); }
  [[nodiscard]] std::size_t active_transactions() const { return transactions_.active(); }
  [[nodiscard]] std::size_t bindings() const { return registrar_.size(); }
  [[nodiscard]] std::size_t subscriptions() const { return events_.subscriptions(); }
  [[nodiscard]] std::size_t publications() const { return events_.publications(); }
  [[nodiscard]] registrar::Registrar& registrar() { return registrar_; }
  [[nodiscard]] messaging::Messenger& messenger() { return messenger_; }
  /// What call control looks its legs up by; zero when no call is up.
  [[nodiscard]] std::size_t indexed_legs() const { return legs_.size(); }

 private:
  void on_request(const sip::Request& request, const sip::Flow& flow) override;
  void on_cancel(sip::ServerTransactionId invite, const sip::Request& cancel) override;
  void on_server_failure(sip::ServerTransactionId transaction) override;

  call::RingOrder locate(std::string_view extension, const sip::Uri& target) override;
  sip::Uri unveil(const sip::Uri& target) override;
  call::Party describe(std::string_view extension) override;
  bool is_foreign(const sip::Uri& target) override;
  std::shared_ptr<call::Lookup> look_up(const call::RingDomain& domain, call::OnLocated on_located) override {
    return foreign_domains_.look_up(domain, std::move(on_located));
  }
  void note_dead_way(const call::Destination& destination) override { foreign_domains_.note_dead_way(destination); }

  void on_registered(const std::string& user, const registrar::Binding& binding) override;
  void on_unregistered(const std::string& user, const registrar::Binding& binding) override;

  [[nodiscard]] std::optional<sip::Authenticator::Login> find_login(std::string_view username);
  void answer_options(const sip::Request& request, const sip::Flow& flow);
  void receive_routed(sip::Request request, const sip::Flow& flow);
  void receive_in_dialog(const sip::Request& request, const sip::Flow& flow);
  void receive_authenticated(const sip::Request& request, const sip::Flow& flow, const std::string& user);
  void receive_register(const sip::Request& request, const sip::Flow& flow, const std::string& user);
  void receive_invite(const sip::Request& request, const sip::Flow& flow, const std::string& user);
  void receive_message(const sip::Request& request, const sip::Flow& flow, const std::string& user);
  /// The device that has just registered gets what is kept for it: messages, and the call that it was in.
  void welcome(const std::string& user);
  /// The party that a request of `user` comes from; nothing, and the request refused, if it claims to be another.
  [[nodiscard]] std::optional<call::Party> sender_of(const sip::Request& request, const sip::Flow& flow,
                                                     const std::string& user);
  void receive_unauthenticated(const sip::Request& request, const sip::Flow& flow,
                               const sip::Authenticator::Challenge& why);
  void receive_event(const sip::Request& request, const sip::Flow& flow, const std::string& user);
  void challenge(const sip::Request& request, const sip::Flow& flow, bool stale);
  /// 503: this source has too much going on.
  void refuse_for_now(const sip::Request& request, const sip::Flow& flow);
  void refuse(const sip::Request& request, const sip::Flow& flow, int status, std::string_view reason = {});
  void refuse_method(const sip::Request& request, const sip::Flow& flow);
  [[nodiscard]] sip::Response response_to(const sip::Request& request, int status, std::string_view reason = {});
  void note_record(const call::CallRecord& record);

  Outside outside_;
  Settings settings_;
  OpenGate open_gate_;
  Gate& gate_;
  sip::TransactionLayer transactions_;
  sip::Authenticator authenticator_;
  OwnRoutes own_routes_;
  ForeignDomains foreign_domains_;
  registrar::Registrar registrar_;
  MessageWaiting message_waiting_;
  EventDesk events_;
  CallWatch call_watch_;
  call::LegObservers observers_;
  dialplan::Dialplan dialplan_;
  call::LegIndex legs_;
  /// Of calls that are not over: each counts for the source that began it.
  std::unordered_map<call::CallId, Gate::Ticket> call_tickets_;
  call::CallControl calls_;
  messaging::Messenger messenger_;
};

}  // namespace webcalling
