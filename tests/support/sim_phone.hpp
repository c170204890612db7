#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "sip/auth/digest_client.hpp"
#include "sip/transaction/transaction_layer.hpp"
#include "support/sim_call.hpp"
#include "support/sim_subscription.hpp"

namespace webcalling::sim {

class SimNetwork;

/// A SIP phone and the person who uses it. It plays by the rules, except where a story tells it not to. One call at a
/// time: whoever calls meanwhile finds it busy.
class SimPhone final : private sip::TransactionLayer::User, private sip::MessageSender {
 public:
  struct Settings {
    std::string extension;
    std::string password;
    sip::TransportKind transport = sip::TransportKind::Udp;
    Endpoint address;
    /// What stands behind its Contact, and what it supports as it registers.
    std::string contact_parameters = {};
    std::string supported = {};
  };
  /// What it does with a call that comes in.
  struct Habits {
    bool rings = true;
    std::optional<Duration> answers_after;
    struct Refusal {
      int status;
      Duration after;
    };
    std::optional<Refusal> refuses;
    /// Contact of a refusal by 302.
    std::string forwards_to;
    /// P-Asserted-Identity of its INVITEs.
    std::string asserts;
    /// 183 with SDP instead of 180.
    bool has_early_media = false;
    /// False: no 2xx is ever acknowledged.
    bool acknowledges = true;
    /// Refuses calls in the clear with 488, and makes none.
    bool encrypts = false;
    /// Instead of a good one.
    std::optional<std::string> answer_sdp;
    /// The option tags and methods that it names in what it says; empty: nothing is said.
    std::string supports;
    std::string allows;
    /// Session-Expires of its INVITEs and answers.
    std::string session_expires;
    /// Its provisional responses are to be acknowledged (RFC 3262).
    bool rings_reliably = false;
    /// What it answers to a request inside a call, instead of what is right.
    std::map<sip::Method, int> answers_with;
    /// What it answers to a MESSAGE; nothing: it takes it, but says so to nobody.
    std::optional<int> answers_messages_with = 200;
  };
  /// A MESSAGE that its person has sent.
  struct Written {
    sip::Request request;
    /// Of the final response; 0 as long as there is none.
    int status = 0;
  };

  SimPhone(SimNetwork& network, Settings settings);
  ~SimPhone() override;

  // What the person does.
  void sign_in(std::chrono::seconds expires = std::chrono::hours{1});
  void sign_out() { sign_in(std::chrono::seconds{0}); }
  void dial(std::string_view number);
  void dial(std::string_view number, std::string_view sdp);
  void dial_with(std::string_view number, const SimCall::Body& body);
  /// An INVITE without offer.
  void dial_without_offer(std::string_view number) { dial(number, ""); }
  /// An INVITE that takes the place of a call (RFC 3891); the value of Replaces.
  void dial_replacing(std::string_view number, std::string_view replaces, std::optional<std::string> sdp = {});
  /// Without showing who calls (RFC 3323).
  void dial_anonymously(std::string_view number);
  void answer();
  void hold();
  void resume();
  /// A re-INVITE with a session description of its own making.
  void reinvite(std::string_view sdp);
  void restart_ice();
  void write(std::string_view number, std::string_view text);
  /// A MESSAGE of its own making; what is missing is added.
  void write_message(sip::Request message);
  /// Whatever is the right thing now: CANCEL, a refusal, or BYE.
  void hang_up();

  /// Subscribes to an event of somebody: "presence", "dialog".
  SimSubscription& watch(std::string_view number, std::string_view event);
  /// Publishes the own presence (RFC 3903) for the first time, or anew. Zero withdraws it.
  void publish(std::string_view document, std::chrono::seconds expires = std::chrono::hours{1});

  void answer_after(Duration delay) { habits_.answers_after = delay; }
  void refuse(int status, Duration after = {}) { habits_.refuses = {status, after}; }
  void hang_up_after(Duration delay);
  Habits& habits() { return habits_; }

  /// Power cut: whatever is sent to it is lost, and it forgets everything.
  void vanish();
  /// Its connection breaks: calls that are not connected yet are over, for all that it knows.
  void drop_connection();
  void reconnect();

  // What came of it.
  [[nodiscard]] bool is_signed_in() const { return registered_; }
  /// Of the last REGISTER; 0 if there was none yet.
  [[nodiscard]] int register_status() const { return register_response_.status(); }
  [[nodiscard]] const sip::Response& register_response() const { return register_response_; }
  [[nodiscard]] std::size_t challenges() const { return challenges_; }
  [[nodiscard]] const sip::DigestClient& register_digest() const { return register_digest_; }
  /// The bodies of the message-waiting NOTIFYs that came.
  [[nodiscard]] const std::vector<std::string>& message_waiting() const { return message_waiting_; }

  /// The MESSAGEs that came, and the texts in them.
  [[nodiscard]] const std::vector<sip::Request>& messages() const { return messages_; }
  [[nodiscard]] std::vector<std::string> texts() const;
  [[nodiscard]] const std::vector<std::shared_ptr<Written>>& written() const { return written_; }
  /// The answers to what it has sent, in that order.
  [[nodiscard]] std::vector<int> written_statuses() const;
  /// Of the last PUBLISH; 0 as long as there is none.
  [[nodiscard]] int publish_status() const { return publish_response_.status(); }
  [[nodiscard]] const sip::Response& publish_response() const { return publish_response_; }

  [[nodiscard]] bool idle() const;
  /// True if one call was ended by more than one BYE of the other side.
  [[nodiscard]] bool was_hung_up_twice() const;
  /// The newest call, even if it is over; there must have been one.
  [[nodiscard]] const SimCall& call() const { return *calls_.back(); }
  [[nodiscard]] SimCall& call() { return *calls_.back(); }
  /// The first call since it was switched on is 0.
  [[nodiscard]] SimCall& call(std::size_t index) { return *calls_.at(index); }
  [[nodiscard]] bool in_call() const { return !calls_.empty() && calls_.back()->state() != SimCall::State::Ended; }
  [[nodiscard]] bool has_been_called() const { return !calls_.empty(); }
  [[nodiscard]] bool talking() const { return !calls_.empty() && calls_.back()->state() == SimCall::State::Talking; }
  [[nodiscard]] bool ringing() const { return !calls_.empty() && calls_.back()->state() == SimCall::State::Ringing; }
  /// What the other side described for the newest call; null if there is nothing.
  [[nodiscard]] const sdp::Session* remote_description() const;

  [[nodiscard]] const std::string& extension() const { return settings_.extension; }
  [[nodiscard]] const std::string& password() const { return settings_.password; }
  [[nodiscard]] sip::TransportKind transport() const { return settings_.transport; }
  [[nodiscard]] const Endpoint& address() const { return settings_.address; }
  [[nodiscard]] sip::Flow flow() const;

  // For its calls, and for stories that break the rules.
  /// Says in a message what it supports and allows, and how long its sessions last.
  void announce(sip::Message& message) const;
  [[nodiscard]] sip::TransactionLayer& transactions() { return *transactions_; }
  [[nodiscard]] sip::DigestClient& call_digest() { return call_digest_; }
  [[nodiscard]] Random& random();
  [[nodiscard]] sip::Contact contact() const;
  [[nodiscard]] sip::Uri uri_of(std::string_view number) const;
  /// Does it later, unless the phone has vanished by then.
  void later(Duration delay, std::function<void()> action);

  // For the network.
  void receive(std::string_view message);

 private:
  void on_request(const sip::Request& request, const sip::Flow& flow) override;
  void on_cancel(sip::ServerTransactionId invite, const sip::Request& cancel) override;
  void on_server_failure(sip::ServerTransactionId transaction) override;
  void send(const sip::Flow& flow, std::string_view message) override;

  void start();
  void send_register(sip::Request request);
  void receive_register_response(const sip::Request& request, const sip::Response& response);
  void send_message(const std::shared_ptr<Written>& written);
  void receive_message(const sip::Request& message, const sip::Flow& flow);
  void send_publish(sip::Request request);
  void receive_notify(const sip::Request& notify, const sip::Flow& flow);
  void receive_invite(const sip::Request& invite, const sip::Flow& flow);
  void follow_habits(const std::shared_ptr<SimCall>& call);
  void respond(const sip::Request& request, const sip::Flow& flow, int status);
  [[nodiscard]] SimCall* current_call();

  SimNetwork& network_;
  Settings settings_;
  Habits habits_;
  sip::DigestClient register_digest_;
  sip::DigestClient call_digest_;
  std::string contact_user_;
  std::string contact_host_;
  std::string register_call_id_;
  std::uint32_t register_cseq_ = 0;
  sip::Response register_response_;
  bool registered_ = false;
  std::size_t challenges_ = 0;
  std::vector<std::string> message_waiting_;
  std::vector<sip::Request> messages_;
  std::vector<std::shared_ptr<Written>> written_;
  sip::ConnectionId connection_;
  bool gone_ = false;
  /// All calls since it was switched on: those that are over still acknowledge late answers.
  std::vector<std::shared_ptr<SimCall>> calls_;
  std::vector<std::unique_ptr<SimSubscription>> subscriptions_;
  sip::Response publish_response_;
  std::string publish_tag_;
  std::unique_ptr<sip::TransactionLayer> transactions_;
};

}  // namespace webcalling::sim
