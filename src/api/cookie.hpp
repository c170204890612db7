#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace webcalling::api {

/// The cookie of a session (RFC 6265): no script of the page can read it, no page of others can send it.
inline constexpr std::string_view kSessionCookie = "webcalling_session";

/// The value of the session cookie in a Cookie header; empty if there is none.
[[nodiscard]] std::string_view find_session_cookie(std::string_view cookie_header);
/// The value of Set-Cookie; without a token and with no time to live it takes the cookie away.
[[nodiscard]] std::string write_session_cookie(std::string_view token, std::chrono::seconds lifetime, bool is_secure);

}  // namespace webcalling::api
