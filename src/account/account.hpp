#pragma once

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

}  // namespace webcalling::account
