#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace webcalling::sip {

/// Turns a few bytes into a word that goes out into the world and comes back: nobody but the holder of the key can read
/// it, change it or make one, and nothing has to be remembered for it. AES-SIV (RFC 5297), which needs no nonce: the
/// same bytes always give the same word, so whoever wants different ones puts something random in. Knows nothing of
/// what is sealed.
class Seal {
 public:
  using Key = std::array<std::uint8_t, 32>;

  explicit Seal(const Key& key) : key_(key) {}
  [[nodiscard]] static Key draw_key(Random& random);

  /// Lower-case hex, usable as user part of a URI; two digits for each byte and 32 for the proof of its origin. A word
  /// made for one purpose opens for no other.
  [[nodiscard]] std::string close(std::string_view purpose, Bytes content) const;
  /// Nothing if the word is not one that close() made with this key for this purpose.
  [[nodiscard]] std::optional<ByteVector> open(std::string_view purpose, std::string_view word) const;

 private:
  Key key_;
};

}  // namespace webcalling::sip
