#pragma once

#include "base/result.hpp"
#include "media/dtls/fingerprint.hpp"

struct x509_st;

namespace webcalling::media::dtls {

/// The fingerprint of a certificate: the hash of its DER encoding (RFC 8122 §5).
Result<Fingerprint> fingerprint_of(const x509_st& certificate, Fingerprint::Hash hash);

}  // namespace webcalling::media::dtls
