#include "media/dtls/srtp_keys.hpp"

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "pki/openssl_error.hpp"

namespace webcalling::media::dtls {
namespace {

Result<srtp::Profile> negotiated_profile(ssl_st& ssl) {
  const SRTP_PROTECTION_PROFILE* profile = SSL_get_selected_srtp_profile(&ssl);
  switch (profile != nullptr ? profile->id : 0) {
    case SRTP_AEAD_AES_128_GCM: return srtp::Profile::AeadAes128Gcm;
    case SRTP_AES128_CM_SHA1_80: return srtp::Profile::Aes128CmSha1_80;
    default: return unsupported("the peer has no SRTP profile in common with us");
  }
}

}  // namespace

// RFC 5764 §4.2: client key, server key, client salt, server salt.
Result<SrtpKeys> export_srtp_keys(ssl_st& ssl) {
  const auto profile = negotiated_profile(ssl);
  if (!profile) return tl::unexpected(profile.error());
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  const std::size_t salt = srtp::salt_length(*profile);
  std::array<std::uint8_t, 2 * (srtp::kMasterKeyLength + srtp::kMaxMasterSaltLength)> material{};
  if (SSL_export_keying_material(&ssl, material.data(), 2 * (srtp::kMasterKeyLength + salt), kLabel.data(),
                                 kLabel.size(), nullptr, 0, 0) != 1) {
    return failed("exporting the SRTP keys: {}", pki::take_openssl_error());
  }
  SrtpKeys keys{{.profile = *profile}, {.profile = *profile}};
  ByteReader reader(material);
  std::ranges::copy(reader.take(srtp::kMasterKeyLength), keys.client.key.begin());
  std::ranges::copy(reader.take(srtp::kMasterKeyLength), keys.server.key.begin());
  std::ranges::copy(reader.take(salt), keys.client.salt.begin());
  std::ranges::copy(reader.take(salt), keys.server.salt.begin());
  OPENSSL_cleanse(material.data(), material.size());
  return keys;
}

}  // namespace webcalling::media::dtls
