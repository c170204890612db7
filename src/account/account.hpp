#pragma once

#include <cstddef>
#include <string>

#include "sip/auth/digest.hpp"

namespace webcalling::account {

/// Somebody with an extension. Passwords are never kept, only what digest authentication needs of them.
struct Account {
  std::string extension;
  /// What the other side sees beside the number; may be empty.
  std::string display_name;
  sip::Ha1 ha1;
};

/// Tells whether a password is still the same: enough to see that it is another one, and of no use to anybody who reads
/// it.
[[nodiscard]] inline std::string password_mark(const Account& account) {
  constexpr std::size_t kDigits = 8;
  return account.ha1.sha256.substr(0, kDigits);
}

}  // namespace webcalling::account
