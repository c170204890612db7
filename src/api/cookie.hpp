#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace webcalling::api {

/// The cookie of a session (RFC 6265): no script of the page can read it, no page of others can send it. Browsers share
/// cookies between the ports of a host, and let no http page replace one that is Secure: http has a name of its own.
inline constexpr std::string_view kSessionCookie = "webcalling_session";
inline constexpr std::string_view kPlainSessionCookie = "webcalling_session_http";

/// The value of the session cookie in a Cookie header; empty if there is none.
[[nodiscard]] std::string_view find_session_cookie(std::string_view cookie_header, bool is_secure);
/// The value of Set-Cookie; without a token and with no time to live it takes the cookie away.
[[nodiscard]] std::string write_session_cookie(std::string_view token, std::chrono::seconds lifetime, bool is_secure);

}  // namespace webcalling::api
