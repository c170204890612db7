#include "sip/token/seal.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <charconv>
#include <cstdlib>
#include <memory>

#include "base/hex.hpp"

namespace webcalling::sip {
namespace {

/// The synthetic initialisation vector, which is the proof of origin as well.
constexpr std::size_t kProofLength = 16;
/// Longer than anything that is sealed here; bounds what a stranger can make us decrypt.
constexpr std::size_t kMostContent = 256;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Cipher = std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)>;

/// Fails only where the library was built without the cipher, or when memory is out.
void must(bool succeeded) {
  if (!succeeded) std::abort();
}

const EVP_CIPHER* cipher() {
  static const Cipher fetched(EVP_CIPHER_fetch(nullptr, "AES-128-SIV", nullptr), &EVP_CIPHER_free);
  must(fetched != nullptr);
  return fetched.get();
}

int length_of(Bytes bytes) { return static_cast<int>(bytes.size()); }

std::string write_hex(Bytes bytes) {
  std::string out;
  append_hex(out, bytes);
  return out;
}

std::optional<ByteVector> read_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  ByteVector out(text.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char* digits = text.data() + 2 * i;
    if (const auto [end, error] = std::from_chars(digits, digits + 2, out[i], 16);
        error != std::errc{} || end != digits + 2) {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace

Seal::Key Seal::draw_key(Random& random) {
  Key key{};
  random.fill(key);
  return key;
}

std::string Seal::close(std::string_view purpose, Bytes content) const {
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  ByteVector sealed(kProofLength + content.size());
  int written = 0;
  must(context != nullptr && EVP_EncryptInit_ex2(context.get(), cipher(), key_.data(), nullptr, nullptr) == 1 &&
       EVP_EncryptUpdate(context.get(), nullptr, &written, as_bytes(purpose).data(), length_of(as_bytes(purpose))) ==
           1 &&
       EVP_EncryptUpdate(context.get(), sealed.data() + kProofLength, &written, content.data(), length_of(content)) ==
           1 &&
       EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kProofLength, sealed.data()) == 1);
  return write_hex(sealed);
}

std::optional<ByteVector> Seal::open(std::string_view purpose, std::string_view word) const {
  if (word.size() <= 2 * kProofLength || word.size() > 2 * (kProofLength + kMostContent)) return std::nullopt;
  auto sealed = read_hex(word);
  if (!sealed) return std::nullopt;
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  ByteVector content(sealed->size() - kProofLength);
  int written = 0;
  must(context != nullptr && EVP_DecryptInit_ex2(context.get(), cipher(), key_.data(), nullptr, nullptr) == 1 &&
       EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kProofLength, sealed->data()) == 1 &&
       EVP_DecryptUpdate(context.get(), nullptr, &written, as_bytes(purpose).data(), length_of(as_bytes(purpose))) ==
           1);
  const bool is_genuine = EVP_DecryptUpdate(context.get(), content.data(), &written, sealed->data() + kProofLength,
                                            length_of(content)) == 1;
  if (!is_genuine) return std::nullopt;
  return content;
}

}  // namespace webcalling::sip
