#include "media/srtp/master_key.hpp"

namespace webcalling::media::srtp {

std::string_view name(Profile profile) {
  switch (profile) {
    case Profile::AeadAes128Gcm: return "SRTP_AEAD_AES_128_GCM";
    case Profile::Aes128CmSha1_80: return "SRTP_AES128_CM_SHA1_80";
    case Profile::Aes128CmSha1_32: return "SRTP_AES128_CM_SHA1_32";
  }
  return {};
}

}  // namespace webcalling::media::srtp
