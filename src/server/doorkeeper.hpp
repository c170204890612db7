#pragma once

#include "config/settings.hpp"
#include "guard/guard.hpp"
#include "pbx/gate.hpp"
#include "server/sip_server.hpp"

namespace webcalling::server {

/// Stands between the PBX, which knows flows, and the guard, which knows addresses.
class Doorkeeper final : public Gate {
 public:
  Doorkeeper(guard::Guard& guard, const SipServer& sip) : guard_(guard), sip_(sip) {}

  bool admit_agent(const sip::Flow& flow, std::string_view user_agent) override;
  bool admit_transaction(const sip::Flow& flow) override;
  Ticket admit_call(const sip::Flow& flow) override;
  void on_authenticated(const sip::Flow& flow) override;
  void on_offence(const sip::Flow& flow, Offence offence, std::string_view who, bool is_there) override;

 private:
  guard::Guard& guard_;
  const SipServer& sip_;
};

[[nodiscard]] guard::Settings guard_settings(const config::Settings& settings);
[[nodiscard]] sip::Limits message_limits(const config::Settings& settings);

}  // namespace webcalling::server
