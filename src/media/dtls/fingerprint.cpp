#include "media/dtls/fingerprint.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"

namespace webcalling::media::dtls {
namespace {

struct HashFunction {
  Fingerprint::Hash hash;
  std::string_view name;
  std::size_t length;
};

constexpr std::array kHashFunctions{
    HashFunction{Fingerprint::Hash::Sha1, "sha-1", 20},
    HashFunction{Fingerprint::Hash::Sha256, "sha-256", 32},
    HashFunction{Fingerprint::Hash::Sha384, "sha-384", 48},
    HashFunction{Fingerprint::Hash::Sha512, "sha-512", 64},
};

const HashFunction* find_function(std::string_view name) {
  for (const HashFunction& function : kHashFunctions) {
    if (ascii::equals_ignoring_case(function.name, name)) return &function;
  }
  return nullptr;
}

/// Exactly two hexadecimal digits.
bool read_octet(std::string_view text, std::uint8_t& octet) {
  if (text.size() != 2) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 2, octet, 16);
  return error == std::errc{} && end == text.data() + 2;
}

}  // namespace

Result<Fingerprint> Fingerprint::parse(std::string_view value) {
  std::string_view rest = ascii::trim(value);
  const std::string_view function_name = ascii::take_until(rest, ' ');
  const HashFunction* function = find_function(function_name);
  if (function == nullptr) return unsupported("a=fingerprint: hash function '{}' is not known", function_name);

  rest = ascii::trim(rest);
  ByteVector digest;
  while (!rest.empty() && digest.size() <= function->length) {
    const std::string_view pair = ascii::take_until(rest, ':');
    std::uint8_t octet = 0;
    if (!read_octet(pair, octet)) return malformed("a=fingerprint: '{}' is not a hexadecimal pair", pair);
    digest.push_back(octet);
  }
  if (digest.size() != function->length) {
    return malformed("a=fingerprint: {} has {} bytes, not {}", function->name, function->length, digest.size());
  }
  return Fingerprint(function->hash, std::move(digest));
}

std::string Fingerprint::text() const {
  std::string out(name(hash_));
  char separator = ' ';
  for (const std::uint8_t octet : digest_) out += fmt::format("{}{:02X}", std::exchange(separator, ':'), octet);
  return out;
}

std::string_view name(Fingerprint::Hash hash) { return kHashFunctions[static_cast<std::size_t>(hash)].name; }

}  // namespace webcalling::media::dtls
