#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "call/application.hpp"
#include "call/bridged_call.hpp"
#include "call/call.hpp"
#include "call/kept_call.hpp"
#include "call/leg/leg_index.hpp"
#include "call/leg/surroundings.hpp"
#include "call/switchboard.hpp"
#include "dialplan/dialplan.hpp"

namespace webcalling::call {

/// Where an extension can be reached at present. Implemented over the registrar.
class Locator {
 public:
  virtual ~Locator() = default;
  /// Empty if it has no phone at present. That phone alone which `target`, the address that was called, may name (RFC
  /// 5627).
  [[nodiscard]] virtual RingOrder locate(std::string_view extension, const sip::Uri& target) = 0;
  /// The address with its extension, if this one hides it (RFC 5627 section 3.1.2); otherwise the same.
  [[nodiscard]] virtual sip::Uri unveil(const sip::Uri& target) = 0;
  /// Whether this address belongs to another domain, and our people may call there.
  [[nodiscard]] virtual bool is_foreign(const sip::Uri& target) = 0;
  /// See Switchboard.
  [[nodiscard]] virtual std::shared_ptr<Lookup> look_up(const RingDomain& domain, OnLocated on_located) = 0;
  virtual void note_dead_way(const Destination& destination) = 0;
  /// How the extension is shown to others.
  [[nodiscard]] virtual Party describe(std::string_view extension) = 0;
};

/// All calls: takes new INVITEs, finds the leg for whatever comes later, forgets calls that are over.
class CallControl final : private Switchboard {
 public:
  using MakeApplication = std::function<std::unique_ptr<Application>(dialplan::Application)>;
  using OnRecord = std::function<void(const CallRecord&)>;

  struct Settings {
    BridgedCall::Settings bridged{};
  };

  CallControl(Surroundings surroundings, const dialplan::Dialplan& dialplan, Locator& locator,
              MakeApplication make_application, OnRecord on_record, Settings settings);
  ~CallControl() override;

  /// A new INVITE from an authenticated extension.
  void receive_invite(const sip::Request& invite, const sip::Flow& flow, const Party& caller);
  /// Goes on with a call that was connected before a restart of ours; `answered`: when that was.
  void revive(const KeptCall& kept, TimePoint answered);
  /// A phone of the extension is reached so from now on.
  void on_registered(std::string_view extension, const sip::Uri& contact, const sip::Flow& flow);
  /// A request with a To tag: false if no dialog of ours knows it (481 for all but ACK).
  bool receive_in_dialog(const sip::Request& request, const sip::Flow& flow);
  /// Two who talk to each other.
  struct Conversation {
    Party speaker;
    Party listener;
  };
  /// The one whose dialog a request belongs to, and the other; nothing if it is no dialog of a connected call.
  [[nodiscard]] std::optional<Conversation> find_conversation(const sip::Request& request) const;
  void on_cancel(sip::ServerTransactionId invite, const sip::Request& cancel);
  void on_server_failure(sip::ServerTransactionId transaction);
  /// Callers over this connection who are not connected yet are gone. Calls in progress live on: their media says
  /// whether anybody is there.
  void on_connection_lost(sip::ConnectionId connection);
  void on_media_event(media::LegId leg, const media::LegEvent& event);

  /// Ends every call: the server stops.
  void hang_up_all(Cause cause);
  [[nodiscard]] std::size_t active() const { return calls_.size(); }
  /// Of the last call that began, or was refused.
  [[nodiscard]] CallId last_id() const { return CallId(last_id_); }
  /// Whether this call is not over yet.
  [[nodiscard]] bool has(CallId id) const { return calls_.contains(id); }

 private:
  [[nodiscard]] Route route(const sip::Uri& target, const Party& on_behalf_of) override;
  [[nodiscard]] std::shared_ptr<Lookup> look_up(const RingDomain& domain, OnLocated on_located) override {
    return locator_.look_up(domain, std::move(on_located));
  }
  void note_dead_way(const Destination& destination) override { locator_.note_dead_way(destination); }
  [[nodiscard]] Part find(const sip::Replaces& dialog) override;
  void connect_with_application(const dialplan::RunApplication& run, const std::shared_ptr<Leg>& leg) override;

  [[nodiscard]] Switchboard& switchboard() { return *this; }
  /// RFC 3891.
  void receive_replacing(const sip::Request& invite, const sip::Flow& flow, const Party& caller);
  void reject(const sip::Request& invite, const sip::Flow& flow, const Party& caller, Cause cause);
  void refuse(const sip::Request& invite, const sip::Flow& flow, int status);
  template <typename SomeCall, typename... Args>
  SomeCall& add(Args&&... args);
  /// Calls are forgotten between two events, never while one of their methods runs.
  void forget_finished_soon();
  void forget_finished();

  Surroundings house_;
  const dialplan::Dialplan& dialplan_;
  Locator& locator_;
  MakeApplication make_application_;
  OnRecord on_record_;
  Settings settings_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<CallId, std::unique_ptr<Call>> calls_;
  /// Of calls that have outlived a restart.
  std::vector<std::weak_ptr<RevivedLeg>> revived_;
  Timer forget_;
};

}  // namespace webcalling::call
