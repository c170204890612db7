#pragma once

#include "media/srtp/openssl_handles.hpp"
#include "media/srtp/packet_cipher.hpp"

namespace webcalling::media::srtp {

/// AES-128 in counter mode and HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1), with a tag of 10 bytes, or of 4 for RTP of
/// Profile::Aes128CmSha1_32 (RFC 4568 §6.2.2: the short tag is for RTP alone).
class CounterModeCipher final : public PacketCipher {
 public:
  static std::unique_ptr<PacketCipher> create(const MasterKey& master, PacketKind kind);

  [[nodiscard]] std::size_t tag_length() const override { return tag_length_; }
  [[nodiscard]] bool seal(const PacketParts& packet, MutableBytes tag) override;
  [[nodiscard]] bool open(const PacketParts& packet, Bytes tag) override;

 private:
  using Digest = std::array<std::uint8_t, 20>;

  CounterModeCipher(Profile profile, PacketKind kind);
  [[nodiscard]] bool take_keys(const MasterKey& master);
  /// Encrypting and decrypting are the same.
  [[nodiscard]] bool transform(const PacketParts& packet);
  [[nodiscard]] bool authenticate(const PacketParts& packet, Digest& digest);

  PacketKind kind_;
  std::size_t tag_length_;
  CipherContext counter_mode_;
  MacContext hmac_;
  /// The last two bytes are the counter of blocks, from zero for every packet.
  std::array<std::uint8_t, 16> salt_{};
};

}  // namespace webcalling::media::srtp
