#include "sip/auth/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cstdlib>

namespace webcalling::sip {

namespace {

std::string hex_digest(DigestAlgorithm algorithm, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const EVP_MD* type = algorithm == DigestAlgorithm::Md5 ? EVP_md5() : EVP_sha256();
  // Fails only where the library was built or configured without the algorithm: then nobody could be let in at all.
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, type, nullptr) != 1) std::abort();
  std::string out;
  out.reserve(size * 2);
  for (unsigned int i = 0; i < size; ++i) fmt::format_to(std::back_inserter(out), "{:02x}", digest[i]);
  return out;
}

}  // namespace

Ha1 make_ha1(std::string_view user, std::string_view realm, std::string_view password) {
  const auto text = fmt::format("{}:{}:{}", user, realm, password);
  return {hex_digest(DigestAlgorithm::Md5, text), hex_digest(DigestAlgorithm::Sha256, text)};
}

std::string hash_secret(std::string_view purpose, std::string_view secret) {
  return hex_digest(DigestAlgorithm::Sha256, fmt::format("{}:{}", purpose, secret));
}

std::string digest_response(DigestAlgorithm algorithm, std::string_view ha1, const DigestInput& input) {
  const auto ha2 = hex_digest(algorithm, fmt::format("{}:{}", input.method, input.uri));
  return hex_digest(algorithm,
                    fmt::format("{}:{}:{}:{}:auth:{}", ha1, input.nonce, input.nonce_count, input.cnonce, ha2));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  // volatile: the compiler shall not find out that the loop could stop early.
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference =
        static_cast<unsigned char>(difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  }
  return difference == 0;
}

}  // namespace webcalling::sip
