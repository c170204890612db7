#pragma once

#include <string>

namespace webcalling::pki {

/// What OpenSSL last complained about on this thread, in its words; empties its list of complaints.
[[nodiscard]] std::string take_openssl_error();

}  // namespace webcalling::pki
