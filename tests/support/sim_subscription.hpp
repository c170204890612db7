#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/auth/digest_client.hpp"
#include "sip/dialog/dialog.hpp"

namespace webcalling::sim {

class SimPhone;

/// One subscription of a simulated phone (RFC 6665), seen from the phone.
class SimSubscription {
 public:
  SimSubscription(SimPhone& phone, std::string_view number, std::string_view event);
  SimSubscription(const SimSubscription&) = delete;
  SimSubscription& operator=(const SimSubscription&) = delete;

  /// Asks for it, or refreshes it. Zero asks once, or ends it.
  void subscribe(std::chrono::seconds expires = std::chrono::hours{1});
  void unsubscribe() { subscribe(std::chrono::seconds{0}); }

  /// Of the last SUBSCRIBE; 0 as long as there is none.
  [[nodiscard]] int status() const { return response_.status(); }
  [[nodiscard]] const sip::Response& response() const { return response_; }
  [[nodiscard]] const std::vector<sip::Request>& notifies() const { return notifies_; }
  /// The body of the last NOTIFY; empty before the first.
  [[nodiscard]] std::string body() const;
  /// The last Subscription-State.
  [[nodiscard]] std::string state() const;
  /// There was a last NOTIFY.
  [[nodiscard]] bool is_over() const { return state().starts_with("terminated"); }
  [[nodiscard]] std::optional<sip::Dialog>& dialog() { return dialog_; }

  // For the phone.
  [[nodiscard]] bool owns(const sip::Request& request) const;
  /// The status that it answers.
  [[nodiscard]] int receive(const sip::Request& notify);

 private:
  [[nodiscard]] sip::Request first_request();
  void send(sip::Request request);
  void receive(const sip::Request& request, const sip::Response& response);

  SimPhone& phone_;
  sip::DigestClient digest_;
  std::string number_;
  std::string event_;
  std::string call_id_;
  std::string tag_;
  std::optional<sip::Dialog> dialog_;
  sip::Response response_;
  std::vector<sip::Request> notifies_;
  std::uint32_t last_cseq_ = 0;
};

}  // namespace webcalling::sim
