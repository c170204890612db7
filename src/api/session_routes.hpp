#pragma once

#include <string>

#include "account/account_directory.hpp"
#include "account/session_table.hpp"
#include "api/router.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "guard/guard.hpp"

namespace webcalling::api {

/// Signing in and out: /api/session.
class SessionRoutes {
 public:
  SessionRoutes(account::SessionTable& sessions, account::AccountDirectory& accounts, guard::Guard& guard,
                const Log& log, Random& random);

  void add_to(Router& router);

 private:
  [[nodiscard]] Response sign_in(const Context& context);
  [[nodiscard]] Response renew(const Context& context);
  [[nodiscard]] Response sign_out(const Context& context);
  /// The same time for an extension that exists and for one that does not (ATTACKS S33).
  [[nodiscard]] std::optional<account::Account> check(std::string_view extension, std::string_view password);
  [[nodiscard]] Response describe(const std::string& extension, const account::SipCredential& credential) const;
  [[nodiscard]] std::string cookie(std::string_view token, const Context& context) const;

  account::SessionTable& sessions_;
  account::AccountDirectory& accounts_;
  guard::Guard& guard_;
  const Log& log_;
  /// Of a password that nobody knows.
  std::string nobodys_ha1_;
};

}  // namespace webcalling::api
