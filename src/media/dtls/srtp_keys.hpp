#pragma once

#include "base/result.hpp"
#include "media/srtp/master_key.hpp"

struct ssl_st;

namespace webcalling::media::dtls {

/// What each side encrypts with (RFC 5764 §4.2).
struct SrtpKeys {
  srtp::MasterKey client;
  srtp::MasterKey server;
};

/// Of a finished handshake that agreed on one of our profiles.
Result<SrtpKeys> export_srtp_keys(ssl_st& ssl);

}  // namespace webcalling::media::dtls
