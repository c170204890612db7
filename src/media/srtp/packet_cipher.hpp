#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "media/srtp/key_derivation.hpp"
#include "media/srtp/master_key.hpp"

namespace webcalling::media::srtp {

/// A packet as a cipher sees it.
struct PacketParts {
  std::uint32_t ssrc = 0;
  /// RTP: rollover counter and sequence number, 48 bits (RFC 3711 §3.3.1). RTCP: the SRTCP index, 31 bits.
  std::uint64_t index = 0;
  Bytes header;       ///< stays in clear
  MutableBytes text;  ///< is encrypted and decrypted in its place
  /// The word of an SRTCP packet that has its index and the flag for encryption (RFC 3711 §3.4), in network order. Not
  /// used for RTP.
  std::array<std::uint8_t, 4> index_word{};
};

/// Encryption and authentication under the session keys of one direction, for RTP or for RTCP. Holds OpenSSL contexts
/// with the keys already in them: a packet only sets its nonce.
class PacketCipher {
 public:
  static constexpr std::size_t kMaxTag = 16;

  /// Nothing if OpenSSL could not take the key.
  static std::unique_ptr<PacketCipher> create(const MasterKey& master, PacketKind kind);

  PacketCipher() = default;
  PacketCipher(const PacketCipher&) = delete;
  PacketCipher& operator=(const PacketCipher&) = delete;
  virtual ~PacketCipher() = default;

  /// In bytes, at most kMaxTag.
  [[nodiscard]] virtual std::size_t tag_length() const = 0;
  /// Encrypts, and writes the authentication tag to `tag`, tag_length() bytes. False if OpenSSL failed.
  [[nodiscard]] virtual bool seal(const PacketParts& packet, MutableBytes tag) = 0;
  /// Decrypts if `tag` is the right one. After false the text is undefined.
  [[nodiscard]] virtual bool open(const PacketParts& packet, Bytes tag) = 0;
};

}  // namespace webcalling::media::srtp
