#pragma once

#include "media/srtp/openssl_handles.hpp"
#include "media/srtp/packet_cipher.hpp"

namespace webcalling::media::srtp {

/// AES-128-GCM with a tag of 16 bytes (RFC 7714).
class GcmCipher final : public PacketCipher {
 public:
  static std::unique_ptr<PacketCipher> create(const MasterKey& master, PacketKind kind);

  [[nodiscard]] std::size_t tag_length() const override { return kTag; }
  [[nodiscard]] bool seal(const PacketParts& packet, MutableBytes tag) override;
  [[nodiscard]] bool open(const PacketParts& packet, Bytes tag) override;

 private:
  static constexpr int kTag = 16;

  explicit GcmCipher(PacketKind kind) : kind_(kind) {}
  /// Everything but the tag. `encrypt`: 1 or 0, as OpenSSL has it.
  [[nodiscard]] bool transform(const PacketParts& packet, int encrypt);
  /// Without `out`, what is authenticated only.
  [[nodiscard]] bool update(std::uint8_t* out, Bytes in);
  [[nodiscard]] bool finish();

  PacketKind kind_;
  CipherContext context_{EVP_CIPHER_CTX_new()};
  std::array<std::uint8_t, 12> salt_{};
};

}  // namespace webcalling::media::srtp
