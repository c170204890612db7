#include "media/srtp/counter_mode_cipher.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <algorithm>
#include <string>

#include "media/srtp/nonce.hpp"

namespace webcalling::media::srtp {
namespace {

constexpr std::size_t kSaltLength = 14;

// The part of the index that is not in the packet: it is authenticated as if it stood at the end (RFC 3711 §4.2).
std::array<std::uint8_t, 4> rollover_counter(std::uint64_t index) {
  std::array<std::uint8_t, 4> word{};
  for (std::size_t i = 0; i < word.size(); ++i) word[i] = static_cast<std::uint8_t>(index >> (8 * (5 - i)));
  return word;
}

}  // namespace

std::unique_ptr<PacketCipher> CounterModeCipher::create(const MasterKey& master, PacketKind kind) {
  std::unique_ptr<CounterModeCipher> cipher(new CounterModeCipher(master.profile, kind));
  if (!cipher->take_keys(master)) return nullptr;
  return cipher;
}

CounterModeCipher::CounterModeCipher(Profile profile, PacketKind kind)
    : kind_(kind),
      tag_length_(profile == Profile::Aes128CmSha1_32 && kind == PacketKind::Rtp ? 4 : 10),
      counter_mode_(EVP_CIPHER_CTX_new()) {
  static const Mac hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  hmac_.reset(EVP_MAC_CTX_new(hmac.get()));
}

bool CounterModeCipher::take_keys(const MasterKey& master) {
  static const Cipher counter_mode(EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr));
  std::string sha1 = "SHA1";
  const std::array<OSSL_PARAM, 2> with_sha1{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha1.data(), sha1.size()), OSSL_PARAM_construct_end()};
  std::array<std::uint8_t, kMasterKeyLength> encryption{};
  Digest authentication{};
  const bool is_ready =
      counter_mode && counter_mode_ && hmac_ && derive_session_key(master, kind_, KeyUse::Encryption, encryption) &&
      derive_session_key(master, kind_, KeyUse::Authentication, authentication) &&
      derive_session_key(master, kind_, KeyUse::Salt, MutableBytes(salt_).first(kSaltLength)) &&
      EVP_EncryptInit_ex2(counter_mode_.get(), counter_mode.get(), encryption.data(), salt_.data(), nullptr) == 1 &&
      EVP_MAC_init(hmac_.get(), authentication.data(), authentication.size(), with_sha1.data()) == 1;
  OPENSSL_cleanse(encryption.data(), encryption.size());
  OPENSSL_cleanse(authentication.data(), authentication.size());
  return is_ready;
}

bool CounterModeCipher::seal(const PacketParts& packet, MutableBytes tag) {
  Digest digest{};
  if (!transform(packet) || !authenticate(packet, digest)) return false;
  std::copy_n(digest.begin(), tag_length_, tag.begin());
  return true;
}

bool CounterModeCipher::open(const PacketParts& packet, Bytes tag) {
  Digest digest{};
  return authenticate(packet, digest) && CRYPTO_memcmp(digest.data(), tag.data(), tag_length_) == 0 &&
         transform(packet);
}

bool CounterModeCipher::transform(const PacketParts& packet) {
  auto counter = salt_;
  mix_in(std::span(counter).subspan<4, 10>(), packet.ssrc, packet.index);
  int written = 0;
  return EVP_EncryptInit_ex2(counter_mode_.get(), nullptr, nullptr, counter.data(), nullptr) == 1 &&
         EVP_EncryptUpdate(counter_mode_.get(), packet.text.data(), &written, packet.text.data(),
                           static_cast<int>(packet.text.size())) == 1;
}

bool CounterModeCipher::authenticate(const PacketParts& packet, Digest& digest) {
  const auto last_word = kind_ == PacketKind::Rtp ? rollover_counter(packet.index) : packet.index_word;
  std::size_t length = 0;
  return EVP_MAC_init(hmac_.get(), nullptr, 0, nullptr) == 1 &&
         EVP_MAC_update(hmac_.get(), packet.header.data(), packet.header.size()) == 1 &&
         EVP_MAC_update(hmac_.get(), packet.text.data(), packet.text.size()) == 1 &&
         EVP_MAC_update(hmac_.get(), last_word.data(), last_word.size()) == 1 &&
         EVP_MAC_final(hmac_.get(), digest.data(), &length, digest.size()) == 1 && length == digest.size();
}

}  // namespace webcalling::media::srtp
