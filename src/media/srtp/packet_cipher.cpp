#include "media/srtp/packet_cipher.hpp"

#include "media/srtp/counter_mode_cipher.hpp"
#include "media/srtp/gcm_cipher.hpp"

namespace webcalling::media::srtp {

std::unique_ptr<PacketCipher> PacketCipher::create(const MasterKey& master, PacketKind kind) {
  if (master.profile == Profile::AeadAes128Gcm) return GcmCipher::create(master, kind);
  return CounterModeCipher::create(master, kind);
}

}  // namespace webcalling::media::srtp
