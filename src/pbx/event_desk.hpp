#pragma once

#include <cstddef>
#include <string>

#include "account/account_change.hpp"
#include "account/account_directory.hpp"
#include "events/dialog_package.hpp"
#include "events/dialog_states.hpp"
#include "events/message_summary.hpp"
#include "events/notifier.hpp"
#include "events/presence_package.hpp"
#include "events/publications.hpp"
#include "events/registration_package.hpp"
#include "registrar/registrar.hpp"

namespace webcalling {

/// Events as this PBX serves them: its packages, what feeds them, and who is told of what. Takes SUBSCRIBE and PUBLISH
/// from whom they were proved to come.
class EventDesk {
 public:
  EventDesk(const events::Surroundings& surroundings, const events::Settings& settings,
            const registrar::Registrar& registrar, account::AccountDirectory& accounts);

  /// A SUBSCRIBE or PUBLISH outside a dialog; its Request-URI names an extension.
  void receive(const sip::Request& request, const sip::Flow& flow, const std::string& user);
  /// False if it belongs to no subscription.
  [[nodiscard]] bool receive_in_dialog(const sip::Request& request, const sip::Flow& flow) {
    return notifier_.receive_in_dialog(request, flow);
  }

  /// A phone of the extension has come or gone.
  void note_registration(const std::string& extension);
  /// Calls say here what they do.
  [[nodiscard]] events::DialogStates& dialogs() { return dialogs_; }

  void remove_connection(sip::ConnectionId connection) { notifier_.remove_connection(connection); }
  void remove_user(const std::string& extension, account::AccountChange change);
  void end_all() { notifier_.end_all(); }

  [[nodiscard]] std::size_t subscriptions() const { return notifier_.size(); }
  [[nodiscard]] std::size_t publications() const { return publications_.size(); }

 private:
  void receive_publish(const sip::Request& publish, const sip::Flow& flow, const std::string& user);
  void note_dialogs(const std::string& extension);
  void note_presence(const std::string& extension);

  events::Surroundings house_;
  account::AccountDirectory& accounts_;
  events::Notifier notifier_;
  events::DialogStates dialogs_;
  events::Publications publications_;
  events::NoMailboxes mailboxes_;
  events::MessageSummary message_summary_;
  events::PresencePackage presence_;
  events::DialogPackage dialog_;
  events::RegistrationPackage registration_;
};

}  // namespace webcalling
