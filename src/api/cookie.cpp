#include "api/cookie.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace webcalling::api {
namespace {

std::string_view name_of(bool is_secure) { return is_secure ? kSessionCookie : kPlainSessionCookie; }

}  // namespace

std::string_view find_session_cookie(std::string_view cookie_header, bool is_secure) {
  while (!cookie_header.empty()) {
    std::string_view value = ascii::trim(ascii::take_until(cookie_header, ';'));
    if (ascii::take_until(value, '=') == name_of(is_secure)) return value;
  }
  return {};
}

std::string write_session_cookie(std::string_view token, std::chrono::seconds lifetime, bool is_secure) {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/api; Max-Age={}{}", name_of(is_secure), token,
                     lifetime.count(), is_secure ? "; Secure" : "");
}

}  // namespace webcalling::api
