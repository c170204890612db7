#include "media/srtp/key_derivation.hpp"

#include <algorithm>

#include "media/srtp/openssl_handles.hpp"

namespace webcalling::media::srtp {

bool derive_session_key(const MasterKey& master, PacketKind kind, KeyUse use, MutableBytes out) {
  static const Cipher counter_mode(EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr));
  constexpr std::array<std::uint8_t, 32> kZeros{};
  constexpr std::size_t kLabelAt = 7;

  // x * 2^16, where x is the salt with the label added 48 bits from its end.
  std::array<std::uint8_t, 16> counter{};
  std::ranges::copy(master.salt, counter.begin());
  counter[kLabelAt] ^= static_cast<std::uint8_t>((kind == PacketKind::Rtcp ? 3 : 0) + static_cast<int>(use));

  const CipherContext context(EVP_CIPHER_CTX_new());
  int written = 0;
  return counter_mode && context && out.size() <= kZeros.size() &&
         EVP_EncryptInit_ex2(context.get(), counter_mode.get(), master.key.data(), counter.data(), nullptr) == 1 &&
         EVP_EncryptUpdate(context.get(), out.data(), &written, kZeros.data(), static_cast<int>(out.size())) == 1;
}

}  // namespace webcalling::media::srtp
