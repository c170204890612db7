#pragma once

// Private to this room.

#include "pki/names.hpp"

struct x509_st;

namespace webcalling::pki {

/// Writes the names as subjectAltName; false if OpenSSL would not have them.
[[nodiscard]] bool add_names(x509_st& certificate, const Names& names);

}  // namespace webcalling::pki
