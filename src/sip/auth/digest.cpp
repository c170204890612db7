#include "sip/auth/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "base/hex.hpp"

namespace webcalling::sip {

namespace {

struct Deleter {
  void operator()(EVP_MD* type) const { EVP_MD_free(type); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// One algorithm, looked up once: OpenSSL 3 otherwise searches its providers for every digest.
class Hash {
 public:
  explicit Hash(const char* name) : type_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
    // Only where the library was built or configured without the algorithm: then nobody could be let in at all.
    if (!type_ || !context_) std::abort();
  }

  std::string hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const bool done = EVP_DigestInit_ex2(context_.get(), type_.get(), nullptr) == 1 &&
                      EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1 &&
                      EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1;
    if (!done) std::abort();
    std::string out;
    append_hex(out, Bytes(digest).first(size));
    return out;
  }

 private:
  std::unique_ptr<EVP_MD, Deleter> type_;
  std::unique_ptr<EVP_MD_CTX, Deleter> context_;
};

std::string hex_digest(DigestAlgorithm algorithm, std::string_view text) {
  thread_local Hash md5("MD5");
  thread_local Hash sha256("SHA2-256");
  return (algorithm == DigestAlgorithm::Md5 ? md5 : sha256).hex(text);
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
