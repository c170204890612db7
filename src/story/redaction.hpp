#pragma once

#include <string>
#include <string_view>

namespace webcalling::story {

/// A SIP message for somebody to read, without what others could use: digest responses (RFC 7616), keys of SDES
/// (RFC 4568) and in `k=`, passwords of ICE (RFC 8839).
[[nodiscard]] std::string without_secrets(std::string_view message);

/// The same for somebody at the other end of the call: also without the names of the dialog (Call-ID and tags, also of
/// other dialogs in Replaces), by which one could speak for its phone.
[[nodiscard]] std::string for_the_other_end(std::string_view message);

}  // namespace webcalling::story
