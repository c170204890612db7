#include "media/srtp/gcm_cipher.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "media/srtp/nonce.hpp"

namespace webcalling::media::srtp {

std::unique_ptr<PacketCipher> GcmCipher::create(const MasterKey& master, PacketKind kind) {
  static const Cipher gcm(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr));
  std::array<std::uint8_t, kMasterKeyLength> key{};
  std::unique_ptr<GcmCipher> cipher(new GcmCipher(kind));
  const bool is_ready =
      gcm && cipher->context_ && derive_session_key(master, kind, KeyUse::Encryption, key) &&
      derive_session_key(master, kind, KeyUse::Salt, cipher->salt_) &&
      EVP_EncryptInit_ex2(cipher->context_.get(), gcm.get(), key.data(), cipher->salt_.data(), nullptr) == 1;
  OPENSSL_cleanse(key.data(), key.size());
  if (!is_ready) return nullptr;
  return cipher;
}

bool GcmCipher::seal(const PacketParts& packet, MutableBytes tag) {
  constexpr int kEncrypt = 1;
  return transform(packet, kEncrypt) && finish() &&
         EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTag, tag.data()) == 1;
}

bool GcmCipher::open(const PacketParts& packet, Bytes tag) {
  constexpr int kDecrypt = 0;
  std::array<std::uint8_t, kTag> expected{};
  std::ranges::copy(tag.first<kTag>(), expected.begin());
  return transform(packet, kDecrypt) &&
         EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTag, expected.data()) == 1 && finish();
}

bool GcmCipher::transform(const PacketParts& packet, int encrypt) {
  auto nonce = salt_;
  mix_in(std::span(nonce).last<10>(), packet.ssrc, packet.index);
  return EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), encrypt, nullptr) == 1 &&
         update(nullptr, packet.header) && (kind_ == PacketKind::Rtp || update(nullptr, packet.index_word)) &&
         update(packet.text.data(), packet.text);
}

bool GcmCipher::update(std::uint8_t* out, Bytes in) {
  int written = 0;
  return EVP_CipherUpdate(context_.get(), out, &written, in.data(), static_cast<int>(in.size())) == 1;
}

bool GcmCipher::finish() {
  std::array<std::uint8_t, EVP_MAX_BLOCK_LENGTH> nothing{};
  int written = 0;
  return EVP_CipherFinal_ex(context_.get(), nothing.data(), &written) == 1;
}

}  // namespace webcalling::media::srtp
