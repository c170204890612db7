#include "api/cookie.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace webcalling::api {

std::string_view find_session_cookie(std::string_view cookie_header) {
  while (!cookie_header.empty()) {
    std::string_view value = ascii::trim(ascii::take_until(cookie_header, ';'));
    if (ascii::take_until(value, '=') == kSessionCookie) return value;
  }
  return {};
}

std::string write_session_cookie(std::string_view token, std::chrono::seconds lifetime, bool is_secure) {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/api; Max-Age={}{}", kSessionCookie, token,
                     lifetime.count(), is_secure ? "; Secure" : "");
}

}  // namespace webcalling::api
