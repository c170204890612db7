#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "call/call_control.hpp"
#include "dialplan/dialplan.hpp"
#include "messaging/kept_messages.hpp"
#include "messaging/mailbox.hpp"
#include "messaging/settings.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling::messaging {

/// Messages between extensions (RFC 3428): each goes to all devices of the extension, and waits for the next one if
/// none takes it. Sans-IO. Knows nothing of passwords: who a message comes from was found out before.
///
/// The sender is told 200 when a device has the message, 202 when it is written down, 404 for an extension that does
/// not exist, 413 for too long a text, 480 if it can neither be delivered nor kept, 603 and 607 if a person declined
/// it.
class Messenger {
 public:
  struct Outside {
    TimerQueue& timers;
    Random& random;
    sip::TransactionLayer& transactions;
    call::Locator& locator;
    const dialplan::Dialplan& dialplan;
    const Log& log;
    KeptMessages::WallClock wall_clock;
    std::string product = "WebCalling";
  };

  Messenger(Outside outside, const Settings& settings);
  Messenger(const Messenger&) = delete;
  Messenger& operator=(const Messenger&) = delete;

  /// Keeps messages there from now on, and takes over what an earlier run has left; gives how many can still be
  /// delivered.
  std::size_t resume(MessageKeeper& keeper, const std::vector<KeptEntry>& left);

  /// A MESSAGE to this number; answered now or later.
  void receive(std::string_view number, const sip::Request& request, const sip::Flow& flow, const call::Party& sender);
  /// A device has registered and has its 200.
  void on_registered(const std::string& extension, const call::Destination& device);
  /// The account is gone, and what was kept for it too.
  void forget(const std::string& extension);

  /// Messages that wait for a device.
  [[nodiscard]] std::size_t kept() const { return kept_.size(); }
  /// Extensions that something is on its way to.
  [[nodiscard]] std::size_t busy_mailboxes() const { return mailboxes_.size(); }
  /// Senders that wait for their answer.
  [[nodiscard]] std::size_t unanswered() const { return *unanswered_; }

 private:
  [[nodiscard]] Mailbox& mailbox(const std::string& extension);
  void refuse(const sip::Request& request, const sip::Flow& flow, const sip::Response& response);
  [[nodiscard]] sip::Response response_to(const sip::Request& request, int status, std::string_view reason = {});
  void forget_idle_mailboxes();

  Outside outside_;
  Settings settings_;
  KeptMessages kept_;
  std::map<std::string, std::unique_ptr<Mailbox>, std::less<>> mailboxes_;
  std::shared_ptr<std::size_t> unanswered_ = std::make_shared<std::size_t>(0);
  Timer sweep_;
};

}  // namespace webcalling::messaging
